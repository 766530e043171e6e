"""An embedder without a model: texts that share letters are near. Deterministic, and it tells what it embedded."""

import zlib
from collections.abc import Sequence

import numpy as np

from integrations.embedder import Vectors
from integrations.errors import IntegrationError
from knowledge.query import fold

DIMENSIONS = 256


class HashingEmbedder:
    """Stand in for a real model where its sense does not matter."""

    def __init__(self, model: str = "hashing", dimensions: int = DIMENSIONS) -> None:
        self._model = model
        self._dimensions = dimensions
        self.embedded: list[str] = []
        self.broken = False

    @property
    def model(self) -> str:
        return self._model

    @property
    def dimensions(self) -> int:
        return self._dimensions

    @property
    def threshold(self) -> float:
        return 0.15

    @property
    def words_weight(self) -> float:
        return 0.08

    async def questions(self, texts: Sequence[str]) -> Vectors:
        return self._vectors(texts)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self._vectors(texts)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        if self.broken:
            raise IntegrationError("hashing", "it is broken", permanent=True)
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> Vectors:
        padded = f"  {fold(text)}  "
        counts = np.zeros(self._dimensions, np.float32)
        for at in range(len(padded) - 2):
            counts[zlib.crc32(padded[at : at + 3].encode()) % self._dimensions] += 1
        return counts / max(1e-6, float(np.linalg.norm(counts)))
