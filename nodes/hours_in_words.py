"""A clinic's week as one line of text: `Monday to Friday 08:00-18:00; Saturday 09:00-13:00; Sunday closed`."""

from datetime import date
from itertools import groupby

from tenants.hours import WEEKDAYS, Hours, Span, Weekday


def hours_in_words(hours: Hours, today: date, days_ahead: int = 30) -> str:
    """Return the week and the days of the coming month that differ from it; empty when none is known."""
    if not hours.week:
        return ""
    runs = groupby(WEEKDAYS, key=lambda day: _spans(hours.week.get(day, ())))
    week = "; ".join(f"{_days(list(days))} {spans}" for spans, days in runs)
    coming = [one for one in hours.special_days if 0 <= (one.day - today).days <= days_ahead]
    special = "".join(
        f"; {one.day.isoformat()} {_spans(one.spans)}{f' ({one.reason})' if one.reason else ''}"
        for one in sorted(coming, key=lambda one: one.day)
    )
    return f"{week}{special}{'; closed on public holidays' if hours.closed_on_holidays else ''}"


def _days(days: list[Weekday]) -> str:
    first, last = days[0].capitalize(), days[-1].capitalize()
    return first if first == last else f"{first} to {last}"


def _spans(spans: tuple[Span, ...]) -> str:
    return " and ".join(f"{one.start:%H:%M}-{one.end:%H:%M}" for one in spans) or "closed"
