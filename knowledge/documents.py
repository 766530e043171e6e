"""A company's documents: kept, replaced at one stroke, embedded when there is time, deleted whole."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from redis.exceptions import WatchError

from integrations.clock import Clock
from integrations.embedder import Embedder
from integrations.redis import Client, awaitable
from knowledge import record
from knowledge.document import Document, Draft, chunk_id
from knowledge.errors import InvalidDocumentError, KnowledgeError, TooManyDocumentsError
from knowledge.index import IndexShape, drop_index, ensure_index, find_index
from knowledge.splitting import split
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import Tenant

ATTEMPTS = 5  # to write a document that others write too
BATCH = 8  # chunks embedded between two writes
MOST = 100_000  # documents of one company


class Documents:
    """Every company's documents; each call names the company and touches no other's keys."""

    def __init__(
        self,
        redis: Client,
        embedder: Embedder,
        clock: Clock,
        known_vectors: Mapping[str, bytes] | None = None,
    ) -> None:
        """Keep the means; `known_vectors` are ready ones of this model, by the chunk's digest."""
        self._redis = redis
        self._embedder = embedder
        self._clock = clock
        self._known = known_vectors or {}

    @property
    def model(self) -> str:
        """The embedding model that new vectors come from."""
        return self._embedder.model

    async def ensure_index(self, tenant: Tenant) -> None:
        """Make the company's index, or make it anew when its shape is another."""
        shape = IndexShape(tenant.language, self._embedder.dimensions)
        await ensure_index(self._redis, tenant.company_id, shape)

    async def put_document(self, tenant: Tenant, draft: Draft) -> Document:
        """Keep a document, found by its words at once and by its sense once it is embedded.

        What is unchanged costs two reads. A search sees all of the old chunks or all of the new.
        Raises InvalidDocumentError, TooManyDocumentsError.
        """
        draft.check()
        chunks = await asyncio.to_thread(split, draft.title, draft.text)
        if not chunks:
            raise InvalidDocumentError("the document has no text")
        await self.ensure_index(tenant)
        for _ in range(ATTEMPTS):
            before = await self.find_document(tenant.company_id, draft.document_id)
            if before is not None and before.digest == draft.digest:
                if await self._is_whole(tenant.company_id, before):
                    return before
            elif before is None and await self.count(tenant.company_id) >= (
                tenant.knowledge.max_documents
            ):
                raise TooManyDocumentsError(f"{tenant.knowledge.max_documents} documents are kept")
            if await self._write(tenant.company_id, draft, chunks, before):
                kept = await self.find_document(tenant.company_id, draft.document_id)
                if kept is not None:
                    return kept
        raise KnowledgeError(f"{draft.document_id} is being written by others all the time")

    async def embed_document(self, company: CompanyId, document_id: str) -> bool:
        """Give every chunk its vector; False when the document went or changed meanwhile.

        Raises what the embedder raises; what was embedded until then is kept.
        """
        fields = await self._record(company, document_id)
        if not fields:
            return False
        count = int(fields["chunks"])
        vectors = record.vectors_in(fields, count)
        if fields["model"] != self.model:
            vectors = [None] * count
        missing = [number for number, vector in enumerate(vectors) if vector is None]
        for start in range(0, len(missing), BATCH):
            numbers = missing[start : start + BATCH]
            texts = [fields[record.chunk_field(number)] for number in numbers]
            fresh = record.packed(await self._embedder.passages(texts))
            done = count - len(missing) + start + len(numbers)
            ready = dict(zip(numbers, fresh, strict=True))
            if not await self._add_vectors(company, document_id, fields["digest"], ready, done):
                return False
        return True

    async def find_document(self, company: CompanyId, document_id: str) -> Document | None:
        """Return a document without its text; None when the company has none of that id."""
        key = keys.document(company, document_id)
        return record.head_of(document_id, await awaitable(self._redis.hmget(key, record.HEAD)))

    async def text_of(self, company: CompanyId, document_id: str) -> str | None:
        """Return a document's original text."""
        key = keys.document(company, document_id)
        text: str | None = await awaitable(self._redis.hget(key, "text"))
        return text

    async def list_documents(
        self, company: CompanyId, *, offset: int = 0, limit: int = 1000
    ) -> Sequence[Document]:
        """Return documents by the time they were first kept, oldest first."""
        ids: list[str] = await awaitable(
            self._redis.zrange(keys.documents(company), offset, offset + limit - 1)
        )
        pipe = self._redis.pipeline(transaction=False)
        for one in ids:
            pipe.hmget(keys.document(company, one), record.HEAD)
        heads = zip(ids, await pipe.execute(), strict=True)
        found = [record.head_of(one, values) for one, values in heads]
        return [document for document in found if document is not None]

    async def count(self, company: CompanyId) -> int:
        """Return how many documents the company has."""
        return int(await awaitable(self._redis.zcard(keys.documents(company))))

    async def delete_document(self, company: CompanyId, document_id: str) -> bool:
        """Delete a document and its chunks at one stroke; False when there was none."""
        for _ in range(ATTEMPTS):
            document = await self.find_document(company, document_id)
            if document is None:
                return False
            pipe = await self._watched(company, document_id, document.digest)
            if pipe is None:
                continue
            pipe.delete(
                keys.document(company, document_id),
                *self._chunk_keys(company, document),
            )
            pipe.zrem(keys.documents(company), document_id)
            if await _executed(pipe):
                return True
        raise KnowledgeError(f"{document_id} is being written by others all the time")

    async def delete_all(self, company: CompanyId) -> None:
        """Delete the company's index and documents."""
        await drop_index(self._redis, company)
        for document in await self.list_documents(company, limit=MOST):
            await self.delete_document(company, document.document_id)
        await awaitable(self._redis.delete(keys.documents(company)))

    async def restore(self, tenant: Tenant) -> int:
        """Make the index and write every chunk that is lost or not indexed; returns how many documents."""
        company = tenant.company_id
        await self.ensure_index(tenant)
        documents = await self.list_documents(company, limit=MOST)
        info = await find_index(self._redis, company)
        indexed = int(info["num_docs"]) if info else 0
        if indexed == sum(document.chunks for document in documents):
            return 0
        restored = 0
        for document in documents:
            fields = await self._record(company, document.document_id)
            pipe = await self._watched(company, document.document_id, document.digest)
            if pipe is None or not fields:
                continue
            self._write_chunks(pipe, company, document.document_id, fields)
            restored += await _executed(pipe)
        return restored

    async def _record(self, company: CompanyId, document_id: str) -> dict[str, str]:
        fields: dict[str, str] = await awaitable(
            self._redis.hgetall(keys.document(company, document_id))
        )
        return fields

    async def _is_whole(self, company: CompanyId, document: Document) -> bool:
        there = await awaitable(self._redis.exists(*self._chunk_keys(company, document)))
        return int(there) == document.chunks

    async def _write(
        self, company: CompanyId, draft: Draft, chunks: Sequence[str], before: Document | None
    ) -> bool:
        known = dict(self._known)
        if before is not None and before.model == self.model:
            old = await self._record(company, draft.document_id)
            known |= record.vectors_by_digest(old)
        now = self._clock()
        fields = record.record_of(
            draft,
            chunks,
            [known.get(record.digest_of(text)) for text in chunks],
            model=self.model,
            created_at=before.created_at if before else now,
            updated_at=now,
        )
        pipe = await self._watched(company, draft.document_id, before.digest if before else None)
        if pipe is None:
            return False
        key = keys.document(company, draft.document_id)
        pipe.delete(key, *(self._chunk_keys(company, before) if before else ()))
        pipe.hset(key, mapping=fields)
        pipe.zadd(keys.documents(company), {draft.document_id: now.timestamp()}, nx=True)
        self._write_chunks(pipe, company, draft.document_id, fields)
        return await _executed(pipe)

    def _write_chunks(
        self, pipe: Any, company: CompanyId, document_id: str, fields: Mapping[str, str]
    ) -> None:
        for name, chunk in record.chunk_hashes(document_id, fields, self.model).items():
            pipe.delete(keys.chunk(company, name))
            pipe.hset(keys.chunk(company, name), mapping=chunk)

    async def _add_vectors(
        self,
        company: CompanyId,
        document_id: str,
        digest: str,
        vectors: Mapping[int, bytes],
        done: int,
    ) -> bool:
        pipe = await self._watched(company, document_id, digest)
        if pipe is None:
            return False
        fields = {record.vector_field(n): record.vector_text(v) for n, v in vectors.items()}
        fields |= {"model": self.model, "vectors": str(done)}
        pipe.hset(keys.document(company, document_id), mapping=fields)
        for number, vector in vectors.items():
            chunk = keys.chunk(company, chunk_id(document_id, number))
            pipe.hset(chunk, mapping={"model": self.model, "vector": vector})
        return await _executed(pipe)

    async def _watched(self, company: CompanyId, document_id: str, digest: str | None) -> Any:
        """Open a transaction that fails when the document changes; None when it already has."""
        pipe: Any = self._redis.pipeline(transaction=True)
        key = keys.document(company, document_id)
        await pipe.watch(key)
        if await pipe.hget(key, "digest") != digest:
            await pipe.reset()
            return None
        pipe.multi()
        return pipe

    @staticmethod
    def _chunk_keys(company: CompanyId, document: Document) -> list[str]:
        names = (chunk_id(document.document_id, number) for number in range(document.chunks))
        return [keys.chunk(company, name) for name in names]


async def _executed(pipe: Any) -> bool:
    try:
        await pipe.execute()
    except WatchError:
        return False
    return True
