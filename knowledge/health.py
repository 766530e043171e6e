"""Whether a company's documents can be found, for `/health/company`."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from integrations.redis import Client, awaitable, done_without
from knowledge.documents import Documents
from knowledge.index import Serving, read_info, serving_of
from knowledge.patience import all_loaded
from knowledge.totals import Totals, totals_from
from tenants import keys
from tenants.ids import CompanyId


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryHealth:
    """How a company's documents can be found.

    `missing`: documents but no index. `degraded`: documents are being loaded, some chunks are not
    indexed or not embedded, or questions are not, so that words alone find.
    """

    status: Literal["healthy", "degraded", "missing"]
    documents: int
    chunks: int
    indexed: int
    embedded: int
    """By `model`."""
    model: str
    """The one that is configured."""
    serving: str
    """The one whose index answers: another until all is embedded by the configured one."""
    embedding_away: str
    """Why questions were not embedded within the last minute; empty when they were."""
    loading: bool = False
    """True until the shipped documents are there: then there may be more than is counted here."""
    indexing: bool = False
    """True while the index is being filled."""


async def examine(
    redis: Client, documents: Documents, company: CompanyId, *, loads: bool = False
) -> LibraryHealth:
    """Look at a company's documents and index, and store what was seen; raises RedisError.

    `loads`: shipped documents are loaded in this deployment.
    """
    loading = loads and not await all_loaded(redis)
    serving, info, counted = await _seen(redis, company)
    indexed = int(info["num_docs"]) if info else 0
    model = documents.model_of(company)
    embedded = counted.vectors_of(model)
    away = await awaitable(redis.get(keys.embedding_away(company))) or ""
    changing = serving is not None and serving.shape.model != model
    status: Literal["healthy", "degraded", "missing"] = "healthy"
    if counted.documents and info is None:
        status = "missing"
    elif (
        loading
        or indexed != counted.chunks
        or away
        or (embedded != counted.chunks and not changing)
    ):
        status = "degraded"
    health = LibraryHealth(
        status=status,
        documents=counted.documents,
        chunks=counted.chunks,
        indexed=indexed,
        embedded=embedded,
        model=model,
        serving=serving.shape.model if serving else "",
        loading=loading,
        indexing=bool(info and int(info["indexing"])),
        embedding_away=away,
    )
    await done_without(redis.set(keys.vectorstore_health(company), json.dumps(asdict(health))))
    return health


async def _seen(
    redis: Client, company: CompanyId
) -> tuple[Serving | None, dict[str, Any] | None, Totals]:
    """Return index and totals of one moment: between two writes they agree."""
    while True:
        serving = await serving_of(redis, company)
        pipe: Any = redis.pipeline(transaction=True)
        pipe.get(keys.serving_index(company))
        pipe.zcard(keys.documents(company))
        pipe.hgetall(keys.knowledge_totals(company))
        pipe.execute_command("FT.INFO", serving.index if serving else keys.chunk_index(company))
        text, documents, counted, info = await pipe.execute(raise_on_error=False)
        for answer in (text, documents, counted):
            if isinstance(answer, Exception):
                raise answer
        if text == (serving.written() if serving else None):
            return serving, read_info(info), totals_from(int(documents), counted)
