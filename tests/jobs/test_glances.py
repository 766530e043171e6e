"""Many conversations look into their mailboxes in one round trip, and each sees its own."""

import asyncio

from redis.exceptions import RedisError

from integrations import redis as redis_connection
from integrations.redis import Client, awaitable
from jobs.glances import Glances
from tenants import keys
from tests.jobs.house import BENOVA, LAURA, MEDISPA

OURS = keys.mailbox(BENOVA, LAURA)
THEIRS = keys.mailbox(MEDISPA, LAURA)


async def test_each_sees_its_own_mailbox(redis: Client) -> None:
    await awaitable(redis.zadd(OURS, {"hola": 1, "buenas": 2}))
    glances = Glances(redis)

    found = await asyncio.gather(glances.count(OURS), glances.count(THEIRS))

    assert list(found) == [2, 0]


async def test_a_later_look_is_a_new_one(redis: Client) -> None:
    glances = Glances(redis)
    before = await glances.count(OURS)
    await awaitable(redis.zadd(OURS, {"hola": 1}))

    assert (before, await glances.count(OURS)) == (0, 1)


async def test_who_stops_looking_keeps_nobody_from_seeing(redis: Client) -> None:
    await awaitable(redis.zadd(THEIRS, {"hola": 1}))
    glances = Glances(redis)
    left = asyncio.create_task(glances.count(OURS))
    stays = asyncio.create_task(glances.count(THEIRS))
    await asyncio.sleep(0)

    left.cancel()

    assert await stays == 1


async def test_everybody_hears_that_redis_is_away() -> None:
    away = redis_connection.connect("unix:///nowhere/redis.sock")
    glances = Glances(away)

    heard = await asyncio.gather(glances.count(OURS), glances.count(THEIRS), return_exceptions=True)

    assert [isinstance(one, RedisError | OSError) for one in heard] == [True, True]
    await redis_connection.close(away)
