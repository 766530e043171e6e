"""Which treatment is booked: named now, chosen from what was asked, or talked of before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nodes.guided.picking import ORDINALS
from nodes.guided.reply import listed, say
from nodes.guided.treatment_facts import choices, talked_of
from nodes.guided.treatments import closest, unknown_words
from nodes.guided.turn import Turn
from nodes.state import Booking
from tenants.offer import Treatment

BOTH = re.compile(
    r"\b(?:l[oa]s dos|ambos|ambas|both|l[oa]s tres|all of them|todos)\b", re.IGNORECASE
)
MOST = 5  # options in one question


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The treatment is open: a question, and what its numbers stand for."""

    text: str
    choices: Sequence[str] = ()
    in_turn: bool = False
    """All of them are wished, one after another."""


def treatment_wanted(turn: Turn, booking: Booking) -> Treatment | Asked:
    """Return the treatment that the patient means, or the question that finds it out."""
    current = turn.tenant.treatment(booking.get("treatment_id", ""))
    mentions = turn.heard.mentions
    if not mentions:
        return _unnamed(turn, booking, current)
    every = [one for mention in mentions for one in mention.treatments]
    if visit := next((one for one in every if _is_first_visit(one)), None):
        return visit
    if len(mentions) == 1:
        return _one_of(turn, mentions[0].treatments, current)
    if current is not None and turn.heard.has("instead"):
        others = [one for one in every if one.id != current.id]
        return others[0] if len(others) == 1 else _which(turn, every)
    if (
        current is not None
        and current in every
        and booking.get("waiting_for") not in {"", "treatment"}
    ):
        return current
    return _which(turn, every, key="which_first")


def chosen_of(turn: Turn) -> Treatment | None:
    """Return the treatment whose number or place among the last options was said, or None."""
    offered = _offered(turn)
    place = _place(turn, len(offered)) if offered and not turn.heard.mentions else None
    return offered[place - 1] if place is not None else None


def another(turn: Turn) -> bool:
    """Tell whether "y otra el mismo día" comes right after a booking: the same treatment is meant."""
    return bool(turn.notes.get("booked")) and turn.heard.has("also", "same_day")


def wants_all(turn: Turn) -> bool:
    """Tell whether "both" answers the question which of several."""
    return bool(turn.notes.get("choices")) and bool(BOTH.search(turn.heard.text))


def _offered(turn: Turn) -> list[Treatment]:
    found = (turn.tenant.treatment(str(key)) for key in turn.notes.get("choices", []))
    listed = [one for one in found if one is not None]
    if not listed and (turn.booking or {}).get("waiting_for") == "treatment":
        return _bookable(turn)[:MOST]
    return listed


def _unnamed(turn: Turn, booking: Booking, current: Treatment | None) -> Treatment | Asked:
    waiting = booking.get("waiting_for", "")
    listed = waiting == "day" and not booking.get("slots") and turn.notes.get("choices")
    if (listed or waiting in {"", "treatment"}) and (chosen := chosen_of(turn)) is not None:
        return chosen
    if current is not None:
        return current
    offered = _offered(turn)
    both = bool(BOTH.search(turn.heard.text))
    if offered and (turn.booking is None or (both and waiting == "treatment")):
        key = "which_first" if both else "which_of"
        return _which(turn, offered, key=key)
    booked = turn.tenant.treatment(str(turn.notes.get("topic", ""))) if another(turn) else None
    if booked is not None:
        return booked
    topic = talked_of(turn, by_patient=True) if not turn.notes.get("booked") else None
    if topic is not None and waiting != "treatment":
        return topic
    unknown = unknown_words(turn.heard.text)
    if _names_something(turn, unknown):
        near = closest(turn.heard.text, _bookable(turn)) or offered or _bookable(turn)
        text = say(turn, "unknown_treatment", words=unknown)
        return _asked(f"{text} {say(turn, 'which_treatment')}", near)
    again = waiting == "treatment" and turn.notes.get("choices")
    question = say(turn, "again_which" if again else "ask_treatment")
    return _asked(question, offered or _bookable(turn), ending=say(turn, "or_another"))


def _asked(question: str, treatments: Sequence[Treatment], *, ending: str = "") -> Asked:
    shown = treatments[:MOST]
    text = "\n".join(one for one in (question, choices(shown), ending) if one)
    return Asked(text=text, choices=[one.id for one in shown])


def _names_something(turn: Turn, unknown: str) -> bool:
    # "quiero una cita" names nothing; "quiero una cita para liposucción" names what is not known.
    heard = turn.heard
    return bool(unknown) and not (
        heard.staff or heard.name or heard.when or heard.phone or heard.has("yes", "no")
    )


def _one_of(
    turn: Turn, treatments: Sequence[Treatment], current: Treatment | None
) -> Treatment | Asked:
    if current is not None and current in treatments:
        return current
    offered = set(turn.notes.get("choices", []))
    narrowed = [one for one in treatments if one.id in offered] or list(treatments)
    return narrowed[0] if len(narrowed) == 1 else _which(turn, narrowed)


def _which(turn: Turn, treatments: Sequence[Treatment], *, key: str = "which_of") -> Asked:
    shown = list({one.id: one for one in treatments}.values())[:MOST]
    names = listed(turn, [one.name for one in shown], last="and")
    return Asked(
        text=f"{say(turn, key, names=names)}\n{choices(shown)}",
        choices=[one.id for one in shown],
        in_turn=key == "which_first",
    )


def _place(turn: Turn, count: int) -> int | None:
    if turn.heard.number is not None:
        return turn.heard.number if 1 <= turn.heard.number <= count else None
    place = next((ORDINALS[word] for word in turn.heard.words if word in ORDINALS), None)
    digits = [int(word) for word in turn.heard.words if word.isdigit()]
    if place is None and len(digits) == 1 and not turn.heard.when:
        place = digits[0]
    return place if place is not None and 1 <= place <= count else None


def _bookable(turn: Turn) -> list[Treatment]:
    return [one for one in turn.tenant.treatments if one.bookable]


def _is_first_visit(treatment: Treatment) -> bool:
    return treatment.id.startswith(("valora", "consult"))
