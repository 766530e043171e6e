"""How text becomes numbers: the interface that knowledge, routing and safety share."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One row a text, each of length 1, so that a dot product is the cosine."""


class Embedder(Protocol):
    """A model that embeds questions and passages. Never blocks the event loop."""

    @property
    def model(self) -> str:
        """Name of the model; stored with every index, since vectors of two models never mix."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    @property
    def threshold(self) -> float:
        """What is just near enough to be an answer, on the model's own scale."""
        ...

    @property
    def words_weight(self) -> float:
        """What all words of a question count beside the cosine: more where cosines lie far apart."""
        ...

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """Embed what people ask."""
        ...

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what documents say."""
        ...
