"""Which treatments could never be booked because nobody has the hours for them."""

from collections.abc import Sequence
from datetime import time, timedelta

from tenants.hours import Hours
from tenants.offer import StaffMember, Treatment
from tenants.tenant import Tenant


def unbookable(tenant: Tenant) -> Sequence[str]:
    """Return the ids of bookable treatments that fit into no working time of anyone who does them."""
    longest = {member.id: _longest(tenant.hours, member) for member in tenant.staff}
    return [
        treatment.id
        for treatment in tenant.treatments
        if treatment.bookable
        and _needed(treatment)
        > max((longest[one] for one in treatment.staff or longest), default=timedelta(0))
    ]


def _needed(treatment: Treatment) -> timedelta:
    longest = max(treatment.duration, treatment.first_visit_duration)
    return treatment.buffer_before + longest + treatment.buffer_after


def _longest(open_hours: Hours, member: StaffMember) -> timedelta:
    """Return the longest stretch in which the clinic is open and the person works."""
    own = member.hours or open_hours
    stretches = {
        (max(opened.start, worked.start), min(opened.end, worked.end))
        for day, spans in own.week.items()
        for worked in spans
        for opened in open_hours.week.get(day, ())
    }
    return max((_at(end) - _at(start) for start, end in stretches), default=timedelta(0))


def _at(moment: time) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
