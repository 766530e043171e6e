"""How sense and words become one score: `cosine + weight * relevance of the words + what is known`.

Adding was measured better than either alone and than fusing ranks: the weight is the embedder's,
relevance is BM25 as a part of what the question's words could reach. Words that many passages have
alike tell nothing of any of them: up to the mean of the best few, all count the same. Words that no
document has speak against every passage.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from knowledge.query import CHAT_WORDS
from knowledge.vocabulary import Guess

WORDS_ALONE = 0.3  # relevance from which words suffice where no vector speaks
WORDS_ENOUGH = 0.08  # above that, from which words say as much as the nearest vector
SATURATION = 2.2  # BM25's k1 + 1: no word can count for more than this times its rarity
ENOUGH = 0.7  # the score of what is just near enough, whatever the model
USUAL = 3  # best passages: up to most of what they have on average, words tell nothing
MOST = 0.7  # of it
KNOWN = 0.04  # what it counts that the documents have all words of a question
NEEDED = 2  # words, the rarest of a question, that a passage has to have: people tell stories
WHOLE = 3  # words of a question that is no story
TOLD = 1.5  # weights of words that a story adds to what passages with fewer words lack
BEYOND = 0.2  # what words count beyond enough: it still is more
MEANT = 0.5  # what a word counts that was not said but meant, in what could be reached at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as the index is asked it: words that were said, words they stand for, its sense."""

    words: tuple[str, ...]
    meant: tuple[str, ...]
    vector: bytes | None
    """None when it could not be made."""
    common: float = 0.0
    """What every cosine with it is too high by."""

    also: tuple[str, ...] = ()
    """Synonyms: a passage gains by them, and loses nothing without."""
    guesses: tuple[Guess, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every word of which the index has to be asked how many chunks have it, each once."""
        return tuple(dict.fromkeys((*self.words, *self.meant, *self.also)))

    def unsaid(self, counts: Mapping[str, int], spelt: Mapping[str, str]) -> list[Guess]:
        """Return the guesses about what no chunk says, in whatever spelling."""
        return [
            one
            for one in self.guesses
            if not any(counts.get(word) or word in spelt for word in one.said)
        ]

    def settled(self, counts: Mapping[str, int], spelt: Mapping[str, str]) -> "Asked":
        """Return what is searched: where no chunk has what was said, what it may mean is meant.

        `spelt` are words of the documents by words that may be one of them misspelt.
        """
        unsaid = self.unsaid(counts, spelt)
        helpful = [one for one in unsaid if any(counts[word] for word in one.words)]
        explained = {word for one in helpful for word in one.said}
        words = dict.fromkeys(
            word if counts[word] else spelt.get(word, word)
            for word in self.words
            if word not in explained
        )
        guessed = (word for one in helpful for word in one.words if counts[word])
        meant = dict.fromkeys(word for word in (*self.meant, *guessed) if word not in words)
        also = tuple(word for word in self.also if word not in words and word not in meant)
        return replace(self, words=tuple(words), meant=tuple(meant), also=also, guesses=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What is measured by: how the embedder's cosines lie."""

    threshold: float
    """What is just near enough, on the embedder's own scale."""
    words_weight: float
    common: float = 0.0
    """As of the question."""

    def score(self, near: float) -> float:
        """Return ENOUGH for what is just near enough, 1 for what says the same in the same words."""
        if near < self.threshold:
            return ENOUGH * max(0.0, near) / self.threshold if self.threshold > 0 else 0.0
        nearest = 1 - self.common + self.words_weight + KNOWN
        return ENOUGH + (1 - ENOUGH) * (near - self.threshold) / (nearest - self.threshold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a question's words are worth among a company's documents."""

    reachable: float
    """The BM25 of a chunk that has enough of the question's words to be all that was wanted."""
    known: float
    """How much of what was said any chunk has a word for: 1 when there was nothing to know."""
    story: float = 0.0
    """0 for a question, 1 for twice as many words: the more are told, the less their vector says."""

    @classmethod
    def of(cls, asked: Asked, total: int, counts: Mapping[str, int]) -> "Worth":
        """Weigh each word by its rarity; `counts` says how many of `total` chunks have each."""
        # A chat word that no document has is spoken for by what it means.
        said = [counts[word] for word in asked.words if counts[word] or word not in CHAT_WORDS]
        meant = [_rarity(total, counts[word]) for word in asked.meant if counts[word]]
        found = sum(_rarity(total, count) for count in said if count)
        rarest = sorted((_rarity(total, count) for count in said), reverse=True)
        need, whole = sum(rarest[:NEEDED]), sum(rarest[:WHOLE])
        helped = MEANT * sum(meant)
        return cls(
            reachable=SATURATION * (need + (helped if said else sum(meant))),
            known=min(1.0, (found + helped) / (whole + helped)) if whole else 1.0,
            story=min(1.0, max(0.0, len(said) / WHOLE - 1)),
        )


def scored(
    cosines: Mapping[str, float],
    words: Mapping[str, float],
    with_vector: frozenset[str],
    *,
    worth: Worth,
    scale: Scale,
) -> dict[str, float]:
    """Return every chunk's score by its key.

    `words` are BM25 scores; `with_vector` names those of them that have a vector, although it may
    not be among the nearest.
    """
    best, known = worth.reachable, KNOWN * worth.known
    shares = {key: _share(score, best) for key, score in words.items()}
    most = max(shares.values(), default=0.0)
    usual = MOST * sum(sorted(shares.values())[-USUAL:]) / USUAL if cosines else 0.0
    # Words alone have to reach WORDS_ALONE; what is farther than the farthest found is as far.
    unknown = scale.threshold - scale.words_weight * WORDS_ALONE - known
    farthest = min(cosines.values(), default=unknown)
    nearest_of_all = max(cosines.values(), default=unknown)
    scores: dict[str, float] = {}
    for key in cosines.keys() | words.keys():
        said = shares.get(key, 0.0)
        if cosines and key in with_vector:
            guess = farthest
        else:
            # Beside others with vectors, what has none yet would never come up: its words
            # vouch for its sense, up to that of the nearest.
            vouched = min(1.0, max(0.0, said - WORDS_ALONE) / WORDS_ENOUGH)
            guess = unknown + vouched * max(0.0, nearest_of_all - unknown)
        counted = max(said, usual)
        lacks = TOLD * worth.story * (most - counted) if cosines else 0.0
        near = cosines.get(key, guess) + scale.words_weight * (counted - lacks) + known
        scores[key] = scale.score(near)
    return scores


def _share(score: float, best: float) -> float:
    share = score / best if best else 0.0
    return share if share <= 1 else 1 + BEYOND * (share - 1)


def _rarity(total: int, having: int) -> float:
    """Return BM25's idf of a word that `having` of `total` chunks have."""
    return math.log(1 + max(0, total - having + 0.5) / (having + 0.5))
