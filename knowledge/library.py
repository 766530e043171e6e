"""One company's documents, as its agents search them: by sense and by words at once.

What fails is left out: words still find when the embedder or the vectors are missing.
"""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog
from pydantic import JsonValue
from redis.exceptions import RedisError

from integrations.embedder import Embedder
from integrations.errors import IntegrationError
from integrations.redis import Client, awaitable, done_without
from knowledge import record
from knowledge.background import background_of
from knowledge.embedders import Embedders
from knowledge.errors import LibraryUnavailableError
from knowledge.gaps import Gaps
from knowledge.index import Serving, serving_from
from knowledge.indexes import Indexes
from knowledge.passage import Passage
from knowledge.patience import LOOK, patience
from knowledge.query import TEXT_LIMIT, Filter, filter_for, words_of
from knowledge.questions import ask, match
from knowledge.scoring import ENOUGH, Asked, Scale, Worth, scored
from knowledge.vocabulary import Vocabulary
from tenants import keys
from tenants.ids import UserId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

EMBEDDING_WAIT = 2  # seconds a question may wait for its vector
AWAY = 60  # seconds for which health tells that a question was not embedded
ATTEMPTS = 8  # to make a lost index
TELL_AGAIN = 5.0  # seconds between two calls for help of one library
MOST = 100  # passages

