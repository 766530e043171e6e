"""The writes on a company's documents: each one a transaction that fails when somebody else was faster."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from redis.exceptions import WatchError

from integrations.redis import Client, awaitable
from knowledge import changes, record, totals
from knowledge.document import Document, Draft, chunk_id
from tenants import keys
from tenants.ids import CompanyId


class Shelf:
    """Documents as they lie in Redis: record, chunks, original, index entries and totals move together."""

    def __init__(self, redis: Client, model: str) -> None:
        """Keep the connection and the model whose vectors count."""
        self._redis = redis
        self._model = model

    async def record(self, company: CompanyId, document_id: str) -> dict[str, str]:
        """Return a document's whole record; empty when there is none."""
        key = keys.document(company, document_id)
        fields: dict[str, str] = await awaitable(self._redis.hgetall(key))
        return fields

    async def is_whole(self, company: CompanyId, document: Document) -> bool:
        """Tell whether every chunk of a document is there."""
        there = await awaitable(self._redis.exists(*chunk_keys(company, document)))
        return int(there) == document.chunks

    async def write(
        self,
        company: CompanyId,
        draft: Draft,
        fields: Mapping[str, str],
        before: Document | None,
        *,
        who: str,
        at: datetime,
        with_upload: bool,
    ) -> bool:
        """Put a document in the place of what was before; False when that has changed, or the upload went."""
        name = draft.document_id
        pipe = await self._watched(
            company,
            name,
            before.digest if before else None,
            upload_of=draft.content_hash if with_upload else None,
        )
        if pipe is None:
            return False
        key = keys.document(company, name)
        pipe.delete(key, *(chunk_keys(company, before) if before else ()))
        pipe.hset(key, mapping=fields)
        pipe.zadd(keys.documents(company), {name: at.timestamp()}, nx=True)
        self._write_chunks(pipe, company, name, fields)
        if with_upload:
            pipe.rename(keys.upload(company, name), keys.original(company, name))
            pipe.delete(keys.upload_vectors(company, name))
            pipe.zrem(keys.uploads(company), name)
        elif before is not None and before.content_hash != draft.original_hash:
            pipe.delete(keys.original(company, name))
        chunks, vectors = int(fields["chunks"]), int(fields["vectors"])
        self._mark_pending(pipe, company, name, pending=vectors < chunks, at=at)
        totals.add(
            pipe,
            company,
            self._model,
            chunks=chunks - (before.chunks if before else 0),
            vectors=vectors - (before.vectors_of(self._model) if before else 0),
            size=draft.size - (before.size if before else 0),
        )
        changes.note(
            pipe,
            company,
            changes.change(
                "replaced" if before else "created",
                document_id=name,
                who=who,
                at=at,
                title=draft.title,
                filename=draft.filename,
                content_hash=draft.original_hash,
                version=int(fields["version"]),
                chunks=chunks,
            ),
        )
        return await executed(pipe)

    async def write_again(
        self, company: CompanyId, document: Document, fields: Mapping[str, str]
    ) -> bool:
        """Write a document's chunks as its record has them."""
        pipe = await self._watched(company, document.document_id, document.digest)
        if pipe is None:
            return False
        self._write_chunks(pipe, company, document.document_id, fields)
        return await executed(pipe)

    async def add_vectors(
        self,
        company: CompanyId,
        document_id: str,
        digest: str,
        vectors: Mapping[int, bytes],
        *,
        done: int,
        whole: bool,
    ) -> bool:
        """Give chunks their vectors; `done` is how many have one then.

        False when the document changed, or another process gave it vectors meanwhile.
        """
        pipe = await self._watched(company, document_id, digest, vectors=done - len(vectors))
        if pipe is None:
            return False
        fields = {record.vector_field(n): record.vector_text(v) for n, v in vectors.items()}
        fields |= {"model": self._model, "vectors": str(done)}
        pipe.hset(keys.document(company, document_id), mapping=fields)
        for number, vector in vectors.items():
            chunk = keys.chunk(company, chunk_id(document_id, number))
            pipe.hset(chunk, mapping={"model": self._model, "vector": vector})
        totals.add(pipe, company, self._model, vectors=len(vectors))
        if whole:
            pipe.zrem(keys.documents_to_embed(company), document_id)
        return await executed(pipe)

    async def delete(
        self, company: CompanyId, document: Document, *, who: str, at: datetime
    ) -> bool:
        """Delete a document with all that is its own; False when it has changed."""
        name = document.document_id
        pipe = await self._watched(company, name, document.digest)
        if pipe is None:
            return False
        pipe.delete(
            keys.document(company, name),
            keys.original(company, name),
            keys.upload(company, name),
            keys.upload_vectors(company, name),
            *chunk_keys(company, document),
        )
        for index in (keys.documents, keys.documents_to_embed, keys.uploads):
            pipe.zrem(index(company), name)
        totals.add(
            pipe,
            company,
            self._model,
            chunks=-document.chunks,
            vectors=-document.vectors_of(self._model),
            size=-document.size,
        )
        changes.note(
            pipe,
            company,
            changes.change(
                "deleted",
                document_id=name,
                who=who,
                at=at,
                title=document.title,
                filename=document.filename,
                content_hash=document.content_hash,
                version=document.version,
                chunks=document.chunks,
            ),
        )
        return await executed(pipe)

    def _write_chunks(
        self, pipe: Any, company: CompanyId, document_id: str, fields: Mapping[str, str]
    ) -> None:
        for name, chunk in record.chunk_hashes(document_id, fields, self._model).items():
            pipe.delete(keys.chunk(company, name))
            pipe.hset(keys.chunk(company, name), mapping=chunk)

    @staticmethod
    def _mark_pending(
        pipe: Any, company: CompanyId, document_id: str, *, pending: bool, at: datetime
    ) -> None:
        index = keys.documents_to_embed(company)
        if not pending:
            pipe.zrem(index, document_id)
            return
        pipe.zadd(index, {document_id: at.timestamp()}, nx=True)
        pipe.zadd(keys.knowledge_work(), {company: at.timestamp()}, nx=True)

    async def _watched(
        self,
        company: CompanyId,
        document_id: str,
        digest: str | None,
        *,
        vectors: int | None = None,
        upload_of: str | None = None,
    ) -> Any:
        """Open a transaction that fails when the document changes; None when it already has."""
        pipe: Any = self._redis.pipeline(transaction=True)
        key, upload = keys.document(company, document_id), keys.upload(company, document_id)
        await pipe.watch(key, upload)
        found, model, counted = await pipe.hmget(key, "digest", "model", "vectors")
        changed = found != digest
        if vectors is not None:
            changed |= vectors != (int(counted or 0) if model == self._model else 0)
        if upload_of is not None:
            changed |= await pipe.hget(upload, "content_hash") != upload_of
        if changed:
            await pipe.reset()
            return None
        pipe.multi()
        return pipe


def chunk_keys(company: CompanyId, document: Document) -> Sequence[str]:
    """Return the keys of a document's chunks, in order."""
    names = (chunk_id(document.document_id, number) for number in range(document.chunks))
    return [keys.chunk(company, name) for name in names]


async def executed(pipe: Any) -> bool:
    """Run a transaction; False when what it watched has changed."""
    try:
        await pipe.execute()
    except WatchError:
        return False
    return True
