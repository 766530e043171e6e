"""A company's own words: what patients mean when they misspell them, and what else things are called."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from knowledge.everyday import EVERYDAY
from knowledge.query import (
    CHAT_WORDS,
    MEANT_LIMIT,
    STOP_WORDS,
    TEXT_LIMIT,
    Group,
    fold,
    meant_by,
    words_of,
)
from knowledge.sounds import LONG, SHORT, far, larger, sound_of
from tenants.tenant import Tenant

WORDS = 3000  # of a company that are compared with
GUESSES = 12  # for one question
SYNONYMS = 8  # for one question


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What words may mean when no document has them: one of the company's misspelt, or synonyms."""

    said: tuple[str, ...]
    """Two when they are written apart: `crio lipolisis`."""
    words: tuple[str, ...]


class Vocabulary:
    """Compares questions with the words of treatments, staff and synonyms; made once for a revision."""

    def __init__(self, tenant: Tenant) -> None:
        """Take the company."""
        self._aliases = tuple(_aliases_of(tenant))
        self._synonyms = tuple(_synonyms_of(tenant))
        self._names = (*self._synonyms, *_names_of(tenant))
        known = dict.fromkeys(word for word in _words_of(tenant) if len(word) >= SHORT)
        self._by_sound: dict[str, str] = {}
        self._lengths: set[int] = set()
        self._by_piece: dict[str, list[str]] = defaultdict(list)
        for word in list(known)[:WORDS]:
            sound = sound_of(word)
            if self._by_sound.setdefault(sound, word) == word:
                for piece in _pieces(sound):
                    self._by_piece[piece].append(sound)
                    self._lengths.add(len(piece))

    def meant_by(self, question: str) -> tuple[str, ...]:
        """Return further words to search for: what chat words, aliases and phrases stand for."""
        phrases = (one for one in EVERYDAY.meanings_in(question) if len(one.said) > 1)
        meant = (word for one in phrases for word in one.words)
        return tuple(dict.fromkeys((*meant_by(question, self._aliases), *meant)))[:MEANT_LIMIT]

    def synonyms_of(self, question: str) -> tuple[str, ...]:
        """Return the words that mean the same: the company's own first, then those of everyday life."""
        alone = (one for one in EVERYDAY.meanings_in(question) if len(one.said) == 1)
        shipped = (word for one in alone for word in one.words)
        return tuple(dict.fromkeys((*meant_by(question, self._synonyms), *shipped)))[:SYNONYMS]

    def guesses(self, question: str) -> tuple[Guess, ...]:
        """Return which words of a question may be misspelt, and what they may be."""
        words = words_of(question)
        pairs = pairwise(words)
        found: list[Guess] = []
        for said in (*((word,) for word in words), *pairs):
            word = self._near("".join(said))
            if word and word not in words:
                found.append(Guess(said=said, words=(word,)))
        found += [Guess(said=(word,), words=meant) for word in words if (meant := larger(word))]
        everyday = (Guess(said=said, words=meant) for said, meant in EVERYDAY.meanings_in(question))
        return (*found, *self._other_names_in(question), *everyday)[:GUESSES]

    def _other_names_in(self, question: str) -> Iterator[Guess]:
        folded = f" {fold(question[:TEXT_LIMIT])} "
        for phrase, others in self._names:
            if f" {phrase} " in folded and (said := words_of(phrase)):
                yield Guess(said=said, words=words_of(" ".join(others))[:MEANT_LIMIT])

    def _near(self, said: str) -> str:
        """Return the nearest of the company's words; empty when none is near, or it is one itself."""
        if not self._lengths or len(said) < SHORT or said in CHAT_WORDS or said.isdigit():
            return ""
        sound = sound_of(said)
        candidates = {
            near for part in _parts(sound, self._lengths) for near in self._by_piece.get(part, ())
        }
        if sound in self._by_sound:
            candidates.add(sound)
        fits = [(slips, near) for near in candidates if (slips := far(sound, near)) is not None]
        return self._by_sound[min(fits)[1]] if fits else ""


def _pieces(sound: str) -> Iterator[str]:
    """Cut a word so that one piece at least is whole in whatever is near enough to it."""
    count = 3 if len(sound) >= LONG else 2
    size, more = divmod(len(sound), count)
    at = 0
    for number in range(count):
        length = size + (number < more)
        yield sound[at : at + length]
        at += length


def _parts(sound: str, lengths: Collection[int]) -> set[str]:
    """Return what pieces of a near word may be: its parts, and those of it with neighbours swapped."""
    swapped = (
        sound[:at] + sound[at + 1] + sound[at] + sound[at + 2 :] for at in range(len(sound) - 1)
    )
    return {
        one[start : start + length]
        for one in (sound, *swapped)
        for length in lengths
        for start in range(len(one) - length + 1)
    }


def _words_of(tenant: Tenant) -> Iterator[str]:
    texts: list[str] = [member.name for member in tenant.staff]
    for treatment in tenant.treatments:
        texts += [treatment.name, *treatment.aliases, treatment.category]
    for one, others in tenant.knowledge.synonyms.items():
        texts += [one, *others]
    for text in texts:
        yield from (word for word in fold(text).split() if word not in STOP_WORDS)


def _aliases_of(tenant: Tenant) -> Iterator[Group]:
    """Yield each alias with its treatment."""
    for treatment in tenant.treatments:
        for alias in _different(treatment.aliases):
            yield alias, (treatment.name,)


def _synonyms_of(tenant: Tenant) -> Iterator[Group]:
    """Yield each phrase with the others that mean the same."""
    for one, others in tenant.knowledge.synonyms.items():
        yield from _each_with_others((one, *others))


def _names_of(tenant: Tenant) -> Iterator[Group]:
    """Yield each name of a treatment with its others."""
    for treatment in tenant.treatments:
        yield from _each_with_others((treatment.name, *treatment.aliases))


def _each_with_others(phrases: Iterable[str]) -> Iterator[Group]:
    for phrase in (different := _different(phrases)):
        yield phrase, tuple(other for other in different if other != phrase)


def _different(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folded for one in names if (folded := fold(one))))
