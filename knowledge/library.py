"""One company's documents, as its agents search them: by sense and by words at once.

`score = cosine + 0.08 * relevance of the words` was measured better than either and than fusing
ranks. What fails is left out: words still find when the embedder or the vectors are missing.
"""

import asyncio
import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import JsonValue
from redis.exceptions import RedisError, ResponseError

from integrations.embedder import Embedder
from integrations.errors import IntegrationError
from integrations.redis import Client, awaitable
from knowledge import record
from knowledge.errors import LibraryUnavailableError
from knowledge.gaps import Gaps
from knowledge.index import IndexShape, ensure_index, is_missing
from knowledge.passage import Passage
from knowledge.query import (
    CHAT_WORDS,
    TEXT_LIMIT,
    Filter,
    any_of,
    filter_for,
    fold,
    meant_by,
    words_of,
)
from tenants import keys
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

NEAREST = 100  # chunks by sense
MATCHES = 100  # chunks by words
WORDS_WEIGHT = 0.08  # of e5's cosines, which lie close together
WORDS_ALONE = 0.2  # relevance from which words suffice where no vector speaks
WORDS_ENOUGH = 0.08  # above that, from which words say as much as the nearest vector
SATURATION = 2.2  # BM25's k1 + 1: no word can count for more than this times its rarity
EMBEDDING_WAIT = 2  # seconds a question may wait for its vector
ATTEMPTS = 8  # to make a lost index
TELL_AGAIN = 5.0  # seconds between two calls for help of one library
MOST = 100  # passages

MEANT = 0.5  # what a word counts that was not said but meant, in what could be reached at most

