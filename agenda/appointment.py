"""The nouns of the agenda: slots that are offered, appointments that are kept."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

Status = Literal["booked", "cancelled", "no_show"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time that can be kept, with who keeps it. Its id is derived from company, treatment, staff and start."""

    slot_id: str
    treatment_id: str
    staff_id: str
    start: datetime
    """Aware, in the company's zone."""
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Who comes."""

    name: str
    phone: str
    """E.164, or empty when the patient gave none."""
    notes: str = ""
    conversation_id: int = 0
    """Where they wrote: Chatwoot's display id, 0 when they did not book by chat."""
    channel: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """An appointment as the calendar has it."""

    appointment_id: str
    slot_id: str
    user_id: str
    treatment_id: str
    staff_id: str
    start: datetime
    end: datetime
    patient: Patient
    status: Status
    created_at: datetime
    confirmed: bool = False
    """The patient said, after a reminder, that they come."""

    def moved_to(self, slot: Slot) -> "Appointment":
        """Return the same visit at another time; whoever said they come meant the old one."""
        return replace(
            self,
            slot_id=slot.slot_id,
            staff_id=slot.staff_id,
            start=slot.start,
            end=slot.end,
            confirmed=False,
        )


def booked_in(
    slot: Slot, *, appointment_id: str, user_id: str, patient: Patient, created_at: datetime
) -> Appointment:
    """Return a slot as the appointment of whoever comes then."""
    return Appointment(
        appointment_id=appointment_id,
        slot_id=slot.slot_id,
        user_id=user_id,
        treatment_id=slot.treatment_id,
        staff_id=slot.staff_id,
        start=slot.start,
        end=slot.end,
        patient=patient,
        status="booked",
        created_at=created_at,
    )
