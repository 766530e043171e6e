"""Appointments as an iCalendar file, for the calendar programs of the staff."""

from collections.abc import Iterable
from datetime import UTC, datetime

from icalendar import Calendar, Event

from agenda.appointment import Appointment
from tenants.tenant import Language, Tenant

REFRESH = "PT15M"
_ABSENT: dict[Language, str] = {
    "es": "No asistió: ",
    "en": "No-show: ",
    "pt": "Não compareceu: ",
}


def ics_of(
    tenant: Tenant, name: str, appointments: Iterable[Appointment], *, now: datetime
) -> bytes:
    """Return appointments as an iCalendar file; neither telephone numbers nor notes are in it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Clinicdesk//Agenda//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{tenant.company_name}: {name}")
    calendar.add("x-wr-timezone", tenant.time_zone)
    calendar.add("x-published-ttl", REFRESH)
    for appointment in appointments:
        calendar.add_component(_event(tenant, appointment, now))
    return bytes(calendar.to_ical())


def _event(tenant: Tenant, appointment: Appointment, now: datetime) -> Event:
    treatment = tenant.treatment(appointment.treatment_id)
    what = treatment.name if treatment else appointment.treatment_id
    absent = _ABSENT[tenant.language] if appointment.status == "no_show" else ""
    event = Event()
    event.add("uid", f"{appointment.appointment_id}@{tenant.company_id}.clinicdesk")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("created", appointment.created_at.astimezone(UTC))
    event.add("dtstart", appointment.start.astimezone(UTC))
    event.add("dtend", appointment.end.astimezone(UTC))
    event.add("summary", f"{absent}{what}, {appointment.patient.name}")
    event.add("location", tenant.address)
    event.add("class", "PRIVATE")
    event.add("status", "CONFIRMED")
    return event
