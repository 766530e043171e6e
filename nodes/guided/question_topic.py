"""What a question is about: a treatment, two of them, one thing about care, or something unknown."""

import re
from collections.abc import Sequence

from nodes.guided.cues import cues_in, without
from nodes.guided.extracting import FRAME, Quotation, is_present
from nodes.guided.facts import FACTS
from nodes.guided.reply import say
from nodes.guided.treatment_facts import ASKED, talked_of
from nodes.guided.treatments import unknown_words
from nodes.guided.turn import NOTES, Turn
from nodes.guided.words import content
from nodes.words import folded, words_of
from tenants.offer import Treatment

JOINED = re.compile(r"\b(?:y|e|o|and|or)\b")
MONEY = re.compile(
    r"[$€]|\d (?:pesos|dolares|mil|usd|cop)\b|gratis|\bfree\b|\b(?:no|sin)\b.{0,12}\b(?:costo|cobr)"
    r"|\b(?:cost|costo|cuesta|vale|valor|precio|price|cobra|fee|inclu|abon|deposit|factura|insurance)"
)
"""What a text has that says what something costs."""
ASIDE_WORDS = 6  # telling words up to which a question may lean on what was talked of


def pair_of(turn: Turn, named: Sequence[Treatment]) -> list[Treatment]:
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


def stranger_in(turn: Turn) -> str:
    """Return what a question is about when no treatment is named, without the words of the asking."""
    asked = (*ASKED, "promotion")
    clauses = [one for one in re.split(r"[,;:.!?¿¡\n]+", turn.heard.text) if one.strip()]
    asking = [one for one in clauses if not cues_in(one).isdisjoint(asked)]
    plain = " ".join(asking or clauses)
    for cue in asked:
        if turn.heard.has(cue):
            plain = without(cue, plain)
    named = (unknown_words(one) for one in (plain, *JOINED.split(plain)))
    rest = set(words_of(next((one for one in named if one), "")))
    # As the patient wrote it, accents and all.
    return " ".join(one for one in re.findall(r"[^\W\d_]+", turn.heard.text) if folded(one) in rest)


def asks_one_thing(turn: Turn) -> bool:
    """Tell whether care is asked about one thing: `¿puedo tomar cerveza después del botox?`."""
    rest = without("preparation", without("aftercare", turn.heard.text))
    own = {turn.heard.words[place] for one in turn.heard.mentions for place in one.words}
    return any(word not in FRAME for word in content(" ".join(set(words_of(rest)) - own)))


def not_exactly(turn: Turn) -> str:
    """Say that what was named is not on the list when only a word of it is: `deep tissue massage`."""
    mention = turn.heard.mentions[0]
    if len(turn.heard.mentions) > 1 or len(mention.treatments) < 2:
        return ""
    timely = set(words_of(turn.heard.when))
    words = [one for one in turn.heard.words if one not in timely]
    named = {turn.heard.words[at] for at in mention.words}
    rest = unknown_words(" ".join(one for one in words if one not in named))
    if not rest or turn.heard.has("instead"):
        return ""
    stranger = unknown_words(" ".join(words)) or rest
    return f"{say(turn, 'not_offered', words=stranger)} {say(turn, 'closest')}"


def goes_beyond(turn: Turn, topic: Treatment) -> bool:
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


def silent_topic(turn: Turn) -> Treatment | None:
    """Return what was talked of before, for questions too short to stand alone: `¿y duele?`."""
    heard = turn.heard
    if heard.mentions:
        return heard.mentions[0].treatments[0] if len(heard.mentions) == 1 else None
    if len(content(heard.text)) > ASIDE_WORDS or heard.has("services", "promotion", *FACTS):
        return None
    return talked_of(turn)


def is_of_it(turn: Turn, quoted: Quotation, topic: Treatment | None) -> bool:
    """Tell whether what is asked to be had, or its price, is what a quotation speaks of."""
    if not turn.heard.has("price", "offered"):
        return True
    if turn.heard.has("price") and not MONEY.search(folded(quoted.text)):
        return False
    wanted = [] if topic or turn.heard.mentions else content(stranger_in(turn))
    there = set(content(f"{quoted.title} {quoted.heading} {quoted.text}"))
    return not wanted or any(is_present(word, there) for word in wanted)
