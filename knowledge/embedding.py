"""How chunks get their vectors: few at a time, so that what is done is kept whatever happens."""

import time
from collections.abc import Mapping, Sequence

from integrations.embedder import Embedder
from integrations.errors import IntegrationError
from integrations.redis import Client, awaitable
from knowledge import record
from knowledge.catalogue import Catalogue
from knowledge.document import chunk_id
from knowledge.embedders import Embedders
from knowledge.shelf import Shelf
from tenants import keys
from tenants.ids import CompanyId

BATCH = 8  # chunks embedded between two writes of one document
TEXTS = 32  # chunks of many documents embedded together, at most: one request
SLICE = 4.0  # seconds that this may take: another company may wait

Known = Mapping[str, Mapping[str, bytes]]
"""Ready vectors by model, then by the chunk's digest."""


class Embedding:
    """Gives every company's chunks their vectors, by the embedder that is configured for it."""

    def __init__(
        self, redis: Client, embedders: Embedders, catalogue: Catalogue, shelf: Shelf, known: Known
    ) -> None:
        """Keep who embeds, and vectors that are ready."""
        self._redis = redis
        self._embedders = embedders
        self._catalogue = catalogue
        self._shelf = shelf
        self._known = known
        self._together: dict[str, int] = {}
        """How many chunks a model embeds within a slice, as far as it showed."""

    def known_of(self, model: str) -> Mapping[str, bytes]:
        """Return ready vectors of a model, by the chunk's digest."""
        return self._known.get(model, {})

    async def document(
        self, company: CompanyId, document_id: str, *, most: int | None = None
    ) -> bool:
        """Give every chunk its vector, or the next `most`; False when the document went or changed.

        Raises what the embedder raises; what was embedded until then is kept.
        """
        embedder = self._embedders.of(company)
        left = most
        while True:
            size = BATCH if left is None else min(BATCH, left)
            work = await self._missing(company, document_id, embedder.model, size)
            if work is None:
                return False
            if not work.numbers:
                return True
            fresh = record.packed(await embedder.passages(work.texts))
            if not await self._keep(company, work, embedder.model, fresh):
                return False
            if left is not None and (left := left - len(fresh)) <= 0:
                return True

    async def documents(self, company: CompanyId, document_ids: Sequence[str]) -> int:
        """Embed the next chunks of several documents at one call; returns how many. Raises as `document`.

        A document that the server refuses goes behind the others, so that it holds up none of them.
        """
        works = await self._works(company, document_ids)
        try:
            return await self._embed(company, works)
        except IntegrationError as error:
            if not error.permanent or len(works) < 2:  # Alone it is the one.
                raise
        return await self._one_by_one(company, works)

    async def _works(self, company: CompanyId, document_ids: Sequence[str]) -> "list[_Work]":
        """Return the next chunks of documents, as many as a slice has time for."""
        model = self._embedders.of(company).model
        works: list[_Work] = []
        room = self._together.get(model, TEXTS)
        for one in document_ids:
            work = await self._missing(company, one, model, room)
            if work is not None and work.numbers:
                works.append(work)
                room -= len(work.numbers)
            if room == 0:
                break
        return works

    async def _embed(self, company: CompanyId, works: "Sequence[_Work]") -> int:
        embedder = self._embedders.of(company)
        texts = [text for work in works for text in work.texts]
        if not texts:
            return 0
        together = self._together.get(embedder.model, TEXTS)
        began = time.monotonic()
        fresh = record.packed(await embedder.passages(texts))
        took = time.monotonic() - began
        if took > SLICE:
            self._together[embedder.model] = max(BATCH // 2, together // 2)
        elif took < SLICE / 4:
            self._together[embedder.model] = min(TEXTS, together * 2)
        for work in works:
            mine, fresh = fresh[: len(work.texts)], fresh[len(work.texts) :]
            await self._keep(company, work, embedder.model, mine)
        return len(texts)

    async def _one_by_one(self, company: CompanyId, works: "Sequence[_Work]") -> int:
        """Embed what was refused together; raises the first refusal when the first two are refused."""
        done = 0
        for at, work in enumerate(works):
            try:
                done += await self._embed(company, [work])
            except IntegrationError:
                if at == 1 and not done:
                    raise
                last = {work.document_id: time.time()}
                await awaitable(self._redis.zadd(keys.documents_to_embed(company), last, xx=True))
        return done

    async def vectors_for(
        self, company: CompanyId, chunks: Sequence[str], ready: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        """Embed the next few chunks that have no ready vector; empty when all have."""
        embedder = self._embedders.of(company)
        texts = self._without_vector(embedder, chunks, ready)[:BATCH]
        if not texts:
            return {}
        fresh = record.packed(await embedder.passages(texts))
        return {record.digest_of(text): one for text, one in zip(texts, fresh, strict=True)}

    def left_to_embed(
        self, company: CompanyId, chunks: Sequence[str], ready: Mapping[str, bytes]
    ) -> int:
        """Return how many chunks have no ready vector."""
        return len(self._without_vector(self._embedders.of(company), chunks, ready))

    async def ready_in(self, company: CompanyId, document_id: str) -> dict[str, bytes]:
        """Return a document's vectors of the configured model, by the chunk's digest."""
        fields = await self._catalogue.record_of(company, document_id)
        model = self._embedders.of(company).model
        return record.vectors_by_digest(fields) if fields.get("model") == model else {}

    async def beside(self, company: CompanyId, model: str, document_ids: Sequence[str]) -> None:
        """Give chunks that came meanwhile a vector of the model that still serves.

        Raises IntegrationError; without that model's embedder they are found by their words.
        """
        embedder = self._embedders.named(company, model)
        for one in document_ids:
            fields = await self._catalogue.record_of(company, one)
            if fields and embedder is not None:
                await self._beside(company, one, fields, embedder)
            await awaitable(self._redis.srem(keys.documents_to_serve(company), one))

    async def _beside(
        self, company: CompanyId, document_id: str, fields: Mapping[str, str], embedder: Embedder
    ) -> None:
        pipe = self._redis.pipeline(transaction=False)
        for number in range(int(fields["chunks"])):
            chunk = keys.chunk(company, chunk_id(document_id, number))
            pipe.hexists(chunk, record.mark_name(embedder.model))
        marks = await pipe.execute()
        missing = [number for number, marked in enumerate(marks) if not marked]
        for start in range(0, len(missing), BATCH):
            numbers = missing[start : start + BATCH]
            texts = [fields[record.chunk_field(number)] for number in numbers]
            vectors = record.packed(await embedder.passages(texts))
            ready = dict(zip(numbers, vectors, strict=True))
            await self._shelf.add_beside(
                company, document_id, fields["digest"], embedder.model, ready
            )

    async def _missing(
        self, company: CompanyId, document_id: str, model: str, most: int
    ) -> "_Work | None":
        """Return the next chunks without a vector; None when there is no such document."""
        fields = await self._catalogue.record_of(company, document_id)
        if not fields:
            await awaitable(self._redis.zrem(keys.documents_to_embed(company), document_id))
            return None
        work = _Work(document_id, fields, model, most)
        if not work.numbers:
            await awaitable(self._redis.zrem(keys.documents_to_embed(company), document_id))
        return work

    async def _keep(
        self, company: CompanyId, work: "_Work", model: str, fresh: Sequence[bytes]
    ) -> bool:
        return await self._shelf.add_vectors(
            company,
            work.document_id,
            work.fields,
            model,
            dict(zip(work.numbers, fresh, strict=True)),
            done=work.done + len(fresh),
        )

    def _without_vector(
        self, embedder: Embedder, chunks: Sequence[str], ready: Mapping[str, bytes]
    ) -> list[str]:
        known = self.known_of(embedder.model).keys() | ready.keys()
        return [one for one in dict.fromkeys(chunks) if record.digest_of(one) not in known]


class _Work:
    """A document's next chunks to embed."""

    def __init__(self, document_id: str, fields: Mapping[str, str], model: str, most: int) -> None:
        count = int(fields["chunks"])
        vectors = record.vectors_in(fields, count) if fields["model"] == model else [None] * count
        missing = [number for number, vector in enumerate(vectors) if vector is None]
        self.document_id = document_id
        self.fields = fields
        self.numbers = missing[:most]
        self.texts = [fields[record.chunk_field(number)] for number in self.numbers]
        self.done = count - len(missing)
