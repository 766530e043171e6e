"""When a clinic or a member of its staff works."""

from datetime import date, time
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip


class Span(BaseModel):
    """Open from `start` to `end` on one day, in the company's zone; never past midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: time
    end: time

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("times are the clinic's own: they carry no zone")
        if self.end <= self.start:
            raise ValueError("`end` must be later than `start`")
        return self


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    ordered = tuple(sorted(spans, key=lambda span: span.start))
    if any(second.start < first.end for first, second in pairwise(ordered)):
        raise ValueError("spans of one day must not overlap")
    return ordered


DaySpans = Annotated[tuple[Span, ...], AfterValidator(_in_order)]
"""Earliest first, never overlapping."""


class SpecialDay(BaseModel):
    """A day that differs from its weekday: no spans means closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    spans: DaySpans = ()
    reason: str = ""


class Hours(BaseModel):
    """A week of spans by weekday (Monday is absent: closed on Mondays) and the days that differ."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    week: dict[Weekday, DaySpans] = Field(default_factory=dict)
    special_days: tuple[SpecialDay, ...] = ()
    closed_on_holidays: bool = True
    """Public holidays of the company's country; a special day wins over a holiday."""
