"""Answers about the clinic: from its list, its own facts and its documents, in that order."""

import re
from collections.abc import Mapping, Sequence

from nodes.guided.confirming import notice_words
from nodes.guided.cues import without
from nodes.guided.facts import FACTS
from nodes.guided.promotions import promotions
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
    offer,
    price_line,
    prices,
    recovery,
    rows_of,
    talked_of,
)
from nodes.guided.treatments import closest, unknown_words
from nodes.guided.turn import NOTES, Turn
from nodes.guided.words import content
from nodes.state import Booking
from nodes.words import folded, words_of
from tenants.offer import Treatment

WORDS = 2  # a message of so few, and no sense found, was a slip of the finger
ASIDE_WORDS = 6  # telling words up to which a question may lean on what was talked of
LATELY = 8  # messages
MOST = 3  # matters answered in one reply


def answering(turn: Turn) -> Reply:
    """Answer every matter of the message that can be answered, then go on with an open booking."""
    answers, topic = answers_to(turn)
    if not answers:
        return with_open_question(turn, unknown(turn))
    named = [one.id for mention in turn.heard.mentions for one in mention.treatments]
    kept = turn.notes.get("choices", []) if topic is None else []
    choices = named[:SHOWN] if len(named) > 1 else kept
    notes = {"topic": topic.id if topic else "", "choices": choices}
    reply = Reply(text="\n\n".join(answers[:MOST]), notes=notes)
    return with_offer(turn, reply, topic)


def answers_to(turn: Turn) -> tuple[list[str], Treatment | None]:
    """Return the answers and the treatment that they are about, if it is one."""
    heard = turn.heard
    named = [one for mention in heard.mentions for one in mention.treatments]
    topic = named[0] if len(named) == 1 else None
    stranger = "" if named else _stranger(turn)
    if not named and heard.has(*ASKED) and not stranger:
        topic = talked_of(turn)
    answers: list[str] = []
    if heard.has("promotion") and turn.can("search_knowledge"):
        answers.append(promotions(turn, topic))
    if heard.has("cheapest") and not named:
        return [cheapest(turn)], None
    if heard.has("services") and not named and not answers:
        answers.append(offer(turn))
    if heard.has("difference") and (pair := _pair(turn, named)):
        return [compared(turn, pair)], None
    if heard.has("recovery") and (treated := topic or talked_of(turn)):
        answers.append(recovery(turn, treated))
    answers += _about_treatments(turn, named, topic)
    answers += quick_facts(turn)
    of_nothing = heard.has("price") and not stranger and topic is None
    if not answers and turn.can("search_knowledge") and not of_nothing:
        answers += _from_documents(turn, topic or _silent_topic(turn))
    if not answers and topic is not None and not heard.has(*ASKED):
        answers.append(about(turn, topic))
    elif not answers and len(named) > 1:
        answers.append(prices(turn, named, opening=_not_exactly(turn)))
    return [one for one in answers if one], topic


def _pair(turn: Turn, named: Sequence[Treatment]) -> list[Treatment]:
    """Return the treatments to compare: those named, or the last two that were talked of."""
    if len(named) > 1:
        return list(named[:2])
    offered = [str(one) for one in turn.notes.get("choices", [])]
    seen = (
        [*offered]
        if len(offered) == 2
        else [one.additional_kwargs.get(NOTES, {}).get("topic") for one in reversed(turn.earlier)]
    )
    ids = dict.fromkeys([*(one.id for one in named), *(str(one) for one in seen if one)])
    found = [one for key in ids if (one := turn.tenant.treatment(key))]
    return found[:2] if len(found) > 1 else []


def _stranger(turn: Turn) -> str:
    """Return what a question is about when no treatment is named, without the words of the asking."""
    plain = turn.heard.text
    for cue in (*ASKED, "promotion"):
        if turn.heard.has(cue):
            plain = without(cue, plain)
    rest = set(words_of(unknown_words(plain)))
    # As the patient wrote it, accents and all.
    return " ".join(one for one in re.findall(r"[^\W\d_]+", turn.heard.text) if folded(one) in rest)


def quick_facts(turn: Turn) -> list[str]:
    """Answer from the company's own facts: hours, place, phone, payment, people."""
    heard = turn.heard
    found = [
        fact(turn) for cue, fact in FACTS.items() if heard.has(cue) and not _drowned(turn, cue)
    ]
    if heard.has("cancel_rule") and not turn.can("search_knowledge"):
        found.append(notice_words(turn))
    return [one for one in found if one]


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
    if topic is not None and heard.has(*ASKED):
        found = asked_of(turn, topic)
        if turn.can("search_knowledge") and heard.has("aftercare", "preparation") and not found:
            found = _from_documents(turn, topic)
        return found
    if len(named) > 1 and heard.has("price", "duration"):
        return [prices(turn, named, opening=_not_exactly(turn))]
    if topic is not None and heard.has("what_is", "offered") and not _specific(turn, topic):
        return [about(turn, topic)]
    if len(named) > 1 and heard.has("what_is", "offered", "services") and len(heard.mentions) == 1:
        return [prices(turn, named)]
    return []


def _not_exactly(turn: Turn) -> str:
    """Say that what was named is not on the list when only a word of it is: `deep tissue massage`."""
    mention = turn.heard.mentions[0]
    if len(turn.heard.mentions) > 1 or len(mention.treatments) < 2:
        return ""
    words = turn.heard.words
    rest = unknown_words(" ".join(one for at, one in enumerate(words) if at not in mention.words))
    if not rest or turn.heard.has("instead"):
        return ""
    stranger = unknown_words(" ".join(words)) or rest
    return f"{say(turn, 'not_offered', words=stranger)} {say(turn, 'closest')}"


def _specific(turn: Turn, topic: Treatment) -> bool:
    """Tell whether a question goes beyond what the thing is: `¿el botox duele?`."""
    own = set(content(f"{topic.name} {' '.join(topic.aliases)}"))
    rest = [word for word in content(turn.heard.text) if word not in own]
    asked = set(
        content(
            "que es son hace incluye consiste sirve funciona informacion hacen tienen ofrecen "
            "realizan manejan aplican offer provide tell work more acerca info trata clinica aca alli"
        )
    )
    return bool([word for word in rest if word not in asked])


def _silent_topic(turn: Turn) -> Treatment | None:
    """Return what was talked of before, for questions too short to stand alone: `¿y duele?`."""
    heard = turn.heard
    if heard.mentions:
        return heard.mentions[0].treatments[0] if len(heard.mentions) == 1 else None
    if len(content(heard.text)) > ASIDE_WORDS or heard.has("services", "promotion", *FACTS):
        return None
    return talked_of(turn)


def _from_documents(turn: Turn, topic: Treatment | None) -> list[str]:
    best = best_quotation(turn, topic) or (row_quotation(turn, topic) if topic else None)
    return [best.text] if best else []


def unknown(turn: Turn) -> Reply:
    """Say honestly what is not known, with what comes nearest, and offer a person."""
    heard = turn.heard
    stranger = "" if heard.mentions else _stranger(turn)
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
    return Reply(text=f"{text} {say(turn, 'offer_human')}", notes={"offered": "human"})


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
    if topic is None and len(turn.heard.mentions) and reply.notes.get("choices"):
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
