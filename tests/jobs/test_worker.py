"""A worker is woken within milliseconds, finds what nobody woke it for, and leaves in peace."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest
from redis import Redis as SyncRedis

from jobs.wake_ups import open_queue
from jobs.worker import run_worker
from tests.fakes.chatwoot_payloads import AGENT, BOT, message
from tests.jobs.conftest import Writing
from tests.jobs.house import HERE, House, contact

Working = contextlib.AbstractAsyncContextManager[asyncio.Event]


@pytest.fixture
def working(house: House, redis_url: str) -> Callable[[], Working]:
    @contextlib.asynccontextmanager
    async def work() -> AsyncIterator[asyncio.Event]:
        stop = asyncio.Event()
        task = asyncio.create_task(
            run_worker(
                queue=open_queue(redis_url, waiting=True),
                runner=house.new_runner(),
                open_conversation=house.open_conversation,
                stop=stop,
                listeners=2,
            )
        )
        yield stop
        stop.set()
        await asyncio.wait_for(task, 10)

    return work


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(8):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_woken_worker_answers(
    house: House, writes: Writing, working: Callable[[], Working]
) -> None:
    async with working():
        await writes("Hola")
        await until(lambda: house.chatwoot.sent() == ["eco: Hola"])

    assert await house.waiting() == 0


async def test_a_mailbox_that_nobody_woke_anybody_for_is_found(
    house: House, writes: Writing, working: Callable[[], Working]
) -> None:
    await writes("Hola")
    await house.redis.delete("saq:clinicdesk:queued")
    house.clock.forward(5)

    async with working():
        await until(lambda: house.chatwoot.sent() == ["eco: Hola"])


async def test_a_mailbox_that_is_locked_is_left_alone_until_the_lock_is_gone(
    house: House, writes: Writing
) -> None:
    await writes("Hola")
    house.clock.forward(5)
    await house.redis.set("benova:lock:418", "a worker that died", px=700)

    first = await house.runner.sweep()
    await asyncio.sleep(0.8)
    second = await house.runner.sweep()
    await house.runner.drain(5)

    assert (first, second) == (0, 1)
    assert house.chatwoot.sent() == ["eco: Hola"]


async def test_a_worker_that_stops_finishes_the_turn_in_hand(
    house: House, writes: Writing, working: Callable[[], Working]
) -> None:
    house.desk.thinking = 0.4
    async with working() as stop:
        await writes("Hola")
        await house.desk.entered.wait()
        stop.set()

    assert house.chatwoot.sent() == ["eco: Hola"]
    assert await house.waiting() == 0


async def test_a_worker_that_is_stopped_before_it_began_ends(
    working: Callable[[], Working],
) -> None:
    async with working() as stop:
        stop.set()


async def test_many_patients_are_answered_at_once(
    house: House, writes: Writing, working: Callable[[], Working]
) -> None:
    house.desk.thinking = 0.3
    places = [contact(number) for number in range(500, 510)]
    for place in places:
        house.chatwoot.open(place)
    started = asyncio.get_running_loop().time()

    async with working():
        for place in places:
            await writes("Hola", place)
        await until(lambda: all(house.chatwoot.sent(7, one.conversation) for one in places))

    assert asyncio.get_running_loop().time() - started < 2.5


async def test_a_conversation_in_which_a_person_wrote_is_opened(
    house: House, writes: Writing, working: Callable[[], Working]
) -> None:
    house.chatwoot.fail("toggle_status", "404")
    async with working():
        await writes.take(message(HERE, number=9400, content="Hola", kind="outgoing", sender=AGENT))
        await until(lambda: "POST /conversations/101/toggle_status" in house.chatwoot.paths())


async def test_a_reply_that_the_channel_lost_brings_people(
    house: House, writes: Writing, working: Callable[[], Working]
) -> None:
    async with working():
        await writes("Hola")
        await until(lambda: house.chatwoot.sent() == ["eco: Hola"])
        stored = house.chatwoot.kept[7, 101].messages[-1]
        told = {**stored["content_attributes"], "external_error": "Template not found"}
        lost = message(
            HERE, number=stored["id"], content="eco: Hola", kind="outgoing", sender=BOT,
            event="message_updated", attributes=told,
        )  # fmt: skip

        await writes.take(lost)
        await writes.take(lost)
        await until(lambda: house.chatwoot.kept[7, 101].place.status == "open")

    assert house.chatwoot.paths().count("POST /conversations/101/toggle_status") == 1


async def test_a_worker_outlives_a_redis_that_lost_everything(
    house: House, writes: Writing, redis_url: str, working: Callable[[], Working]
) -> None:
    async with working():
        await writes("antes")
        await until(lambda: len(house.chatwoot.sent()) == 1)
        with SyncRedis.from_url(redis_url) as admin:
            admin.flushall()
            admin.script_flush()
            admin.client_kill_filter(_type="normal", skipme=True)

        await writes("después")
        await until(lambda: len(house.chatwoot.sent()) == 2)

    assert house.chatwoot.sent()[-1] == "eco: después"


async def test_a_turn_that_crashes_is_tried_again_later(house: House, writes: Writing) -> None:
    await writes("Hola")
    house.clock.forward(5)
    working_append = house.transcript.append
    house.transcript.append = None  # type: ignore[method-assign, assignment] # A defect of ours.
    await house.runner.sweep()
    await house.runner.drain(5)
    house.transcript.append = working_append  # type: ignore[method-assign] # Mended.

    runner = house.new_runner()
    at_once = await runner.sweep()
    house.clock.forward(30)
    later = await runner.sweep()
    await runner.drain(5)

    assert (at_once, later) == (0, 1)
    assert house.chatwoot.sent() == ["eco: Hola"]
    assert await house.waiting() == 0
