"""Who changed which document, when and to what: written in the same stroke as the change itself."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from integrations.redis import Client, awaitable
from tenants import keys
from tenants.ids import CompanyId

OF_ONE = 200  # changes kept of one document
OF_ALL = 10_000  # changes kept of a company
IN_SIGHT = 200  # changes that a follower looks back

Action = Literal["created", "replaced", "deleted", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one document."""

    document_id: str
    action: Action
    who: str
    """`administrator`, a key's id, or the part of the program that did it."""
    at: str
    """ISO 8601, UTC."""
    title: str
    filename: str
    content_hash: str
    """SHA-256 of what was handed in."""
    version: int
    chunks: int
    reason: str = ""
    """Why it was refused."""


def change(
    action: Action,
    *,
    document_id: str,
    who: str,
    at: datetime,
    title: str,
    filename: str,
    content_hash: str,
    version: int = 1,
    chunks: int = 0,
    reason: str = "",
) -> Change:
    """Return a change at a moment."""
    return Change(
        document_id=document_id,
        action=action,
        who=who,
        at=at.isoformat(),
        title=title,
        filename=filename,
        content_hash=content_hash,
        version=version,
        chunks=chunks,
        reason=reason,
    )


def note(pipe: Any, company: CompanyId, made: Change) -> None:
    """Add a change to a transaction."""
    line = json.dumps(asdict(made), ensure_ascii=False)
    for key, most in (
        (keys.document_changes(company, made.document_id), OF_ONE),
        (keys.knowledge_changes(company), OF_ALL),
    ):
        pipe.rpush(key, line)
        pipe.ltrim(key, -most, -1)


async def changes_of(redis: Client, company: CompanyId, document_id: str) -> Sequence[Change]:
    """Return what happened to a document, oldest first, also after it was deleted."""
    lines = await awaitable(redis.lrange(keys.document_changes(company, document_id), 0, -1))
    return [Change(**json.loads(line)) for line in lines]


async def latest_changes(redis: Client, company: CompanyId, limit: int) -> Sequence[Change]:
    """Return the last changes of all documents, the latest first."""
    lines = await awaitable(redis.lrange(keys.knowledge_changes(company), -limit, -1))
    return [Change(**json.loads(line)) for line in reversed(lines)]


async def newest_of(redis: Client, companies: Sequence[CompanyId]) -> Sequence[str]:
    """Return the last line of each company's trail, empty where there is none, in one round trip."""
    async with redis.pipeline(transaction=False) as pipe:
        for company in companies:
            pipe.lindex(keys.knowledge_changes(company), -1)
        return [line or "" for line in await pipe.execute()]


async def changed_since(redis: Client, company: CompanyId, line: str) -> Sequence[str] | None:
    """Return the ids of documents that changed after a line of the trail; None when it is out of sight."""
    lines = await awaitable(redis.lrange(keys.knowledge_changes(company), -IN_SIGHT, -1))
    if line not in lines:
        return None
    later = lines[len(lines) - lines[::-1].index(line) :]
    return sorted({json.loads(one)["document_id"] for one in later})
