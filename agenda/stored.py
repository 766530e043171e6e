"""How the agenda's nouns are written in Redis: JSON with moments as ISO text in UTC."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agenda.appointment import Appointment, Patient, Slot


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def slot_fields(slot: Slot) -> dict[str, Any]:
    """Return a slot as plain JSON."""
    return {
        "slot_id": slot.slot_id,
        "treatment_id": slot.treatment_id,
        "staff_id": slot.staff_id,
        "start": _moment(slot.start),
        "end": _moment(slot.end),
    }


def slot_from(fields: dict[str, Any], zone: ZoneInfo) -> Slot:
    """Return the slot that was stored, in the company's zone."""
    return Slot(
        slot_id=fields["slot_id"],
        treatment_id=fields["treatment_id"],
        staff_id=fields["staff_id"],
        start=datetime.fromisoformat(fields["start"]).astimezone(zone),
        end=datetime.fromisoformat(fields["end"]).astimezone(zone),
    )


def appointment_fields(appointment: Appointment) -> dict[str, Any]:
    """Return an appointment as plain JSON."""
    return {
        "appointment_id": appointment.appointment_id,
        "slot_id": appointment.slot_id,
        "user_id": appointment.user_id,
        "treatment_id": appointment.treatment_id,
        "staff_id": appointment.staff_id,
        "start": _moment(appointment.start),
        "end": _moment(appointment.end),
        "patient": {
            "name": appointment.patient.name,
            "phone": appointment.patient.phone,
            "notes": appointment.patient.notes,
            **_where(appointment.patient),
        },
        "status": appointment.status,
        "created_at": _moment(appointment.created_at),
        **({"confirmed": True} if appointment.confirmed else {}),
    }


def _where(patient: Patient) -> dict[str, Any]:
    """Return where a patient wrote; whoever did not write has none of it."""
    if not patient.conversation_id:
        return {}
    return {
        "conversation_id": patient.conversation_id,
        "channel": patient.channel,
        "language": patient.language,
    }


def appointment_from(fields: dict[str, Any], zone: ZoneInfo) -> Appointment:
    """Return the appointment that was stored, in the company's zone."""
    return Appointment(
        appointment_id=fields["appointment_id"],
        slot_id=fields["slot_id"],
        user_id=fields["user_id"],
        treatment_id=fields["treatment_id"],
        staff_id=fields["staff_id"],
        start=datetime.fromisoformat(fields["start"]).astimezone(zone),
        end=datetime.fromisoformat(fields["end"]).astimezone(zone),
        patient=Patient(**fields["patient"]),
        status=fields["status"],
        created_at=datetime.fromisoformat(fields["created_at"]).astimezone(zone),
        confirmed=bool(fields.get("confirmed")),
    )


def text_of(fields: dict[str, Any]) -> str:
    """Return fields as compact JSON, always the same for the same fields."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
