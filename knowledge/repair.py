"""What can be wrong between documents and index, found exactly and put right."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.redis import Client
from knowledge import record
from knowledge.document import Document, Draft, chunk_id
from knowledge.documents import Documents
from knowledge.index import drop_index, find_index, serving_of
from knowledge.indexes import EVERY
from knowledge.shelf import executed
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import Tenant

SCANNED = 1000  # keys of one step
DELETED = 500  # keys of one step


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What there is, and what does not belong together."""

    documents: int
    chunks: int
    indexed: int
    index_exists: bool
    orphans: Sequence[str]
    """Chunks that no document has."""
    missing: Sequence[str]
    """Chunks that a document has but the index cannot: their keys are gone."""
    not_embedded: Mapping[str, int]
    """How many chunks have no vector, by document."""

    @property
    def healthy(self) -> bool:
        """True when everything that is kept can be found, and nothing else."""
        return not self.orphans and not self.missing and self.indexed == self.chunks

    @property
    def status(self) -> str:
        """Return `healthy`, `missing` without an index, else `degraded`."""
        if self.healthy:
            return "healthy"
        return "degraded" if self.index_exists else "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What a repair did."""

    orphans_deleted: int
    documents_restored: int


class Repair:
    """Looks through all keys of a company's documents: thorough, and slower than a glance at totals."""

    def __init__(self, redis: Client, documents: Documents) -> None:
        """Take the connection and the documents."""
        self._redis = redis
        self._documents = documents

    async def diagnose(self, company: CompanyId) -> Diagnosis:
        """Compare every document with every chunk."""
        # Chunks first: a document that comes meanwhile has none that look like orphans.
        there = await self._chunks(company)
        kept = await self._documents.list_documents(company, limit=EVERY)
        serving = await serving_of(self._redis, company)
        info = await find_index(self._redis, serving.index) if serving else None
        model = self._documents.model_of(company)
        wanted = {chunk_id(one.document_id, number) for one in kept for number in range(one.chunks)}
        return Diagnosis(
            documents=len(kept),
            chunks=len(wanted),
            indexed=int(info["num_docs"]) if info else 0,
            index_exists=info is not None or not kept,
            orphans=sorted(there - wanted),
            missing=sorted(wanted - there),
            not_embedded={
                one.document_id: one.chunks - one.vectors_of(model)
                for one in kept
                if not one.embedded(model)
            },
        )

    async def cleanup(self, tenant: Tenant) -> Repaired:
        """Delete what has no document, write again what a document has lost, count everything anew."""
        company = tenant.company_id
        found = await self.diagnose(company)
        numbers: dict[str, list[int]] = defaultdict(list)
        strange: list[str] = []
        for name in found.orphans:
            document_id, _, number = name.rpartition(":")
            if document_id and number.isdecimal():
                numbers[document_id].append(int(number))
            else:
                strange.append(name)
        deleted = 0
        for document_id, orphans in numbers.items():
            deleted += await self._delete_orphans(company, document_id, orphans)
        for start in range(0, len(strange), DELETED):
            some = [keys.chunk(company, name) for name in strange[start : start + DELETED]]
            deleted += int(await self._redis.unlink(*some))
        restored = await self._documents.restore(tenant, thorough=True)
        return Repaired(orphans_deleted=deleted, documents_restored=restored)

    async def reindex(self, tenant: Tenant) -> int:
        """Make the index anew and split again what today is split otherwise; returns how many documents.

        Vectors are kept where the chunk is the same. Nothing is lost when it is broken off.
        """
        company = tenant.company_id
        serving = await self._documents.ensure_index(tenant)
        await drop_index(self._redis, serving.index)
        await self._documents.ensure_index(tenant)
        kept = await self._documents.list_documents(company, limit=EVERY)
        for document in kept:
            text = await self._documents.text_of(company, document.document_id)
            draft = draft_of(document, text or "")
            if text and draft.digest != document.digest:
                await self._documents.put_document(tenant, draft, who="reindex")
        await self.cleanup(tenant)
        return len(kept)

    async def chunks_of(self, company: CompanyId, document: Document) -> Sequence[dict[str, Any]]:
        """Return a document's chunks as they lie in the index: number, text, whether and by whom embedded."""
        fields = await self._documents.record_of(company, document.document_id)
        pipe = self._redis.pipeline(transaction=False)
        for number in range(document.chunks):
            key = keys.chunk(company, chunk_id(document.document_id, number))
            pipe.hexists(key, record.mark_name(document.model))
            pipe.exists(key)
        states = await pipe.execute()
        vectors = record.vectors_in(fields, document.chunks)
        return [
            {
                "chunk_id": chunk_id(document.document_id, number),
                "number": number,
                "content": fields.get(record.chunk_field(number), ""),
                "model": document.model if states[2 * number] else "",
                "present": bool(states[2 * number + 1]),
                "vector": vectors[number],
            }
            for number in range(document.chunks)
        ]

    async def _chunks(self, company: CompanyId) -> set[str]:
        prefix = keys.chunk_prefix(company)
        found: set[str] = set()
        async for key in self._redis.scan_iter(f"{prefix}*", count=SCANNED):
            found.add(str(key).removeprefix(prefix))
        return found

    async def _delete_orphans(
        self, company: CompanyId, document_id: str, numbers: Sequence[int]
    ) -> int:
        """Delete chunks that their document does not have, unless it changes this moment."""
        key = keys.document(company, document_id)
        pipe: Any
        async with self._redis.pipeline(transaction=True) as pipe:
            await pipe.watch(key)
            count = int(await pipe.hget(key, "chunks") or 0)
            orphans = [number for number in numbers if number >= count]
            if not orphans:
                return 0
            pipe.multi()
            names = (chunk_id(document_id, number) for number in orphans)
            pipe.unlink(*(keys.chunk(company, name) for name in names))
            return len(orphans) if await executed(pipe) else 0


def draft_of(document: Document, text: str) -> Draft:
    """Return what a document would be handed in as, from its text; its original stays its own."""
    return Draft(
        document_id=document.document_id,
        title=document.title,
        category=document.category,
        text=text,
        metadata=document.metadata,
        filename=document.filename,
        media_type=document.media_type,
        original_bytes=document.size,
        content_hash=document.content_hash,
    )
