"""What words of everyday life may mean in a clinic's documents: a thesaurus that ships for all companies."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from knowledge.query import STOP_WORDS, TEXT_LIMIT, fold
from knowledge.sounds import SMALL, sound_of

ROOT = 4  # letters that are left of a word at least

# `sacarse` is `sacar`; `arrugas`, `blanqueo` and `inyectado` are cut where endings differ.
_PRONOUNS = re.compile(r"(?:(?<=[aei]r)|(?<=ndo))(?:me|te|se|nos|l[aeo]s?)+$")
_ENDING = re.compile(r"(?:(?:[aei]r|ando|iendo|ad[ao]|id[ao]|aron|ieron|ing|ed|[aeo]n?)s?|s)$")


class Meaning(NamedTuple):
    """Words of a question, and what documents may say instead."""

    said: tuple[str, ...]
    words: tuple[str, ...]


class Everyday:
    """The thesaurus: looks up what is said in whatever ending and order."""

    def __init__(self, meanings: Iterable[Meaning]) -> None:
        """Take the meanings of folded phrases."""
        self._by_root: dict[str, list[Meaning]] = defaultdict(list)
        for one in meanings:
            roots = tuple(root_of(word) for word in one.said)
            self._by_root[roots[0]].append(Meaning(roots, one.words))

    def meanings_in(self, question: str) -> Iterator[Meaning]:
        """Yield what the question's words may mean beside themselves."""
        words = fold(question[:TEXT_LIMIT]).split()
        by_root = {root_of(word): word for word in reversed(words)}
        for root in dict.fromkeys(map(root_of, words)):
            for roots, meant in self._by_root.get(root, ()):
                further = tuple(word for word in meant if word not in words)
                if further and all(one in by_root for one in roots):
                    yield Meaning(tuple(by_root[one] for one in roots), further)


def root_of(word: str) -> str:
    """Return how the part of a word sounds that its endings share; roughly, the same in all languages."""
    bare = SMALL.sub("e", _PRONOUNS.sub("", word))
    root = _ENDING.sub("", bare)
    if len(root) < ROOT:
        root = bare.removesuffix("s") if len(bare) > ROOT else bare
    return sound_of(root)


def read(text: str) -> Iterator[Meaning]:
    """Yield the meanings that a file in the form of `everyday_words.txt` has."""
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        left, _, right = line.partition("=")
        phrases = [tuple(phrase.split()) for phrase in left.split(",")]
        for said in phrases:
            others = right.split() or [word for one in phrases if one != said for word in one]
            meant = dict.fromkeys(word for word in others if word not in STOP_WORDS)
            yield Meaning(said, tuple(meant))


EVERYDAY = Everyday(
    read((Path(__file__).parent / "everyday_words.txt").read_text(encoding="utf-8"))
)
