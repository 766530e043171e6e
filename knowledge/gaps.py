"""What patients asked and no document answered: counted for the clinic, so that it can write what is missing."""

import builtins
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from knowledge.query import words_of
from tenants import keys
from tenants.ids import CompanyId, UserId
from tenants.tenant import Tenant

KEPT = 1000  # questions of one company; the rarest go first
LENGTH = 300  # characters of a wording

_PRIVATE = re.compile(r"\S*@\S+|https?://\S+|(?:\d[\s.-]?){5,}")
"""What could name a patient: addresses, links, telephones and documents' numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One question without an answer."""

    id: str
    question: str
    """As it was last asked, without what could name anybody."""
    count: int
    last_asked: str
    """ISO 8601, UTC."""


class Gaps:
    """The unanswered questions of all companies."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        """Take the connection and the clock."""
        self._redis = redis
        self._clock = clock

    async def note(self, tenant: Tenant, question: str, asked_by: UserId | None = None) -> None:
        """Count a question; wordings with the same words are one. Greetings have none and do not count."""
        gap_id = gap_id_of(question)
        if not gap_id:
            return
        about = {
            "question": " ".join(_PRIVATE.sub("…", question).split())[:LENGTH],
            "last_asked": self._clock().isoformat(),
        }
        counts = keys.knowledge_gaps(tenant.company_id)
        facts = keys.knowledge_gap_facts(tenant.company_id)
        pipe = self._redis.pipeline(transaction=True)
        pipe.zincrby(counts, 1, gap_id)
        pipe.hset(facts, gap_id, json.dumps(about, ensure_ascii=False))
        kept = [counts, facts]
        if asked_by is not None:
            kept.append(keys.asked_gaps(tenant.company_id, asked_by))
            pipe.sadd(kept[-1], gap_id)
        for key in kept:
            pipe.expire(key, int(tenant.retention.total_seconds()))
        pipe.zrange(counts, 0, -KEPT - 1)
        *_, rare = await pipe.execute()
        if rare:
            await self._drop(tenant.company_id, rare)

    async def list(self, company: CompanyId, limit: int) -> builtins.list[Gap]:
        """Return questions, the most frequent first."""
        counted: Any = await awaitable(
            self._redis.zrevrange(keys.knowledge_gaps(company), 0, limit - 1, withscores=True)
        )
        if not counted:
            return []
        ids = [gap_id for gap_id, _ in counted]
        facts = await awaitable(self._redis.hmget(keys.knowledge_gap_facts(company), ids))
        return [
            Gap(id=gap_id, count=int(count), **json.loads(about))
            for (gap_id, count), about in zip(counted, facts, strict=True)
            if about
        ]

    async def count(self, company: CompanyId) -> int:
        """Return how many different questions there are."""
        return int(await awaitable(self._redis.zcard(keys.knowledge_gaps(company))))

    async def has(self, company: CompanyId, gap_id: str) -> bool:
        """Tell whether a question is still on the list."""
        return bool(await awaitable(self._redis.hexists(keys.knowledge_gap_facts(company), gap_id)))

    async def forget(self, company: CompanyId, gap_id: str) -> bool:
        """Take a question off the list; False when it is not on it."""
        return bool(await self._drop(company, [gap_id]))

    async def of_patient(self, company: CompanyId, user: UserId) -> builtins.list[str]:
        """Return the wordings that are kept of what a patient asked, perhaps with others."""
        ids = await awaitable(self._redis.smembers(keys.asked_gaps(company, user)))
        if not ids:
            return []
        facts = await awaitable(
            self._redis.hmget(keys.knowledge_gap_facts(company), builtins.list(ids))
        )
        return sorted(json.loads(about)["question"] for about in facts if about)

    async def erase(self, company: CompanyId, user: UserId) -> int:
        """Take whatever a patient asked off the list; the next who asks puts it there anew."""
        asked = await awaitable(self._redis.smembers(keys.asked_gaps(company, user)))
        return await self._drop(company, builtins.list(asked)) if asked else 0

    async def _drop(self, company: CompanyId, ids: builtins.list[str]) -> int:
        pipe = self._redis.pipeline(transaction=True)
        pipe.zrem(keys.knowledge_gaps(company), *ids)
        pipe.hdel(keys.knowledge_gap_facts(company), *ids)
        dropped, _ = await pipe.execute()
        return int(dropped)


def gap_id_of(question: str) -> str:
    """Name a question by its words; empty when it has none that tell anything."""
    words = sorted(words_of(_PRIVATE.sub(" ", question)))
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16] if words else ""