_FIELDS = ["document_id", "title", "text", "category", "metadata"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question as the index is asked it; the vector is None when it could not be made."""

    words: tuple[str, ...]
    meant: tuple[str, ...]
    vector: bytes | None


class CompanyLibrary:
    """Search the documents of one company; bound to it, so that no argument can name another."""

    def __init__(
        self,
        tenant: Tenant,
        redis: Client,
        embedder: Embedder,
        *,
        gaps: Gaps | None = None,
        heals: bool = True,
    ) -> None:
        """Keep the means. `gaps` counts what nothing is found for; not `heals`: a lost index stays so."""
        self._gaps = gaps
        self._heals = heals
        self._told = 0.0
        self.words_weight = WORDS_WEIGHT
        self._tenant = tenant
        self._redis = redis
        self._embedder = embedder
        self._index = keys.chunk_index(tenant.company_id)
        self._aliases = _aliases_of(tenant)
        wished = tenant.knowledge.similarity_threshold
        self.threshold = embedder.threshold if wished is None else wished

    async def search(
        self,
        query: str,
        *,
        limit: int | None = None,
        filters: Mapping[str, JsonValue] | None = None,
        threshold: float | None = None,
    ) -> Sequence[Passage]:
        """Return the best passages above the threshold, the company's unless another is given, best first.

        Empty is "I don't know".

        Raises LibraryUnavailableError when Redis does not answer.
        """
        narrowed = filter_for(filters or {})
        if narrowed is None or not query.strip():
            return []
        words = words_of(query)
        meant = tuple(word for word in meant_by(query, self._aliases) if word not in words)
        asked = _Asked(words=words, meant=meant, vector=await self._vector_of(query))
        least = self.threshold if threshold is None else threshold
        wanted = self._tenant.knowledge.max_retrieved if limit is None else limit
        try:
            scores = await self._found(asked, narrowed)
            good = sorted(
                ((key, score) for key, score in scores.items() if score >= least),
                key=lambda one: (-one[1], one[0]),
            )
            passages = await self._read(good[: max(1, min(wanted, MOST))])
            if not passages and self._gaps is not None:
                await self._gaps.note(self._tenant, query)
        except (RedisError, OSError) as error:
            raise LibraryUnavailableError(type(error).__name__) from error
        return passages

    async def _vector_of(self, query: str) -> bytes | None:
        try:
            async with asyncio.timeout(EMBEDDING_WAIT):
                vectors = await self._embedder.questions([query[:TEXT_LIMIT]])
        except (IntegrationError, TimeoutError) as error:
            logger.warning("question_not_embedded", error=type(error).__name__)
            return None
        return record.packed(vectors)[0]

    async def _read(self, best: Sequence[tuple[str, float]]) -> list[Passage]:
        """Read the chunks that won, at one moment: none of an old document beside one of its successor."""
        if not best:
            return []
        pipe = self._redis.pipeline(transaction=True)
        for key, _ in best:
            pipe.hmget(key, _FIELDS)
        found = zip(best, await pipe.execute(), strict=True)
        return [self._passage(key, values, score) for (key, score), values in found if values[0]]

    async def _found(self, asked: _Asked, narrowed: Filter) -> dict[str, float]:
        """Return the score of every chunk that sense or words found, by its key."""
        answers = await self._ask(asked, narrowed)
        for _ in range(ATTEMPTS):
            if not _lost(answers):
                break
            if not await awaitable(self._redis.exists(keys.documents(self._tenant.company_id))):
                return {}
            if not self._heals:
                raise LibraryUnavailableError("the index is gone")
            logger.warning("search_index_missing", company_id=self._tenant.company_id)
            shape = IndexShape(self._tenant.language, self._embedder.dimensions)
            await ensure_index(self._redis, self._tenant.company_id, shape)
            answers = await self._ask(asked, narrowed)
        if _lost(answers):
            raise LibraryUnavailableError("the index is lost again and again")
        expected, *searched = answers
        nearest, *counted = (_usable(one) for one in searched)
        total, *counts = (_count(one) for one in counted)
        if total != int(expected or 0):
            await self._tell_partial()
        matches = await self._match(asked, narrowed, total, counts)
        return self._scored(nearest, matches, _reachable(asked, total, counts))

    async def _tell_partial(self) -> None:
        """Have a worker look at an index that has more or less than there is, seldom."""
        now = time.time()
        if not self._heals or now - self._told < TELL_AGAIN:
            return
        self._told = now
        company = self._tenant.company_id
        logger.info("search_index_partial", company_id=company)
        await awaitable(self._redis.zadd(keys.knowledge_work(), {company: now}, lt=True))

    async def _ask(self, asked: _Asked, narrowed: Filter) -> list[Any]:
        """Ask in one round trip: how many there should be, the nearest, how many there are, and have each word."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.hget(keys.knowledge_totals(self._tenant.company_id), "chunks")
        filters: list[str | bytes] = [part for pair in narrowed.params.items() for part in pair]
        words = (*asked.words, *asked.meant)
        if asked.vector:
            near = f"(@model:{{$model}} {narrowed.clause})=>[KNN {NEAREST} @vector $vector AS distance]"
            params = ["model", self._embedder.model, "vector", asked.vector, *filters]
            self._search(pipe, near, params, "RETURN", 1, "distance", "LIMIT", 0, NEAREST)
        else:
            self._search(pipe, "*", [], "LIMIT", 0, 0)
        self._search(pipe, "*", [], "LIMIT", 0, 0)
        for word in words:
            self._search(pipe, any_of((word,)), [], "LIMIT", 0, 0)
        answers: list[Any] = await pipe.execute(raise_on_error=False)
        return answers

    async def _match(
        self, asked: _Asked, narrowed: Filter, total: int, counts: Sequence[int]
    ) -> list[Any]:
        """Return what has the words, with scores; words that most chunks have are left out beside others.

        Until RediSearch has cleaned up, a chunk that was written twice counts twice for its words:
        2.10 then takes a word that "more than all" have for the rarest there is.
        """
        having = list(zip((*asked.words, *asked.meant), counts, strict=True))
        rare = [word for word, count in having if 2 * count <= total]
        if not having:
            return [0]
        query = any_of(rare or [word for word, _ in having])
        filters: list[str | bytes] = [part for pair in narrowed.params.items() for part in pair]
        pipe = self._redis.pipeline(transaction=False)
        scored = ("SCORER", "BM25STD", "WITHSCORES", "RETURN", 1, "model")
        self._search(pipe, f"{query} {narrowed.clause}", filters, *scored, "LIMIT", 0, MATCHES)
        (answer,) = await pipe.execute(raise_on_error=False)
        return _usable(answer)

    def _search(
        self, pipe: Any, query: str, params: list[str | bytes], *options: str | int
    ) -> None:
        named = ("PARAMS", len(params), *params) if params else ()
        pipe.execute_command("FT.SEARCH", self._index, query, *named, *options, "DIALECT", 2)

    def _scored(self, nearest: list[Any], matches: list[Any], best: float) -> dict[str, float]:
        cosines = {
            key: 1 - float(_pairs(flat)["distance"])
            for key, flat in zip(nearest[1::2], nearest[2::2], strict=True)
        }
        relevance, models = {}, {}
        for key, score, flat in zip(matches[1::3], matches[2::3], matches[3::3], strict=True):
            relevance[key] = min(1.0, float(score) / best) if best else 0.0
            models[key] = _pairs(flat).get("model")
        # Words alone have to reach WORDS_ALONE; what is farther than the farthest found is as far.
        unknown = self.threshold - self.words_weight * WORDS_ALONE
        farthest = min(cosines.values(), default=unknown)
        nearest_of_all = max(cosines.values(), default=unknown)
        scores: dict[str, float] = {}
        for key in cosines.keys() | relevance.keys():
            said = relevance.get(key, 0.0)
            if cosines and models.get(key) == self._embedder.model:
                guess = farthest
            else:
                # Beside others with vectors, what has none yet would never come up: its words
                # vouch for its sense, up to that of the nearest.
                vouched = min(1.0, max(0.0, said - WORDS_ALONE) / WORDS_ENOUGH)
                guess = unknown + vouched * max(0.0, nearest_of_all - unknown)
            scores[key] = cosines.get(key, guess) + self.words_weight * said
        return scores

    def _passage(self, key: str, values: Sequence[str | None], score: float) -> Passage:
        fields = {name: value or "" for name, value in zip(_FIELDS, values, strict=True)}
        metadata: dict[str, JsonValue] = json.loads(fields.get("metadata") or "{}")
        return Passage(
            chunk_id=key.removeprefix(keys.chunk_prefix(self._tenant.company_id)),
            document_id=fields.get("document_id", ""),
            title=fields.get("title", ""),
            text=fields.get("text", ""),
            score=round(score, 4),
            metadata={**metadata, "category": fields.get("category", "")},
        )


def _lost(answers: Sequence[Any]) -> bool:
    return any(isinstance(one, ResponseError) and is_missing(one) for one in answers)


def _usable(answer: Any) -> list[Any]:
    if isinstance(answer, ResponseError):
        logger.warning("search_refused", error=str(answer)[:200])
        return [0]
    if isinstance(answer, Exception):
        raise answer
    return list(answer)


def _count(answer: list[Any]) -> int:
    return int(answer[0])


def _reachable(asked: _Asked, total: int, counts: Sequence[int]) -> float:
    """Return the BM25 that no chunk can exceed; `counts` are those of the words said, then meant."""
    having = list(zip((*asked.words, *asked.meant), counts, strict=True))
    # A chat word that no document has is spoken for by what it means.
    said = [n for word, n in having[: len(asked.words)] if n or word not in CHAT_WORDS]
    meant = [n for _, n in having[len(asked.words) :]]
    rarities = (sum(_rarity(total, n) for n in said), sum(_rarity(total, n) for n in meant))
    return SATURATION * (rarities[0] + rarities[1] * (MEANT if said else 1))


def _rarity(total: int, having: int) -> float:
    """Return BM25's idf of a word that `having` of `total` chunks have."""
    return math.log(1 + max(0, total - having + 0.5) / (having + 0.5))


def _pairs(flat: list[str]) -> dict[str, str]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _aliases_of(tenant: Tenant) -> dict[str, tuple[str, ...]]:
    """Return the words of a treatment's name by each of its aliases, all folded."""
    return {
        fold(alias): words_of(treatment.name)
        for treatment in tenant.treatments
        for alias in treatment.aliases
        if fold(alias)
    }
