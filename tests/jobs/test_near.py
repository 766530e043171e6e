"""A worker in the process that takes the webhook begins at once; the queue is for what it has no room for."""

import asyncio

from tests.jobs.conftest import Writing
from tests.jobs.house import HERE, THERE, House, contact

QUEUED = "saq:clinicdesk:queued"
ROOM = 16
"""Of the house's worker."""


async def test_a_worker_with_room_answers_what_its_own_process_took(
    house: House, writes: Writing
) -> None:
    with house.wake_ups.near(house.runner.begin):
        await writes("Hola")
        await writes("Hola", THERE)
    await house.runner.drain(5)

    assert (house.chatwoot.sent(7), house.chatwoot.sent(8)) == (["eco: Hola"], ["eco: Hola"])
    assert await house.redis.llen(QUEUED) == 0  # type: ignore[misc] # redis-py leaves it open.


async def test_a_worker_that_leaves_begins_nothing(house: House, writes: Writing) -> None:
    await house.runner.drain(5)

    with house.wake_ups.near(house.runner.begin):
        await writes("Hola")

    assert house.chatwoot.sent() == []
    assert await house.redis.llen(QUEUED) == 1  # type: ignore[misc] # As above.


async def test_a_full_worker_leaves_turns_to_whoever_is_free(house: House, writes: Writing) -> None:
    house.desk.gate = asyncio.Event()

    with house.wake_ups.near(house.runner.begin):
        for number in range(ROOM + 1):
            await writes("Hola", contact(200 + number))

    assert await house.redis.llen(QUEUED) == 1  # type: ignore[misc] # As above.
    house.desk.gate.set()
    await house.runner.drain(8)


async def test_once_the_worker_is_gone_the_queue_is_asked(house: House, writes: Writing) -> None:
    with house.wake_ups.near(house.runner.begin):
        pass

    await writes("Hola", HERE)

    assert await house.redis.llen(QUEUED) == 1  # type: ignore[misc] # As above.
