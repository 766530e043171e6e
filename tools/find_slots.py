"""The tool that looks into the agenda for what the patient asked, in the patient's own words."""

from collections.abc import Sequence
from typing import Any

from langchain_core.tools import BaseTool
from langgraph.types import Command

from agenda.dates_in_words import When, understand
from agenda.errors import AgendaError
from agenda.plain_words import fold
from agenda.slots import able_staff
from tenants.ids import UserId
from tenants.offer import StaffMember, Treatment
from tenants.tenant import Language, Tenant
from tools.booking_answer import Runtime, answer, booking_of, language_of, mended, user_of
from tools.declared import tool
from tools.desk import Desk
from tools.slot_labels import offered, short_label
from tools.slot_search import Found, Note, SlotSearch, opening_of, search
from tools.treatment_names import names_of, treatments_like

_NOTES: dict[Note, str] = {
    "": "",
    "past": "The time asked for is past. ",
    "closed": "The clinic is closed then. ",
    "holiday": "That day is a public holiday: the clinic is closed. ",
    "full": "Nothing is free then. ",
    "too_soon": "That is too soon: the clinic needs more notice. ",
    "too_far": "The agenda does not reach that far yet. ",
    "unclear": "The day was not understood: ask for it. ",
}
_QUESTIONS: dict[str, dict[Language, str]] = {
    "which_day": {"es": "¿Qué día exactamente?", "en": "Which day exactly?"},
    "am_or_pm": {
        "es": "¿De la mañana o de la tarde?",
        "en": "In the morning or in the afternoon?",
    },
    "which_treatment": {"es": "¿Cuál de estos tratamientos?", "en": "Which of these treatments?"},
}


def find_slots(desk: Desk) -> BaseTool:
    """Return the tool that finds free times of this company."""
    tenant = desk.tenant

    @tool("find_slots")
    async def find_free_times(
        treatment: str, runtime: Runtime, when: str = "", staff: str = ""
    ) -> Command[Any]:
        """Find free times for a treatment. The only source of times: never name one from elsewhere.

        Call it whenever the patient wants to come, asks what is free, or wants another day or hour.
        `treatment`: its name or id. `when`: the patient's OWN WORDS about day and hour, copied, not
        worked out ("el viernes en la tarde", "15/12 tipo 4", "next Friday at 3"); empty for the
        soonest. `staff`: who the patient asked for, else empty. Never turn words into a date
        yourself, and never call it for prices or opening hours.
        Offer two to four of what it returns, as labelled. When it says that nothing is free as
        asked, say why before you offer the nearest. Show the ids to nobody; hold_slot needs them.
        """
        meant = _bookable_like(tenant, treatment)
        if len(meant) != 1:
            return _which_treatment(runtime, tenant, meant)
        return await _looked_up(desk, runtime, meant[0], when=when, staff=staff)

    return find_free_times


async def _looked_up(
    desk: Desk, runtime: Runtime, treatment: Treatment, *, when: str, staff: str
) -> Command[Any]:
    tenant, language, booking = desk.tenant, language_of(runtime, desk.tenant), booking_of(runtime)
    wish = understand(
        when,
        now=desk.clock().astimezone(tenant.zone),
        language=language,
        country=tenant.country,
        opening=opening_of(tenant),
    )
    member = _staff_like(able_staff(tenant, treatment), staff)
    wanted = SlotSearch(
        treatment=treatment,
        staff_id=member.id if member else "",
        moving=_moving(booking, user_of(runtime)),
    )
    try:
        if booking.get("slot_id"):
            # Whoever looks for another time lets go of the one in hand.
            await desk.agenda.release(user_of(runtime))
        found = await search(desk, wanted, wish)
    except AgendaError as error:
        return mended(runtime, "find_slots", error)
    unclear = bool(when.strip()) and not wish.understood
    told = _Told(desk, treatment, wish, found, language, unclear=unclear)
    nobody = f"Nobody called {staff[:60]!r} does this treatment. "
    return answer(
        runtime,
        "find_slots",
        (nobody if staff.strip() and member is None else "") + told.content(),
        told.artifact(),
        booking=told.booking(booking),
        options=told.options(),
    )


def _moving(booking: dict[str, Any], user: UserId) -> tuple[UserId, str] | None:
    """Return the appointment that is being moved: its own time counts as free."""
    appointment_id = booking.get("appointment_id")
    return (user, appointment_id) if booking.get("goal") == "move" and appointment_id else None


