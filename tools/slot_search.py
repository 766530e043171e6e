"""Find what to offer for a wish: what was asked, or the nearest to it, and why not the very thing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol

from agenda.agenda import Agenda
from agenda.appointment import Slot
from agenda.choosing import choose, choose_near, fits, fits_day
from agenda.dates_in_words import When
from agenda.hours_in_words import CLINIC_DAY, Opening
from agenda.opening import company_spans, why_closed
from agenda.visits import Visitor
from integrations.clock import Clock
from tenants.offer import Treatment
from tenants.tenant import Tenant

Note = Literal[
    "", "past", "closed", "holiday", "full", "too_soon", "too_far", "unclear", "too_close",
    "visit_first", "own_time",
]  # fmt: skip

SHOWN = 6
READ = 600  # starts: two weeks by the half hour and more
SOON = timedelta(days=14)  # how far "as soon as possible" or a mere hour looks
NEAR = timedelta(days=14)  # how far around a day the nearest slots are looked for


class Counter(Protocol):
    """Where times are looked for: a desk, or the clinic's own staff."""

    @property
    def tenant(self) -> Tenant:
        """The company."""
        ...

    @property
    def agenda(self) -> Agenda:
        """Its agenda."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock that decides what is past."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What to offer, in the order to show it."""

    slots: Sequence[Slot]
    exact: bool
    note: Note


def opening_of(tenant: Tenant) -> Opening:
    """Return the company's earliest opening and latest closing in a week."""
    spans = [span for day in tenant.hours.week.values() for span in day]
    if not spans:
        return CLINIC_DAY
    return min(span.start for span in spans), max(span.end for span in spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotSearch:
    """What to look for beside the time."""

    treatment: Treatment
    staff_id: str = ""
    visitor: Visitor | None = None
    """Who comes; None leaves the rules between visits aside."""


async def search(desk: Counter, wanted: SlotSearch, when: When) -> Found:
    """Return slots that fit the wish, else the nearest ones with the reason."""
    now = desk.clock().astimezone(desk.tenant.zone)
    past = _is_past(when, now)
    if not past:
        slots = await _read(desk, wanted, *_window(when, now, desk.tenant))
        if any(fits(when, slot) for slot in slots):
            return Found(slots=choose(slots, when, SHOWN), exact=True, note="")
    note: Note = "past" if past else _why(desk.tenant, when, now)
    if note == "full":
        note = await _rule(desk, wanted, when) or note
    wish = replace(when, day_from=None, day_to=None) if past else when
    around = _around(when, now, desk.tenant, past=past)
    near = choose_near(await _read(desk, wanted, *around), wish, SHOWN)
    if not near:
        horizon = now + timedelta(days=desk.tenant.agenda.horizon_days + 1)
        near = choose_near(await _read(desk, wanted, now, horizon), wish, SHOWN)
    return Found(slots=near, exact=False, note=note)


async def _read(
    desk: Counter, wanted: SlotSearch, after: datetime, before: datetime
) -> Sequence[Slot]:
    return await desk.agenda.free_slots(
        wanted.treatment.id,
        after,
        before,
        staff_id=wanted.staff_id,
        limit=READ,
        each_start_once=True,
        visitor=wanted.visitor,
    )


def _start_of(day: date, tenant: Tenant) -> datetime:
    return datetime.combine(day, time(), tenant.zone)


def _window(when: When, now: datetime, tenant: Tenant) -> tuple[datetime, datetime]:
    """Return where slots that fit can be."""
    if when.day_from is None:
        return now, now + SOON
    after = max(_start_of(when.day_from, tenant), now)
    if when.day_to is None:
        return after, after + SOON
    return after, _start_of(when.day_to + timedelta(days=1), tenant)


def _around(when: When, now: datetime, tenant: Tenant, *, past: bool) -> tuple[datetime, datetime]:
    """Return where the nearest slots are looked for; past the horizon, at its end."""
    asked = now.date() if past or when.day_from is None else when.day_from
    last = now.date() + timedelta(days=tenant.agenda.horizon_days)
    middle = min(max(asked, now.date()), last)
    before = _start_of(middle, tenant) + NEAR
    after = middle - timedelta(days=3 if middle < last else NEAR.days)
    return max(_start_of(after, tenant), now), before


def _is_past(when: When, now: datetime) -> bool:
    if when.day_to is not None and when.day_to < now.date():
        return True
    only_today = when.day_from == when.day_to == now.date()
    return only_today and when.at is not None and when.at <= now.time()


def _why(tenant: Tenant, when: When, now: datetime) -> Note:
    """Say why nothing fits."""
    if when.day_from is None:
        return "full"
    last = now.date() + timedelta(days=tenant.agenda.horizon_days)
    if when.day_from > last:
        return "too_far"
    end = min(when.day_to or when.day_from + SOON, last)
    days = [
        day
        for ahead in range((end - when.day_from).days + 1)
        if fits_day(when, day := when.day_from + timedelta(days=ahead))
    ]
    reasons = [why_closed(tenant, day) for day in days]
    if reasons and all(reasons):
        return "holiday" if all(one == "holiday" for one in reasons) else "closed"
    if when.at is not None and not any(_open_at(tenant, day, when.at) for day in days):
        return "closed"
    soon = now + tenant.agenda.minimum_notice
    return "too_soon" if _ends_before(when, soon) else "full"


async def _rule(desk: Counter, wanted: SlotSearch, when: When) -> Note:
    """Say which rule between visits excludes every day that was asked for, if one does."""
    if wanted.visitor is None or when.day_from is None:
        return ""
    last = when.day_to or when.day_from
    terms = await desk.agenda.terms(wanted.treatment.id, wanted.visitor)
    if terms.needed(_start_of(last + timedelta(days=1), desk.tenant)):
        return "visit_first"
    if when.at and terms.own_time(datetime.combine(when.day_from, when.at, desk.tenant.zone)):
        return "own_time"
    return "too_close" if terms.next_day(when.day_from) > last else ""


def _open_at(tenant: Tenant, day: date, at: time) -> bool:
    return any(span.start <= at < span.end for span in company_spans(tenant, day))


def _ends_before(when: When, moment: datetime) -> bool:
    """Say whether all that was asked for lies before a moment."""
    if when.day_to is None or when.day_to > moment.date():
        return False
    latest = (
        when.at or when.latest or {"morning": time(12), "afternoon": time(18)}.get(when.part or "")
    )
    return when.day_to < moment.date() or (latest is not None and latest <= moment.time())
