"""Which of a company's treatments a text names, by any of their names or by a word that only they have."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from safety.reading import fold
from tenants.offer import Treatment

LONGEST = 6  # words of a name that are compared
SHARED = 3  # treatments; a word that more of them have tells nothing
CUT = 9  # letters: `rinomodelación` and `rinomodelação` are one word

_Key = tuple[str, ...]
_WORD = re.compile(r"[a-z0-9]+")
_SMALL_WORDS = """
de del en el la los las para con por un una y e o a of the for and in on do da dos das em com um
uma sin to with your su sus al
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_GENERAL_WORDS = """
facial dental medico medica profunda profundo simple consultorio casa diente completo completa
premium superior tercio upper face one syringe new patient full zona sesion rico activo nueva
primera first visit cita session area principio cuota inicial cara mes jaw clinica light skin
body therapy cuidado quimico chemical deep relaxing hydration laser mensual control
"""
_GENERAL = frozenset(_GENERAL_WORDS.split())
"""Words of names that say nothing alone; whole names have them."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of a folded text that names a treatment, or one of a few."""

    ids: frozenset[str]
    start: int
    end: int


class Naming:
    """The names of one company's treatments."""

    def __init__(self, treatments: Sequence[Treatment], company_name: str = "") -> None:
        """Take the treatments; words of the company's own name are nobody's."""
        phrases, categories = _phrases_of(treatments), defaultdict[_Key, set[str]](set)
        for one in treatments:
            categories[_key(one.category)].add(one.id)
        for words, ids in _rare_words(treatments, _key(company_name)).items():
            phrases.setdefault(words, ids)
        for word in _SAME:
            for other in _SAME if (word,) in phrases else ():
                phrases.setdefault((other,), phrases[word,])
        self._phrases = {key: frozenset(ids) for key, ids in phrases.items() if key}
        self._categories = {key: frozenset(ids) for key, ids in categories.items() if key}
        self._first = {key[0] for key in (*self._phrases, *self._categories)}

    def mentions(self, folded: str, *, categories: bool = False) -> list[Mention]:
        """Return where treatments are named, in order; `categories` takes a family's name for all of it."""
        words = list(_words(folded))
        found: list[tuple[Mention, int, int]] = []
        at = 0
        while at < len(words):
            if words[at][0] not in self._first:
                at += 1
                continue
            length, ids = self._longest(words, at, categories=categories)
            if not ids:
                at += 1
                continue
            mention = Mention(ids, words[at][1], words[at + length - 1][2])
            if found and found[-1][2] == at and (both := found[-1][0].ids & ids):
                # "depilación láser" and then "axilas": one treatment, said in two pieces.
                mention = Mention(both, found.pop()[0].start, mention.end)
            found.append((mention, at, at + length))
            at += length
        return [mention for mention, _, _ in found]

    def _longest(
        self, words: list[tuple[str, int, int]], at: int, *, categories: bool
    ) -> tuple[int, frozenset[str]]:
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            key = tuple(word for word, _, _ in words[at : at + length])
            if ids := self._phrases.get(key):
                return length, ids
            if categories and (ids := self._categories.get(key)):
                return length, ids
        return 0, frozenset()


def _phrases_of(treatments: Sequence[Treatment]) -> dict[_Key, set[str]]:
    """Return the names of treatments, whole and in the parts that commas make."""
    phrases = defaultdict[_Key, set[str]](set)
    names = {one.id: set(_key(one.name)) for one in treatments}
    for one in treatments:
        first, *rest = one.name.split(",")
        parts = [part for part in rest if len(_key(part)) > 1]
        for name in (one.name, first, *parts, *one.aliases):
            phrases[_key(name)].add(one.id)
    for key, ids in phrases.items():
        # "Brackets" is what patients call a first visit, and it is also what another treatment is.
        if len(key) == 1 and not any(key[0] in names[one] for one in ids):
            ids |= {one for one, own in names.items() if key[0] in own}
    return phrases


def _rare_words(treatments: Sequence[Treatment], company: _Key) -> dict[_Key, set[str]]:
    """Return the words of names that only a few treatments have."""
    words = defaultdict[str, set[str]](set)
    for one in treatments:
        for name in (one.name, *one.aliases):
            for word in _key(name):
                words[word].add(one.id)
    nobodys = {*company, *_GENERAL_STEMS}
    return {
        (word,): ids for word, ids in words.items() if len(ids) <= SHARED and word not in nobodys
    }


def _key(name: str) -> _Key:
    return tuple(word for word, _, _ in _words(fold(name)))


def _words(folded: str) -> Iterator[tuple[str, int, int]]:
    for at in _WORD.finditer(folded):
        if at.group() not in _SMALL:
            yield stem(at.group()), at.start(), at.end()


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Return a folded word without its plural, cut where languages part."""
    for ending in ("es", "s"):
        if len(word) > 4 and word.endswith(ending):
            word = word[: -len(ending)]
            break
    return word.rstrip("e")[:CUT] if len(word) > 4 else word


_SAME = [
    stem(one) for one in ("valoracion", "avaliacao", "assessment", "consultation", "evaluacion")
]
"""One thing in three languages, at every clinic: a first look by a professional."""
_GENERAL_STEMS = frozenset(stem(word) for word in _GENERAL)
