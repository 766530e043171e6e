"""Danger by likeness: the approved examples that lie nearest to what a patient wrote."""

import asyncio
import hashlib
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping

import numpy as np

from integrations.embedder import Embedder, Vectors
from safety.alarm import GROUPS, Alarm, Group, Level
from safety.examples_file import Example, read_examples, shipped_vectors

NEAREST = 5  # neighbours of each kind whose mean likeness counts
MARGINS = (0.030, 0.012, 0.006)
"""By how much danger must be nearer than harmlessness: without a hint in the words, with one, with more."""
REMEMBERED = 16_384
"""Texts that lately lay far from danger: patients greet and thank in the same words, whatever else they write."""


class NearestExamples:
    """Compares texts with the examples of danger and of harmlessness."""

    def __init__(self, embedder: Embedder) -> None:
        """Keep the embedder; vectors are read, or made when none fit it, at the first text."""
        self._embedder = embedder
        self._examples = read_examples()
        self._danger = np.array([one.group is not None for one in self._examples])
        self._vectors: Vectors | None = None
        self._loading = asyncio.Lock()
        # Digests: nobody's words lie about here.
        self._calm: OrderedDict[bytes, None] = OrderedDict()

    async def warm(self) -> None:
        """Have the vectors ready before the first patient writes; raises IntegrationError."""
        await self._example_vectors()

    async def alarm_for(self, texts: Mapping[str, int]) -> Alarm | None:
        """Return the alarm of the most dangerous-looking of some texts, each with its count of hints, or None."""
        # What lay too far away for its hints does so again, and no text counts for another.
        new = {text: _digest(text, hints) for text, hints in texts.items()}
        new = {text: digest for text, digest in new.items() if digest not in self._calm}
        if not new:
            return None
        vectors = await self._example_vectors()
        likeness = await self._embedder.questions(list(new)) @ vectors.T
        danger = np.sort(likeness[:, self._danger])[:, -NEAREST:].mean(axis=1)
        harmless = np.sort(likeness[:, ~self._danger])[:, -NEAREST:].mean(axis=1)
        wanted = np.array([MARGINS[_counted(texts[text])] for text in new])
        excess = danger - harmless - wanted
        self._remember(digest for digest, one in zip(new.values(), excess, strict=True) if one < 0)
        worst = int(excess.argmax())
        if excess[worst] < 0:
            return None
        group, level = self._verdict(likeness[worst])
        return Alarm(group=group, level=level, evidence=(list(new)[worst],), source="examples")

    def _remember(self, calm: Iterable[bytes]) -> None:
        for digest in calm:
            self._calm[digest] = None
        while len(self._calm) > REMEMBERED:
            self._calm.popitem(last=False)

    def _verdict(self, likeness: Vectors) -> tuple[Group, Level]:
        nearest = [self._examples[i] for i in np.argsort(-likeness) if self._danger[i]][:NEAREST]
        return _most_common(nearest)

    async def _example_vectors(self) -> Vectors:
        async with self._loading:
            if self._vectors is None:
                self._vectors = await asyncio.to_thread(
                    shipped_vectors, self._examples, self._embedder.model
                )
            if self._vectors is None:
                self._vectors = await self._embedder.questions([one.text for one in self._examples])
            return self._vectors


def _counted(hints: int) -> int:
    return min(hints, len(MARGINS) - 1)


def _digest(text: str, hints: int) -> bytes:
    said = f"{_counted(hints)} {text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=16).digest()


def _most_common(nearest: list[Example]) -> tuple[Group, Level]:
    counted = Counter((one.group, one.level) for one in nearest)
    group, level = max(counted, key=lambda one: (counted[one], one[1] == "emergency"))
    return group or GROUPS[-1], level
