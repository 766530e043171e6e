"""Whether a company's documents can be found, for `/health/company`."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from integrations.redis import Client, awaitable
from knowledge.documents import Documents
from knowledge.index import seen_at_once
from tenants import keys
from tenants.ids import CompanyId


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryHealth:
    """`missing`: documents but no index. `degraded`: some chunks are not indexed or not embedded."""

    status: Literal["healthy", "degraded", "missing"]
    documents: int
    chunks: int
    indexed: int
    embedded: int
    model: str


async def examine(redis: Client, documents: Documents, company: CompanyId) -> LibraryHealth:
    """Look at a company's documents and index, and store what was seen; raises RedisError."""
    # Index and totals are read at one moment: between two writes they agree.
    info, counted = await seen_at_once(redis, company)
    indexed = int(info["num_docs"]) if info else 0
    embedded = counted.vectors if counted.model == documents.model else 0
    status: Literal["healthy", "degraded", "missing"] = "healthy"
    if counted.documents and info is None:
        status = "missing"
    elif indexed != counted.chunks or embedded != counted.chunks:
        status = "degraded"
    health = LibraryHealth(
        status=status,
        documents=counted.documents,
        chunks=counted.chunks,
        indexed=indexed,
        embedded=embedded,
        model=documents.model,
    )
    await awaitable(redis.set(keys.vectorstore_health(company), json.dumps(asdict(health))))
    return health