class _Told:
    """One search, told to the model, to the state and to the channel."""

    def __init__(
        self, desk: Desk, treatment: Treatment, when: When, found: Found, language: Language,
        *, unclear: bool,
    ) -> None:  # fmt: skip
        self._desk = desk
        self._treatment = treatment
        self._when = when
        self._found = found
        self._language = language
        self._note: Note = "unclear" if unclear else found.note
        self._exact = found.exact and not unclear
        question = when.question or ("which_day" if unclear else "")
        self._question = _QUESTIONS[question][language] if question else ""
        self._slots = [offered(desk.tenant, slot, language) for slot in found.slots]

    def content(self) -> str:
        lines = [f"{slot['label']} (slot_id {slot['slot_id']})" for slot in self._slots]
        if not lines:
            return (
                f"{_NOTES[self._note]}No free time for {self._treatment.name} within the next"
                f" {self._desk.tenant.agenda.horizon_days} days. Say so and offer a person of the team."
            )
        head = "Free as asked:" if self._exact else "Nearest free times:"
        ask = f"\nAsk: {self._question}" if self._question else ""
        return "\n".join([f"{_NOTES[self._note]}{self._treatment.name}. {head}", *lines]) + ask

    def artifact(self) -> dict[str, Any]:
        when = self._when
        return {
            "treatment_id": self._treatment.id,
            "treatment": self._treatment.name,
            "when": {
                "day_from": when.day_from.isoformat() if when.day_from else None,
                "day_to": when.day_to.isoformat() if when.day_to else None,
                "part": when.part,
                "at": when.at.strftime("%H:%M") if when.at else None,
            },
            "slots": self._slots,
            "exact": self._exact,
            "note": self._note,
            "question": self._question,
        }

    def booking(self, before: dict[str, Any]) -> dict[str, Any]:
        kept = {
            name: before[name] for name in before if name not in {"slot_id", "held_until", "day"}
        }
        day = {"day": self._when.day_from.isoformat()} if self._when.day_from else {}
        return {
            "goal": "book",
            **kept,
            **day,
            "treatment_id": self._treatment.id,
            "slots": self._slots,
            "waiting_for": "slot" if self._slots else "day",
            "since": self._desk.clock().isoformat(),
        }

    def options(self) -> list[dict[str, str]]:
        return [
            {"title": short_label(slot.start, self._language), "value": slot.slot_id}
            for slot in self._found.slots
        ]


def _bookable_like(tenant: Tenant, words: str) -> list[Treatment]:
    """Return the one treatment that is meant, several when it is not clear, or none."""
    if not words.strip():
        return []
    asked = fold(words)
    meant = treatments_like(words, tenant.treatments)
    named = [
        one
        for one in meant
        if asked in {fold(one.name), one.id, *(fold(also) for also in one.aliases)}
    ]
    if len(named) == 1:
        return [one for one in named if one.bookable]
    if len(meant) == len(tenant.treatments) and len(meant) > 1:
        return []
    return [one for one in meant if one.bookable]


def _which_treatment(runtime: Runtime, tenant: Tenant, meant: Sequence[Treatment]) -> Command[Any]:
    known = [one for one in tenant.treatments if one.bookable]
    choices = meant or known
    told = (
        "Several treatments are meant"
        if meant
        else "No treatment with that name can be booked here"
    )
    artifact = {
        "treatment_id": "",
        "treatment": "",
        "when": {"day_from": None, "day_to": None, "part": None, "at": None},
        "slots": [],
        "exact": False,
        "note": "unknown_treatment",
        "question": f"{_QUESTIONS['which_treatment'][language_of(runtime, tenant)]} {names_of(choices)}",
    }
    content = f"{told}. Ask which one: {names_of(choices)}."
    return answer(runtime, "find_slots", content, artifact)


def _staff_like(staff: Sequence[StaffMember], words: str) -> StaffMember | None:
    """Return whom the patient asked for, by id or by any part of the name."""
    asked = {word for word in fold(words).replace(".", " ").split() if word not in _TITLES}
    for member in staff:
        own = set(fold(member.name).replace(".", " ").split()) | {member.id}
        if asked and asked <= own:
            return member
    return None


_TITLES = frozenset(
    [
        "dr",
        "dra",
        "doctor",
        "doctora",
        "el",
        "la",
        "con",
        "lic",
        "licenciada",
        "licenciado",
        "enf",
        "jefe",
        "the",
        "with",
        "miss",
        "mrs",
        "mr",
        "ms",
    ]
)
