"""What a company's documents are: read by id, in lists and in totals, never changed here."""

from collections.abc import Mapping, Sequence

from integrations.redis import Client, awaitable
from knowledge import record
from knowledge.document import Document
from knowledge.totals import Totals, totals_of
from tenants import keys
from tenants.ids import CompanyId

TOGETHER = 500  # documents read in one round trip


class Catalogue:
    """Every company's documents, to be looked at."""

    def __init__(self, redis: Client) -> None:
        """Take the connection."""
        self._redis = redis

    async def find_document(self, company: CompanyId, document_id: str) -> Document | None:
        """Return a document without its text; None when the company has none of that id."""
        key = keys.document(company, document_id)
        return record.head_of(document_id, await awaitable(self._redis.hmget(key, record.HEAD)))

    async def record_of(self, company: CompanyId, document_id: str) -> Mapping[str, str]:
        """Return a document with its chunks and vectors as it lies in Redis; empty when there is none."""
        fields: dict[str, str] = await awaitable(
            self._redis.hgetall(keys.document(company, document_id))
        )
        return fields

    async def text_of(self, company: CompanyId, document_id: str) -> str | None:
        """Return a document's text, Markdown."""
        key = keys.document(company, document_id)
        text: str | None = await awaitable(self._redis.hget(key, "text"))
        return text

    async def list_documents(
        self, company: CompanyId, *, offset: int = 0, limit: int = 1000, latest_first: bool = False
    ) -> Sequence[Document]:
        """Return documents by the time they were first kept, oldest first unless told otherwise."""
        ids: list[str] = await awaitable(
            self._redis.zrange(
                keys.documents(company), offset, offset + limit - 1, desc=latest_first
            )
        )
        return await self.find_documents(company, ids)

    async def find_documents(
        self, company: CompanyId, document_ids: Sequence[str]
    ) -> Sequence[Document]:
        """Return those of some documents that there are, in the order they are asked for."""
        found: list[Document | None] = []
        for start in range(0, len(document_ids), TOGETHER):
            some = document_ids[start : start + TOGETHER]
            pipe = self._redis.pipeline(transaction=False)
            for one in some:
                pipe.hmget(keys.document(company, one), record.HEAD)
            heads = zip(some, await pipe.execute(), strict=True)
            found += [record.head_of(one, values) for one, values in heads]
        return [document for document in found if document is not None]

    async def pending(self, company: CompanyId, limit: int) -> Sequence[str]:
        """Return documents with chunks that have no vector, the oldest first."""
        ids: list[str] = await awaitable(
            self._redis.zrange(keys.documents_to_embed(company), 0, limit - 1)
        )
        return ids

    async def count(self, company: CompanyId) -> int:
        """Return how many documents the company has."""
        return int(await awaitable(self._redis.zcard(keys.documents(company))))

    async def totals(self, company: CompanyId) -> Totals:
        """Return how much the company's documents are in all."""
        return await totals_of(self._redis, company)
