"""What is answered to a turn: the order in which the behaviours are asked."""

import re
from dataclasses import replace
from typing import Literal

from nodes.guided import (
    answering,
    booking,
    changing,
    clinical,
    correcting,
    courtesy,
    handing_over,
    waiting,
)
from nodes.guided.boundaries import beyond
from nodes.guided.cues import cues_in
from nodes.guided.person import looks_whole
from nodes.guided.reply import Reply, say
from nodes.guided.treatment_choice import another, chosen_of, wants_all
from nodes.guided.treatment_facts import about, asked_of, prices
from nodes.guided.turn import Turn
from nodes.guided.understanding import COURTESY
from nodes.guided.words import content
from nodes.state import Booking

INFORMATION = (
    "price", "duration", "preparation", "aftercare", "deposit", "hours", "address", "parking",
    "phone", "website", "payment", "staff", "cancel_rule", "promotion", "services", "recovery",
    "difference", "cheapest",
)  # fmt: skip
ACCEPTING = frozenset(
    {"yes", "thanks", "greeting", "book", "availability", "first_free", "this_one"}
)
"""Cues that a yes to an offered time may come with; any other is a question of its own."""
BESIDE = ("price", "hours", "address", "payment")
PAST = re.compile(r"\b(?:ayer|antier|anteayer|yesterday)\b", re.IGNORECASE)
ARRANGING = ("book", "availability", "first_free", "other_day", "other_time")


def converse(turn: Turn) -> Reply:
    """Answer the patient; raises ToolNeeded while a tool must run first."""
    reply = beyond(turn) or _to_a_person(turn) or _from_the_menu(turn) or _small_talk(turn)
    if reply is not None:
        return reply
    if _wants_to_be_seen(turn):
        # Since when it aches is no day to come on.
        turn.heard = replace(turn.heard, when=PAST.sub(" ", turn.heard.when).strip())
        return _prefixed(turn, [say(turn, "symptom")], booking.book(turn))
    if clinical.is_clinical(turn) and not _is_answer(turn):
        return answering.with_open_question(turn, _with_facts(turn, clinical.clinical(turn)))
    if turn.can("find_slots"):
        return _arranging(turn)
    return _informing(turn)


def _wants_to_be_seen(turn: Turn) -> bool:
    """Tell whether a complaint comes with the wish for the one visit that is for it: `me duele la muela, ¿hay cita?`."""
    heard = turn.heard
    named = [one for mention in heard.mentions for one in mention.treatments]
    judged = heard.has("dose", "diagnosis", "condition", "age")
    wished = heard.has("book", "availability") and heard.has("symptom") and not judged
    return wished and len(named) == 1 and named[0].bookable


def _with_facts(turn: Turn, reply: Reply) -> Reply:
    """Add price, hours or place when they were asked for beside what a professional must answer."""
    if not turn.heard.has(*BESIDE) or turn.heard.has("dose"):
        return reply
    named = [one for mention in turn.heard.mentions for one in mention.treatments]
    found = [prices(turn, named)] if turn.heard.has("price") and named else []
    facts = "\n\n".join([*found, *answering.quick_facts(turn)])
    return Reply(text=f"{facts}\n\n{reply.text}", notes=reply.notes) if facts else reply


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
    if turn.notes.get("offered") == "human" and _is_bare(turn):
        if heard.has("yes") and heard.cues <= ACCEPTING:
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


def _is_bare(turn: Turn) -> bool:
    """Tell whether a message is a yes or no and little else."""
    heard = turn.heard
    return not heard.mentions and not heard.when and len(content(heard.text)) <= 4


def _is_answer(turn: Turn) -> bool:
    waiting = (turn.booking or {}).get("waiting_for", "")
    return waiting in {"name", "phone"} and bool(turn.heard.name or turn.heard.phone)


def _informing(turn: Turn) -> Reply:
    """Speak as sales or support: inform; a wish for a time is taken up as far as it goes."""
    heard = turn.heard
    if (reply := _own_visits(turn)) is not None:
        return reply
    if heard.has("move", "cancel") and not heard.has("cancel_rule") and not heard.asks:
        return _change_elsewhere(turn)
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
        facts = _on_the_way(turn) if costs else answering.quick_facts(turn)
        return _prefixed(turn, facts, booking.book(turn))
    if turn.notes.get("offered") == "booking" and heard.has("no", "drop") and _is_bare(turn):
        return booking.dropped(turn)
    if _answers_open_question(turn):
        return booking.book(turn)
    bare = heard.cues and heard.cues <= {"yes", "no", "drop", "this_one", "thanks"}
    if bare and not heard.asks and _is_bare(turn):
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


