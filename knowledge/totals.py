"""How much a company's documents are in all: counted with every write, so that nobody has to read them all."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What there is of a company's documents."""

    documents: int
    chunks: int
    vectors: int
    """Chunks with a vector of `model`."""
    size: int
    """Bytes of originals and texts."""
    model: str
    """The model that vectors were counted for; empty before the first document."""


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
        vectors=int(counted.get("vectors", 0)),
        size=int(counted.get("size", 0)),
        model=counted.get("model", ""),
    )


def add(pipe: Any, company: CompanyId, model: str, **amounts: int) -> None:
    """Add to the totals within a transaction."""
    key = keys.knowledge_totals(company)
    for name, amount in amounts.items():
        if amount:
            pipe.hincrby(key, name, amount)
    pipe.hset(key, "model", model)


async def count_again(
    redis: Client,
    company: CompanyId,
    list_documents: Callable[[], Awaitable[Sequence[Document]]],
    model: str,
) -> Sequence[Document]:
    """Set the totals to what the documents say, unless somebody wrote meanwhile; returns the documents."""
    pipe: Any = redis.pipeline(transaction=True)
    await pipe.watch(keys.knowledge_totals(company), keys.documents(company))
    documents = await list_documents()
    counted = {
        "chunks": sum(one.chunks for one in documents),
        "vectors": sum(one.vectors_of(model) for one in documents),
        "size": sum(one.size for one in documents),
        "model": model,
    }
    pipe.multi()
    pipe.hset(keys.knowledge_totals(company), mapping=counted)
    try:
        await pipe.execute()
    except WatchError:
        # Who writes counts, and a difference is looked at again soon.
        logger.info("documents_not_counted", company_id=company)
    return documents
