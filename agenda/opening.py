"""When a company and its staff are there: weeks, special days, public holidays, breaks."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from tenants.hours import WEEKDAYS, Hours, Span, SpecialDay
from tenants.offer import StaffMember
from tenants.tenant import Tenant

Closed = Literal["", "closed", "holiday"]
Stretch = tuple[int, int]
"""From and to, in seconds since 1970, the end left out."""


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


def is_holiday(country: str, day: date) -> bool:
    """Say whether a day is a public holiday; a country that nobody knows has none."""
    return day in _holidays(country, day.year)


def special_day(hours: Hours, day: date) -> SpecialDay | None:
    """Return what was said of that very day, or None."""
    return next((one for one in hours.special_days if one.day == day), None)


def company_spans(tenant: Tenant, day: date) -> tuple[Span, ...]:
    """Return when the company is open on a day, in its own zone: special day, holiday, week."""
    if special := special_day(tenant.hours, day):
        return special.spans
    if tenant.hours.closed_on_holidays and is_holiday(tenant.country, day):
        return ()
    return tenant.hours.week.get(WEEKDAYS[day.weekday()], ())


def staff_spans(tenant: Tenant, member: StaffMember, day: date) -> tuple[Span, ...]:
    """Return when a member of the staff works, the company's hours aside.

    A holiday on which the company opens by a special day is a working day for everybody
    whose own special days do not say otherwise.
    """
    if member.hours is None:
        return company_spans(tenant, day)
    if special := special_day(member.hours, day):
        return special.spans
    opened = special_day(tenant.hours, day) is not None
    if member.hours.closed_on_holidays and not opened and is_holiday(tenant.country, day):
        return ()
    return member.hours.week.get(WEEKDAYS[day.weekday()], ())


def why_closed(tenant: Tenant, day: date) -> Closed:
    """Say why nobody can come on a day; empty when the company is open."""
    if company_spans(tenant, day):
        return ""
    if special_day(tenant.hours, day) is None and is_holiday(tenant.country, day):
        # A Sunday that is a holiday is closed either way: the holiday is what people name.
        return "holiday"
    return "closed"


def stretches(tenant: Tenant, day: date, spans: Iterable[Span]) -> list[Stretch]:
    """Turn spans of a day into moments, sorted, touching ones joined; the zone decides about DST."""
    zone = tenant.zone
    found = sorted(
        (
            int(datetime.combine(day, span.start, zone).timestamp()),
            int(datetime.combine(day, span.end, zone).timestamp()),
        )
        for span in spans
    )
    return joined(found)


def joined(found: Iterable[Stretch]) -> list[Stretch]:
    """Join sorted stretches that touch or overlap; empty ones vanish."""
    result: list[Stretch] = []
    for start, end in found:
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def common(first: list[Stretch], second: list[Stretch]) -> list[Stretch]:
    """Return what two sorted lists of stretches share."""
    return [(max(a, c), min(b, d)) for a, b in first for c, d in second if max(a, c) < min(b, d)]
