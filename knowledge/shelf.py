"""The writes on a company's documents: each one a transaction that fails when somebody else was faster."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from redis.exceptions import WatchError

from integrations.redis import Client, awaitable
from knowledge import changes, record, totals
from knowledge.document import Document, Draft, chunk_id
from tenants import keys
from tenants.ids import CompanyId

AHEAD = timedelta(days=3650)
"""By how much an upload is embedded before documents that came in bulk."""

ChunkFields = Mapping[str, str | bytes]


class Shelf:
    """Documents as they lie in Redis: record, chunks, original, index entries and totals move together."""

    def __init__(self, redis: Client) -> None:
        """Keep the connection."""
        self._redis = redis

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
        beside: Sequence[ChunkFields] | None = None,
    ) -> bool:
        """Put a document in the place of what was before; False when that has changed, or the upload went.

        `beside`: another model still serves, and these are its vectors; an empty one is made later.
        """
        name = draft.document_id
        pipe = await self._watched(
            company,
            name,
            before.digest if before else None,
            embedded=(before.model, before.vectors) if before else None,
            upload_of=draft.content_hash if with_upload else None,
        )
        if pipe is None:
            return False
        pipe.delete(keys.document(company, name), *(chunk_keys(company, before) if before else ()))
        pipe.hset(keys.document(company, name), mapping=fields)
        pipe.zadd(keys.documents(company), {name: at.timestamp()}, nx=True)
        self._write_chunks(pipe, company, name, fields, beside)
        if with_upload:
            self._keep_original(pipe, company, name)
        elif before is not None and before.content_hash != draft.original_hash:
            pipe.delete(keys.original(company, name))
        pending = int(fields["vectors"]) < int(fields["chunks"])
        # What a person hands in does not wait behind ten thousand that a program sent.
        due = at - AHEAD if with_upload else at
        self._mark_pending(pipe, company, name, pending=pending, due=due)
        self._count(pipe, company, draft, fields, before)
        changes.note(pipe, company, _written(draft, fields, before, who=who, at=at))
        return await executed(pipe)

    async def write_again(
        self, company: CompanyId, document: Document, fields: Mapping[str, str]
    ) -> bool:
        """Write a document's chunks as its record has them; what else they have stays."""
        pipe = await self._watched(company, document.document_id, document.digest)
        if pipe is None:
            return False
        for name, chunk in record.chunk_hashes(document.document_id, fields).items():
            pipe.hset(keys.chunk(company, name), mapping=chunk)
        return await executed(pipe)

    async def add_vectors(
        self,
        company: CompanyId,
        document_id: str,
        fields: Mapping[str, str],
        model: str,
        vectors: Mapping[int, bytes],
        *,
        done: int,
    ) -> bool:
        """Give chunks their vectors; `fields` is the record as it was read, `done` how many have one then.

        The first vectors of another model take the place of all that the record has; in the chunks
        those stay, since they may still serve. False when the document changed, or another process
        gave it vectors meanwhile.
        """
        before = (fields["model"], int(fields["vectors"]))
        pipe = await self._watched(company, document_id, fields["digest"], embedded=before)
        if pipe is None:
            return False
        key = keys.document(company, document_id)
        if before[0] != model:
            totals.add_vectors(pipe, company, *_less(before))
            if gone := [name for name in fields if name.startswith(record.VECTOR)]:
                pipe.hdel(key, *gone)
        kept = {record.vector_field(n): record.vector_text(v) for n, v in vectors.items()}
        pipe.hset(key, mapping=kept | {"model": model, "vectors": str(done)})
        self._write_vectors(pipe, company, document_id, model, vectors)
        totals.add_vectors(pipe, company, model, len(vectors))
        if done == int(fields["chunks"]):
            pipe.zrem(keys.documents_to_embed(company), document_id)
        return await executed(pipe)

    async def add_beside(
        self,
        company: CompanyId,
        document_id: str,
        digest: str,
        model: str,
        vectors: Mapping[int, bytes],
    ) -> bool:
        """Give chunks vectors of a model that is on its way out; the record keeps none of them."""
        pipe = await self._watched(company, document_id, digest)
        if pipe is None:
            return False
        self._write_vectors(pipe, company, document_id, model, vectors)
        return await executed(pipe)

    async def delete(
        self, company: CompanyId, document: Document, *, who: str, at: datetime
    ) -> bool:
        """Delete a document with all that is its own; False when it has changed."""
        name = document.document_id
        embedded = (document.model, document.vectors)
        pipe = await self._watched(company, name, document.digest, embedded=embedded)
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
        totals.add(pipe, company, chunks=-document.chunks, size=-document.size)
        totals.add_vectors(pipe, company, *_less(embedded))
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

    @staticmethod
    def _write_chunks(
        pipe: Any,
        company: CompanyId,
        document_id: str,
        fields: Mapping[str, str],
        beside: Sequence[ChunkFields] | None,
    ) -> None:
        hashes = record.chunk_hashes(document_id, fields)
        for (name, chunk), more in zip(hashes.items(), beside or [{}] * len(hashes), strict=True):
            pipe.delete(keys.chunk(company, name))
            pipe.hset(keys.chunk(company, name), mapping={**chunk, **more})
        if beside is not None and not all(beside):
            pipe.sadd(keys.documents_to_serve(company), document_id)

    @staticmethod
    def _keep_original(pipe: Any, company: CompanyId, document_id: str) -> None:
        """Let what was uploaded be the document's original, and forget that it waited."""
        pipe.rename(keys.upload(company, document_id), keys.original(company, document_id))
        pipe.delete(keys.upload_vectors(company, document_id))
        pipe.zrem(keys.uploads(company), document_id)

    @staticmethod
    def _count(
        pipe: Any,
        company: CompanyId,
        draft: Draft,
        fields: Mapping[str, str],
        before: Document | None,
    ) -> None:
        """Add to the totals what a document has more than the one before it."""
        totals.add(
            pipe,
            company,
            chunks=int(fields["chunks"]) - (before.chunks if before else 0),
            size=draft.size - (before.size if before else 0),
        )
        if before is not None:
            totals.add_vectors(pipe, company, *_less((before.model, before.vectors)))
        totals.add_vectors(pipe, company, fields["model"], int(fields["vectors"]))

    @staticmethod
    def _write_vectors(
        pipe: Any, company: CompanyId, document_id: str, model: str, vectors: Mapping[int, bytes]
    ) -> None:
        for number, vector in vectors.items():
            chunk = keys.chunk(company, chunk_id(document_id, number))
            pipe.hset(chunk, mapping=record.chunk_vector(model, vector))

    @staticmethod
    def _mark_pending(
        pipe: Any, company: CompanyId, document_id: str, *, pending: bool, due: datetime
    ) -> None:
        index = keys.documents_to_embed(company)
        if not pending:
            pipe.zrem(index, document_id)
            return
        pipe.zadd(index, {document_id: due.timestamp()}, nx=True)
        pipe.zadd(keys.knowledge_work(), {company: due.timestamp()}, nx=True)

    async def _watched(
        self,
        company: CompanyId,
        document_id: str,
        digest: str | None,
        *,
        embedded: tuple[str, int] | None = None,
        upload_of: str | None = None,
    ) -> Any:
        """Open a transaction that fails when the document changes; None when it already has.

        `embedded` is the model and the number of vectors that it must still have.
        """
        pipe: Any = self._redis.pipeline(transaction=True)
        async with contextlib.AsyncExitStack() as stack:
            # Its connection goes back to the others', unless there is a transaction to run.
            stack.push_async_callback(pipe.reset)
            key, upload = keys.document(company, document_id), keys.upload(company, document_id)
            await pipe.watch(key, upload)
            found, model, counted = await pipe.hmget(key, "digest", "model", "vectors")
            changed = found != digest
            if embedded is not None:
                changed |= embedded != (model, int(counted or 0))
            if upload_of is not None:
                changed |= await pipe.hget(upload, "content_hash") != upload_of
            if changed:
                return None
            stack.pop_all()
        pipe.multi()
        return pipe


def _written(
    draft: Draft, fields: Mapping[str, str], before: Document | None, *, who: str, at: datetime
) -> changes.Change:
    return changes.change(
        "replaced" if before else "created",
        document_id=draft.document_id,
        who=who,
        at=at,
        title=draft.title,
        filename=draft.filename,
        content_hash=draft.original_hash,
        version=int(fields["version"]),
        chunks=int(fields["chunks"]),
    )


def _less(embedded: tuple[str, int]) -> tuple[str, int]:
    model, count = embedded
    return model, -count


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
