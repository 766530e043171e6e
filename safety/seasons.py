"""Until when something holds: the dates that a statement names."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

_MONTHS = {
    name: number
    for names in (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "january february march april may june july august september october november december",
        "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
        "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(names.split(), 1)
}
_MONTH = rf"(?P<month>{'|'.join(dict.fromkeys(_MONTHS))})"
_NAMED = re.compile(rf"\b{_MONTH}\b")
_DAY = re.compile(
    rf"\b(?P<before>\d{{1,2}})(?:o|st|nd|rd|th)?\s+(?:de\s+)?{_MONTH}\b"
    rf"|\b{_MONTH.replace('month', 'then')}\s+(?P<after>\d{{1,2}})\b(?!\d)"
)
_RANGE = re.compile(r"\b(?P<day>\d{1,2})(?:o)?\s+(?:al?|to|e|y|and|-|–|ao)\s+(?=\d{1,2}\b)")
_YEAR = re.compile(r"\b20\d\d\b")


@dataclass(frozen=True, slots=True)
class Season:
    """The days on which a statement holds, as far as it names them."""

    months: frozenset[int]
    first: tuple[int, int] | None
    """Month and day; None when only months are named."""
    last: tuple[int, int] | None
    years: tuple[int, ...]

    def holds(self, today: date | None, named: AbstractSet[int]) -> bool:
        """Say whether it may be told: it holds today, or the teller names one of its months."""
        if self.months & named:
            return True
        return today is not None and self._now(today)

    def _now(self, today: date) -> bool:
        if self.years and not min(self.years) <= today.year <= max(self.years):
            return False
        if self.first is None or self.last is None:
            return today.month in self.months
        now = (today.month, today.day)
        if self.first <= self.last:
            return self.first <= now <= self.last
        return now >= self.first or now <= self.last


def season_of(folded: str) -> Season | None:
    """Return when a folded statement holds, or None when it names no month."""
    months = months_in(folded)
    if not months:
        return None
    days = [_day_of(at) for at in _DAY.finditer(folded)]
    if len(days) == 1 and (begun := _RANGE.search(folded)):
        # "Del 1 al 31 de marzo".
        days.insert(0, (days[0][0], int(begun["day"])))
    years = tuple(int(one) for one in _YEAR.findall(folded))
    whole = len(days) >= 2
    return Season(months, days[0] if whole else None, days[1] if whole else None, years)


def months_in(folded: str) -> frozenset[int]:
    """Return the months that a folded text names."""
    return frozenset(_MONTHS[at["month"]] for at in _NAMED.finditer(folded))


def _day_of(at: re.Match[str]) -> tuple[int, int]:
    if at["month"]:
        return _MONTHS[at["month"]], int(at["before"])
    return _MONTHS[at["then"]], int(at["after"])
