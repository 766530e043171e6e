"""How much work waits, told for a few round trips' price however much it is."""

import asyncio

from redis.exceptions import RedisError

from integrations.clock import Clock
from integrations.metrics import Metrics
from integrations.redis import Client
from tenants import keys

EVERY = 10.0  # seconds


async def measure(redis: Client, metrics: Metrics, clock: Clock) -> None:
    """Note how many patients wait, how long the first of them has, and what is parked; raises RedisError."""
    async with redis.pipeline(transaction=False) as pipe:
        pipe.zcard(keys.waiting_mailboxes())
        pipe.zrange(keys.waiting_mailboxes(), 0, 0, withscores=True)
        pipe.zcard(keys.parked())
        waiting, first, parked = await pipe.execute()
    overdue = clock().timestamp() - first[0][1] if first else 0.0
    metrics.queue(waiting=waiting, parked=parked, oldest_seconds=max(0.0, overdue))


async def keep_measuring(redis: Client, metrics: Metrics, clock: Clock) -> None:
    """Measure now and then, for ever: for a process that does not learn when it is asked."""
    while True:
        try:
            await measure(redis, metrics, clock)
        except (RedisError, OSError):
            metrics.redis_away()
        await asyncio.sleep(EVERY)
