"""The words that rules are made of, found again in what people type: exactly, by beginning, or one slip away."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

EXACT_SLIP = 5  # letters a word needs before a slip is forgiven
PREFIX_SLIP = 6  # letters a beginning needs
LONGEST = 24  # letters of a word that are compared


def variants(key: str) -> Iterator[str]:
    """Yield a key and what is left of it when any one letter is dropped."""
    yield key
    for i in range(len(key)):
        yield key[:i] + key[i + 1 :]


def one_slip(a: str, b: str) -> bool:
    """Say whether one letter added, dropped, changed or two swapped turn `a` into `b`."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    i = 0
    while i < len(a) and a[i] == b[i]:
        i += 1
    if len(a) < len(b):
        return a[i:] == b[i + 1 :]
    swapped = i + 1 < len(a) and a[i] == b[i + 1] and a[i + 1] == b[i] and a[i + 2 :] == b[i + 2 :]
    return swapped or a[i + 1 :] == b[i + 1 :]


class Lexicon:
    """Numbers every word of a language's rules and names the numbers that a typed word answers to."""

    def __init__(self, key: Callable[[str], str], known: Iterable[str]) -> None:
        """Take the language's way of folding a word and its words that are never a slip."""
        self._key = key
        self._known = frozenset(key(word) for word in known)
        self._numbers: dict[str, int] = {}
        self._exact: defaultdict[str, set[int]] = defaultdict(set)
        self._prefixes: defaultdict[str, set[int]] = defaultdict(set)
        self._near: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        self._near_prefix: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        self.answers_to = lru_cache(maxsize=20_000)(self._answers_to)

    def words(self) -> Iterator[str]:
        """Yield the whole words that the rules are made of."""
        return (word.removeprefix("=") for word in self._numbers if not word.endswith("*"))

    def number(self, word: str) -> int:
        """Return the number of a word of the rules: `word`, `begin*`, and `=` before it when no slip is forgiven."""
        if word not in self._numbers:
            number = self._numbers[word] = len(self._numbers)
            strict, bare = word.startswith("="), word.removeprefix("=")
            if bare.endswith("*"):
                self._add_prefix(bare[:-1], number, strict=strict)
            else:
                self._add_exact(bare, number, strict=strict)
        return self._numbers[word]

    def _add_exact(self, word: str, number: int, *, strict: bool) -> None:
        key = self._key(word)
        self._exact[key].add(number)
        if not strict and len(key) >= EXACT_SLIP:
            for variant in variants(key):
                self._near[variant].add((key, number))

    def _add_prefix(self, stem: str, number: int, *, strict: bool) -> None:
        for key in self._sounds_of_stem(stem):
            self._prefixes[key].add(number)
            if not strict and len(key) >= PREFIX_SLIP:
                for variant in variants(key):
                    self._near_prefix[variant].add((key, number))

    def _sounds_of_stem(self, stem: str) -> set[str]:
        # How a `c` or `g` at its end sounds hangs on the vowel that follows.
        back = "o" if stem[-1] != "o" else "a"
        front = "e" if stem[-1] != "e" else "i"
        return {self._key(stem + vowel)[:-1] for vowel in (back, front)}

    def _answers_to(self, key: str) -> tuple[int, ...]:
        found = set(self._exact.get(key, ()))
        for end in range(2, len(key) + 1):
            found |= self._prefixes.get(key[:end], set())
        if not found and len(key) >= EXACT_SLIP and key not in self._known and key.isalpha():
            found = set(self._slips(key[:LONGEST]))
        return tuple(sorted(found))

    def _slips(self, key: str) -> Iterator[int]:
        for variant in variants(key):
            for word, number in self._near.get(variant, ()):
                if _same_start(word, key) and one_slip(word, key):
                    yield number
        for end in range(PREFIX_SLIP - 1, len(key) + 1):
            start = key[:end]
            for variant in variants(start):
                for stem, number in self._near_prefix.get(variant, ()):
                    if _same_start(stem, start) and one_slip(stem, start):
                        yield number


def _same_start(word: str, key: str) -> bool:
    # A slip in the first letter is rare, and `dorado` is not `morado`.
    return word[0] == key[0] or (word[:2] == key[1::-1])
