"""A worker in the process that takes the webhook begins at once; the queue is for what it has no room for."""

import asyncio

from tenants.ids import UserId
from tests.jobs.conftest import Writing
from tests.jobs.house import HERE, THERE, House, contact

QUEUED = "saq:clinicdesk:queued"
ROOM = 12
"""Of the house's worker for one company; four more turns are left to the others."""


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


async def test_a_company_that_fills_a_worker_leaves_room_for_the_others(
    house: House, writes: Writing
) -> None:
    house.desk.gate = asyncio.Event()
    house.clock.forward(5)
    with house.wake_ups.near(house.runner.begin):
        for number in range(ROOM):
            await writes("Hola", contact(200 + number))
        await writes("Hola", contact(300))
        await house.runner.sweep()

        await writes("Hola", THERE)

    house.desk.gate.set()
    await house.runner.drain(8)
    assert house.chatwoot.sent(8) == ["eco: Hola"]
    assert await house.waiting(user=UserId("300")) == 1


async def test_once_the_worker_is_gone_the_queue_is_asked(house: House, writes: Writing) -> None:
    with house.wake_ups.near(house.runner.begin):
        pass

    await writes("Hola", HERE)

    assert await house.redis.llen(QUEUED) == 1  # type: ignore[misc] # As above.


async def test_danger_passes_a_company_that_is_full(house: House, writes: Writing) -> None:
    house.desk.gate = asyncio.Event()
    with house.wake_ups.near(house.runner.begin):
        for number in range(ROOM):
            await writes("Hola", contact(200 + number))
        await writes("no puedo respirar", HERE)
        await writes("Hola", contact(301))

        house.clock.forward(5)
        await house.runner.sweep()
        async with asyncio.timeout(10):
            while not house.chatwoot.sent():
                await asyncio.sleep(0.05)

    assert house.chatwoot.sent() == ["breathing: llame al 123"]
    house.desk.gate.set()
    await house.runner.drain(8)
    assert await house.waiting(user=UserId("301")) == 1