def _what_else(turn: Turn) -> Reply:
    """Answer a yes or no to which nothing was asked; to `which one?` a yes brings the list again."""
    if turn.notes.get("choices") and turn.heard.has("yes"):
        return booking.book(turn)
    return Reply(text=say(turn, "how_else"), notes=turn.notes)


def _change_elsewhere(turn: Turn) -> Reply:
    """Begin a change at an agent that cannot make it: the answer goes to the one that can."""
    goal: Literal["move", "cancel"] = "move" if turn.heard.has("move") else "cancel"
    noted = Booking(
        goal=goal,
        waiting_for="day" if goal == "move" else "appointment",
        since=turn.now.isoformat(),
    )
    return Reply(text=say(turn, f"go_on_{goal}"), booking=noted, keeps_booking=False)


def _accepts_offer(turn: Turn) -> bool:
    offered = turn.notes.get("offered") == "booking"
    return offered and turn.heard.has("yes") and turn.heard.cues <= ACCEPTING and _is_bare(turn)


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


def _arranging(turn: Turn) -> Reply:
    """Speak as schedule or availability: arrange; a question on the way is answered first."""
    heard = turn.heard
    goal = (turn.booking or {}).get("goal", "book")
    if turn.can("my_appointments"):
        if (reply := _changed(turn, goal)) is not None:
            return reply
    elif heard.has("move", "cancel") and not heard.has("cancel_rule"):
        return _change_elsewhere(turn)
    if _names_another(turn):
        return answering.answering(turn)
    facts = _on_the_way(turn)
    if facts and not _also_arranges(turn):
        reply = Reply(text="\n\n".join(facts), notes={"topic": _topic_id(turn)})
        if turn.booking:
            return answering.with_open_question(turn, reply)
        mention = [one for each in heard.mentions for one in each.treatments]
        return answering.with_offer(turn, reply, mention[0] if len(mention) == 1 else None)
    if heard.has("advice") and not heard.has("book", "availability") and not turn.booking:
        return clinical.advice(turn)
    if not turn.booking and not _speaks_of_coming(turn):
        return answering.unknown(turn)
    return _prefixed(turn, facts, booking.book(turn))


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


def _names_another(turn: Turn) -> bool:
    """Tell whether another treatment is named after a booking was merely offered: it is asked about."""
    heard, booking = turn.heard, turn.booking
    if not booking or not answering.is_soft(booking) or turn.notes.get("offered") != "booking":
        return False
    named = [one.id for mention in heard.mentions for one in mention.treatments]
    wants = heard.when or heard.has("yes", "instead", *ARRANGING)
    return bool(named) and booking.get("treatment_id") not in named and not wants


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


def _on_the_way(turn: Turn) -> list[str]:
    """Answer from the company's own data what a patient asks while arranging."""
    heard = turn.heard
    if heard.staff and heard.staff.role and heard.asks and not heard.when and not heard.cues:
        return [say(turn, "staff_role", name=heard.staff.name, role=heard.staff.role)]
    if not heard.has(*INFORMATION):
        return []
    found: list[str] = []
    topic = turn.tenant.treatment(_topic_id(turn))
    if topic is not None and heard.has("price", "duration", "preparation", "aftercare", "deposit"):
        found += asked_of(turn, topic)
    return [*found, *answering.quick_facts(turn)]


def _topic_id(turn: Turn) -> str:
    named = [one for mention in turn.heard.mentions for one in mention.treatments]
    if len(named) == 1:
        return named[0].id
    return str((turn.booking or {}).get("treatment_id") or turn.notes.get("topic") or "")


def _also_arranges(turn: Turn) -> bool:
    """Tell whether a message that asks something also goes on with the booking."""
    heard = turn.heard
    if heard.has(*ARRANGING):
        return True
    if turn.booking and (heard.has("yes") or heard.number is not None or looks_whole(heard.name)):
        return True
    return bool(heard.when and turn.booking and not heard.has("hours"))


def _prefixed(turn: Turn, facts: list[str], reply: Reply) -> Reply:
    """Put answers before a reply, and a greeting before all when the patient begins with one."""
    greets = turn.heard.has("greeting") and not turn.earlier and not turn.heard.cues <= COURTESY
    opening = [say(turn, "short_greeting", hello=courtesy.hello(turn))] if greets else []
    if not (facts or opening):
        return reply
    text = "\n\n".join([*facts, reply.text])
    text = " ".join([*opening, text])
    return Reply(
        text=text, booking=reply.booking, keeps_booking=reply.keeps_booking, notes=reply.notes
    )
