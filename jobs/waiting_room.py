"""Which patients wait for a person of the clinic, since when and why: the list that staff work through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from integrations.clock import Clock
from integrations.redis import Client
from tenants import keys
from tenants.ids import CompanyId, UserId
from tenants.tenant import Tenant

Why = Literal["emergency", "handoff", "wrote_again"]
MOST = 500  # patients listed at once

# The first reason to wait and its moment stand, but for an emergency, which is told as one.
_ENTER = """
redis.call('ZADD', KEYS[1], 'NX', ARGV[2], ARGV[1])
if ARGV[3] == 'emergency' then redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
else redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[3]) end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[4]) end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One patient who waits."""

    user_id: UserId
    why: Why
    since: str
    """ISO 8601, UTC."""


class WaitingRoom:
    """The patients of all companies who wait for people."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        """Take the connection and the clock."""
        self._redis = redis
        self._clock = clock
        self._enter = redis.register_script(_ENTER)

    async def enter(self, tenant: Tenant, user: UserId, why: Why) -> None:
        """Note that a patient waits; who waits already keeps their place."""
        company = tenant.company_id
        await self._enter(
            keys=[keys.waiting_room(company), keys.waiting_reasons(company)],
            args=[user, self._clock().timestamp(), why, int(tenant.retention.total_seconds())],
        )

    async def leave(self, company: CompanyId, user: UserId) -> None:
        """Note that a person wrote to a patient, closed the conversation or gave it back."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.zrem(keys.waiting_room(company), user)
            pipe.hdel(keys.waiting_reasons(company), user)
            await pipe.execute()

    async def of(self, company: CompanyId) -> Sequence[Waiting]:
        """Return who waits: emergencies first, then whoever has waited longest."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zrange(keys.waiting_room(company), 0, MOST - 1, withscores=True)
            pipe.hgetall(keys.waiting_reasons(company))
            found, reasons = await pipe.execute()
        waiting = [_waiting(UserId(user), since, reasons.get(user)) for user, since in found]
        return sorted(waiting, key=lambda one: (one.why != "emergency", one.since))

    async def find(self, company: CompanyId, user: UserId) -> Waiting | None:
        """Return why a patient waits, or None."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zscore(keys.waiting_room(company), user)
            pipe.hget(keys.waiting_reasons(company), user)
            since, why = await pipe.execute()
        return None if since is None else _waiting(user, since, why)


def _waiting(user: UserId, since: float, why: Why | None) -> Waiting:
    moment = datetime.fromtimestamp(since, UTC).isoformat()
    return Waiting(user_id=user, why=why or "handoff", since=moment)
