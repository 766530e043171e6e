"""A search for free times as it is told: to the model in words, to the state and the channel as data."""

from typing import Any

from agenda.dates_in_words import When
from agenda.visits import Terms
from tenants.tenant import Language
from tools.desk import Desk
from tools.slot_labels import offered, short_label
from tools.slot_search import Found, Note
from tools.treatment_names import names_of

_NOTES: dict[Note, str] = {
    "": "",
    "past": "The time asked for is past. ",
    "closed": "The clinic is closed then. ",
    "holiday": "That day is a public holiday: the clinic is closed. ",
    "full": "Nothing is free then. ",
    "too_soon": "That is too soon: the clinic needs more notice. ",
    "too_far": "The agenda does not reach that far yet. ",
    "unclear": "The day was not understood: ask for it. ",
    "too_close": "Too soon after (or before) another session of the same treatment: {gap} days must lie between, so the first possible day is {next_day}. ",
    "own_time": "The patient has another appointment at that very time. ",
    "visit_first": "The patient must have had {needs} before that. ",
}
NOTHING: dict[str, Any] = {
    "when": {"day_from": None, "day_to": None, "part": None, "at": None},
    "slots": [],
    "exact": False,
    "question": "",
}
QUESTIONS: dict[str, dict[Language, str]] = {
    "which_day": {
        "es": "¿Qué día exactamente?",
        "en": "Which day exactly?",
        "pt": "Que dia exatamente?",
    },
    "am_or_pm": {
        "es": "¿De la mañana o de la tarde?",
        "en": "In the morning or in the afternoon?",
        "pt": "De manhã ou à tarde?",
    },
    "which_treatment": {
        "es": "¿Cuál de estos tratamientos?",
        "en": "Which of these treatments?",
        "pt": "Qual destes tratamentos?",
    },
}


class ToldSearch:
    """One search, told to the model, to the state and to the channel."""

    def __init__(
        self, desk: Desk, terms: Terms, when: When, found: Found, language: Language,
        *, unclear: bool,
    ) -> None:  # fmt: skip
        """Take the search and what it found; `unclear` when the words about time were not understood."""
        self._desk = desk
        self._treatment = terms.treatment
        self._terms = terms
        self._when = when
        self._found = found
        self._language = language
        self._note: Note = "unclear" if unclear else found.note
        self._exact = found.exact and not unclear
        question = when.question or ("which_day" if unclear else "")
        self._question = QUESTIONS[question][language] if question else ""
        self._slots = [offered(desk.tenant, slot, language) for slot in found.slots]

    def content(self) -> str:
        """Return what the model reads."""
        lines = [f"{slot['label']} (slot_id {slot['slot_id']})" for slot in self._slots]
        if not lines:
            return (
                f"{self._why()}No free time for {self._treatment.name} within the next"
                f" {self._desk.tenant.agenda.horizon_days} days. Say so and offer a person of the team."
            )
        head = "Free as asked:" if self._exact else "Nearest free times:"
        ask = f"\nAsk: {self._question}" if self._question else ""
        return "\n".join([f"{self._why()}{self._treatment.name}. {head}", *lines]) + ask

    def _why(self) -> str:
        needs = [self._desk.tenant.treatment(one) for one in self._treatment.comes_after]
        return _NOTES[self._note].format(
            gap=self._treatment.minimum_gap_days,
            next_day=self._next_day(),
            needs=names_of([one for one in needs if one is not None]),
        )

    def _next_day(self) -> str:
        """Return the first day that is far enough from every session, from the wished one on."""
        wished = self._when.day_from or self._desk.clock().astimezone(self._desk.tenant.zone).date()
        return self._terms.next_day(wished).isoformat()

    def artifact(self) -> dict[str, Any]:
        """Return what the guided agent, the panel and tests read."""
        return {
            "treatment_id": self._treatment.id,
            "treatment": self._treatment.name,
            "when": self._when.told(),
            "slots": self._slots,
            "exact": self._exact,
            "note": self._note,
            "question": self._question,
            "next_day": self._next_day() if self._note == "too_close" else "",
        }

    def booking(self, before: dict[str, Any]) -> dict[str, Any]:
        """Return the booking as the search leaves it."""
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
        """Return the buttons."""
        return [
            {"title": short_label(slot.start, self._language), "value": slot.slot_id}
            for slot in self._found.slots
        ]
