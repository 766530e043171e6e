"""What the agents without a calendar answer: they inform, and take up a wish for a time as far as it goes."""

from nodes.guided import answering, booking, changing, clinical, correcting
from nodes.guided.changing import begin_elsewhere
from nodes.guided.on_the_way import INFORMATION, answered_first, facts_beside
from nodes.guided.reply import Reply, say
from nodes.guided.treatment_choice import another, chosen_of, wants_all
from nodes.guided.treatment_facts import about
from nodes.guided.turn import Turn
from nodes.guided.when import PAST


def inform(turn: Turn) -> Reply:
    """Speak as sales or support: inform; a wish for a time is taken up as far as it goes."""
    heard = turn.heard
    if (reply := _own_visits(turn)) is not None:
        return reply
    if heard.has("move", "cancel") and not heard.has("cancel_rule") and not heard.asks:
        return begin_elsewhere(turn)
    if heard.has("advice") and not heard.has(*INFORMATION):
        return answering.with_open_question(turn, clinical.advice(turn))
    names_time = bool(heard.mentions and heard.when) and not (
        heard.asks or heard.has(*INFORMATION) or PAST.search(heard.when)
    )
    wants_time = (
        heard.has("book", "availability") or names_time or _accepts_offer(turn) or another(turn)
    )
    costs = heard.has("price", "duration")
    if (
        wants_time
        and not heard.has("what_is", "promotion", "services", "cancel_rule")
        and (heard.when or not costs)
    ):
        facts = facts_beside(turn) if costs else answering.quick_facts(turn)
        return answered_first(turn, facts, booking.book(turn))
    if turn.notes.get("offered") == "booking" and heard.has("no", "drop") and heard.bare:
        return booking.dropped(turn)
    if _answers_open_question(turn):
        return booking.book(turn)
    bare = heard.cues and heard.cues <= {"yes", "no", "drop", "this_one", "thanks"}
    if bare and not heard.asks and heard.bare:
        return _what_else(turn)
    if wants_all(turn):
        return booking.book(turn)
    if (chosen := chosen_of(turn)) is not None:
        reply = Reply(text=about(turn, chosen), notes={"topic": chosen.id})
        return answering.with_offer(turn, reply, chosen)
    return answering.answering(turn)


def _own_visits(turn: Turn) -> Reply | None:
    """Show the patient's own appointments, or set their details right."""
    if correcting.wanted(turn):
        return correcting.correct(turn)
    shows = turn.heard.has("mine") and not turn.heard.has("cancel", "move")
    return changing.show(turn) if shows and turn.can("my_appointments") else None


def _accepts_offer(turn: Turn) -> bool:
    offered = turn.notes.get("offered") == "booking"
    return offered and turn.heard.accepts and turn.heard.bare


def _answers_open_question(turn: Turn) -> bool:
    """Tell whether the answer to a booking's question came to an agent that cannot book."""
    heard = turn.heard
    if not turn.booking or heard.has(*INFORMATION) or heard.asks:
        return False
    if heard.has(
        "other_day", "other_time", "later", "earlier", "first_free", "this_one", "last_one"
    ):
        return True
    if turn.booking.get("waiting_for") in {"name", "slot"} and heard.name:
        return True
    return bool(
        heard.when or heard.number is not None or heard.phone or heard.has("yes", "no", "drop")
    )


def _what_else(turn: Turn) -> Reply:
    """Answer a yes or no to which nothing was asked; to `which one?` a yes brings the list again."""
    if turn.notes.get("choices") and turn.heard.has("yes"):
        return booking.book(turn)
    return Reply(text=say(turn, "how_else"), notes=turn.notes)
