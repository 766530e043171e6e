"""What readers of days share: what they return, the names they know, and a little calendar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

Question = Literal["", "which_day", "am_or_pm"]

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("lunes monday", "martes tuesday", "miercoles wednesday", "jueves thursday",
         "viernes friday", "sabados? saturday", "domingos? sunday")
    )
    for name in names.split()
}  # fmt: skip
DAY_NAMES = "|".join(f"{name}s?" if name.endswith("day") else name for name in WEEKDAYS)
_OPEN = re.compile(
    r"\b(?:a partir|desde|despues|luego|from|after|starting|since)\W+(?:(?:del?|el|la|on|the|dia)\W+)*$"
)
_UNTIL = re.compile(
    r"\b(?:antes|hasta|before|until|till|by|maximo)\W+(?:(?:del?|el|la|que|on|the|dia)\W+)*$"
)
_BEFORE_IT = re.compile(
    r"\b(?:antes|before|despues|after)\W+(?:(?:del?|el|la|que|on|the|dia)\W+)*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What a text says of the day; both ends belong to it, an open end is None."""

    day_from: date | None = None
    day_to: date | None = None
    weekdays: tuple[int, ...] = ()
    """Only these (Monday is 0); empty means any."""
    question: Question = ""
    clock: time | None = None
    """The hour of an ISO moment."""
    soonest: bool = False


def single(day: date) -> Days:
    """Return a reading of one day."""
    return Days(day_from=day, day_to=day)


def bounded(match: re.Match[str], days: Days, today: date) -> Days:
    """Open a day at one end when the words before it say "from", "after", "until" or "before"."""
    lead = match.string[: match.start()]
    exclusive = timedelta(days=1 if _BEFORE_IT.search(lead) else 0)
    if _OPEN.search(lead) and days.day_from:
        return Days(day_from=days.day_from + exclusive)
    if _UNTIL.search(lead) and days.day_to:
        return Days(day_from=today, day_to=max(days.day_to - exclusive, today))
    return days


def coming(today: date, weekday: int, *, today_too: bool = False) -> date:
    """Return the next day of a weekday; today itself only when asked for."""
    ahead = (weekday - today.weekday()) % 7
    return today + timedelta(days=ahead if ahead or today_too else 7)


def date_of(year: int, month: int, day: int) -> date | None:
    """Return a date, or None when there is none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def months_from(today: date, count: int) -> Iterator[date]:
    """Yield the first of this month and of those that follow."""
    month = today.replace(day=1)
    for _ in range(count):
        yield month
        month = month_after(month)


def weekday_of(name: str) -> int:
    """Return the number of a weekday's name; Monday is 0."""
    for known, number in WEEKDAYS.items():
        if name.removesuffix("s") == known.removesuffix("s?").removesuffix("s"):
            return number
    raise ValueError(name)


def month_after(first: date) -> date:
    """Return the first of the month after."""
    return (first + timedelta(days=32)).replace(day=1)
