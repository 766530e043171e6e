"""What a patient misspelt, by the words of the company's documents that are near to it."""

from collections.abc import Iterable, Sequence
from typing import Any

from knowledge.query import CHAT_WORDS
from knowledge.slips import slips
from knowledge.sounds import SHORT, far, sound_of

ONE_LETTER = 5  # letters up to which a slip makes another word, and only what sounds the same is it


def doubtful(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that may be misspelt if no document has them."""
    return tuple(
        word for word in words if len(word) >= SHORT and word.isalpha() and word not in CHAT_WORDS
    )


def distance(word: str) -> int:
    """Return how many letters off RediSearch shall look: it knows no sounds, so more than we allow."""
    return 1 if len(word) <= ONE_LETTER else 2


def nearest(said: str, suggested: Sequence[Any]) -> tuple[str, float] | None:
    """Return which word of the documents was meant, and the share of chunks that have it.

    `suggested` is RediSearch's answer, empty for a word that the documents have.
    """
    sound = sound_of(said)
    fits = [
        (slipped, slips(said, term, len(said)), -float(share), term)
        for _, _, terms in suggested
        for share, term in terms
        if (slipped := far(sound, sound_of(term))) is not None
        and (slipped == 0 or len(said) > ONE_LETTER)
    ]
    if not fits:
        return None
    *_, share, term = min(fits)
    return term, -share
