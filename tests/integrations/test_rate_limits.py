"""Windows in which things are counted, shared by all processes."""

import asyncio
from dataclasses import replace
from pathlib import Path

from integrations.rate_limits import RateLimits, Window
from integrations.redis import Client, awaitable, close, connect

ANA = Window(key="benova:ana", before="benova:ana:before", limit=4, seconds=60)
BENOVA = Window(key="benova", before="benova:before", limit=4, seconds=60)


async def test_what_comes_too_often_is_not_allowed_and_told_when_it_will_be(redis: Client) -> None:
    here, there = RateLimits(redis, "test:limits"), RateLimits(redis, "test:limits")

    hits = [await one.hit("benova", 3, 60) for one in (here, there, here, there)]

    assert [one.allowed for one in hits if one] == [True, True, True, False]
    last = hits[-1]
    assert last is not None
    assert (last.remaining, 1 <= last.reset <= 60) == (0, True)


async def test_many_at_once_are_counted_exactly(redis: Client) -> None:
    limits = RateLimits(redis, "test:limits")

    window = replace(BENOVA, limit=20)

    allowed = await asyncio.gather(*(limits.allowed("benova", 20, 60) for _ in range(60)))
    full = await asyncio.gather(*(limits.full([window]) for _ in range(60)))

    assert sum(allowed) == full.count(None) == 20
    assert await limits.allowed("medispa", 20, 60)
    assert await limits.full([replace(window, key="medispa")]) is None


async def test_what_one_window_refuses_fills_no_other(redis: Client) -> None:
    limits = RateLimits(redis, "test:limits")
    ana = replace(ANA, limit=2)

    anas = [await limits.full([ana, BENOVA]) for _ in range(5)]
    luis = await limits.full([replace(ana, key="benova:luis"), BENOVA], times=2)
    eva = await limits.full([replace(ana, key="benova:eva"), BENOVA])

    assert anas == [None, None, ana, ana, ana]
    assert (luis, eva) == (None, BENOVA)


async def test_a_window_slides_and_ends(redis: Client) -> None:
    limits = RateLimits(redis, "test:limits")
    await limits.full([ANA], times=4)

    # Two thirds of the next minute: a third of what was before still counts.
    await awaitable(redis.pexpire(ANA.key, 20_000))
    slid = [await limits.full([ANA]) for _ in range(4)]
    lives = [await awaitable(redis.ttl(key)) for key in (ANA.key, ANA.before)]

    assert slid == [None, None, None, ANA]
    assert lives[0] in range(70, 81)
    assert lives[1] in range(10, 21)


async def test_without_redis_everything_is_allowed(tmp_path: Path) -> None:
    client = connect(f"unix://{tmp_path}/none.sock")
    limits = RateLimits(client, "test:limits")

    assert await limits.hit("benova", 1, 60) is None
    assert await limits.allowed("benova", 1, 60)
    assert await limits.full([BENOVA]) is None
    await close(client)
