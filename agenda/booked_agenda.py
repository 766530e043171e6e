"""The rules of booking, over any calendar: offer, hold, check again, keep, move, cancel.

Every step may be repeated after a crash: ids are derived from the slot, and a finished step is
recognised.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Unpack

from agenda.agenda import Narrowing
from agenda.appointment import Appointment, Patient, Slot, booked_in
from agenda.calendar import Calendar, Event
from agenda.claims import Claims
from agenda.corrections import Corrections
from agenda.errors import (
    EventIdUsedError,
    SlotTakenError,
    TooLateError,
    UnknownAppointmentError,
    UnknownSlotError,
)
from agenda.event_ids import event_id_of
from agenda.free_times import FreeTimes
from agenda.holds import Holds
from agenda.ledger import Entry, Ledger
from agenda.offered_slots import OfferedSlots
from agenda.unfinished import Unfinished
from agenda.visits import Terms, Visitor
from integrations.clock import Clock
from tenants.ids import UserId
from tenants.tenant import Tenant


class BookedAgenda:
    """One company's agenda on a calendar; implements `agenda.agenda.Agenda`."""

    def __init__(
        self,
        tenant: Tenant,
        clock: Clock,
        *,
        calendar: Calendar,
        offered: OfferedSlots,
        holds: Holds,
        ledger: Ledger,
        unfinished: Unfinished,
    ) -> None:
        self._tenant = tenant
        self._clock = clock
        self._calendar = calendar
        self._offered = offered
        self._holds = holds
        self._ledger = ledger
        self._unfinished = unfinished
        self._claims = Claims(tenant, clock, calendar, holds, unfinished)
        self._corrections = Corrections(calendar, ledger)
        self._times = FreeTimes(tenant, clock, self._claims, ledger)

    async def free_slots(
        self,
        treatment_id: str,
        after: datetime,
        before: datetime,
        **narrowed: Unpack[Narrowing],
    ) -> Sequence[Slot]:
        """Return free slots, earliest first, and remember them as offered; UnknownTreatmentError."""
        slots = await self.look(treatment_id, after, before, **narrowed)
        await self._offered.remember(slots)
        return slots

    async def look(
        self,
        treatment_id: str,
        after: datetime,
        before: datetime,
        **narrowed: Unpack[Narrowing],
    ) -> Sequence[Slot]:
        """Return free slots without offering them: nothing is written."""
        treatment = self._claims.bookable(treatment_id)
        return await self._times.look(treatment, after, before, **narrowed)

    async def recall(self, slot_id: str) -> Slot | None:
        """Return a slot that was offered, or None."""
        return await self._offered.recall(slot_id)

    async def terms(self, treatment_id: str, visitor: Visitor) -> Terms:
        """Return what the rules between visits say of a person; UnknownTreatmentError."""
        return await self._times.terms(self._claims.bookable(treatment_id), visitor)

    async def hold(self, user: UserId, slot_id: str, visitor: Visitor | None = None) -> Slot:
        """Keep an offered slot for some minutes.

        Raises UnknownSlotError, SlotTakenError, TooCloseError, VisitNeededError.
        """
        claim = await self._times.claim(await self._recalled(slot_id), visitor)
        own = await self._times.given_up(visitor)
        await self._claims.take(
            user, claim, self._tenant.agenda.hold, instead_of=own.event_id if own else ""
        )
        return claim.slot

    async def release(self, user: UserId) -> None:
        """Let go of whatever a patient holds."""
        await self._holds.release(user)

    async def book(
        self, user: UserId, slot_id: str, patient: Patient, *, exempt: bool = False
    ) -> Appointment:
        """Turn an offered slot into an appointment; again is the same.

        Raises UnknownSlotError, SlotTakenError, TooCloseError, VisitNeededError; the last two not
        for whom the clinic's staff made `exempt`.
        """
        event_id = await self._event_id(slot_id)
        if kept := await self._calendar.find(event_id):
            return await self._kept_before(user, kept)
        visitor = Visitor(user=user, name=patient.name, exempt=exempt)
        claim = await self._times.claim(await self._recalled(slot_id), visitor)
        appointment = booked_in(
            claim.slot,
            appointment_id=event_id,
            user_id=user,
            patient=patient,
            created_at=self._clock().astimezone(self._tenant.zone),
        )
        try:
            await self._claims.enter(user, claim, event_id, appointment)
        except EventIdUsedError:
            await self._ledger.use(slot_id)
            return await self.book(user, slot_id, patient, exempt=exempt)
        except SlotTakenError:
            kept = await self._calendar.find(event_id)
            if kept is None or kept.appointment.user_id != user:
                raise
            # The same wish at the same moment was faster.
            return await self._kept_before(user, kept)
        await self._ledger.enter(Entry(appointment=appointment, event_id=event_id))
        await self._unfinished.end(event_id)
        await self._holds.release(user)
        return appointment

    async def appointments_of(self, user: UserId) -> Sequence[Appointment]:
        """Return a patient's coming appointments, earliest first."""
        return [entry.appointment for entry in await self._ledger.coming(user)]

    async def move(
        self, user: UserId, appointment_id: str, slot_id: str, *, exempt: bool = False
    ) -> Appointment:
        """Move a patient's own appointment; again is the same.

        Raises UnknownAppointmentError, UnknownSlotError, SlotTakenError, TooLateError, TooCloseError,
        VisitNeededError.
        """
        entry = await self._own(user, appointment_id)
        old = entry.appointment
        if old.slot_id == slot_id:
            return (await self._left(entry)).appointment
        self._in_time(old)
        visitor = Visitor(user=user, name=old.patient.name, giving_up=appointment_id, exempt=exempt)
        claim = await self._times.claim(await self._recalled(slot_id), visitor)
        if claim.treatment.id != old.treatment_id:
            raise UnknownSlotError(slot_id)
        moved = old.moved_to(claim.slot)
        event_id = await self._event_id(slot_id)
        kept = await self._calendar.find(event_id)
        if kept is None:
            try:
                await self._claims.enter(user, claim, event_id, moved, instead_of=entry.event_id)
            except EventIdUsedError:
                await self._ledger.use(slot_id)
                return await self.move(user, appointment_id, slot_id, exempt=exempt)
        elif kept.appointment.appointment_id != appointment_id:
            raise SlotTakenError(slot_id)
        changed = Entry(appointment=moved, event_id=event_id, leaving=entry.event_id)
        if not await self._ledger.change(entry, changed, freed_slot=old.slot_id):
            changed = await self._overtaken(user, changed)
        await self._holds.release(user)
        settled = await self._left(changed)
        await self._unfinished.end(event_id)
        return settled.appointment

    async def cancel(self, user: UserId, appointment_id: str) -> Appointment:
        """Cancel a patient's own appointment; twice is once; UnknownAppointmentError, TooLateError."""
        entry = await self._ledger.find(user, appointment_id)
        if entry is None or entry.appointment.status == "no_show":
            raise UnknownAppointmentError(appointment_id)
        if entry.appointment.status == "booked":
            self._in_time(entry.appointment)
            await self._unfinished.begin(entry.event_id, appointment_id)
            cancelled = replace(entry, appointment=replace(entry.appointment, status="cancelled"))
            if not await self._ledger.change(
                entry, cancelled, freed_slot=entry.appointment.slot_id
            ):
                # Somebody was faster; what they left decides.
                return await self.cancel(user, appointment_id)
            entry = cancelled
        await self._claims.remove(entry.event_id, appointment_id)
        if entry.leaving:
            await self._claims.remove(entry.leaving, appointment_id)
        return entry.appointment

    async def correct(
        self, user: UserId, appointment_id: str = "", *, name: str = "", phone: str = ""
    ) -> Sequence[Appointment]:
        """Set name or phone right on the coming appointments; UnknownAppointmentError."""
        return await self._corrections.of_patient(user, appointment_id, name=name, phone=phone)

    async def wait_for_earlier(
        self, user: UserId, appointment_id: str, *, stop: bool = False
    ) -> Appointment:
        """Offer a patient's own appointment earlier times as they become free; UnknownAppointmentError."""
        entry = await self._own(user, appointment_id)
        await (self._ledger.wait_no_more if stop else self._ledger.wait)(appointment_id)
        return entry.appointment

    async def holds(self, user: UserId) -> bool:
        """Say whether a patient holds a time at this moment."""
        return user in await self._holds.live()

    def _in_time(self, appointment: Appointment) -> None:
        if appointment.start - self._clock() < self._tenant.agenda.cancel_notice:
            raise TooLateError(appointment.appointment_id)

    async def _recalled(self, slot_id: str) -> Slot:
        slot = await self._offered.recall(slot_id)
        if slot is None:
            raise UnknownSlotError(slot_id)
        return slot

    async def _event_id(self, slot_id: str) -> str:
        return event_id_of(self._tenant.company_id, slot_id, await self._ledger.uses(slot_id))

    async def _kept_before(self, user: UserId, event: Event) -> Appointment:
        """Finish a booking that a crash may have cut short; SlotTakenError when it is another's."""
        kept = event.appointment
        if kept.user_id != user:
            raise SlotTakenError(kept.slot_id)
        entry = await self._ledger.find(user, kept.appointment_id)
        if entry is None:
            entry = Entry(appointment=kept, event_id=event.event_id)
            await self._ledger.enter(entry)
            await self._unfinished.end(event.event_id)
        await self._holds.release(user)
        return entry.appointment

    async def _own(self, user: UserId, appointment_id: str) -> Entry:
        entry = await self._ledger.find(user, appointment_id)
        if entry is None or entry.appointment.status != "booked":
            raise UnknownAppointmentError(appointment_id)
        return entry

    async def _overtaken(self, user: UserId, wished: Entry) -> Entry:
        """Return what a faster change left if it is the same move; else give the new time back."""
        entry = await self._ledger.find(user, wished.appointment.appointment_id)
        if entry is not None and entry.event_id == wished.event_id:
            return entry
        await self._claims.remove(wished.event_id, wished.appointment.appointment_id)
        raise UnknownAppointmentError(wished.appointment.appointment_id)

    async def _left(self, entry: Entry) -> Entry:
        """Free the time that was moved away from, and note that it is done."""
        if not entry.leaving:
            return entry
        if not await self._claims.remove(entry.leaving, entry.appointment.appointment_id):
            return entry
        settled = replace(entry, leaving="")
        await self._ledger.change(entry, settled)
        return settled
