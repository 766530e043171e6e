"""Looking a question up in the clinic's documents, in one try or two."""

import re
from collections.abc import Callable

from nodes.guided.cues import found_by
from nodes.guided.extracting import SURE, Quotation, quotation
from nodes.guided.treatment_facts import rows_of
from nodes.guided.treatments import Mention, named
from nodes.guided.turn import Turn
from nodes.guided.words import content, stem
from nodes.words import folded, words_of
from tenants.offer import Treatment

GOES_ON = re.compile(r"^\W*(?:y|and|pero|but|entonces|o|also|tambien)\b")
BEFORE = re.compile(r"\b(?:antes|before|preparacion|preparation|prepare)\b")
AFTER = re.compile(r"\b(?:despues|after|aftercare|posterior\w*)\b")
ALONE = 1  # telling words up to which a question leans on what was said before


def best_quotation(turn: Turn, topic: Treatment | None, *, clause: str = "") -> Quotation | None:
    """Search and return what answers, or None; a question that leans on a topic is asked with it first.

    `clause` is the part of the message to answer when the rest is answered already.
    """
    heard = turn.heard
    if not turn.can("search_knowledge") or not content(heard.text):
        return None
    alone = clause or heard.text
    short_name = topic.name.split(",")[0] if topic else ""
    with_topic = f"{alone} {short_name}".strip()
    leans = bool(GOES_ON.search(folded(alone))) or len(content(alone)) <= ALONE
    if topic is None or (heard.mentions and not clause):
        queries = [alone]
    else:
        queries = [with_topic, alone] if leans else [alone, with_topic]
    asked = clause or _without_treatments(turn)
    for query in queries:
        passages = turn.use("search_knowledge", query=query).get("passages", [])
        about = short_name if topic and (query == with_topic or heard.mentions) else ""
        others = _about_others(turn, topic)
        if found := quotation(
            asked,
            passages,
            about=about,
            foreign=others,
            alone=bool(clause) or not heard.mentions,
        ):
            return found
    return None


def _about_others(turn: Turn, topic: Treatment | None) -> Callable[[str], bool]:
    """Return what tells that a heading speaks of other treatments only: their pain is not this one's."""
    wrong_time = _wrong_time(turn)
    offered = [] if turn.heard.mentions else turn.notes.get("choices", [])
    about = {topic.id} if topic else {str(one) for one in offered}

    def foreign(heading: str) -> bool:
        if wrong_time and wrong_time.search(folded(heading)):
            return True
        found = named(heading, turn.tenant.treatments) if about else []
        return bool(found) and not any(
            about & {one.id for one in mention.treatments} or _is_part_of(heading, mention, topic)
            for mention in found
        )

    return foreign


def _is_part_of(heading: str, mention: Mention, topic: Treatment | None) -> bool:
    """Tell whether a heading names what a treatment's own name has: brackets, and mounting them."""
    said = words_of(heading)
    own = set(content(topic.name)) if topic else set()
    return {stem(said[place]) for place in mention.words} <= own


def _wrong_time(turn: Turn) -> re.Pattern[str] | None:
    """Return what headings of the other side of a visit have: care after is not preparation."""
    if turn.heard.has("aftercare") == turn.heard.has("preparation"):
        return None
    return BEFORE if turn.heard.has("aftercare") else AFTER


def row_quotation(turn: Turn, topic: Treatment) -> Quotation | None:
    """Look into what the company's list itself says of a treatment."""
    row = rows_of(turn, [topic])[0]
    texts = (row.get("preparation"), row.get("aftercare"), row.get("description"))
    passages = [{"title": topic.name, "text": str(one), "score": SURE} for one in texts if one]
    return quotation(_without_treatments(turn), passages, about=topic.name)


def condition_quotation(turn: Turn, topic: Treatment | None) -> Quotation | None:
    """Look up a condition by its own name: `pregnant`, `marcapasos`."""
    word = found_by("condition", turn.heard.text)
    about = topic.name.split(",")[0] if topic else ""
    passages = turn.use("search_knowledge", query=f"{word} {about}".strip()).get("passages", [])
    return quotation(word, passages, about=about)


def _without_treatments(turn: Turn) -> str:
    """Return the question without the words that name a treatment: those are its topic."""
    idle = {place for mention in turn.heard.mentions for place in mention.words}
    return " ".join(word for place, word in enumerate(turn.heard.words) if place not in idle)
