"""An agenda of a company that never has time, for tests that book nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

from agenda.agenda import Narrowing
from agenda.appointment import Appointment, Patient, Slot
from agenda.errors import UnknownAppointmentError, UnknownSlotError, UnknownTreatmentError
from agenda.visits import Terms, Visitor
from tenants.ids import UserId


class ClosedAgenda:
    """Offer nothing and know nothing."""

    async def free_slots(
        self,
        treatment_id: str,
        after: datetime,
        before: datetime,
        **narrowed: Unpack[Narrowing],
    ) -> Sequence[Slot]:
        return []

    async def terms(self, treatment_id: str, visitor: Visitor) -> Terms:
        raise UnknownTreatmentError(treatment_id)

    async def hold(self, user: UserId, slot_id: str, visitor: Visitor | None = None) -> Slot:
        raise UnknownSlotError(slot_id)

    async def release(self, user: UserId) -> None:
        return None

    async def book(self, user: UserId, slot_id: str, patient: Patient) -> Appointment:
        raise UnknownSlotError(slot_id)

    async def appointments_of(self, user: UserId) -> Sequence[Appointment]:
        return []

    async def move(self, user: UserId, appointment_id: str, slot_id: str) -> Appointment:
        raise UnknownAppointmentError(appointment_id)

    async def cancel(self, user: UserId, appointment_id: str) -> Appointment:
        raise UnknownAppointmentError(appointment_id)

    async def correct(
        self, user: UserId, appointment_id: str = "", *, name: str = "", phone: str = ""
    ) -> Sequence[Appointment]:
        raise UnknownAppointmentError(appointment_id)

    async def wait_for_earlier(
        self, user: UserId, appointment_id: str, *, stop: bool = False
    ) -> Appointment:
        raise UnknownAppointmentError(appointment_id)
