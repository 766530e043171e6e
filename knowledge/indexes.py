"""The index that answers for a company: made when first needed, and again whenever it is lost."""

import asyncio
from collections.abc import Sequence

from integrations.redis import Client, awaitable
from knowledge.catalogue import Catalogue
from knowledge.document import Document
from knowledge.embedders import Embedders
from knowledge.index import (
    STEMMING,
    Serving,
    Shape,
    create_index,
    drop_index,
    find_index,
    serving_of,
)
from knowledge.shelf import Shelf
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import Tenant

EVERY = 1_000_000  # documents of one company
SCAN_WAIT = 0.02  # seconds between looks
SCAN_LOOKS = 50


class Indexes:
    """Sees that what shall answer is there; every process may, and they agree."""

    def __init__(self, redis: Client, embedders: Embedders) -> None:
        """Take the connection, and who tells what a company begins with."""
        self._redis = redis
        self._embedders = embedders
        self._catalogue = Catalogue(redis)
        self._shelf = Shelf(redis)

    async def ensure(self, tenant: Tenant) -> Serving:
        """Make the index that answers for a company unless it is there in its shape; returns which it is.

        Waits, at most a second, until the chunks that exist are in it.
        """
        company = tenant.company_id
        while True:
            serving = await serving_of(self._redis, company) or await self._begin(tenant)
            info = await find_index(self._redis, serving.index)
            if info is not None and serving.shape.fits(info):
                return serving
            if await serving_of(self._redis, company) == serving:
                break
        if info is not None:
            await drop_index(self._redis, serving.index)
        await create_index(self._redis, company, serving.index, serving.shape)
        for _ in range(SCAN_LOOKS):
            info = await find_index(self._redis, serving.index)
            if info is None or int(info["indexing"]) == 0:
                break
            await asyncio.sleep(SCAN_WAIT)
        return serving

    async def write_again(self, company: CompanyId, documents: Sequence[Document]) -> int:
        """Write the chunks of documents as their records have them; returns how many there still are."""
        written = 0
        for document in documents:
            fields = await self._catalogue.record_of(company, document.document_id)
            if fields:
                written += await self._shelf.write_again(company, document, fields)
        return written

    async def _begin(self, tenant: Tenant) -> Serving:
        """Say for the first time which index answers: one of an embedder that never fails."""
        company = tenant.company_id
        embedder = self._embedders.first(company)
        shape = Shape(
            model=embedder.model,
            dimensions=embedder.dimensions,
            stemming=STEMMING[tenant.language],
        )
        serving = Serving(index=keys.chunk_index(company), shape=shape)
        key = keys.serving_index(company)
        if await awaitable(self._redis.set(key, serving.written(), nx=True)):
            # What was kept before, or is left of an accident, may lie otherwise.
            kept = await self._catalogue.list_documents(company, limit=EVERY)
            await self.write_again(company, kept)
        return await serving_of(self._redis, company) or serving
