"""Which times are free: pure functions of a company, a treatment and what is busy already."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice, repeat

from agenda.appointment import Slot
from agenda.opening import Stretch, common, company_spans, joined, staff_spans, stretches
from tenants.ids import CompanyId
from tenants.offer import StaffMember, Treatment
from tenants.tenant import Tenant

FINEST = timedelta(minutes=5)
ID_LETTERS = 20  # of sixteen each

BusyTimes = Mapping[str, Sequence[Stretch]]
"""What is taken, buffers included, by id of staff member or resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for: starts in [after, before)."""

    treatment: Treatment
    after: datetime
    before: datetime
    staff_id: str = ""
    each_start_once: bool = False
    """One slot a start: of those who are free then, the first in the company's order."""


def slot_id_of(company: CompanyId, treatment_id: str, staff_id: str, start: datetime) -> str:
    """Name a slot by what it is: the same time has the same id in every search."""
    return _slot_id(f"{company}/{treatment_id}/{staff_id}", int(start.timestamp()))


def _slot_id(of: str, start: int) -> str:
    return hashlib.sha256(f"{of}/{start}".encode()).hexdigest()[:ID_LETTERS]


def length_of(treatment: Treatment) -> timedelta:
    """Return how long a treatment takes; one without a duration takes the shortest time there is."""
    return max(treatment.duration, FINEST)


def able_staff(tenant: Tenant, treatment: Treatment, staff_id: str = "") -> list[StaffMember]:
    """Return who may do a treatment, in the company's order; only the one asked for, if any."""
    return [
        member
        for member in tenant.staff
        if (not treatment.staff or member.id in treatment.staff)
        and (not staff_id or member.id == staff_id)
    ]


def occupied(treatment: Treatment, start: datetime) -> Stretch:
    """Return what an appointment takes from staff and resources: itself and its buffers.

    A buffer may reach past closing time; it never meets another appointment's.
    """
    at = int(start.timestamp())
    after = length_of(treatment) + treatment.buffer_after
    return at - int(treatment.buffer_before.total_seconds()), at + int(after.total_seconds())


def bounds(tenant: Tenant, now: datetime, after: datetime, before: datetime) -> Stretch:
    """Narrow a search to the company's notice and horizon; it may become empty.

    The horizon ends with its last day.
    """
    today = now.astimezone(tenant.zone).date()
    beyond = datetime.combine(
        today + timedelta(days=tenant.agenda.horizon_days + 1), time(), tenant.zone
    )
    earliest = max(after, now + tenant.agenda.minimum_notice)
    # A start that is a fraction of a second too early is too early.
    first = int(earliest.timestamp()) + (1 if earliest.microsecond else 0)
    return first, int(min(before, beyond).timestamp())


def _days(tenant: Tenant, window: Stretch) -> Iterator[date]:
    day = datetime.fromtimestamp(window[0], tenant.zone).date()
    last = datetime.fromtimestamp(window[1] - 1, tenant.zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _gaps(around: Stretch, busy: Sequence[Stretch], ends: Sequence[int]) -> Iterator[Stretch]:
    """Cut what is busy out of a stretch; `busy` is sorted and joined, `ends` are its ends."""
    at, end = around
    for index in range(bisect_right(ends, at), len(busy)):
        taken_from, taken_to = busy[index]
        if taken_from >= end:
            break
        if taken_from > at:
            yield at, taken_from
        at = taken_to
    if at < end:
        yield at, end


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """What a treatment needs, in seconds."""

    before: int
    length: int
    after: int
    step: int

    def starts(
        self, grid: int, work: Stretch, busy: Sequence[Stretch], ends: Sequence[int]
    ) -> Iterator[range]:
        """Yield the starts in a stretch of work, on the grid that begins when the company opens.

        The treatment lies inside the stretch; its buffers may reach past it, never into a busy time.
        """
        around = work[0] - self.before, work[1] + self.after
        for gap in _gaps(around, busy, ends):
            first = max(gap[0] + self.before, work[0])
            last = min(gap[1] - self.after, work[1]) - self.length
            first = grid + -(-(first - grid) // self.step) * self.step
            if first <= last:
                yield range(first, last + 1, self.step)


def free_starts(
    tenant: Tenant, search: Search, *, now: datetime, busy: BusyTimes
) -> Iterator[tuple[int, str]]:
    """Yield free starts (seconds since 1970) with the staff member's id, earliest first."""
    window = bounds(tenant, now, search.after, search.before)
    if window[0] >= window[1]:
        return
    treatment = search.treatment
    fit = _Fit(
        before=int(treatment.buffer_before.total_seconds()),
        length=int(length_of(treatment).total_seconds()),
        after=int(treatment.buffer_after.total_seconds()),
        step=int(max(tenant.agenda.granularity, FINEST).total_seconds()),
    )
    staff = able_staff(tenant, treatment, search.staff_id)
    taken = [_taken(busy, (member.id, *treatment.resources)) for member in staff]
    for day in _days(tenant, window):
        opening = stretches(tenant, day, company_spans(tenant, day))
        if not opening:
            continue
        found: list[tuple[int, int]] = []
        for order, member in enumerate(staff):
            for opened, work in _work(tenant, member, day, opening):
                for starts in fit.starts(opened[0], work, *taken[order]):
                    found += zip(starts, repeat(order), strict=False)
        if search.each_start_once:
            # Later pairs win in a dict: the first member of the staff comes last.
            found = list(dict(reversed(found)).items())
        found.sort()
        for start, order in found:
            if window[0] <= start < window[1]:
                yield start, staff[order].id


def free_slots(
    tenant: Tenant, search: Search, *, now: datetime, busy: BusyTimes, limit: int
) -> list[Slot]:
    """Return the first free slots, earliest first; at one start, in the company's order of staff."""
    zone, treatment = tenant.zone, search.treatment
    length = int(length_of(treatment).total_seconds())
    named = f"{tenant.company_id}/{treatment.id}"
    moment = datetime.fromtimestamp
    return [
        Slot(
            slot_id=_slot_id(f"{named}/{staff_id}", start),
            treatment_id=treatment.id,
            staff_id=staff_id,
            start=moment(start, zone),
            # By the seconds that pass, whatever the clocks do meanwhile.
            end=moment(start + length, zone),
        )
        for start, staff_id in islice(free_starts(tenant, search, now=now, busy=busy), limit)
    ]


def _work(
    tenant: Tenant, member: StaffMember, day: date, opening: list[Stretch]
) -> Iterator[tuple[Stretch, Stretch]]:
    """Yield each stretch that a member works, with the company's opening around it."""
    own = (
        opening
        if member.hours is None
        else stretches(tenant, day, staff_spans(tenant, member, day))
    )
    for opened in opening:
        for work in common([opened], own):
            yield opened, work


def _taken(busy: BusyTimes, names: Iterable[str]) -> tuple[list[Stretch], list[int]]:
    """Return what is busy for any of them, and where each piece ends."""
    all_of_it = joined(sorted(one for name in names for one in busy.get(name, ())))
    return all_of_it, [end for _, end in all_of_it]
