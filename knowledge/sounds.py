"""When two words are the same word otherwise: by ear, within a slip of the finger, and made small."""

import re

from knowledge.slips import slips

SHORT = 5  # letters below which a slip makes another word
LONG = 8  # letters from which two slips are allowed

_SOUNDS = (
    (re.compile(r"n(?=[bvp])"), "m"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"ks|cs|cc"), "x"),
    (re.compile(r"qu(?=[ei])|k|c(?![eiyh])"), "k"),
    (re.compile(r"z|c(?=[eiy])"), "s"),
    (re.compile(r"v"), "b"),
    (re.compile(r"(?<![cgstw])h"), ""),
    (re.compile(r"ll"), "y"),
    (re.compile(r"(.)\1"), r"\1"),
)
"""Spellings that sound alike, so that they are no slips: `botoks`, `hialuronico` without its h."""


SMALL = re.compile(r"(?:c?it[oa]|(?<=t)ic[oa])s?$")
"""The ending of `masajito`, `dientecito` and `platica`."""


def sound_of(word: str) -> str:
    """Return how a folded word sounds."""
    for spelling, sound in _SOUNDS:
        word = spelling.sub(sound, word)
    return word


def far(sound: str, other: str) -> int | None:
    """Return by how many slips two sounds differ; None when they are two words."""
    shorter = min(len(sound), len(other))
    most = (2 if shorter >= LONG else 1) if shorter >= SHORT - 1 else 0
    count = slips(sound, other, most)
    return count if count <= most else None


def larger(word: str) -> tuple[str, ...]:
    """Return what a diminutive may be of, if it is one: of `masajito` also `masaje`."""
    bare = SMALL.sub("", word)
    small = bare != word and len(bare) >= SHORT - 1
    return tuple(bare + ending for ending in ("o", "a", "e", "")) if small else ()
