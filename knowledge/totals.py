"""How much a company's documents are in all: counted with every write, so that nobody has to read them all."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from redis.exceptions import WatchError

from integrations.redis import Client
from knowledge.document import Document
from tenants import keys
from tenants.ids import CompanyId

logger = structlog.get_logger(__name__)

_VECTORS = "vectors:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What there is of a company's documents."""

    documents: int
    chunks: int
    size: int
    """Bytes of originals and texts."""
    vectors: Mapping[str, int]
    """How many chunks have a vector, by its model."""

    def vectors_of(self, model: str) -> int:
        """Return how many chunks have a vector of that model."""
        return self.vectors.get(model, 0)


async def totals_of(redis: Client, company: CompanyId) -> Totals:
    """Return a company's totals, in one round trip."""
    pipe = redis.pipeline(transaction=False)
    pipe.zcard(keys.documents(company))
    pipe.hgetall(keys.knowledge_totals(company))
    documents, counted = await pipe.execute()
    return totals_from(int(documents), counted)


def totals_from(documents: int, counted: Mapping[str, str]) -> Totals:
    """Return totals as they were read."""
    return Totals(
        documents=documents,
        chunks=int(counted.get("chunks", 0)),
        size=int(counted.get("size", 0)),
        vectors={
            name.removeprefix(_VECTORS): int(count)
            for name, count in counted.items()
            if name.startswith(_VECTORS)
        },
    )


def add(pipe: Any, company: CompanyId, *, chunks: int = 0, size: int = 0) -> None:
    """Add to the totals within a transaction."""
    for name, amount in (("chunks", chunks), ("size", size)):
        if amount:
            pipe.hincrby(keys.knowledge_totals(company), name, amount)


def add_vectors(pipe: Any, company: CompanyId, model: str, amount: int) -> None:
    """Add to how many vectors of a model there are, within a transaction."""
    if amount:
        pipe.hincrby(keys.knowledge_totals(company), f"{_VECTORS}{model}", amount)


async def count_again(
    redis: Client,
    company: CompanyId,
    list_documents: Callable[[], Awaitable[Sequence[Document]]],
) -> Sequence[Document]:
    """Set the totals to what the documents say, unless somebody wrote meanwhile; returns the documents."""
    pipe: Any
    async with redis.pipeline(transaction=True) as pipe:
        await pipe.watch(keys.knowledge_totals(company), keys.documents(company))
        documents = await list_documents()
        counted = Counter({"chunks": 0, "size": 0})
        for one in documents:
            counted.update({"chunks": one.chunks, "size": one.size})
            counted[f"{_VECTORS}{one.model}"] += one.vectors
        pipe.multi()
        pipe.delete(keys.knowledge_totals(company))
        pipe.hset(keys.knowledge_totals(company), mapping=counted)
        try:
            await pipe.execute()
        except WatchError:
            # Who writes counts, and a difference is looked at again soon.
            logger.info("documents_not_counted", company_id=company)
    return documents
