"""A reply cut into sentences, and a sentence as its reader sees it."""

import re

from safety.disguise import LETTERS
from safety.reading import fold

_END = re.compile(
    r"(\n+|(?<=[.!?…])(?<!\ba\.)(?<!\bp\.)(?<!\bDr\.)(?<!\bDra\.)(?<!\bSra\.)(?<!\bSr\.)(?<!\bUd\.)(?<!\bNo\.)(?<!\bTel\.)(?<!\btel\.)(?<!\bCra\.)(?<!\bCl\.)(?<!\bAv\.)(?<!\bMr\.)(?<!\bMs\.)\s+(?=[^\sa-z]))"
)
_UNSEEN = re.compile(
    "_+(?=\\d)|(?<=\\d)_+|[*~\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\u20e3\ufeff]+"
)
"""Bold, invisible signs and the frames of digits: `**99.000** pesos` is an amount all the same."""
_ZEROS = re.compile(r"\d[\d.,]*[.,]?o{2,}[\do.,]*|\d[\d.,o]*[.,]o+")


def pieces_of(text: str) -> list[str]:
    """Return a text's sentences with what stands between them, in order: together they are the text."""
    return _END.split(text)


def plain(text: str) -> str:
    """Return a text without signs that nobody sees."""
    return _UNSEEN.sub("", text)


def folded(text: str) -> str:
    """Return a text in small letters without accents, on one line, foreign letters as they are read."""
    shown = " ".join(fold(text).split())
    if shown.isascii():
        return shown
    return _ZEROS.sub(lambda number: number[0].replace("o", "0"), shown.translate(LETTERS))
