"""Looking a question up in the clinic's documents, in one try or two."""

import re

from nodes.guided.extracting import Quotation, quotation
from nodes.guided.turn import Turn
from nodes.guided.words import content
from nodes.words import folded
from tenants.offer import Treatment

GOES_ON = re.compile(r"^\W*(?:y|and|pero|but|entonces|o|also|tambien)\b")
ALONE = 1  # telling words up to which a question leans on what was said before


def best_quotation(turn: Turn, topic: Treatment | None) -> Quotation | None:
    """Search and return what answers, or None; a question that leans on a topic is asked with it first."""
    heard = turn.heard
    if not turn.can("search_knowledge") or not content(heard.text):
        return None
    alone = heard.text
    short_name = topic.name.split(",")[0] if topic else ""
    with_topic = f"{alone} {short_name}".strip()
    leans = bool(GOES_ON.search(folded(alone))) or len(content(alone)) <= ALONE
    if topic is None or heard.mentions:
        queries = [alone]
    else:
        queries = [with_topic, alone] if leans else [alone, with_topic]
    asked = _without_treatments(turn)
    for query in queries:
        passages = turn.use("search_knowledge", query=query).get("passages", [])
        about = short_name if topic and (query == with_topic or heard.mentions) else ""
        if found := quotation(asked, passages, about=about):
            return found
    return None


def _without_treatments(turn: Turn) -> str:
    """Return the question without the words that name a treatment: those are its topic."""
    idle = {place for mention in turn.heard.mentions for place in mention.words}
    return " ".join(word for place, word in enumerate(turn.heard.words) if place not in idle)
