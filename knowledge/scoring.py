"""How sense and words become one score: `cosine + weight * relevance of the words`.

Adding was measured better than either alone and than fusing ranks: the weight is the embedder's,
relevance is BM25 as a part of what the question's words could reach.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from knowledge.query import CHAT_WORDS
from knowledge.vocabulary import Guess

WORDS_ALONE = 0.2  # relevance from which words suffice where no vector speaks
WORDS_ENOUGH = 0.08  # above that, from which words say as much as the nearest vector
SATURATION = 2.2  # BM25's k1 + 1: no word can count for more than this times its rarity
MEANT = 0.5  # what a word counts that was not said but meant, in what could be reached at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as the index is asked it: words that were said, words they stand for, its sense."""

    words: tuple[str, ...]
    meant: tuple[str, ...]
    vector: bytes | None
    """None when it could not be made."""

    also: tuple[str, ...] = ()
    """Synonyms: a passage gains by them, and loses nothing without."""
    guesses: tuple[Guess, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every word of which the index has to be asked how many chunks have it, each once."""
        guessed = (word for one in self.guesses for word in one.words)
        return tuple(dict.fromkeys((*self.words, *self.meant, *self.also, *guessed)))

    def settled(self, counts: Mapping[str, int]) -> "Asked":
        """Return what is searched: where no chunk has what was said, what it may mean is meant."""
        unknown = (one for one in self.guesses if not any(counts.get(word, 0) for word in one.said))
        guessed = (word for one in unknown for word in one.words if counts[word])
        meant = dict.fromkeys(word for word in (*self.meant, *guessed) if word not in self.words)
        also = tuple(word for word in self.also if word not in (*self.words, *meant))
        return replace(self, meant=tuple(meant), also=also, guesses=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What scores are measured by: the embedder's, or a company's own threshold."""

    threshold: float
    words_weight: float


def reachable(asked: Asked, total: int, counts: Mapping[str, int]) -> float:
    """Return the BM25 that no chunk can exceed; `counts` says how many chunks have each word."""
    # A chat word that no document has is spoken for by what it means.
    said = [counts[word] for word in asked.words if counts[word] or word not in CHAT_WORDS]
    meant = [counts[word] for word in asked.meant]
    rarities = (sum(_rarity(total, n) for n in said), sum(_rarity(total, n) for n in meant))
    return SATURATION * (rarities[0] + rarities[1] * (MEANT if said else 1))


def scored(
    cosines: Mapping[str, float],
    words: Mapping[str, float],
    with_vector: frozenset[str],
    *,
    best: float,
    scale: Scale,
) -> dict[str, float]:
    """Return every chunk's score by its key.

    `words` are BM25 scores, `best` the highest there can be; `with_vector` names those of them
    that have a vector, although it may not be among the nearest.
    """
    # Words alone have to reach WORDS_ALONE; what is farther than the farthest found is as far.
    unknown = scale.threshold - scale.words_weight * WORDS_ALONE
    farthest = min(cosines.values(), default=unknown)
    nearest_of_all = max(cosines.values(), default=unknown)
    scores: dict[str, float] = {}
    for key in cosines.keys() | words.keys():
        said = min(1.0, words.get(key, 0.0) / best) if best else 0.0
        if cosines and key in with_vector:
            guess = farthest
        else:
            # Beside others with vectors, what has none yet would never come up: its words
            # vouch for its sense, up to that of the nearest.
            vouched = min(1.0, max(0.0, said - WORDS_ALONE) / WORDS_ENOUGH)
            guess = unknown + vouched * max(0.0, nearest_of_all - unknown)
        scores[key] = cosines.get(key, guess) + scale.words_weight * said
    return scores


def _rarity(total: int, having: int) -> float:
    """Return BM25's idf of a word that `having` of `total` chunks have."""
    return math.log(1 + max(0, total - having + 0.5) / (having + 0.5))
