"""Words as patients type them: folded, cut to stems, compared with a typo's tolerance."""

import unicodedata
from functools import lru_cache

from knowledge.slips import slips
from nodes.guided.word_lists import word_list
from nodes.words import words_of

STEM = 6  # letters that decide; longer endings are grammar: prepararme, preparación
SHORT = 5  # letters below which a typo makes another word

STOP = word_list("stop")


def aligned(text: str) -> str:
    """Return the text folded sign by sign, so that a place in it is a place in the original."""
    return "".join((unicodedata.normalize("NFKD", sign.lower()) or sign)[0] for sign in text)


@lru_cache(maxsize=8_192)
def base(word: str) -> str:
    """Return a folded word without its plural and last vowel: `cejas` and `ceja` are one."""
    if len(word) > 4 and word.endswith("es") and word[-3] not in "aeiou":
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s"):
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word[-1] in "aeo" else word


def stem(word: str) -> str:
    """Cut a folded word to what its relatives share: `prepararme` and `preparación`."""
    return base(word)[:STEM]


def content(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order, each once."""
    telling = (
        word for word in words_of(text) if word not in STOP and (len(word) > 1 or word.isdigit())
    )
    return list(dict.fromkeys(stem(word) for word in telling))


@lru_cache(maxsize=32_768)
def alike(one: str, other: str) -> bool:
    """Tell whether two folded words are the same but for number or a slip of the finger."""
    if one == other:
        return True
    shorter = min(len(one), len(other))
    if shorter < 4:
        return False
    if base(one) == base(other):
        return True
    if shorter < SHORT:
        return False
    most = 2 if shorter > 7 else 1
    return slips(one, other, most) <= most
