"""A company's documents: kept, replaced at one stroke, embedded when there is time, deleted whole."""

import asyncio
from collections.abc import Mapping, Sequence

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from knowledge import record
from knowledge.catalogue import Catalogue
from knowledge.document import Document, Draft
from knowledge.embedders import Embedders
from knowledge.embedding import Embedding, Known
from knowledge.errors import InvalidDocumentError, KnowledgeError
from knowledge.index import STEMMING, Serving, find_index, serving_of
from knowledge.indexes import EVERY, Indexes
from knowledge.room import Room
from knowledge.shelf import ChunkFields, Shelf
from knowledge.splitting import split
from knowledge.totals import Totals, count_again
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import Tenant

ATTEMPTS = 5  # to write a document that others write too
AT_ONCE = 16  # documents of one call written together
PROGRAM = "clinicdesk"


class Documents(Catalogue):
    """Every company's documents; each call names the company and touches no other's keys."""

    def __init__(
        self, redis: Client, embedders: Embedders, clock: Clock, known_vectors: Known | None = None
    ) -> None:
        """Keep the means; `known_vectors` are ready ones by model and the chunk's digest."""
        super().__init__(redis)
        self._embedders = embedders
        self._clock = clock
        self._shelf = Shelf(redis)
        self._indexes = Indexes(redis, embedders)
        self.embedding = Embedding(redis, embedders, self, self._shelf, known_vectors or {})

    def model_of(self, company: CompanyId) -> str:
        """Return the embedding model that a company's new vectors come from."""
        return self._embedders.of(company).model

    async def found_by_sense(
        self, company: CompanyId, documents: Sequence[Document]
    ) -> Mapping[str, int]:
        """Return how many chunks of each document have a vector in the index that answers now."""
        model = self.model_of(company)
        serving = await serving_of(self._redis, company)
        if serving is None or serving.shape.model == model or not documents:
            return {one.document_id: one.vectors_of(model) for one in documents}
        key, ids = keys.documents_to_serve(company), [one.document_id for one in documents]
        late = await awaitable(self._redis.smismember(key, ids))
        return {
            one.document_id: 0 if waits else one.chunks
            for one, waits in zip(documents, late, strict=True)
        }

    async def ensure_index(self, tenant: Tenant) -> Serving:
        """Make the index that answers for a company unless it is there; returns which it is."""
        return await self._indexes.ensure(tenant)

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
        serving = await self.ensure_index(tenant)
        chunks = await asyncio.to_thread(chunks_of, draft)
        return await self._put(
            tenant, draft, chunks, serving, who=who, with_upload=with_upload, vectors=vectors
        )

    async def put_documents(
        self, tenant: Tenant, drafts: Sequence[Draft], *, who: str = PROGRAM
    ) -> Sequence[Document | KnowledgeError]:
        """Keep many documents; what cannot be kept is returned as its error, the others are kept."""
        serving = await self.ensure_index(tenant)
        free = asyncio.Semaphore(AT_ONCE)
        # The limits are counted here, since those that are written together do not see each other.
        room = Room(tenant, await self.totals(tenant.company_id))

        async def put(draft: Draft) -> Document | KnowledgeError:
            async with free:
                try:
                    chunks = await asyncio.to_thread(chunks_of, draft)
                    return await self._put(tenant, draft, chunks, serving, who=who, room=room)
                except KnowledgeError as error:
                    return error

        return await asyncio.gather(*(put(draft) for draft in drafts))

    async def embed_document(self, company: CompanyId, document_id: str) -> bool:
        """Give every chunk its vector; False when the document went or changed.

        Raises what the embedder raises; what was embedded until then is kept.
        """
        return await self.embedding.document(company, document_id)

    @staticmethod
    def check_room(tenant: Tenant, used: Totals, draft: Draft, before: Document | None) -> None:
        """Raise TooManyDocumentsError or TooMuchKnowledgeError when a document would be over the limits."""
        Room(tenant, used).take(draft, before)

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

    async def restore(self, tenant: Tenant, *, thorough: bool = False) -> int:
        """Make the index and write every chunk that is lost or not indexed; returns how many documents.

        Looks at totals only, unless they differ from what is indexed or `thorough` is asked for.
        Nothing is embedded again.
        """
        company = tenant.company_id
        serving = await self.ensure_index(tenant)
        info = await find_index(self._redis, serving.index)
        if info and int(info["indexing"]):
            return 0
        indexed = int(info["num_docs"]) if info else 0
        counted = await self.totals(company)
        if indexed == counted.chunks and not thorough:
            await self._note_change(tenant, serving, counted)
            return 0
        documents = await self._counted(company)
        lost = [
            one for one in documents if not indexed or not await self._shelf.is_whole(company, one)
        ]
        restored = await self._indexes.write_again(company, lost)
        await self._mark_pending(company, documents)
        return restored

    async def mark_pending(self, tenant: Tenant) -> None:
        """Have every document embedded that is not, by the configured model: it may be a new one."""
        company = tenant.company_id
        await self._mark_pending(company, await self._counted(company))

    async def _note_change(self, tenant: Tenant, serving: Serving, counted: Totals) -> None:
        """Have a worker see to it when the index is of another model or language than it shall be."""
        company = tenant.company_id
        embedded = counted.vectors_of(self.model_of(company)) == counted.chunks
        if not embedded and not await awaitable(
            self._redis.zcard(keys.documents_to_embed(company))
        ):
            await self.mark_pending(tenant)
        if serving.shape.stemming != STEMMING[tenant.language]:
            now = self._clock().timestamp()
            await awaitable(self._redis.zadd(keys.knowledge_work(), {company: now}, nx=True))

    async def _counted(self, company: CompanyId) -> Sequence[Document]:
        return await count_again(
            self._redis, company, lambda: self.list_documents(company, limit=EVERY)
        )

    async def _mark_pending(self, company: CompanyId, documents: Sequence[Document]) -> None:
        now = self._clock().timestamp()
        model = self.model_of(company)
        waiting = {one.document_id: now for one in documents if not one.embedded(model)}
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
        serving: Serving,
        *,
        who: str,
        with_upload: bool = False,
        vectors: Mapping[str, bytes] | None = None,
        room: Room | None = None,
    ) -> Document:
        company = tenant.company_id
        model = self.model_of(company)
        for _ in range(ATTEMPTS):
            before = await self.find_document(company, draft.document_id)
            if before is not None and before.digest == draft.digest and not with_upload:
                if await self._shelf.is_whole(company, before):
                    return before
            else:
                (room or Room(tenant, await self.totals(company))).take(draft, before)
            now = self._clock()
            fields = record.record_of(
                draft,
                chunks,
                await self._ready(company, chunks, before, vectors or {}),
                model=model,
                version=before.version + 1 if before else 1,
                created_at=before.created_at if before else now,
                updated_at=now,
            )
            if await self._shelf.write(
                company,
                draft,
                fields,
                before,
                who=who,
                at=now,
                with_upload=with_upload,
                beside=self._beside(serving.shape.model, model, chunks),
            ):
                kept = record.head_of(draft.document_id, [fields[name] for name in record.HEAD])
                if kept is not None:
                    return kept
        raise KnowledgeError(f"{draft.document_id} is being written by others all the time")

    async def _ready(
        self,
        company: CompanyId,
        chunks: Sequence[str],
        before: Document | None,
        vectors: Mapping[str, bytes],
    ) -> Sequence[bytes | None]:
        """Return the vectors that need not be made: given, shipped, or the document's own of before."""
        own = await self.embedding.ready_in(company, before.document_id) if before else {}
        sources = (own, vectors, self.embedding.known_of(self.model_of(company)))
        digests = (record.digest_of(text) for text in chunks)
        return [next((one[name] for one in sources if name in one), None) for name in digests]

    def _beside(
        self, serving: str, wanted: str, chunks: Sequence[str]
    ) -> Sequence[ChunkFields] | None:
        """Return what chunks need beside their own vectors while another model's index answers."""
        if serving == wanted:
            return None
        known = self.embedding.known_of(serving)
        ready = [known.get(record.digest_of(text)) for text in chunks]
        return [record.chunk_vector(serving, one) if one else {} for one in ready]


def chunks_of(draft: Draft) -> tuple[str, ...]:
    """Return a draft's chunks; raises InvalidDocumentError. Blocks on the processor."""
    draft.check()
    chunks = split(draft.title, draft.text)
    if not chunks:
        raise InvalidDocumentError("the document has no text")
    return chunks
