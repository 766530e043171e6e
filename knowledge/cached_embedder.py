"""Vectors that were paid for once: kept in Redis by what they were made of, each company's apart."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import numpy as np

from integrations.embedder import Embedder, Vectors
from integrations.redis import Client, awaitable, done_without
from knowledge import record
from tenants import keys
from tenants.ids import CompanyId

PASSAGES = timedelta(days=7)
"""Kept for what is handed in again, and for what a crash cut off; documents keep their own."""
QUESTIONS = timedelta(hours=1)

_Embed = Callable[[Sequence[str]], Awaitable[Vectors]]


class CachedEmbedder:
    """Ask another embedder only for what this company has not asked it lately."""

    def __init__(self, redis: Client, company: CompanyId, embedder: Embedder) -> None:
        """Keep whose vectors these are, and who makes them."""
        self._redis = redis
        self._company = company
        self._embedder = embedder
        self.model = embedder.model
        self.dimensions = embedder.dimensions
        self.threshold = embedder.threshold
        self.words_weight = embedder.words_weight

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """Embed what people ask; raises IntegrationError, RedisError."""
        return await self._vectors(texts, self._embedder.questions, QUESTIONS)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what documents say; raises IntegrationError, RedisError."""
        return await self._vectors(texts, self._embedder.passages, PASSAGES)

    async def _vectors(self, texts: Sequence[str], embed: _Embed, kept: timedelta) -> Vectors:
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        keys_of = {text: self._key(text) for text in texts}
        known = await awaitable(self._redis.mget(list(keys_of.values())))
        found = {
            text: np.frombuffer(record.vector_of(one), np.float16).astype(np.float32)
            for text, one in zip(keys_of, known, strict=True)
            if one is not None
        }
        missing = [text for text in keys_of if text not in found]
        if missing:
            fresh = await embed(missing)
            found |= dict(zip(missing, fresh, strict=True))
            pipe = self._redis.pipeline(transaction=False)
            for text, vector in zip(missing, record.packed(fresh), strict=True):
                pipe.set(keys_of[text], record.vector_text(vector), ex=kept)
            await done_without(pipe.execute())
        return np.stack([found[text] for text in texts])

    def _key(self, text: str) -> str:
        whole = f"{self.model}|{text}".encode("utf-8", "replace")
        return keys.embedding(self._company, hashlib.sha256(whole).hexdigest())
