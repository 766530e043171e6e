"""Words that hide their letters: spaced out, run together, made of digits or of another alphabet.

A text is read as it stands and, when something in it hides, once more with its letters shown. The
second reading may raise an alarm that the first does not; it never takes one away.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

WHOLE = 20_000  # characters of a text that are read in one go
WINDOW = 6_000  # characters of a longer one that are read at a time
OVERLAP = 400  # characters that two windows share: what one cuts through, the other sees whole
MOST = 160_000  # characters that are read at all; Chatwoot takes 150,000
RUN_TOGETHER = 7  # letters from which on an unknown word may be several
LONGEST = 60  # letters of a word that may be several
LONGEST_PIECE = 16

_ALIKE = (
    "аa вb еe ёe зe іi јj кk мm нh оo рp сc тt уy хx ѕs ԁd һh ӏl ѵv ьb пn "
    "αa βb εe ηn ιi κk νv οo ρp τt υu χx γy ωw "
    "ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ғf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ǫq ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz "
    "ɑa ıi ɡg øo łl đd ħh"
)
_ENCLOSED = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
"""Where alphabets of letters in boxes and balls begin."""
LETTERS = str.maketrans(
    {pair[0]: pair[1] for pair in _ALIKE.split()}
    | {chr(first + i): chr(ord("a") + i) for first in _ENCLOSED for i in range(26)}
)
"""Letters that look like ours, as ours; for text in small letters."""
_MARKS = re.compile(r"[\u0300-\u036f]")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_WITHIN = re.compile(rf"\w{_UNSEEN.pattern}+\w")
_SIGNS = str.maketrans("013457@$!|€", "oieastasile")
_SIGNED = re.compile(
    r"(?<![\w@$!|€])[a-z013457@$!|€]*[a-z][013457@$!|€]*[a-z013457@$€](?P<address>\.[a-z])?"
)
_QUANTITY = re.compile(r"\d+[a-z]{1,3}|\d+x\d+|[a-z]+[!|]*|[a-z]{1,4}[1-9]\d*")
"""`10mg`, `2x1`, a plain word, `spf50`."""
_SPACED = re.compile(r"(?<!\w)[^\W\d_](?:[^\w\n]{1,3}[^\W\d_](?!\w)){2,}")
_GAP = re.compile(r"[^\w\n]+")
_WORD = re.compile(r"[^\W\d_]+")
_SHORT_WORDS = """
no me se le la el lo mi un una de en al ya te tu su ha he que del los las con sin por mas muy hay
veo ojo oir voy son fue dio mal i im my is it to the can not cant wont her his she out and
nao na do em um uma meu sem
"""
_SHORT = frozenset(_SHORT_WORDS.split())
"""Of words with fewer letters than four those that may be part of a longer one: else all words fall apart."""


class Disguises:
    """Shows what a text hides."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        """Take the words that words run together may be made of."""
        self._known = _SHORT.union(word for one in vocabulary if len(word := _plain(one)) > 3)
        self._parted = lru_cache(maxsize=20_000)(self._parted_anew)

    def readings(self, text: str) -> Iterator[str]:
        """Yield what is to be read of a text: itself, and what it hides if it hides anything.

        A long one comes in windows that overlap.
        """
        for window in _windows(text):
            yield window
            if (shown := self.shown(window)) is not None:
                yield shown

    def shown(self, text: str) -> str | None:
        """Return a text with its hidden letters shown, or None when none hide."""
        plain = _plain(text)
        shown = _SPACED.sub(_closed, plain.translate(LETTERS))
        shown = _SIGNED.sub(_without_signs, shown)
        shown = _WORD.sub(lambda word: self._parted(word[0]), shown)
        return None if shown == plain and not _WITHIN.search(text) else shown

    def _parted_anew(self, word: str) -> str:
        """Return the words that one word is made of, with spaces between; the longest that fit."""
        if not RUN_TOGETHER <= len(word) <= LONGEST or word in self._known:
            return word
        best: list[tuple[int, int]] = [
            (0, 0)
        ]  # How well the first letters are parted, and where last.
        for end in range(1, len(word) + 1):
            starts = range(max(0, end - LONGEST_PIECE), end)
            scores = [
                (best[start][0] + (end - start) ** 2, start)
                for start in starts
                if best[start][0] >= 0 and word[start:end] in self._known
            ]
            best.append(max(scores, default=(-1, 0)))
        if best[-1][0] < 0:
            return word
        pieces, end = [], len(word)
        while end:
            start = best[end][1]
            pieces.append(word[start:end])
            end = start
        return " ".join(reversed(pieces))


def _plain(text: str) -> str:
    """Return text in small letters without accents and signs that nobody sees."""
    folded = unicodedata.normalize("NFKD", _UNSEEN.sub("", text).casefold())
    return _MARKS.sub("", folded)


def _closed(spaced: re.Match[str]) -> str:
    """Return the words of spaced letters: a gap wider than the others parts two words."""
    gaps = _GAP.findall(spaced[0])
    between_letters = min(map(len, gaps))
    parts = _GAP.sub(lambda gap: " " if len(gap[0]) > between_letters else "", spaced[0])
    return parts if " " in parts else f" {parts} "


def _without_signs(token: re.Match[str]) -> str:
    word = token[0]
    return word if token["address"] or _QUANTITY.fullmatch(word) else word.translate(_SIGNS)


def _windows(text: str) -> Iterator[str]:
    if len(text) <= WHOLE:
        yield text
        return
    if len(text) > MOST:
        text = f"{text[: MOST // 2]}\n{text[-MOST // 2 :]}"
    seen: set[str] = set()
    for start in range(0, len(text), WINDOW - OVERLAP):
        window = text[start : start + WINDOW]
        if window not in seen:
            seen.add(window)
            yield window
