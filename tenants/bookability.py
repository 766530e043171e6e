"""Which treatments could never be booked because nobody has the hours for them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from tenants.hours import WEEKDAYS, Hours, Span
from tenants.offer import StaffMember, Treatment
from tenants.tenant import Tenant

_DAY = date(2000, 1, 3)  # Any day: only the length of a span matters.


def unbookable(tenant: Tenant) -> Sequence[str]:
    """Return the ids of bookable treatments that fit into no working time of anyone who does them."""
    return [
        treatment.id
        for treatment in tenant.treatments
        if treatment.bookable
        and not any(_fits(tenant.hours, treatment, one) for one in _who(tenant, treatment))
    ]


def _who(tenant: Tenant, treatment: Treatment) -> Sequence[StaffMember]:
    if not treatment.staff:
        return tenant.staff
    return [member for member in tenant.staff if member.id in treatment.staff]


def _fits(open_hours: Hours, treatment: Treatment, member: StaffMember) -> bool:
    needed = treatment.buffer_before + treatment.duration + treatment.buffer_after
    own = member.hours or open_hours
    return any(
        _common(opened, worked) >= needed
        for day in WEEKDAYS
        for opened in open_hours.week.get(day, ())
        for worked in own.week.get(day, ())
    )


def _common(one: Span, other: Span) -> timedelta:
    return _at(min(one.end, other.end)) - _at(max(one.start, other.start))


def _at(moment: time) -> datetime:
    return datetime.combine(_DAY, moment)
