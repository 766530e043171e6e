"""A company's documents: kept, replaced at one stroke, embedded when there is time, deleted whole."""

import asyncio
from collections.abc import Mapping, Sequence

from integrations.clock import Clock
from integrations.embedder import Embedder
from integrations.redis import Client, awaitable
from knowledge import record, totals
from knowledge.document import Document, Draft
from knowledge.errors import (
    InvalidDocumentError,
    KnowledgeError,
    TooManyDocumentsError,
    TooMuchKnowledgeError,
)
from knowledge.index import IndexShape, drop_index, ensure_index, find_index
from knowledge.shelf import Shelf
from knowledge.splitting import split
from knowledge.totals import Totals, count_again, totals_of
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import Tenant

ATTEMPTS = 5  # to write a document that others write too
BATCH = 8  # chunks embedded between two writes
MOST = 1_000_000  # documents of one company
AT_ONCE = 16  # documents of one call written together
MEGABYTE = 1_000_000
PROGRAM = "clinicdesk"


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
        self._shelf = Shelf(redis, embedder.model)

    @property
    def model(self) -> str:
        """The embedding model that new vectors come from."""
        return self._embedder.model

    async def ensure_index(self, tenant: Tenant) -> None:
        """Make the company's index, or make it anew when its shape is another."""
        shape = IndexShape(tenant.language, self._embedder.dimensions)
        await ensure_index(self._redis, tenant.company_id, shape)

    async def put_document(
        self,
        tenant: Tenant,
        draft: Draft,
        *,
        who: str = PROGRAM,
        with_upload: bool = False,
        vectors: Mapping[str, bytes] | None = None,
    ) -> Document:
        """Keep a document, found by its words at once and by its sense once it is embedded.

        What is unchanged costs two reads. A search sees all of the old chunks or all of the new.
        `with_upload`: what was uploaded under that id becomes the original. `vectors` are ready
        ones, by the chunk's digest. Raises InvalidDocumentError, TooManyDocumentsError,
        TooMuchKnowledgeError.
        """
        await self.ensure_index(tenant)
        chunks = await asyncio.to_thread(chunks_of, draft)
        return await self._put(
            tenant, draft, chunks, who=who, with_upload=with_upload, vectors=vectors
        )

    async def put_documents(
        self, tenant: Tenant, drafts: Sequence[Draft], *, who: str = PROGRAM
    ) -> Sequence[Document | KnowledgeError]:
        """Keep many documents; what cannot be kept is returned as its error, the others are kept."""
        await self.ensure_index(tenant)
        free = asyncio.Semaphore(AT_ONCE)
        # The limits are counted here, since those that are written together do not see each other.
        room = _Room(tenant, await self.totals(tenant.company_id))

        async def put(draft: Draft) -> Document | KnowledgeError:
            async with free:
                try:
                    chunks = await asyncio.to_thread(chunks_of, draft)
                    return await self._put(tenant, draft, chunks, who=who, room=room)
                except KnowledgeError as error:
                    return error

        return await asyncio.gather(*(put(draft) for draft in drafts))

    async def embed_document(
        self, company: CompanyId, document_id: str, *, most: int | None = None
    ) -> bool:
        """Give every chunk its vector, or the next `most`; False when the document went or changed.

        Raises what the embedder raises; what was embedded until then is kept.
        """
        fields = await self._shelf.record(company, document_id)
        if not fields:
            await awaitable(self._redis.zrem(keys.documents_to_embed(company), document_id))
            return False
        count = int(fields["chunks"])
        vectors = record.vectors_in(fields, count)
        if fields["model"] != self.model:
            vectors = [None] * count
        missing = [number for number, vector in enumerate(vectors) if vector is None]
        for start in range(0, len(missing[:most]), BATCH):
            numbers = missing[:most][start : start + BATCH]
            texts = [fields[record.chunk_field(number)] for number in numbers]
            fresh = record.packed(await self._embedder.passages(texts))
            done = count - len(missing) + start + len(numbers)
            ready = dict(zip(numbers, fresh, strict=True))
            if not await self._shelf.add_vectors(
                company, document_id, fields["digest"], ready, done=done, whole=done == count
            ):
                return False
        if not missing:
            await awaitable(self._redis.zrem(keys.documents_to_embed(company), document_id))
        return True

    async def vectors_for(
        self, chunks: Sequence[str], ready: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        """Embed the next few chunks that have no ready vector; empty when all have."""
        texts = self._without_vector(chunks, ready)[:BATCH]
        if not texts:
            return {}
        fresh = record.packed(await self._embedder.passages(texts))
        return {record.digest_of(text): one for text, one in zip(texts, fresh, strict=True)}

    def left_to_embed(self, chunks: Sequence[str], ready: Mapping[str, bytes]) -> int:
        """Return how many chunks have no ready vector."""
        return len(self._without_vector(chunks, ready))

    def _without_vector(self, chunks: Sequence[str], ready: Mapping[str, bytes]) -> list[str]:
        known = self._known.keys() | ready.keys()
        return [one for one in dict.fromkeys(chunks) if record.digest_of(one) not in known]

    async def known_vectors_of(self, company: CompanyId, document_id: str) -> dict[str, bytes]:
        """Return a document's vectors of the present model, by the chunk's digest."""
        fields = await self._shelf.record(company, document_id)
        return record.vectors_by_digest(fields) if fields.get("model") == self.model else {}

    async def find_document(self, company: CompanyId, document_id: str) -> Document | None:
        """Return a document without its text; None when the company has none of that id."""
        key = keys.document(company, document_id)
        return record.head_of(document_id, await awaitable(self._redis.hmget(key, record.HEAD)))

    async def record_of(self, company: CompanyId, document_id: str) -> Mapping[str, str]:
        """Return a document with its chunks and vectors as it lies in Redis; empty when there is none."""
        return await self._shelf.record(company, document_id)

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
        found: list[Document | None] = []
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
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

    @staticmethod
    def check_room(tenant: Tenant, used: Totals, draft: Draft, before: Document | None) -> None:
        """Raise TooManyDocumentsError or TooMuchKnowledgeError when a document would be over the limits."""
        _Room(tenant, used).take(draft, before)

    async def delete_document(
        self, company: CompanyId, document_id: str, *, who: str = PROGRAM
    ) -> Document | None:
        """Delete a document and its chunks at one stroke; returns what it was, None when there was none."""
        for _ in range(ATTEMPTS):
            document = await self.find_document(company, document_id)
            if document is None:
                return None
            if await self._shelf.delete(company, document, who=who, at=self._clock()):
                return document
        raise KnowledgeError(f"{document_id} is being written by others all the time")

    async def delete_all(self, company: CompanyId) -> None:
        """Delete the company's index and documents, and all that is known of them."""
        await drop_index(self._redis, company)
        for document in await self.list_documents(company, limit=MOST):
            await self.delete_document(company, document.document_id)
        trails = [one async for one in self._redis.scan_iter(keys.document_changes(company, "*"))]
        await awaitable(
            self._redis.delete(
                *trails,
                *(index(company) for index in (
                    keys.documents, keys.documents_to_embed, keys.uploads, keys.knowledge_totals,
                    keys.knowledge_changes, keys.knowledge_gaps, keys.knowledge_gap_facts,
                    keys.knowledge_proposals,
                    keys.vectorstore_health,
                )),
            )
        )  # fmt: skip

    async def restore(self, tenant: Tenant, *, thorough: bool = False) -> int:
        """Make the index and write every chunk that is lost or not indexed; returns how many documents.

        Looks at totals only, unless they differ from what is indexed or `thorough` is asked for.
        Nothing is embedded again.
        """
        company = tenant.company_id
        await self.ensure_index(tenant)
        info = await find_index(self._redis, company)
        if info and int(info["indexing"]):
            return 0
        indexed = int(info["num_docs"]) if info else 0
        counted = await self.totals(company)
        same_model = counted.model == self.model or not counted.documents
        if indexed == counted.chunks and same_model and not thorough:
            return 0
        documents = await count_again(
            self._redis, company, lambda: self.list_documents(company, limit=MOST), self.model
        )
        restored = 0
        for document in documents:
            if same_model and await self._shelf.is_whole(company, document) and indexed:
                continue
            fields = await self._shelf.record(company, document.document_id)
            if fields:
                restored += await self._shelf.write_again(company, document, fields)
        await self._mark_pending(company, documents)
        return restored

    async def _mark_pending(self, company: CompanyId, documents: Sequence[Document]) -> None:
        now = self._clock().timestamp()
        waiting = {one.document_id: now for one in documents if not one.embedded(self.model)}
        if waiting:
            pipe = self._redis.pipeline(transaction=True)
            pipe.zadd(keys.documents_to_embed(company), waiting, nx=True)
            pipe.zadd(keys.knowledge_work(), {company: now}, nx=True)
            await pipe.execute()

    async def _put(
        self,
        tenant: Tenant,
        draft: Draft,
        chunks: Sequence[str],
        *,
        who: str,
        with_upload: bool = False,
        vectors: Mapping[str, bytes] | None = None,
        room: "_Room | None" = None,
    ) -> Document:
        company = tenant.company_id
        for _ in range(ATTEMPTS):
            before = await self.find_document(company, draft.document_id)
            if before is not None and before.digest == draft.digest and not with_upload:
                if await self._shelf.is_whole(company, before):
                    return before
            else:
                (room or _Room(tenant, await self.totals(company))).take(draft, before)
            now = self._clock()
            known = {**self._known, **(vectors or {})}
            if before is not None:
                known |= await self.known_vectors_of(company, draft.document_id)
            fields = record.record_of(
                draft,
                chunks,
                [known.get(record.digest_of(text)) for text in chunks],
                model=self.model,
                version=before.version + 1 if before else 1,
                created_at=before.created_at if before else now,
                updated_at=now,
            )
            if await self._shelf.write(
                company, draft, fields, before, who=who, at=now, with_upload=with_upload
            ):
                kept = record.head_of(draft.document_id, [fields[name] for name in record.HEAD])
                if kept is not None:
                    return kept
        raise KnowledgeError(f"{draft.document_id} is being written by others all the time")


class _Room:
    """What is left of a company's limits."""

    def __init__(self, tenant: Tenant, used: totals.Totals) -> None:
        self._most = tenant.knowledge.max_documents
        self._most_megabytes = tenant.knowledge.max_megabytes
        self._documents = used.documents
        self._size = used.size

    def take(self, draft: Draft, before: Document | None) -> None:
        """Count a document in; raises TooManyDocumentsError, TooMuchKnowledgeError."""
        documents = self._documents + (before is None)
        size = self._size + draft.size - (before.size if before else 0)
        if documents > self._most:
            raise TooManyDocumentsError(f"The limit of {self._most} documents is reached.")
        if size > self._most_megabytes * MEGABYTE and size > self._size:
            raise TooMuchKnowledgeError(
                f"The limit of {self._most_megabytes} MB of documents is reached."
            )
        self._documents, self._size = documents, size


def chunks_of(draft: Draft) -> tuple[str, ...]:
    """Return a draft's chunks; raises InvalidDocumentError. Blocks on the processor."""
    draft.check()
    chunks = split(draft.title, draft.text)
    if not chunks:
        raise InvalidDocumentError("the document has no text")
    return chunks
