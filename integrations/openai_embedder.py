"""Vectors from OpenAI's API or any server that speaks it: in bounded batches, left alone while it fails."""

import asyncio
import importlib
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx
import numpy as np
from pydantic import SecretStr

from integrations.embedder import Vectors
from integrations.errors import IntegrationError

SYSTEM = "embeddings"
SHORTENED = ("text-embedding-3",)
"""Names of models that can be asked for fewer numbers."""
THRESHOLD = 0.3  # of cosines that lie between 0.1 and 0.6
THRESHOLDS = {"text-embedding-ada-002": 0.78}
WORDS_WEIGHT = 0.3
WORDS_WEIGHTS = {"text-embedding-ada-002": 0.08}
TEXTS = 64  # in one request
CHARACTERS = 60_000  # in one request, some 20,000 tokens of the 300,000 that OpenAI takes
TEXT_LIMIT = 8_000  # characters of one text; 8,192 tokens are the most
QUESTION_WAIT = 1.8  # seconds; a patient waits
PASSAGES_WAIT = 30.0  # seconds
PAUSE = 10.0  # seconds for which questions leave a server alone that failed
NO_NUMBERS = "vectors that are no numbers"
LONGEST_PAUSE = 60.0  # seconds, whatever the server wishes


class OpenAIEmbedder:
    """Embed by a server; questions fail at once while it is away, so that search goes on by words."""

    def __init__(
        self,
        name: str,
        dimensions: int,
        *,
        api_key: SecretStr,
        base_url: str | None,
        http: httpx.AsyncClient,
        now: Callable[[], float] = time.monotonic,
        sent: Callable[[int], None] = lambda _bytes: None,
    ) -> None:
        """Keep how the server is reached; nothing is asked yet. `now` is in seconds.

        `sent` is told how many bytes of text each request had: the server's count is not passed on.
        """
        self._sent = sent
        self.model = f"{name}@{dimensions}"
        self.dimensions = dimensions
        self.threshold = THRESHOLDS.get(name, THRESHOLD)
        self.words_weight = WORDS_WEIGHTS.get(name, WORDS_WEIGHT)
        self._name = name
        self._api_key = api_key
        self._base_url = base_url
        self._http = http
        self._now = now
        self._away_until = 0.0
        self._why = ""
        self._client: Any = None

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """Embed what people ask, in one attempt; raises IntegrationError, at once after a failure."""
        if self._now() < self._away_until:
            raise IntegrationError(SYSTEM, self._why, permanent=False)
        try:
            return await self._embed(texts, QUESTION_WAIT)
        except IntegrationError as error:
            wished = error.retry_after.total_seconds() if error.retry_after else PAUSE
            self._why = error.detail
            self._away_until = self._now() + min(max(wished, PAUSE), LONGEST_PAUSE)
            raise

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what documents say; raises IntegrationError with what the server wishes to wait."""
        vectors = await self._embed(texts, PASSAGES_WAIT)
        self._away_until = 0.0
        return vectors

    async def _embed(self, texts: Sequence[str], seconds: float) -> Vectors:
        # Most of a second to import: in a thread, and only where a server embeds.
        calls = await asyncio.to_thread(importlib.import_module, "integrations.openai_embeddings")
        if self._client is None:
            self._client = calls.embeddings(
                self._name,
                dimensions=self.dimensions if self._name.startswith(SHORTENED) else None,
                api_key=self._api_key,
                base_url=self._base_url,
                http=self._http,
            )
        rows: list[list[float]] = []
        for batch in batches([_clean(text) for text in texts]):
            rows += await calls.embed(self._client, batch, seconds)
            self._sent(sum(len(text.encode()) for text in batch))
        try:
            return self._unit(rows)
        except (TypeError, ValueError) as error:
            raise IntegrationError(SYSTEM, NO_NUMBERS, permanent=False) from error

    def _unit(self, rows: list[list[float]]) -> Vectors:
        if any(len(row) != self.dimensions for row in rows):
            lengths = sorted({len(row) for row in rows})
            raise IntegrationError(
                SYSTEM,
                f"{self._name} gives vectors of {lengths}, EMBEDDING_DIMENSIONS is {self.dimensions}",
                permanent=True,
            )
        vectors = np.asarray(rows, np.float32).reshape(len(rows), self.dimensions)
        if not np.isfinite(vectors).all():
            raise IntegrationError(SYSTEM, NO_NUMBERS, permanent=False)
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return unit


def batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """Yield the texts in order, as many at a time as one request may have."""
    batch: list[str] = []
    for text in texts:
        if batch and (len(batch) == TEXTS or sum(map(len, batch)) + len(text) > CHARACTERS):
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def _clean(text: str) -> str:
    """Return what a server takes: valid, short, never empty."""
    valid = text[:TEXT_LIMIT].encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    return valid if valid.strip() else "-"
