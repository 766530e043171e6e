"""What was measured, and how it reads in the terminal: beside its aim and beside a baseline of the same run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles

WIDTHS = (56, 12, 20, 8, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the report."""

    what: str
    value: float
    unit: str = "ms"
    baseline: float | None = None
    """The same of something bare, measured in the same run."""
    of: str = ""
    """What the baseline is."""
    aim: float | None = None
    """Of the value; of the ratio when `ratio_is_aimed_at`."""
    more_is_better: bool = False
    ratio_is_aimed_at: bool = False

    @property
    def ratio(self) -> float | None:
        """The value in units of the baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None without one."""
        judged = self.ratio if self.ratio_is_aimed_at else self.value
        if self.aim is None or judged is None:
            return None
        return judged >= self.aim if self.more_is_better else judged <= self.aim

    def line(self) -> str:
        """Return the line."""
        aim = ""
        if self.aim is not None:
            aim = f"{'>' if self.more_is_better else '<'} {number(self.aim)}"
            aim += " x" if self.ratio_is_aimed_at else ""
        cells = (
            self.what,
            f"{number(self.value)} {self.unit}",
            f"{number(self.baseline)} {self.of}" if self.baseline is not None else "",
            f"{self.ratio:.2f} x" if self.ratio is not None else "",
            aim,
        )
        padded = "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        return f"{padded}  {verdict}".rstrip()


HEADER = "  ".join(
    f"{cell:<{width}}"
    for cell, width in zip(("", "measured", "baseline", "ratio", "aim"), WIDTHS, strict=True)
)


def number(value: float) -> str:
    """Return a number as people read it: three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile of at least two values."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return percentile(values, 50)


def table(title: str, figures: Iterable[Figure]) -> str:
    """Return a part's lines under its title."""
    return "\n".join([f"\n{title}", HEADER, *(one.line() for one in figures)])
