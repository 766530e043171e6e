"""A reply reaches the patient exactly once, whatever fails on the way."""

import asyncio
from dataclasses import replace

import pytest

from jobs.outbox import reply_key
from tests.fakes.chatwoot import Fault
from tests.fakes.chatwoot_payloads import BOT, message
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, House, contact, reply_to

MESSAGES = "POST /conversations/101/messages"


@pytest.mark.parametrize("fault", ["500", "503", "429", "silent"])
async def test_a_refused_reply_is_sent_again_later(
    house: House, writes: Writing, fault: Fault
) -> None:
    house.chatwoot.fail(MESSAGES, fault)
    await writes("Hola")

    await house.answer()
    nothing_yet = house.chatwoot.sent()
    house.clock.forward(3)
    await house.answer()

    assert nothing_yet == []
    assert house.chatwoot.sent() == ["eco: Hola"]
    assert len(house.desk.turns) == 1


async def test_a_reply_that_was_stored_before_the_time_out_is_not_sent_again(
    house: House, writes: Writing
) -> None:
    house.chatwoot.fail(MESSAGES, "stored_then_silent")
    await writes("Hola")

    await house.answer()
    house.clock.forward(3)
    await house.answer()

    assert house.chatwoot.sent() == ["eco: Hola"]
    assert await house.waiting() == 0


async def test_where_bots_may_not_look_the_echo_tells_that_a_reply_is_there(
    house: House, writes: Writing
) -> None:
    house.chatwoot.shows_to_bots = False
    house.chatwoot.fail(MESSAGES, "stored_then_silent")
    await writes("Hola")
    await house.answer()
    stored = house.chatwoot.kept[7, 101].messages[-1]
    echo = message(
        HERE, number=stored["id"], content="eco: Hola", kind="outgoing", sender=BOT,
        attributes=stored["content_attributes"],
    )  # fmt: skip

    taken = await writes.take(echo)
    house.clock.forward(3)
    await house.answer()

    assert taken.reason == "own_echo"
    assert house.chatwoot.sent() == ["eco: Hola"]


async def test_where_bots_may_not_look_a_lost_reply_is_sent_again(
    house: House, writes: Writing
) -> None:
    house.chatwoot.shows_to_bots = False
    house.chatwoot.fail(MESSAGES, "silent")
    await writes("Hola")
    await house.answer()

    house.clock.forward(3)
    await house.answer()

    assert house.chatwoot.sent() == ["eco: Hola"]


async def test_of_several_parts_only_the_missing_ones_are_sent_again(
    house: House, writes: Writing
) -> None:
    long = "\n\n".join(f"{number} " + "x" * 3000 for number in range(3))
    house.desk.script = lambda turn: reply_to(turn, long)
    house.chatwoot.fail("never", "500")
    await writes("cuénteme todo")

    async with asyncio.TaskGroup() as group:
        running = group.create_task(house.answer())
        while len(house.chatwoot.sent()) < 1:
            await asyncio.sleep(0)
        house.chatwoot.fail(MESSAGES, "stored_then_silent")
        await running
    house.clock.forward(3)
    await house.answer()

    assert [one[:1] for one in house.chatwoot.sent()] == ["0", "1", "2"]


async def test_a_worker_that_dies_while_it_thinks_is_followed_by_one_that_answers(
    house: House, writes: Writing
) -> None:
    house.desk.gate = asyncio.Event()
    await writes("Hola")
    dying = asyncio.create_task(house.answer())
    await house.desk.entered.wait()
    dying.cancel()
    await asyncio.wait({dying})

    house.desk.gate.set()
    await house.answer()

    assert house.chatwoot.sent() == ["eco: Hola"]
    assert len({turn.turn_id for turn in house.desk.turns}) == 1


async def test_a_worker_that_dies_after_sending_is_followed_by_one_that_only_records(
    house: House, writes: Writing
) -> None:
    house.chatwoot.fail(MESSAGES, "stored_then_silent")
    await writes("Hola")
    dying = asyncio.create_task(house.answer())
    while not house.chatwoot.sent():
        await asyncio.sleep(0.01)
    dying.cancel()
    await asyncio.wait({dying})

    await house.answer()

    assert house.chatwoot.sent() == ["eco: Hola"]
    assert house.transcript.of(BENOVA) == [("user", "Hola"), ("assistant", "eco: Hola")]
    assert await house.waiting() == 0


async def test_a_worker_that_lost_its_lock_writes_nothing(house: House, writes: Writing) -> None:
    house.desk.gate = asyncio.Event()
    await writes("Hola")
    async with asyncio.TaskGroup() as group:
        group.create_task(house.answer())
        await house.desk.entered.wait()
        await house.redis.set("benova:lock:418", "another")
        house.desk.gate.set()

    assert house.chatwoot.sent() == []
    assert await house.waiting() == 1


async def test_a_patient_whose_reply_must_wait_keeps_nobody_else_waiting(
    house: House, writes: Writing
) -> None:
    other = contact(500)
    house.chatwoot.open(other)
    house.chatwoot.fail(MESSAGES, "500")
    await writes("Hola")
    await writes("Buenas", other)

    await house.answer()
    await house.answer(user=other.contact.id)  # type: ignore[arg-type] # Any text is an id.

    assert house.chatwoot.sent(7, 500) == ["eco: Buenas"]
    assert house.chatwoot.sent() == []


async def test_a_message_behind_a_reply_that_must_wait_keeps_its_order(
    house: House, writes: Writing
) -> None:
    house.chatwoot.fail(MESSAGES, "500")
    await writes("primero")
    await house.answer()

    await writes("segundo")
    await house.answer()
    house.clock.forward(3)
    await house.answer()

    assert house.chatwoot.sent() == ["eco: primero", "eco: segundo"]


async def test_every_part_carries_its_key(house: House, writes: Writing) -> None:
    await writes("Hola")

    await house.answer()

    sent = house.chatwoot.kept[7, 101].messages[-1]
    turn_id = house.desk.turns[0].turn_id
    assert sent["content_attributes"]["reply_key"] == reply_key(turn_id, "0")


async def test_an_own_echo_makes_no_turn(house: House, writes: Writing) -> None:
    await writes("Hola")
    await house.answer()
    stored = house.chatwoot.kept[7, 101].messages[-1]

    for sender in (BOT, {"id": 1, "name": "Admin", "email": "a@b.co", "type": "user"}):
        echo = message(
            replace(HERE), number=stored["id"], content=stored["content"], kind="outgoing",
            sender=sender, attributes=stored["content_attributes"],
        )  # fmt: skip
        await writes.take(echo)
    await house.answer()

    assert house.chatwoot.sent() == ["eco: Hola"]
    assert (await house.status.of(BENOVA, 101)).paused_by == ""  # type: ignore[arg-type] # A number is an id here.
