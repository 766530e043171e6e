"""What the agents with a calendar answer: they arrange, and changes go before what is new."""

import re

from nodes.guided import answering, booking, changing, clinical, correcting, waiting
from nodes.guided.changing import begin_elsewhere
from nodes.guided.on_the_way import answered_first, facts_beside, topic_of
from nodes.guided.person import looks_whole
from nodes.guided.picking import ORDINALS
from nodes.guided.reply import Reply
from nodes.guided.treatment_choice import another
from nodes.guided.turn import Turn
from nodes.guided.words import content
from nodes.words import folded

ARRANGING = ("book", "availability", "first_free", "other_day", "other_time")
"""Cues of whoever arranges something."""

ASIDE = {"detail", "lasting", "offered", "what_is", "condition"}
"""Cues of a question that no booking answers."""
ASKING = re.compile(
    r"^\W*(?:y |and |pero |but )?(?:que|cual(?:es)?|como|cuando|por que|puedo|debo"
    r"|do|does|is|are|can|could|will|what|how|why|should)\b"
)
"""How questions begin that are written without their mark."""


def arrange(turn: Turn) -> Reply:
    """Speak as schedule or availability: arrange; a question on the way is answered first."""
    heard = turn.heard
    goal = (turn.booking or {}).get("goal", "book")
    if turn.can("my_appointments"):
        if (reply := _changed(turn, goal)) is not None:
            return reply
    elif heard.has("move", "cancel") and not heard.has("cancel_rule"):
        return begin_elsewhere(turn)
    if _names_another(turn):
        return answering.answering(turn)
    facts = facts_beside(turn)
    if facts and not _also_arranges(turn):
        reply = Reply(text="\n\n".join(facts), notes={"topic": topic_of(turn)})
        if turn.booking:
            return answering.with_open_question(turn, reply)
        mention = heard.treatments
        return answering.with_offer(turn, reply, mention[0] if len(mention) == 1 else None)
    if turn.booking and _asks_aside(turn):
        return answering.answering(turn)
    if heard.has("advice") and not heard.has("book", "availability") and not turn.booking:
        return clinical.advice(turn)
    if not turn.booking and not _speaks_of_coming(turn):
        return answering.unknown(turn)
    return answered_first(turn, facts, booking.book(turn))


def _changed(turn: Turn, goal: str) -> Reply | None:
    """Answer what is said of appointments that the patient has."""
    if waiting.wanted(turn):
        return waiting.wait(turn)
    if correcting.wanted(turn):
        return correcting.correct(turn)
    wished = _wished_change(turn, goal)
    if wished == "show":
        return changing.show(turn)
    return changing.change(turn, wished) if wished else None


def _wished_change(turn: Turn, goal: str) -> str:
    heard = turn.heard
    waiting = (turn.booking or {}).get("waiting_for", "")
    if heard.has("cancel_rule") and heard.asks:
        return ""
    if heard.has("move") and not (
        goal == "book" and waiting in {"slot", "confirm", "name", "phone"}
    ):
        return "move"
    if heard.has("cancel") and (goal != "book" or not waiting or heard.has("mine")):
        return "cancel"
    if goal in {"move", "cancel"} and waiting and not heard.has("book"):
        return goal
    return "show" if heard.has("mine") and not heard.has("book") else ""


def _asks_aside(turn: Turn) -> bool:
    """Tell whether a question has nothing to do with the time and the person of a booking: `¿daña el esmalte?`."""
    heard = turn.heard
    if not (heard.asks or ASKING.search(folded(heard.text))) or not heard.cues <= ASIDE:
        return False
    given = heard.mentions or heard.when or heard.number is not None or heard.staff
    placed = not ORDINALS.keys().isdisjoint(heard.words)
    return bool(content(heard.text)) and not (given or heard.name or heard.phone or placed)


def _names_another(turn: Turn) -> bool:
    """Tell whether another treatment is named after a booking was merely offered: it is asked about."""
    heard, booking = turn.heard, turn.booking
    if not booking or not answering.is_soft(booking):
        return False
    if turn.notes.get("offered") != "booking" and not heard.asks:
        return False
    named = [one.id for one in heard.treatments]
    wants = heard.when or heard.has("yes", "instead", *ARRANGING)
    return bool(named) and booking.get("treatment_id") not in named and not wants


def _also_arranges(turn: Turn) -> bool:
    """Tell whether a message that asks something also goes on with the booking."""
    heard = turn.heard
    if heard.has(*ARRANGING):
        return True
    if turn.booking and (heard.has("yes") or heard.number is not None or looks_whole(heard.name)):
        return True
    return bool(heard.when and turn.booking and not heard.has("hours"))


def _speaks_of_coming(turn: Turn) -> bool:
    """Tell whether a message that came to this desk is about an appointment at all."""
    heard = turn.heard
    about = (
        another(turn)
        or heard.mentions
        or heard.when
        or heard.number is not None
        or turn.notes.get("choices")
    )
    return bool(about) or heard.has("book", "yes", "this_one", *ARRANGING)
