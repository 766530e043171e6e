"""Answers about the clinic: from its list, its own facts and its documents, in that order."""

import re
from collections.abc import Mapping, Sequence

from nodes.guided.confirming import notice_words
from nodes.guided.cues import cues_in
from nodes.guided.facts import FACTS
from nodes.guided.promotions import promotions
from nodes.guided.question_topic import (
    asks_one_thing,
    goes_beyond,
    is_of_it,
    not_exactly,
    pair_of,
    silent_topic,
    stranger_in,
)
from nodes.guided.questions import open_question
from nodes.guided.quoting import best_quotation, row_quotation
from nodes.guided.reply import Reply, say
from nodes.guided.treatment_facts import (
    ASKED,
    SHOWN,
    about,
    asked_of,
    bulleted,
    cheapest,
    compared,
    lasting,
    offer,
    price_line,
    prices,
    recovery,
    rows_of,
    talked_of,
)
from nodes.guided.treatments import closest, of_category
from nodes.guided.turn import NOTES, Turn
from nodes.guided.words import content
from nodes.state import Booking
from nodes.words import folded
from tenants.offer import Treatment

WORDS = 2  # a message of so few, and no sense found, was a slip of the finger
LATELY = 8  # messages
MOST = 3  # matters answered in one reply
STATEMENT = re.compile(
    r"^\W*(?:yo )?(?:me (?:siento|gusta)|estoy|tengo|soy|vivo|ando|i'?m|i am|i feel|i have|i live|mi \w+|my \w+)\b"
)
"""How somebody begins who tells something and asks nothing."""
CLAUSES = re.compile(r"\b(?:y|e|and)\b|[,;:.?!¿¡\n]+", re.IGNORECASE)


def answering(turn: Turn) -> Reply:
    """Answer every matter of the message that can be answered, then go on with an open booking."""
    answers, topic = answers_to(turn)
    if not answers:
        return with_open_question(turn, unknown(turn))
    named = [one.id for one in turn.heard.treatments]
    kept = turn.notes.get("choices", []) if topic is None else []
    choices = named[:SHOWN] if len(named) > 1 else kept
    notes = {"topic": topic.id if topic else "", "choices": choices}
    reply = Reply(text="\n\n".join(answers[:MOST]), notes=notes)
    return with_offer(turn, reply, topic)


def answers_to(turn: Turn) -> tuple[list[str], Treatment | None]:
    """Return the answers and the treatment that they are about, if it is one."""
    heard = turn.heard
    named = heard.treatments
    topic = named[0] if len(named) == 1 else None
    stranger = "" if named else stranger_in(turn)
    leans = heard.has("what_is") and not content(heard.text)
    if not named and (leans or (heard.has(*ASKED) and not stranger)):
        topic = talked_of(turn)
    if heard.has("cheapest") and not named:
        return [cheapest(turn)], None
    answers = _listed_answers(turn, named, topic)
    if answers == [] and heard.has("difference") and (pair := pair_of(turn, named)):
        return [compared(turn, pair)], None
    if not answers and heard.has("price", "offered") and not named:
        group = of_category(stranger, turn.tenant.treatments)
        answers += [prices(turn, group)] if group else []
    of_nothing = heard.has("price") and not stranger and topic is None and not heard.has("deposit")
    if not answers and turn.can("search_knowledge") and not of_nothing:
        answers += _from_documents(turn, topic or silent_topic(turn))
    if not answers and topic is not None and not heard.has(*ASKED):
        answers.append(about(turn, topic))
    elif not answers and len(named) > 1:
        answers += _of_several(turn, named)
    return [one for one in answers if one], topic


def _listed_answers(turn: Turn, named: Sequence[Treatment], topic: Treatment | None) -> list[str]:
    """Answer what the company's list, its facts and its promotions answer."""
    heard = turn.heard
    answers: list[str] = []
    if heard.has("promotion") and turn.can("search_knowledge"):
        answers += [*asked_prices(turn, named, topic), promotions(turn, topic)]
    if heard.has("services") and not named and not answers:
        answers.append(offer(turn))
    if heard.has("difference") and pair_of(turn, named):
        return []
    if heard.has("recovery") and (treated := topic or talked_of(turn)):
        answers.append(recovery(turn, treated))
    answers += _about_treatments(turn, named, topic)
    if heard.has("lasting") and (said := lasting(turn, named)):
        answers.append(said)
    answers += quick_facts(turn)
    return [*answers, *_rest(turn, topic)] if answers and topic is not None else answers


