"""What is looked at when somebody asks how we are: bounded in time, remembered for seconds."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from redis.exceptions import RedisError

from integrations.chatwoot import Chatwoot
from integrations.clock import Clock
from integrations.errors import IntegrationError
from integrations.redis import Client, awaitable, words_for
from knowledge.health import LibraryHealth
from tenants import keys
from tenants.budget import Budget
from tenants.ids import CompanyId
from tenants.tenant import Tenant

LOOK = 1.5  # seconds for one look; a slower part is reported as not answering
FRESH = timedelta(seconds=3)
CHATWOOT_FRESH = timedelta(seconds=60)
REMEMBERED = 1024  # companies
PROBE = timedelta(seconds=10)
UP = "up"

Facts = Mapping[str, Any]


@dataclass(slots=True)
class _Seen:
    """What one look found, and when."""

    looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    when: datetime | None = None
    found: Any = None


class _Remembered:
    """The last answer to a question by name, asked again when it is too old."""

    def __init__(self, clock: Clock, fresh: timedelta) -> None:
        self._clock = clock
        self._fresh = fresh
        self._seen: dict[str, _Seen] = {}

    async def get(self, name: str, look: Callable[[], Awaitable[Any]]) -> Any:
        seen = self._seen.pop(name, None) or _Seen()
        self._seen[name] = seen
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        async with seen.looking:
            if seen.when is None or self._clock() - seen.when > self._fresh:
                seen.found = await look()
                seen.when = self._clock()
            return seen.found


class HealthChecks:
    """Looks at Redis, at companies' indexes and at their Chatwoot accounts."""

    def __init__(
        self,
        *,
        redis: Client,
        library_health: Callable[[CompanyId], Awaitable[LibraryHealth]],
        chatwoot_for: Callable[[Tenant], Chatwoot | None],
        budget: Budget,
        on_call: Callable[[Tenant], Awaitable[Facts]],
        clock: Clock,
    ) -> None:
        """Take the means of looking."""
        self._redis = redis
        self._library_health = library_health
        self._chatwoot_for = chatwoot_for
        self._budget = budget
        self._on_call = on_call
        self._redis_state = _Remembered(clock, FRESH)
        self._libraries = _Remembered(clock, FRESH)
        self._accounts = _Remembered(clock, CHATWOOT_FRESH)

    async def redis_state(self) -> str:
        """Return `up`, or what is wrong: one that is full answers, but takes nothing."""

        async def ask() -> str:
            try:
                async with asyncio.timeout(LOOK):
                    await self._redis.set(keys.health_probe(), "", ex=PROBE)
            except (RedisError, OSError, TimeoutError) as error:
                return words_for(error)
            return UP

        return str(await self._redis_state.get("redis", ask))

    async def redis_healthy(self) -> bool:
        """Say whether Redis answers and takes what is written."""
        return await self.redis_state() == UP

    async def library(self, company: CompanyId) -> LibraryHealth | None:
        """Return the state of a company's index, or None when it cannot be told."""

        async def ask() -> LibraryHealth | None:
            try:
                async with asyncio.timeout(LOOK):
                    return await self._library_health(company)
            except (RedisError, OSError, TimeoutError):
                return None

        found: LibraryHealth | None = await self._libraries.get(company, ask)
        return found

    async def chatwoot(self, tenant: Tenant) -> str:
        """Return `ok`, `not configured`, or what is wrong with the company's Chatwoot account."""

        async def ask() -> str:
            chatwoot = self._chatwoot_for(tenant)
            if chatwoot is None:
                return "not configured"
            try:
                async with asyncio.timeout(LOOK):
                    await chatwoot.probe()
            except IntegrationError as error:
                return error.detail
            except TimeoutError:
                return f"no answer within {LOOK} s"
            return "ok"

        return str(await self._accounts.get(f"{tenant.company_id}/{tenant.revision}", ask))

    async def budget(self, tenant: Tenant) -> str:
        """Return who a company's budget lets speak: `full`, `cheaper`, `spent`; `unlimited`, `unknown`."""
        if not tenant.budget.limited:
            return "unlimited"
        try:
            async with asyncio.timeout(LOOK):
                return (await self._budget.standing(tenant)).step
        except (RedisError, OSError, TimeoutError):
            return "unknown"

    async def on_call(self, tenant: Tenant) -> Facts:
        """Return whether a company's people would be woken by an alarm; nothing when it cannot be told."""
        try:
            async with asyncio.timeout(LOOK):
                return await self._on_call(tenant)
        except (RedisError, OSError, TimeoutError):
            return {}

    async def last_message(self, tenant: Tenant) -> str | None:
        """Return when somebody last wrote or was written to, ISO 8601; None: never, or it cannot be told."""
        key = keys.conversations(tenant.company_id)
        try:
            async with asyncio.timeout(LOOK):
                newest = await awaitable(self._redis.zrange(key, 0, 0, desc=True, withscores=True))
        except (RedisError, OSError, TimeoutError):
            return None
        if not newest:
            return None
        return datetime.fromtimestamp(newest[0][1], tenant.zone).isoformat()

    async def last_seen_libraries(self, companies: Sequence[CompanyId]) -> Mapping[str, Facts]:
        """Return what was last seen of many companies' indexes, in one round trip; absent: not seen."""
        if not companies:
            return {}
        try:
            stored = await awaitable(
                self._redis.mget([keys.vectorstore_health(one) for one in companies])
            )
        except (RedisError, OSError):
            return {}
        return {
            company: json.loads(text)
            for company, text in zip(companies, stored, strict=True)
            if text
        }


def library_facts(health: LibraryHealth | None) -> Facts:
    """Return an index's state as the API tells it."""
    return {"status": "unknown"} if health is None else asdict(health)
