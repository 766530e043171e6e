"""How an appointment is written as a Google event, and what other people's events mean to the agenda."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from agenda.appointment import Appointment
from agenda.calendar import Event
from agenda.opening import Stretch
from tenants.tenant import Language, Tenant

Fields = dict[str, Any]
OURS = "clinicdesk"
"""The private property that marks our events; its value is the company's id."""
PROPERTY = 1000  # characters; Google refuses a property of more than 1024

_SAYS: dict[Language, tuple[str, str, str, str]] = {
    "es": (
        "No asistió: ",
        "Teléfono",
        "Reservada por el asistente de citas.",
        "El paciente confirmó.",
    ),
    "en": ("No-show: ", "Phone", "Booked by the appointment assistant.", "The patient confirmed."),
    "pt": (
        "Não compareceu: ",
        "Telefone",
        "Reservada pelo assistente de agenda.",
        "O paciente confirmou.",
    ),
}
NEVER_BLOCK = frozenset({"birthday", "workingLocation"})
"""Kinds of events that say something about a day and take nothing of it."""


def body_of(tenant: Tenant, event: Event) -> Fields:
    """Return an event as Google stores it: the visit itself; its buffers are private properties."""
    appointment = event.appointment
    before, after = appointment.start - event.start, event.end - appointment.end
    return {
        "id": event.event_id,
        **words_of(tenant, appointment),
        "location": tenant.address,
        "start": _side(tenant, appointment.start),
        "end": _side(tenant, appointment.end),
        "status": "confirmed",
        "transparency": "opaque",
        "extendedProperties": {
            "private": {
                OURS: tenant.company_id,
                "appointment": appointment.appointment_id,
                "patient": appointment.user_id,
                "treatment": appointment.treatment_id,
                "slot": appointment.slot_id,
                "names": " ".join(event.names)[:PROPERTY],
                "before": str(int(before.total_seconds())),
                "after": str(int(after.total_seconds())),
            }
        },
    }


def words_of(tenant: Tenant, appointment: Appointment) -> Fields:
    """Return what people read of an appointment: the fields that change without its time."""
    absent, phone, by, confirmed = _SAYS[tenant.language]
    treatment = tenant.treatment(appointment.treatment_id)
    name = treatment.name if treatment else appointment.treatment_id
    patient = appointment.patient
    lines = [f"{phone}: {patient.phone}" if patient.phone else "", patient.notes, by]
    lines.append(confirmed if appointment.confirmed else "")
    mark = absent if appointment.status == "no_show" else ""
    return {
        "summary": f"{mark}{name}, {patient.name}",
        "description": "\n".join(line for line in lines if line),
    }


def is_ours(tenant: Tenant, fields: Fields) -> bool:
    """Say whether an event is one that this company's agenda wrote."""
    return private(fields).get(OURS) == tenant.company_id


def private(fields: Fields) -> dict[str, str]:
    """Return the private properties of an event."""
    found: dict[str, str] = fields.get("extendedProperties", {}).get("private", {})
    return found


def times_of(tenant: Tenant, fields: Fields) -> tuple[datetime, datetime]:
    """Return when an event begins and ends, in the company's zone."""
    return _moment(fields["start"], tenant.zone), _moment(fields["end"], tenant.zone)


def occupied_by(tenant: Tenant, fields: Fields) -> Stretch:
    """Return what an event takes, with its buffers when it is ours."""
    start, end = times_of(tenant, fields)
    told = private(fields) if is_ours(tenant, fields) else {}
    return (
        int(start.timestamp()) - _seconds(told.get("before")),
        int(end.timestamp()) + _seconds(told.get("after")),
    )


def blocks(fields: Fields, all_day: Literal["block", "ignore"]) -> bool:
    """Say whether nobody can be booked during an event.

    Google calls a new all-day event transparent and leaves it out of freeBusy; for a clinic it is
    an absence unless the company says otherwise.
    """
    if fields.get("status") == "cancelled" or fields.get("eventType") in NEVER_BLOCK:
        return False
    if _declined(fields):
        return False
    free = fields.get("transparency") == "transparent"
    whole_day = "date" in fields.get("start", {})
    return not free or (whole_day and all_day == "block")


def taken(
    tenant: Tenant, events: Iterable[Fields], busy: Iterable[tuple[datetime, datetime]]
) -> list[Stretch]:
    """Return what is taken, each event by itself, from a calendar's events and its freeBusy answer.

    Events are exact and know our buffers; freeBusy also knows what the list does not show. What
    freeBusy says of our own events is left out, or a buffer could not be given up with its event.
    """
    standing = [one for one in events if blocks(one, tenant.agenda.all_day_events)]
    listed = [occupied_by(tenant, one) for one in standing]
    shown = [_bare(tenant, one) for one in standing]
    hidden = [
        piece
        for start, end in busy
        for piece in _less((int(start.timestamp()), int(end.timestamp())), shown)
    ]
    return sorted(listed + hidden, key=lambda one: one[1])


def _bare(tenant: Tenant, fields: Fields) -> Stretch:
    start, end = times_of(tenant, fields)
    return int(start.timestamp()), int(end.timestamp())


def _less(whole: Stretch, parts: Iterable[Stretch]) -> list[Stretch]:
    """Cut parts out of a stretch."""
    left = [whole]
    for start, end in parts:
        left = [
            piece
            for a, b in left
            for piece in ((a, min(b, start)), (max(a, end), b))
            if piece[0] < piece[1]
        ]
    return left


def _declined(fields: Fields) -> bool:
    attendees = fields.get("attendees", ())
    return any(one.get("self") and one.get("responseStatus") == "declined" for one in attendees)


def _side(tenant: Tenant, moment: datetime) -> Fields:
    local = moment.astimezone(tenant.zone)
    return {"dateTime": local.isoformat(timespec="seconds"), "timeZone": tenant.time_zone}


def _moment(side: Fields, zone: ZoneInfo) -> datetime:
    if "date" in side:
        return datetime.combine(date.fromisoformat(side["date"]), time(), zone)
    return datetime.fromisoformat(side["dateTime"]).astimezone(zone)


def _seconds(text: str | None) -> int:
    limit = int(timedelta(days=2).total_seconds())
    return min(int(text), limit) if text and text.isdecimal() else 0
