"""Taking a time: a hold that nobody else has, checked again, then an event on the calendar.

Whoever commits a time holds it, so a hold is also the lock of its commit.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agenda.appointment import Appointment, Slot
from agenda.calendar import Calendar, Event
from agenda.errors import (
    AgendaError,
    CalendarAwayError,
    SlotTakenError,
    UnknownTreatmentError,
)
from agenda.holds import Holds
from agenda.opening import Stretch
from agenda.slots import BusyTimes, Search, free_slots, length_of, occupied
from agenda.unfinished import Unfinished
from integrations.clock import Clock
from tenants.ids import UserId
from tenants.offer import Treatment
from tenants.tenant import Tenant

COMMIT = timedelta(minutes=1)  # the shortest hold under which a commit is safe
LATE_OFFER = timedelta(minutes=30)  # how far into the notice an offer may be taken up


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A slot with whom, what and how long it occupies."""

    slot: Slot
    treatment: Treatment
    names: tuple[str, ...]
    time: Stretch


class Claims:
    """One company's times, as patients compete for them."""

    def __init__(
        self,
        tenant: Tenant,
        clock: Clock,
        calendar: Calendar,
        holds: Holds,
        unfinished: Unfinished,
    ) -> None:
        self._tenant = tenant
        self._clock = clock
        self._calendar = calendar
        self._holds = holds
        self._unfinished = unfinished

    def bookable(self, treatment_id: str) -> Treatment:
        """Return a treatment that can be booked; UnknownTreatmentError."""
        treatment = self._tenant.treatment(treatment_id)
        if treatment is None or not treatment.bookable:
            raise UnknownTreatmentError(treatment_id)
        return treatment

    def claim(self, slot: Slot, treatment: Treatment) -> Claim:
        """Return what a slot would take, as long as the treatment lasts for whoever comes."""
        lasting = slot.start.timestamp() + length_of(treatment).total_seconds()
        return Claim(
            slot=replace(slot, end=datetime.fromtimestamp(lasting, slot.start.tzinfo)),
            treatment=treatment,
            names=(slot.staff_id, *treatment.resources),
            time=occupied(treatment, slot.start),
        )

    async def busy(
        self,
        names: Sequence[str],
        window: Stretch,
        treatment: Treatment,
        *,
        but: UserId | None = None,
        given_up: str = "",
    ) -> BusyTimes:
        """Return what the calendar and the holds of others take around the starts of a window.

        `given_up` is an event whose time counts as free.
        """
        zone = self._tenant.zone
        reach = length_of(treatment) + treatment.buffer_after
        after = datetime.fromtimestamp(window[0], zone) - treatment.buffer_before
        before = datetime.fromtimestamp(window[1], zone) + reach
        kept, live = await asyncio.gather(
            self._calendar.busy(names, after, before), self._holds.live()
        )
        busy = {name: list(kept.get(name, ())) for name in names}
        for user, hold in live.items():
            for name in hold.names:
                if name in busy and user != but:
                    busy[name].append(hold.time)
        if given_up and (event := await self._calendar.find(given_up)):
            own = int(event.start.timestamp()), int(event.end.timestamp())
            for name in {*event.names} & {*busy}:
                busy[name] = [one for one in busy[name] if one != own]
        return busy

    async def take(
        self, user: UserId, claim: Claim, length: timedelta, *, instead_of: str = ""
    ) -> None:
        """Hold a time and check it once more; SlotTakenError, and nothing is held then."""
        slot = claim.slot
        if not await self._holds.take(user, slot.slot_id, claim.names, claim.time, length):
            raise SlotTakenError(slot.slot_id)
        try:
            free = await self._still_free(user, claim, instead_of)
        except CalendarAwayError:
            await self._holds.release(user)
            raise
        if not free:
            await self._holds.release(user)
            raise SlotTakenError(slot.slot_id)

    async def _still_free(self, user: UserId, claim: Claim, instead_of: str) -> bool:
        """Compute the slot again: the calendar, the hours or the staff may have changed since."""
        slot, start = claim.slot, int(claim.slot.start.timestamp())
        busy = await self.busy(
            claim.names, (start, start + 1), claim.treatment, but=user, given_up=instead_of
        )
        search = Search(
            treatment=claim.treatment,
            after=slot.start,
            before=slot.start + timedelta(seconds=1),
            staff_id=slot.staff_id,
        )
        rules = self._tenant.agenda
        lenient = self._clock() - min(LATE_OFFER + rules.hold, rules.minimum_notice)
        found = free_slots(self._tenant, search, now=lenient, busy=busy, limit=1)
        return [one.slot_id for one in found] == [slot.slot_id]

    async def enter(
        self,
        user: UserId,
        claim: Claim,
        event_id: str,
        appointment: Appointment,
        *,
        instead_of: str = "",
    ) -> None:
        """Enter an appointment under a hold; SlotTakenError, EventIdUsedError, CalendarAwayError.

        It is noted before, so that no crash can leave the event alone; whoever records the
        appointment crosses the note out.
        """
        length = max(self._tenant.agenda.hold, COMMIT)
        await self.take(user, claim, length, instead_of=instead_of)
        event = Event(
            event_id=event_id,
            names=claim.names,
            start=datetime.fromtimestamp(claim.time[0], self._tenant.zone),
            end=datetime.fromtimestamp(claim.time[1], self._tenant.zone),
            appointment=appointment,
        )
        await self._unfinished.begin(event_id, appointment.appointment_id)
        try:
            await self._calendar.insert(event, instead_of=instead_of)
        except CalendarAwayError:
            # It may have come there all the same; the patient is told that it did not.
            await self._unfinished.begin(event_id, appointment.appointment_id, unwanted=True)
            await self._holds.release(user)
            raise
        except SlotTakenError:
            # Perhaps by the same wish at the same moment: the note stays until that is settled.
            await self._holds.release(user)
            raise
        except AgendaError:
            await self._unfinished.end(event_id)
            await self._holds.release(user)
            raise

    async def remove(self, event_id: str, appointment_id: str) -> bool:
        """Remove an event, now or as soon as the calendar answers; False when it must wait."""
        try:
            await self._calendar.delete(event_id)
        except CalendarAwayError:
            await self._unfinished.begin(event_id, appointment_id)
            return False
        await self._unfinished.end(event_id)
        return True