_FIELDS = ["document_id", "title", "text", "category", "metadata"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What an index has to say at one moment."""

    scores: Mapping[str, float] = field(default_factory=dict)
    """By the chunk's key."""
    partial: bool = False
    """True when the index lacks chunks that there are."""

    def best(self, least: float, most: int) -> Sequence[tuple[str, float]]:
        """Return what reaches a score, best first."""
        good = (one for one in self.scores.items() if one[1] >= least)
        return sorted(good, key=lambda one: (-one[1], one[0]))[:most]


class CompanyLibrary:
    """Search the documents of one company; bound to it, so that no argument can name another."""

    def __init__(
        self,
        tenant: Tenant,
        redis: Client,
        embedders: Embedders,
        *,
        gaps: Gaps | None = None,
        heals: bool = True,
        loads: bool = False,
        words_weight: float | None = None,
    ) -> None:
        """Keep the means. `gaps` counts what nothing is found for; not `heals`: a lost index stays so.

        `loads`: shipped documents are being loaded, and until then there may be more than is found.
        `words_weight` takes the place of the embedder's.
        """
        self._gaps = gaps
        self._heals = heals
        self._loads = loads
        self._told = 0.0
        self._away = False
        self._words_weight = words_weight
        self._tenant = tenant
        self._redis = redis
        self._embedders = embedders
        self._indexes = Indexes(redis, embedders)
        self._serving: Serving | None = None
        self._vocabulary = Vocabulary(tenant)

    @property
    def threshold(self) -> float:
        """The score from which a passage is an answer: the same of every model, or the company's own."""
        own = self._tenant.knowledge.similarity_threshold
        return ENOUGH if own is None else own

    async def search(
        self,
        query: str,
        *,
        limit: int | None = None,
        filters: Mapping[str, JsonValue] | None = None,
        threshold: float | None = None,
        asked_by: UserId | None = None,
    ) -> Sequence[Passage]:
        """Return the best passages above the threshold, the company's unless another is given, best first.

        Empty is "I don't know".

        Raises LibraryUnavailableError when Redis does not answer, or when nothing is found and the
        index, after a wait, still lacks some of what there is.
        """
        narrowed = filter_for(filters or {})
        if narrowed is None or not query.strip():
            return []
        wanted = self._tenant.knowledge.max_retrieved if limit is None else limit
        most = max(1, min(wanted, MOST))
        try:
            passages = await self._patiently(query, narrowed, most, threshold)
            if not passages and self._gaps is not None:
                await done_without(self._gaps.note(self._tenant, query, asked_by))
        except (RedisError, OSError) as error:
            raise LibraryUnavailableError(type(error).__name__) from error
        return passages

    async def _patiently(
        self, query: str, narrowed: Filter, most: int, threshold: float | None
    ) -> Sequence[Passage]:
        """Search, and again while the index fills."""
        began = time.monotonic()
        while True:
            found = await self._found(query, narrowed)
            least = self.threshold if threshold is None else threshold
            passages = await self._read(found.best(least, most))
            wait = await patience(
                self._redis,
                self._serving,
                partial=found.partial,
                found=bool(passages),
                loads=self._loads,
            )
            if time.monotonic() - began >= wait:
                if wait and not passages:
                    raise LibraryUnavailableError("the index has not all documents yet")
                return passages
            await asyncio.sleep(LOOK)

    async def _found(self, query: str, narrowed: Filter) -> _Found:
        """Return every chunk that sense or words found."""
        said = self._said(query)
        company = self._tenant.company_id
        for _ in range(ATTEMPTS):
            serving = self._serving
            embedder = self._embedder_of(serving)
            asked = await self._with_vector(said, query, embedder) if embedder else said
            answers = await ask(self._redis, company, serving, asked, narrowed)
            if answers.serving != (serving.written() if serving else None):
                # Another index answers by now, of other vectors perhaps.
                self._serving = serving_from(answers.serving) if answers.serving else None
                continue
            if serving is None or answers.lost:
                if not await awaitable(self._redis.exists(keys.documents(company))):
                    return _Found()
                await self._make_index()
                continue
            if answers.total != answers.expected:
                await self._tell_partial()
            asked = asked.settled(answers.counts, answers.spelt)
            matches = await match(self._redis, serving, asked, answers, narrowed)
            if matches is None:
                continue
            scores = scored(
                answers.cosines,
                matches.scores,
                matches.with_vector,
                worth=Worth.of(asked, answers.total, answers.counts),
                scale=replace(self._scale(serving), common=asked.common),
            )
            return _Found(scores=scores, partial=answers.total < answers.expected)
        raise LibraryUnavailableError("the index is lost again and again")

    def _said(self, query: str) -> Asked:
        words = words_of(query)
        return Asked(
            words=words,
            meant=tuple(one for one in self._vocabulary.meant_by(query) if one not in words),
            vector=None,
            also=self._vocabulary.synonyms_of(query),
            guesses=self._vocabulary.guesses(query),
        )

    def _embedder_of(self, serving: Serving | None) -> Embedder | None:
        if serving is None:
            return None
        company = self._tenant.company_id
        wanted = self._embedders.of(company)
        if wanted.model == serving.shape.model:
            return wanted
        return self._embedders.named(company, serving.shape.model)

    def _scale(self, serving: Serving | None) -> Scale:
        model = self._embedder_of(serving) or self._embedders.of(self._tenant.company_id)
        return Scale(
            threshold=model.threshold,
            words_weight=model.words_weight if self._words_weight is None else self._words_weight,
        )

    async def _with_vector(self, said: Asked, query: str, embedder: Embedder) -> Asked:
        """Add what the question means; as it was when that cannot be told just now."""
        away = keys.embedding_away(self._tenant.company_id)
        try:
            async with asyncio.timeout(EMBEDDING_WAIT):
                vectors = await embedder.questions([query[:TEXT_LIMIT]])
        except (IntegrationError, TimeoutError) as error:
            reason = error.detail if isinstance(error, IntegrationError) else "no answer in time"
            if not self._away:
                logger.warning("question_not_embedded", error=reason)
            await done_without(self._redis.set(away, reason, ex=AWAY))
            self._away = True
            return said
        if self._away:
            await done_without(self._redis.delete(away))
            self._away = False
        common = 0.0
        if background := background_of(embedder.model):
            vectors, common = background.without(vectors)
        return replace(said, vector=record.packed(vectors)[0], common=common)

    async def _make_index(self) -> None:
        """Make an index that is lost; the chunks that exist come into it behind."""
        company = self._tenant.company_id
        if not self._heals:
            raise LibraryUnavailableError("the index is gone")
        logger.warning("search_index_missing", company_id=company)
        await self._indexes.ensure(self._tenant)

    async def _tell_partial(self) -> None:
        """Have a worker look at an index that has more or less than there is, seldom."""
        now = time.time()
        if not self._heals or now - self._told < TELL_AGAIN:
            return
        self._told = now
        company = self._tenant.company_id
        logger.info("search_index_partial", company_id=company)
        await done_without(self._redis.zadd(keys.knowledge_work(), {company: now}, lt=True))

    async def _read(self, best: Sequence[tuple[str, float]]) -> list[Passage]:
        """Read the chunks that won, at one moment: none of an old document beside one of its successor."""
        if not best:
            return []
        pipe = self._redis.pipeline(transaction=True)
        for key, _ in best:
            pipe.hmget(key, _FIELDS)
        found = zip(best, await pipe.execute(), strict=True)
        return [self._passage(key, values, score) for (key, score), values in found if values[0]]

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
