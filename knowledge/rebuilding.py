"""How a company's index becomes another: made beside the one that answers, swapped when it is complete.

A new model's vectors are put beside the old ones, into the same chunks, until every chunk has one.
Then an index over them is made under a second name and answers; then the first name's is made anew
and answers; then the old vectors go. Whoever goes on reads from Redis how far it is.
"""

import asyncio
from typing import Any

import structlog

from integrations.embedder import Embedder
from integrations.errors import IntegrationError
from integrations.redis import Client, awaitable
from knowledge import record
from knowledge.document import Document, chunk_id
from knowledge.documents import Documents
from knowledge.embedders import Embedders
from knowledge.index import (
    STEMMING,
    Algorithm,
    Serving,
    Shape,
    create_index,
    drop_index,
    find_index,
    let_serve,
)
from knowledge.indexes import EVERY
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

LARGE = 20_000  # chunks from which looking at all of them takes longer than a graph's loss is worth
SERVED = 2  # documents that get the old model's vectors in one step
LOOK = 0.05  # seconds between looks at an index that fills
PROOF = "¿Qué precio tiene?"
"""Asked of a new embedder before its index answers: an empty company's would be swapped unseen."""


class Rebuilding:
    """Brings each company's index to the configured model and to the kind that fits its size."""

    def __init__(
        self, redis: Client, documents: Documents, embedders: Embedders, *, large: int = LARGE
    ) -> None:
        """Take the documents; from `large` chunks on an index is a graph (HNSW)."""
        self._redis = redis
        self._documents = documents
        self._embedders = embedders
        self._large = large

    async def advance(self, tenant: Tenant) -> bool:
        """Go one step on with what a company's index shall be; True when there is another to take now."""
        company = tenant.company_id
        serving = await self._documents.ensure_index(tenant)
        totals = await self._documents.totals(company)
        embedder = self._embedders.of(company)
        wanted = Shape(
            model=embedder.model,
            dimensions=embedder.dimensions,
            stemming=STEMMING[tenant.language],
            algorithm=self._kind(serving, totals.chunks),
        )
        if serving.shape == wanted:
            return await self._finish(company, serving)
        if serving.shape.model != wanted.model:
            if totals.vectors_of(wanted.model) < totals.chunks:
                return await self._catch_up(tenant, serving)
            if not await self._answers(company, embedder):
                return False
        beside = {keys.chunk_index(company), keys.chunk_index_beside(company)} - {serving.index}
        return await self._swap(company, serving, beside.pop(), wanted, totals.chunks)

    def _kind(self, serving: Serving, chunks: int) -> Algorithm:
        """Return the kind for a size; one that has become a graph stays so until half of it is gone."""
        least = self._large if serving.shape.algorithm == "FLAT" else self._large // 2
        return "HNSW" if chunks >= least else "FLAT"

    async def _catch_up(self, tenant: Tenant, serving: Serving) -> bool:
        """See that all is going to be embedded, and that what came meanwhile is found until then."""
        company = tenant.company_id
        if not await awaitable(self._redis.zcard(keys.documents_to_embed(company))):
            await self._documents.mark_pending(tenant)
        key = keys.documents_to_serve(company)
        came: Any = await awaitable(self._redis.srandmember(key, SERVED))
        try:
            await self._documents.embedding.beside(company, serving.shape.model, came)
        except IntegrationError as error:
            logger.warning("document_not_served", company_id=company, error=error.detail)
            return False
        return bool(came)

    async def _answers(self, company: CompanyId, embedder: Embedder) -> bool:
        try:
            await embedder.questions([PROOF])
        except IntegrationError as error:
            logger.warning("embedder_not_ready", company_id=company, reason=error.detail)
            return False
        return True

    async def _swap(
        self, company: CompanyId, serving: Serving, name: str, shape: Shape, chunks: int
    ) -> bool:
        """Make an index beside the one that answers; when it has every chunk, let it answer."""
        info = await find_index(self._redis, name)
        if info is None or not shape.fits(info):
            await drop_index(self._redis, name)
            await create_index(self._redis, company, name, shape)
            return True
        if int(info["indexing"]) or int(info["num_docs"]) < chunks:
            await asyncio.sleep(LOOK)
            return True
        left = {*serving.left, serving.shape.model} - {shape.model}
        after = Serving(index=name, shape=shape, left=tuple(sorted(left)))
        if await let_serve(self._redis, company, serving, after):
            logger.info(
                "index_swapped", company_id=company, index=name, model=shape.model, chunks=chunks
            )
        return True

    async def _finish(self, company: CompanyId, serving: Serving) -> bool:
        """Go back to the first name, then drop what is left of the index that was."""
        first = keys.chunk_index(company)
        if serving.index != first:
            totals = await self._documents.totals(company)
            return await self._swap(company, serving, first, serving.shape, totals.chunks)
        await drop_index(self._redis, keys.chunk_index_beside(company))
        if not serving.left:
            return False
        await awaitable(self._redis.delete(keys.documents_to_serve(company)))
        for document in await self._documents.list_documents(company, limit=EVERY):
            await self._drop_vectors(company, document, serving)
        await let_serve(
            self._redis, company, serving, Serving(index=serving.index, shape=serving.shape)
        )
        return True

    async def _drop_vectors(self, company: CompanyId, document: Document, serving: Serving) -> None:
        names = [f(model) for model in serving.left for f in (record.vector_name, record.mark_name)]
        pipe: Any = self._redis.pipeline(transaction=False)
        for number in range(document.chunks):
            pipe.hdel(keys.chunk(company, chunk_id(document.document_id, number)), *names)
        await pipe.execute()
