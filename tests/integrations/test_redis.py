"""The connection to Redis: what it refuses at start, and that work on it can be called off."""

import asyncio

import pytest

from integrations import redis as redis_connection
from integrations.redis import RedisUnusableError, awaitable


async def test_a_server_that_is_not_there_is_named_at_once() -> None:
    client = redis_connection.connect("redis://127.0.0.1:1")

    with pytest.raises(RedisUnusableError, match="does not answer"):
        await redis_connection.check(client)

    await redis_connection.close(client)


async def test_a_cancelled_command_is_cancelled(redis: redis_connection.Client) -> None:
    async def for_ever() -> None:
        while True:
            await awaitable(redis.ping())

    tasks = [asyncio.create_task(for_ever()) for _ in range(40)]
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()

    done, running = await asyncio.wait(tasks, timeout=5)

    assert not running
    assert all(task.cancelled() for task in done)
    assert await awaitable(redis.ping())


async def test_an_error_of_the_server_is_no_harm_to_the_connection(
    redis: redis_connection.Client,
) -> None:
    await redis.set("text", "x")

    with pytest.raises(Exception, match="WRONGTYPE"):
        await awaitable(redis.hget("text", "y"))

    assert await redis.get("text") == "x"
