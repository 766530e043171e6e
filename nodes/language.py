"""Which language a patient writes, from the small words that every sentence has."""

from collections.abc import Mapping, Sequence
from typing import cast, get_args

from nodes.words import word_list, words_of
from tenants.tenant import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)

# Words that English shares ("no", "me", "a", "son", "once", "sale", "do") stand in no list; what
# Spanish and Portuguese share ("para", "como", "esta") stands in both, so that it decides nothing.
SMALL_WORDS: Mapping[Language, frozenset[str]] = {one: word_list(one) for one in LANGUAGES}
SIGNS: Mapping[Language, frozenset[str]] = {"es": frozenset("ñ¿¡"), "pt": frozenset("ãõçâêô")}
"""Letters and marks that only one of them writes."""


def language_of(text: str) -> Language | None:
    """Return the language that a text clearly is in, or None: a name, a number or "ok" is in none."""
    hits = _hits(text)
    best, other, *_ = sorted(LANGUAGES, key=lambda one: hits[one], reverse=True)
    return best if hits[best] > hits[other] else None


def spoken(text: str, *, before: str, allowed: Sequence[Language]) -> Language:
    """Return the language to answer in: the text's when allowed, else the one before, else the first.

    One small word among foreign ones changes nothing: "thanks" ends many a Spanish conversation.
    """
    kept = cast("Language", before) if before in allowed else allowed[0]
    shown = language_of(text)
    if shown is None or shown not in allowed or shown == kept:
        return kept
    hits = _hits(text)
    certain = hits[shown] - hits[kept] >= 2 or (not before and hits[shown] > 0)
    return (
        shown if certain or (len(words_of(text)) <= hits[shown] + 1 and hits[shown] >= 2) else kept
    )


def _hits(text: str) -> dict[Language, int]:
    words = set(words_of(text))
    hits = {one: len(words & SMALL_WORDS[one]) for one in LANGUAGES}
    for language, signs in SIGNS.items():
        if signs & set(text.lower()):
            hits[language] += 2
    return hits
