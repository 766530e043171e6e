"""Windows in which things are counted, shared by all processes."""

import asyncio
from pathlib import Path

from integrations.rate_limits import RateLimits
from integrations.redis import Client, close, connect


async def test_what_comes_too_often_is_not_allowed_and_told_when_it_will_be(redis: Client) -> None:
    here, there = RateLimits(redis, "test:limits"), RateLimits(redis, "test:limits")

    hits = [await one.hit("benova", 3, 60) for one in (here, there, here, there)]

    assert [one.allowed for one in hits if one] == [True, True, True, False]
    last = hits[-1]
    assert last is not None
    assert (last.remaining, 1 <= last.reset <= 60) == (0, True)


async def test_many_at_once_are_counted_exactly(redis: Client) -> None:
    limits = RateLimits(redis, "test:limits")

    allowed = await asyncio.gather(*(limits.allowed("benova", 20, 60) for _ in range(60)))

    assert sum(allowed) == 20
    assert await limits.allowed("medispa", 20, 60)


async def test_without_redis_everything_is_allowed(tmp_path: Path) -> None:
    client = connect(f"unix://{tmp_path}/none.sock")
    limits = RateLimits(client, "test:limits")

    assert await limits.hit("benova", 1, 60) is None
    assert await limits.allowed("benova", 1, 60)
    await close(client)