def asked_prices(turn: Turn, named: Sequence[Treatment], topic: Treatment | None) -> Sequence[str]:
    """Return the prices that are asked for beside a promotion, with an hour or so as well."""
    if not turn.heard.has("price") or not named:
        return []
    return [prices(turn, named)] if topic is None else asked_of(turn, topic)


def _rest(turn: Turn, topic: Treatment) -> list[str]:
    """Answer what a message asks beside the list's own facts: `how much is it and does it hurt?`."""
    told = not turn.heard.has("lasting") or lasting(turn, [topic])
    wanted = {"detail"} if told else {"detail", "lasting"}
    clauses = [one for one in CLAUSES.split(turn.heard.text) if wanted & cues_in(one)]
    if not clauses or not turn.can("search_knowledge"):
        return []
    found = [best_quotation(turn, topic, clause=one.strip()) for one in clauses]
    texts = list(dict.fromkeys(one.text for one in found if one))
    return texts if None not in found else [*texts, say(turn, "rest_unknown")]


def _of_several(turn: Turn, named: Sequence[Treatment]) -> list[str]:
    """Answer on a name that several treatments share; a question that no list answers is not one of price."""
    if not (turn.heard.asks and goes_beyond(turn, named[0])):
        return [prices(turn, named, opening=not_exactly(turn))]
    quoted = (row_quotation(turn, one) for one in named)
    return [one.text for one in quoted if one][:1]


def quick_facts(turn: Turn) -> list[str]:
    """Answer from the company's own facts: hours, place, phone, payment, people."""
    heard = turn.heard
    found = [
        fact(turn) for cue, fact in FACTS.items() if heard.has(cue) and not _drowned(turn, cue)
    ]
    if heard.has("cancel_rule") and not turn.can("search_knowledge"):
        found.append(notice_words(turn))
    said = [one for one in found if one]
    return [one for one in said if not any(one in other for other in said if other != one)]


def _drowned(turn: Turn, cue: str) -> bool:
    """Tell whether another matter explains a cue better: `¿quién aplica el botox y dónde...`."""
    heard = turn.heard
    if cue == "hours":
        return heard.has("availability") and bool(heard.mentions or heard.when)
    if cue == "phone":
        return heard.has("human")
    return cue == "parking" and not turn.tenant.how_to_get_there


def _about_treatments(turn: Turn, named: Sequence[Treatment], topic: Treatment | None) -> list[str]:
    heard = turn.heard
    if heard.has("promotion") and not heard.has("duration", "preparation", "aftercare"):
        return []
    one_thing = topic is not None and heard.has("aftercare", "preparation") and asks_one_thing(turn)
    if one_thing and (said := _from_documents(turn, topic)):
        return said
    if topic is not None and heard.has(*ASKED):
        found = asked_of(turn, topic)
        if turn.can("search_knowledge") and heard.has("aftercare", "preparation") and not found:
            found = _from_documents(turn, topic)
        return found
    if len(named) > 1 and heard.has("preparation", "aftercare") and not asks_one_thing(turn):
        lines = [said for one in named[:MOST] for said in asked_of(turn, one)]
        return [bulleted(lines)] if lines else []
    if len(named) > 1 and heard.has("price", "duration"):
        return [prices(turn, named, opening=not_exactly(turn))]
    if topic is not None and heard.has("what_is", "offered") and not goes_beyond(turn, topic):
        return [about(turn, topic)]
    if len(named) > 1 and heard.has("what_is", "offered", "services") and len(heard.mentions) == 1:
        return [prices(turn, named, opening=not_exactly(turn))]
    return []


def _from_documents(turn: Turn, topic: Treatment | None) -> list[str]:
    heard = turn.heard
    if not (heard.asks or heard.cues) and STATEMENT.search(folded(heard.text)):
        # Nothing is asked: "me siento muy sola" finds a sentence with like words, and no answer.
        return []
    best = best_quotation(turn, topic) or (row_quotation(turn, topic) if topic else None)
    if best is None and turn.heard.has("cancel_rule"):
        best = best_quotation(turn, None, clause=say(turn, "policy_query"))
    return [best.text] if best and is_of_it(turn, best, topic) else []


