"""Which language a patient writes, from the small words that every sentence has."""

from collections.abc import Mapping, Sequence
from typing import cast, get_args

from nodes.words import word_list, words_of
from tenants.tenant import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)

# Words that both languages write ("no", "me", "a", "son", "once", "sale") stand in neither list.
SMALL_WORDS: Mapping[Language, frozenset[str]] = {one: word_list(one) for one in LANGUAGES}
SPANISH_SIGNS = frozenset("ñ¿¡")


def language_of(text: str) -> Language | None:
    """Return the language that a text clearly is in, or None: a name, a number or "ok" is in neither."""
    hits = _hits(text)
    best, other = sorted(LANGUAGES, key=lambda one: hits[one], reverse=True)
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
    if SPANISH_SIGNS & set(text.lower()):
        hits["es"] += 2
    return hits
