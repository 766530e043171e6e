"""The agenda as the tools see it: what is free, what is held, what is booked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypedDict, Unpack

from agenda.appointment import Appointment, Patient, Slot
from agenda.visits import Terms, Visitor
from tenants.ids import UserId


class Narrowing(TypedDict, total=False):
    """Which of the free slots are wanted; without a word, all."""

    staff_id: str
    limit: int
    each_start_once: bool
    """One member of the staff at each start."""
    visitor: Visitor | None
    """Who comes: only times that the rules between visits allow, and the time of the appointment
    that is given up counts as free."""


class Agenda(Protocol):
    """One company's agenda. Every patient sees and changes only what is theirs."""

    async def free_slots(
        self,
        treatment_id: str,
        after: datetime,
        before: datetime,
        **narrowed: Unpack[Narrowing],
    ) -> Sequence[Slot]:
        """Return free slots that start in [after, before), earliest first, and remember them as offered.

        Raises UnknownTreatmentError. Times outside notice and horizon are left out silently.
        """
        ...

    async def terms(self, treatment_id: str, visitor: Visitor) -> Terms:
        """Return what the rules between visits say of a person; UnknownTreatmentError."""
        ...

    async def hold(self, user: UserId, slot_id: str, visitor: Visitor | None = None) -> Slot:
        """Keep an offered slot for a patient for some minutes; their earlier hold is let go.

        Without a visitor the rules between visits are left to the booking.
        Raises UnknownSlotError, SlotTakenError, TooCloseError, VisitNeededError.
        """
        ...

    async def release(self, user: UserId) -> None:
        """Let go of whatever a patient holds."""
        ...

    async def book(self, user: UserId, slot_id: str, patient: Patient) -> Appointment:
        """Turn an offered slot into an appointment; booking the same slot again returns the same one.

        Raises UnknownSlotError, SlotTakenError, TooCloseError, VisitNeededError.
        """
        ...

    async def appointments_of(self, user: UserId) -> Sequence[Appointment]:
        """Return a patient's coming appointments, earliest first."""
        ...

    async def move(self, user: UserId, appointment_id: str, slot_id: str) -> Appointment:
        """Move a patient's own appointment to an offered slot: the new time is kept before the old is freed.

        Raises UnknownAppointmentError, UnknownSlotError, SlotTakenError, TooLateError, TooCloseError,
        VisitNeededError.
        """
        ...

    async def cancel(self, user: UserId, appointment_id: str) -> Appointment:
        """Cancel a patient's own appointment and free its time; twice is once.

        Raises UnknownAppointmentError, TooLateError.
        """
        ...

    async def correct(
        self, user: UserId, appointment_id: str = "", *, name: str = "", phone: str = ""
    ) -> Sequence[Appointment]:
        """Set name or phone right on a patient's own coming appointment, or on all; return those.

        Raises UnknownAppointmentError when the patient has no such appointment.
        """
        ...

    async def wait_for_earlier(
        self, user: UserId, appointment_id: str, *, stop: bool = False
    ) -> Appointment:
        """Note that a patient wants an earlier time for their own appointment, or no longer; twice is once.

        Raises UnknownAppointmentError.
        """
        ...
