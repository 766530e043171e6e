"""How much work waits, told for a few round trips' price however much it is."""

from integrations.clock import Clock
from integrations.metrics import Metrics
from integrations.redis import Client
from tenants import keys


async def measure(redis: Client, metrics: Metrics, clock: Clock) -> None:
    """Note how many patients wait, how long the first of them has, and what is parked; raises RedisError."""
    async with redis.pipeline(transaction=False) as pipe:
        pipe.zcard(keys.waiting_mailboxes())
        pipe.zrange(keys.waiting_mailboxes(), 0, 0, withscores=True)
        pipe.zcard(keys.parked())
        waiting, first, parked = await pipe.execute()
    overdue = clock().timestamp() - first[0][1] if first else 0.0
    metrics.queue(waiting=waiting, parked=parked, oldest_seconds=max(0.0, overdue))
