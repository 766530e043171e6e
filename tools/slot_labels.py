"""How a time is said to a patient: in full for the reply, in short for a button."""

from datetime import datetime
from typing import Any

from babel.dates import format_datetime

from agenda.appointment import Appointment, Slot
from tenants.tenant import Language, Tenant

_DAYS: dict[Language, str] = {
    "es": "EEEE d 'de' MMMM",
    "en": "EEEE, MMMM d",
    "pt": "EEEE, d 'de' MMMM",
}
_LOCALES: dict[Language, str] = {"es": "es_CO", "en": "en_US", "pt": "pt_BR"}
_WITH: dict[Language, str] = {"es": "con", "en": "with", "pt": "com"}
_HOURS: dict[Language, str] = {"es": "h:mm a", "en": "h:mm a", "pt": "HH:mm"}
_ARTICLES: dict[Language, dict[str, str]] = {
    "es": {"dr.": "el ", "dr": "el ", "dra.": "la ", "dra": "la "},
    "en": {},
    "pt": {"dr.": "o ", "dr": "o ", "dra.": "a ", "dra": "a "},
}
_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "pt": ("seg", "ter", "qua", "qui", "sex", "sáb", "dom"),
}
_MONTHS: dict[Language, tuple[str, ...]] = {
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "pt": ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"),
}


def moment_label(start: datetime, language: Language) -> str:
    """Return `martes 24 de noviembre, 3:00 p. m.` or `Tuesday, November 24, 3:00 PM`."""
    return _formatted(start, f"{_DAYS[language]}, {_HOURS[language]}", language)


def day_label(start: datetime, language: Language) -> str:
    """Return `martes 24 de noviembre` or `Tuesday, November 24`."""
    return _formatted(start, _DAYS[language], language)


def hour_label(start: datetime, language: Language) -> str:
    """Return `3:00 p. m.` or `3:00 PM`."""
    return _formatted(start, _HOURS[language], language)


def _formatted(start: datetime, pattern: str, language: Language) -> str:
    # The narrow spaces of typographers are typed by nobody and found by no search.
    return " ".join(str(format_datetime(start, pattern, locale=_LOCALES[language])).split())


def short_label(start: datetime, language: Language) -> str:
    """Return at most 20 characters for a button: `mar 24 nov 3:00 pm`, `Tue Nov 24 3:00 PM`."""
    day = _WEEKDAYS[language][start.weekday()]
    month = _MONTHS[language][start.month - 1]
    hour = f"{start.hour % 12 or 12}:{start:%M}"
    half = "am" if start.hour < 12 else "pm"
    if language == "es":
        return f"{day} {start.day} {month} {hour} {half}"
    if language == "pt":
        return f"{day} {start.day} {month} {start:%H:%M}"
    return f"{day} {month} {start.day} {hour} {half.upper()}"


def staff_name(tenant: Tenant, staff_id: str) -> str:
    """Return the name of a member of the staff, or nothing when they left."""
    return next((member.name for member in tenant.staff if member.id == staff_id), "")


def label_of(tenant: Tenant, kept: Slot | Appointment, language: Language) -> str:
    """Return a time with who keeps it: `..., con la Dra. Ruiz`."""
    name = staff_name(tenant, kept.staff_id)
    moment = moment_label(kept.start, language)
    if not name:
        return moment
    article = _ARTICLES[language].get(name.split()[0].casefold(), "")
    return f"{moment}, {_WITH[language]} {article}{name}"


def offered(tenant: Tenant, slot: Slot, language: Language) -> dict[str, Any]:
    """Return a slot as `nodes.state.OfferedSlot` has it."""
    return {
        "slot_id": slot.slot_id,
        "start": slot.start.isoformat(),
        "label": label_of(tenant, slot, language),
    }


def shown_appointment(tenant: Tenant, kept: Appointment, language: Language) -> dict[str, Any]:
    """Return an appointment as tools answer it: plain JSON with names instead of ids."""
    treatment = tenant.treatment(kept.treatment_id)
    return {
        "appointment_id": kept.appointment_id,
        "treatment_id": kept.treatment_id,
        "treatment": treatment.name if treatment else kept.treatment_id,
        "staff": staff_name(tenant, kept.staff_id),
        "start": kept.start.isoformat(),
        "end": kept.end.isoformat(),
        "label": label_of(tenant, kept, language),
        "status": kept.status,
    }
