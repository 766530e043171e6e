"""An agenda that reads the real one and only pretends to write: for replays and LangGraph Studio."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, Unpack

from agenda.agenda import Narrowing
from agenda.appointment import Appointment, Patient, Slot, booked_in
from agenda.errors import (
    SlotTakenError,
    TooLateError,
    UnknownAppointmentError,
    UnknownSlotError,
)
from agenda.visits import Terms, Visitor
from integrations.clock import Clock
from tenants.ids import UserId
from tenants.tenant import Tenant


class ReadableAgenda(Protocol):
    """What can be read of an agenda without a trace."""

    async def look(
        self,
        treatment_id: str,
        after: datetime,
        before: datetime,
        **narrowed: Unpack[Narrowing],
    ) -> Sequence[Slot]:
        """Return free slots without offering them."""
        ...

    async def terms(self, treatment_id: str, visitor: Visitor) -> Terms:
        """Return what the rules between visits say of a person."""
        ...

    async def recall(self, slot_id: str) -> Slot | None:
        """Return a slot that was offered, or None."""
        ...

    async def appointments_of(self, user: UserId) -> Sequence[Appointment]:
        """Return a patient's coming appointments, earliest first."""
        ...


class RehearsalAgenda:
    """Implements `agenda.agenda.Agenda`; what it books, moves and cancels ends with the object."""

    def __init__(self, real: ReadableAgenda, tenant: Tenant, clock: Clock) -> None:
        self._real = real
        self._tenant = tenant
        self._clock = clock
        self._offered: dict[str, Slot] = {}
        self._holders: dict[str, UserId] = {}
        self._kept: dict[str, Appointment] = {}

    async def free_slots(
        self,
        treatment_id: str,
        after: datetime,
        before: datetime,
        **narrowed: Unpack[Narrowing],
    ) -> Sequence[Slot]:
        """Return what is really free and not taken in this rehearsal."""
        slots = await self._real.look(treatment_id, after, before, **narrowed)
        free = [slot for slot in slots if not self._meets(slot)]
        self._offered.update({slot.slot_id: slot for slot in free})
        return free

    async def terms(self, treatment_id: str, visitor: Visitor) -> Terms:
        """Return what the rules say by the real visits alone."""
        return await self._real.terms(treatment_id, visitor)

    async def hold(self, user: UserId, slot_id: str, visitor: Visitor | None = None) -> Slot:
        """Pretend to hold an offered slot."""
        slot = await self._known(slot_id)
        if visitor is not None:
            (await self.terms(slot.treatment_id, visitor)).at(slot.start)
        if self._holders.get(slot_id, user) != user or self._meets(slot):
            raise SlotTakenError(slot_id)
        await self.release(user)
        self._holders[slot_id] = user
        return slot

    async def release(self, user: UserId) -> None:
        """Let go of what was held here."""
        self._holders = {slot: holder for slot, holder in self._holders.items() if holder != user}

    async def book(self, user: UserId, slot_id: str, patient: Patient) -> Appointment:
        """Pretend to book; the appointment is real to this rehearsal only."""
        appointment_id = f"rehearsal-{slot_id}"
        kept = self._kept.get(appointment_id)
        if kept is not None and kept.user_id == user and kept.status == "booked":
            return kept
        slot = await self.hold(user, slot_id, Visitor(user=user, name=patient.name))
        appointment = booked_in(
            slot,
            appointment_id=appointment_id,
            user_id=user,
            patient=patient,
            created_at=self._clock().astimezone(self._tenant.zone),
        )
        self._kept[appointment_id] = appointment
        await self.release(user)
        return appointment

    async def appointments_of(self, user: UserId) -> Sequence[Appointment]:
        """Return the real appointments as this rehearsal has changed them."""
        real = {one.appointment_id: one for one in await self._real.appointments_of(user)}
        both = {**real, **self._kept}
        mine = [one for one in both.values() if one.user_id == user and one.status == "booked"]
        return sorted(mine, key=lambda one: one.start)

    async def move(self, user: UserId, appointment_id: str, slot_id: str) -> Appointment:
        """Pretend to move a patient's own appointment."""
        old = await self._own(user, appointment_id)
        if old.slot_id == slot_id:
            return old
        self._in_time(old)
        visitor = Visitor(user=user, name=old.patient.name, giving_up=appointment_id)
        slot = await self.hold(user, slot_id, visitor)
        if slot.treatment_id != old.treatment_id:
            raise UnknownSlotError(slot_id)
        moved = old.moved_to(slot)
        self._kept[appointment_id] = moved
        await self.release(user)
        return moved

    async def cancel(self, user: UserId, appointment_id: str) -> Appointment:
        """Pretend to cancel a patient's own appointment."""
        kept = self._kept.get(appointment_id)
        if kept is not None and kept.user_id == user and kept.status == "cancelled":
            return kept
        old = await self._own(user, appointment_id)
        self._in_time(old)
        self._kept[appointment_id] = replace(old, status="cancelled")
        return self._kept[appointment_id]

    async def correct(
        self, user: UserId, appointment_id: str = "", *, name: str = "", phone: str = ""
    ) -> Sequence[Appointment]:
        """Pretend to correct name or phone."""
        coming = await self.appointments_of(user)
        meant = [one for one in coming if appointment_id in {"", one.appointment_id}]
        if not meant:
            raise UnknownAppointmentError(appointment_id)
        for one in meant:
            told = replace(
                one.patient, name=name or one.patient.name, phone=phone or one.patient.phone
            )
            self._kept[one.appointment_id] = replace(one, patient=told)
        return [self._kept[one.appointment_id] for one in meant]

    async def wait_for_earlier(
        self,
        user: UserId,
        appointment_id: str,
        *,
        stop: bool = False,  # noqa: ARG002 # Neither list exists in a rehearsal.
    ) -> Appointment:
        """Pretend to wait: nothing is offered in a rehearsal."""
        return await self._own(user, appointment_id)

    async def _known(self, slot_id: str) -> Slot:
        slot = self._offered.get(slot_id) or await self._real.recall(slot_id)
        if slot is None:
            raise UnknownSlotError(slot_id)
        return slot

    async def _own(self, user: UserId, appointment_id: str) -> Appointment:
        for appointment in await self.appointments_of(user):
            if appointment.appointment_id == appointment_id:
                return appointment
        raise UnknownAppointmentError(appointment_id)

    def _meets(self, slot: Slot) -> bool:
        return any(
            kept.status == "booked"
            and kept.staff_id == slot.staff_id
            and kept.start < slot.end
            and slot.start < kept.end
            for kept in self._kept.values()
        )

    def _in_time(self, appointment: Appointment) -> None:
        if appointment.start - self._clock() < self._tenant.agenda.cancel_notice:
            raise TooLateError(appointment.appointment_id)
