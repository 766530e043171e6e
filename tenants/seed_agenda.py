"""The older system's treatments and agendas (`TreatmentConfig`, `AgendaConfig`) in our shape.

Where it knew finer rules than we do, the stricter one is taken: better a time too few than one
that the clinic does not keep.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import format_currency

from tenants.definition import Fields
from tenants.errors import InvalidCompanyError

CALENDARS: Mapping[str, str] = {
    "google_calendar": "google",
    "google": "google",
    "generic_rest": "http",
    "http": "http",
    "local": "local",
}
TREATMENT_KEYS = frozenset(
    {
        "name", "duration", "sessions", "deposit", "category", "agenda_id", "preparation_time",
        "followup_time", "requires_consultation", "consultation_duration", "max_advance_days",
        "min_advance_hours",
    }
)  # fmt: skip
AGENDA_KEYS = frozenset({"agenda_id", "name", "calendar_id", "working_hours", "buffer_time"})
CONSULTATION = re.compile(r"valoracion|consulta|consultation|evaluacion|assessment")
TIMES_A_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def agenda_of(written: Fields, fields: Fields, where: str) -> tuple[Fields, list[str]]:
    """Return treatments, staff, hours and rules, and the keys that have no place here."""
    if isinstance(written.get("treatments"), list):
        return {"treatments": written["treatments"]}, []
    agendas = _objects(written, "agendas", where)
    treatments = _objects(written, "treatments", where)
    durations = {
        name: {"duration": minutes}
        for name, minutes in _mapping(written, "treatment_durations", where).items()
        if name not in treatments
    }
    policies = _mapping(written, "booking_policies", where)
    unused = [f"booking_policies.{name}" for name in policies if name not in _POLICIES]
    unused += [
        f"treatments.{name}.{key}"
        for name, one in treatments.items()
        for key in one
        if key not in TREATMENT_KEYS
    ]
    unused += [f"agendas.{name}.{key}" for name, one in agendas.items() for key in _strange(one)]
    found: Fields = {}
    if agendas:
        found["staff"] = [_staff(name, one, where) for name, one in agendas.items()]
        found["hours"] = {"week": _open_hours(one["hours"]["week"] for one in found["staff"])}
    if treatments or durations:
        found["treatments"] = [
            _treatment(name, one, agendas, fields, f"{where}: treatments.{name}")
            for name, one in {**treatments, **durations}.items()
        ]
        _consult_first(found["treatments"], treatments)
    kind = written.get("integration_type")
    if isinstance(kind, str) and kind not in CALENDARS:
        unused.append(f"integration_type ({kind}: the local calendar is used)")
    if rules := _rules(treatments.values(), policies, CALENDARS.get(str(kind))):
        found["agenda"] = rules
    return found, unused


def _consult_first(made: list[Fields], written: Fields) -> None:
    """Let what requires a consultation come after the consultation that the company has."""
    visits = [one["id"] for one in made if CONSULTATION.match(one["id"])]
    asking = {slug(name) for name, one in written.items() if one.get("requires_consultation")}
    for one in made:
        if visits and one["id"] in asking - set(visits):
            one["comes_after"] = visits


_POLICIES = frozenset({"cancellation_hours", "allow_same_day"})


def _rules(treatments: Iterable[Fields], policies: Fields, calendar: str | None) -> Fields:
    rules: Fields = {"calendar": calendar} if calendar else {}
    notice = [one["min_advance_hours"] for one in treatments if "min_advance_hours" in one]
    if policies.get("allow_same_day") is False:
        notice.append(24)
    if numbers := [one for one in notice if isinstance(one, int)]:
        rules["minimum_notice_hours"] = max(numbers)
    horizon = [one["max_advance_days"] for one in treatments if "max_advance_days" in one]
    if numbers := [one for one in horizon if isinstance(one, int)]:
        rules["horizon_days"] = max(numbers)
    if "cancellation_hours" in policies:
        rules["cancel_notice_hours"] = policies["cancellation_hours"]
    return rules


def _treatment(name: str, one: Fields, agendas: Fields, fields: Fields, where: str) -> Fields:
    agenda_id = one.get("agenda_id")
    agenda = agendas.get(agenda_id, {}) if isinstance(agenda_id, str) else {}
    sessions = one.get("sessions", 1)
    duration = _minutes(one, "duration", where)
    before = _minutes(one, "preparation_time", where)
    after = _minutes(one, "followup_time", where) + _minutes(agenda, "buffer_time", where)
    found: Fields = {
        "id": slug(name),
        "name": str(one.get("name", name))[:1].upper() + str(one.get("name", name))[1:],
        "aliases": [name],
        "category": str(one.get("category", "")),
        # Several sessions in one visit take that much longer.
        "duration_minutes": duration * (sessions if isinstance(sessions, int) else 1),
        "buffer_before_minutes": before,
        "buffer_after_minutes": after,
        "staff": [slug(str(agenda_id))] if agenda else [],
        "bookable": bool(agendas),
    }
    if deposit := _deposit(one.get("deposit"), fields):
        found["deposit_note"] = deposit
    if one.get("requires_consultation"):
        found["preparation"] = (
            "A consultation is needed first." if _english(fields) else "Requiere valoración previa."
        )
    return found


def _minutes(one: Fields, key: str, where: str) -> int:
    value = one.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidCompanyError(f"{where}.{key}: must be a number of minutes")
    return value


def _deposit(value: object, fields: Fields) -> str:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return ""
    if not amount.is_finite() or amount <= 0:
        return ""
    english = _english(fields)
    # Money is shown to the cent only where there are cents.
    pattern = ("¤" if english else "¤ ") + ("#,##0.00" if amount % 1 else "#,##0")
    shown = format_currency(
        amount,
        str(fields.get("currency", "COP")),
        pattern,
        locale="en_US" if english else "es_CO",
        currency_digits=False,
    )
    return f"Deposit of {shown} to book." if english else f"Abono de {shown} para reservar."


def _english(fields: Fields) -> bool:
    languages = fields.get("languages")
    return isinstance(languages, list) and languages[:1] == ["en"]


def _staff(name: str, one: Fields, where: str) -> Fields:
    """Turn an agenda, a calendar with hours of its own, into what we call a member of the staff."""
    week = _mapping(one, "working_hours", f"{where}: agendas.{name}")
    return {
        "id": slug(name),
        "name": str(one.get("name", name)),
        "calendar_id": str(one.get("calendar_id", "")),
        "hours": {
            "week": {day: span if isinstance(span, list) else [span] for day, span in week.items()}
        },
    }


def _open_hours(weeks: Iterable[Mapping[str, list[Any]]]) -> dict[str, list[Fields]]:
    """Return when any of the agendas is open: the company itself had no hours."""
    weeks = list(weeks)
    hours: dict[str, list[Fields]] = {}
    for day in TIMES_A_WEEK:
        spans = sorted(
            (str(one.get("start")), str(one.get("end")))
            for week in weeks
            for one in week.get(day, [])
            if isinstance(one, dict)
        )
        merged: list[list[str]] = []
        for start, end in spans:
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([start, end])
        if merged:
            hours[day] = [{"start": start, "end": end} for start, end in merged]
    return hours


def _strange(agenda: Fields) -> list[str]:
    # One at a time is what a member of the staff can do; zone and categories are the company's.
    harmless = {"timezone", "categories"} | (
        {"max_concurrent"} if agenda.get("max_concurrent", 1) == 1 else set()
    )
    return [key for key in agenda if key not in AGENDA_KEYS | harmless]


def _mapping(written: Fields, name: str, where: str) -> Fields:
    value = written.get(name) or {}
    if not isinstance(value, dict):
        raise InvalidCompanyError(f"{where}: {name}: must be an object")
    return value


def _objects(written: Fields, name: str, where: str) -> dict[str, Fields]:
    found = _mapping(written, name, where)
    for key, value in found.items():
        if not isinstance(value, dict):
            raise InvalidCompanyError(f"{where}: {name}.{key}: must be an object")
    return found


def slug(text: str) -> str:
    """Return an id for a name: `Depilación láser` is `depilacion-laser`."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:39].strip("-")