def unknown(turn: Turn) -> Reply:
    """Say honestly what is not known, with what comes nearest, and offer a person."""
    heard = turn.heard
    stranger = "" if heard.mentions else stranger_in(turn)
    if heard.has("price") and not stranger:
        shown = turn.tenant.treatments[:SHOWN]
        lines = [price_line(turn, row, brief=True) for row in rows_of(turn, shown)]
        text = f"{say(turn, 'price_of_what')}\n{bulleted(lines)}"
        return Reply(text=text) if lines else lost(turn)
    if heard.has("price", "offered", "book", "availability", "duration", "what_is") and stranger:
        near = closest(heard.text, turn.tenant.treatments)
        if (
            heard.has("offered", "what_is")
            and not heard.has("price", "book", "availability")
            and not near
        ):
            return _handed(turn, say(turn, "not_known_of", words=stranger))
        if near:
            rows = [price_line(turn, row, brief=True) for row in rows_of(turn, near)]
            text = f"{say(turn, 'not_offered', words=stranger)} {say(turn, 'closest')}\n{bulleted(rows)}"
        else:
            text = say(turn, "not_offered", words=stranger)
        return _handed(turn, text)
    if heard.has("promotion"):
        return Reply(text=say(turn, "no_promotions"))
    if content(heard.text) and (heard.asks or heard.cues or len(heard.words) > WORDS):
        return Reply(
            text=f"{say(turn, 'not_known')} {say(turn, 'offer_human')}", notes={"offered": "human"}
        )
    return lost(turn)


def lost(turn: Turn) -> Reply:
    """Ask one helpful question; its numbers are understood next turn."""
    return Reply(text=say(turn, "not_understood"), notes={"menu": True})


def _handed(turn: Turn, text: str) -> Reply:
    joint = "\n" if "\n" in text else " "
    return Reply(text=f"{text}{joint}{say(turn, 'offer_human')}", notes={"offered": "human"})


def is_soft(booking: Booking) -> bool:
    """Tell whether a booking was offered and not taken up: it is not pressed."""
    return (
        booking.get("waiting_for") == "day"
        and not booking.get("slots")
        and booking.get("goal") == "book"
    )


def with_open_question(turn: Turn, reply: Reply) -> Reply:
    """End on what an open booking waits for; a booking that was merely offered is not pressed."""
    booking = turn.booking
    if not booking or is_soft(booking):
        return reply
    again = reply.then(open_question(turn, booking))
    notes = {**turn.notes, **{key: value for key, value in reply.notes.items() if value}}
    notes.pop("offered", None)
    return Reply(text=again.text, notes=notes)


def with_offer(turn: Turn, reply: Reply, topic: Treatment | None) -> Reply:
    """Offer a time for the treatment that was talked of, once; go on with an open booking instead."""
    booking = turn.booking
    if booking and not is_soft(booking):
        return with_open_question(turn, reply)
    listed = reply.notes.get("choices") and "•" in reply.text
    if topic is None and turn.heard.mentions and listed:
        return reply.then(say(turn, "which_interests"))
    if topic is None or not topic.bookable or _just_booked(turn, topic):
        return reply
    if booking and booking.get("treatment_id") == topic.id:
        return Reply(text=reply.text, notes={**reply.notes, "offered": "booking"})
    return offering(turn, reply.then(say(turn, "offer_booking", treatment=topic.name)), topic)


def _just_booked(turn: Turn, topic: Treatment) -> bool:
    """Tell whether this was booked a few messages ago: nobody wants it again at once."""
    lately = [one.additional_kwargs.get(NOTES, {}) for one in turn.earlier[-LATELY:]]
    return any(one.get("booked") and one.get("topic") == topic.id for one in lately)


def offering(turn: Turn, reply: Reply, topic: Treatment) -> Reply:
    """Note an offered booking, so that a bare yes goes on from here."""
    booking = Booking(
        goal="book", treatment_id=topic.id, waiting_for="day", since=turn.now.isoformat()
    )
    notes: Mapping[str, object] = {**reply.notes, "offered": "booking", "topic": topic.id}
    return Reply(text=reply.text, booking=booking, keeps_booking=False, notes=notes)
