"""What is answered to a turn: the order in which the behaviours are asked."""

from dataclasses import replace

from nodes.guided import answering, booking, clinical, courtesy, facts, handing_over
from nodes.guided.arranging import arrange
from nodes.guided.boundaries import beyond
from nodes.guided.cues import cues_in
from nodes.guided.informing import inform
from nodes.guided.on_the_way import answered_first
from nodes.guided.reply import Reply, say
from nodes.guided.treatment_facts import prices
from nodes.guided.turn import Turn
from nodes.guided.when import PAST

BESIDE = ("price", "hours", "address", "payment")


def converse(turn: Turn) -> Reply:
    """Answer the patient; raises ToolNeeded while a tool must run first."""
    reply = beyond(turn) or _to_a_person(turn) or _from_the_menu(turn) or _small_talk(turn)
    if reply is not None:
        return reply
    if facts.goes_on_about_hours(turn) and (opened := facts.hours(turn)):
        return Reply(text=opened, notes={"hours": True})
    if _wants_to_be_seen(turn):
        # Since when it aches is no day to come on.
        turn.heard = replace(turn.heard, when=PAST.sub(" ", turn.heard.when).strip())
        return answered_first(turn, [say(turn, "symptom")], booking.book(turn))
    if clinical.is_clinical(turn) and not _is_answer(turn):
        return answering.with_open_question(turn, _with_facts(turn, clinical.clinical(turn)))
    if turn.can("find_slots"):
        return arrange(turn)
    return inform(turn)


def _wants_to_be_seen(turn: Turn) -> bool:
    """Tell whether a complaint comes with the wish for the one visit that is for it: `me duele la muela, ¿hay cita?`."""
    heard = turn.heard
    named = heard.treatments
    judged = heard.has("dose", "diagnosis", "condition", "age")
    wished = heard.has("book", "availability") and heard.has("symptom") and not judged
    return wished and len(named) == 1 and named[0].bookable


def _with_facts(turn: Turn, reply: Reply) -> Reply:
    """Add price, hours or place when they were asked for beside what a professional must answer."""
    if not turn.heard.has(*BESIDE) or turn.heard.has("dose"):
        return reply
    named = turn.heard.treatments
    found = [prices(turn, named)] if turn.heard.has("price") and named else []
    told = "\n\n".join([*found, *answering.quick_facts(turn)])
    return Reply(text=f"{told}\n\n{reply.text}", notes=reply.notes) if told else reply


def _to_a_person(turn: Turn) -> Reply | None:
    heard = turn.heard
    if turn.shown and (not heard.text.strip() or clinical.is_clinical(turn)):
        opening = say(turn, "shown")
        return handing_over.hand_over(turn, "patient sent a photo or file", opening=opening)
    if _asks_for_a_person(turn):
        return handing_over.hand_over(turn, "patient asks for a person")
    if heard.has("papers"):
        return handing_over.hand_over(turn, "asks for papers", opening=say(turn, "papers"))
    if heard.has("complaint"):
        return handing_over.hand_over(turn, "complaint", opening=say(turn, "sorry"))
    if (wanted := turn.tenant.treatment(str(turn.notes.get("had_first", "")))) and heard.has("had"):
        opening = say(turn, "had_first", treatment=wanted.name)
        return handing_over.hand_over(turn, "says the first visit took place", opening=opening)
    if turn.notes.get("offered") == "human" and heard.bare:
        if heard.accepts:
            return handing_over.hand_over(turn, "offer accepted")
        if heard.has("no", "drop") and not heard.has("book", "availability"):
            return answering.with_open_question(turn, Reply(text=say(turn, "no_human")))
    return None


def _asks_for_a_person(turn: Turn) -> bool:
    """Tell whether a person is wished for: `are you a person?` alone wishes for none."""
    heard = turn.heard
    if not (heard.has("human") and heard.has("robot")):
        return heard.has("human")
    clauses = map(cues_in, answering.CLAUSES.split(heard.text))
    return any("human" in cues and "robot" not in cues for cues in clauses)


def _small_talk(turn: Turn) -> Reply | None:
    if not turn.heard.text.strip():
        return answering.lost(turn)
    if turn.heard.has("wrong_chat") and not (
        turn.booking or turn.heard.phone or turn.notes.get("booked")
    ):
        return Reply(text=say(turn, "wrong_chat"))
    if courtesy.is_only_courtesy(turn) and not (turn.booking and turn.heard.has("yes", "no")):
        return courtesy.courtesy(turn)
    return None


def _from_the_menu(turn: Turn) -> Reply | None:
    """Take a number for the option it stands for in the question that was asked last."""
    number = turn.heard.number if turn.notes.get("menu") else None
    if number == 1:
        return Reply(text=say(turn, "which_interests_you"))
    if number == 2:
        return booking.book(turn)
    return handing_over.hand_over(turn, "patient asks for a person") if number == 3 else None


def _is_answer(turn: Turn) -> bool:
    waiting = (turn.booking or {}).get("waiting_for", "")
    return waiting in {"name", "phone"} and bool(turn.heard.name or turn.heard.phone)
