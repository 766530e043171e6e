"""What every other part of a process stands on: Redis, the models' connections, what ships."""

from collections.abc import Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx

from integrations.clock import Clock
from integrations.counted_client import CountedClient
from integrations.guarded_http import GuardedHttp, guarding
from integrations.metrics import Metrics
from integrations.model_connections import connections
from integrations.redis import Client, RedisFacts, check, close, connect
from jobs.shipped import Shipped, shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every other part stands on."""

    stack: AsyncExitStack
    """Closes what was opened, the latest first."""
    redis: Client
    redis_url: str
    redis_facts: RedisFacts
    shipped: Shipped
    metrics: Metrics
    models_http: httpx.AsyncClient
    clock: Clock

    async def fetching(self, hosts: Collection[str]) -> GuardedHttp:
        """Open a client for addresses that others chose; listed hosts may be private."""
        return await self.stack.enter_async_context(guarding(hosts, self.shipped.trust))

    async def client(self, system: str) -> CountedClient:
        """Open a client of an outside system."""
        client = CountedClient(system, self.metrics.outside, verify=self.shipped.trust)
        return await self.stack.enter_async_context(client)


async def open_ground(
    stack: AsyncExitStack,
    redis_url: str,
    metrics: Metrics | None,
    ready: Shipped | None,
    clock: Clock,
) -> Ground:
    """Connect to Redis and to the models; raises RedisUnusableError."""
    redis = connect(redis_url)
    stack.push_async_callback(close, redis)
    facts = await check(redis)
    metrics = metrics or Metrics()
    ready = ready or stack.enter_context(shipped())
    return Ground(
        stack=stack,
        redis=redis,
        redis_url=redis_url,
        redis_facts=facts,
        shipped=ready,
        metrics=metrics,
        models_http=await stack.enter_async_context(connections(metrics.outside, ready.trust)),
        clock=clock,
    )
