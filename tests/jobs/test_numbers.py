"""What turns add to a company's numbers: once each, and only what is known."""

import asyncio
from dataclasses import replace

from integrations.redis import awaitable
from nodes.state import RaisedAlarm
from tenants import keys
from tenants.finished_turns import FinishedTurn, loaded
from tenants.ids import subject_of
from tenants.usage import Counts
from tests.fakes.chatwoot_payloads import AGENT, message
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, LAURA, MEDISPA, House, reply_to

ALARM = RaisedAlarm(group="vision", level="emergency", evidence=[], source="rules")


async def counted(house: House) -> Counts:
    today = house.usage.today(BENOVA)
    return (await house.usage.between(BENOVA, today, today))[today]


async def test_a_turn_adds_what_was_written_answered_and_waited(
    house: House, writes: Writing
) -> None:
    house.desk.script = lambda turn: reply_to(
        turn,
        "Listo.",
        agent="schedule",
        model="big",
        milliseconds=420.0,
        tools_used=("search_knowledge", "book_appointment"),
        done=("book_appointment",),
    )
    await writes("hola")
    await writes("¿me agenda?")
    house.clock.forward(3)

    await house.answer()

    found = await counted(house)
    assert {name: found[name] for name in ("turns", "messages", "replies", "bookings")} == {
        "turns": 1,
        "messages": 2,
        "replies": 1,
        "bookings": 1,
    }
    assert found["answers:schedule:big"] == found["unanswered"] == found["sources:chatwoot"] == 1
    assert found["answer_ms_sum"] == 420
    assert found["wait_ms_sum"] >= 3000
    assert await house.usage.patients(BENOVA, *[house.usage.today(BENOVA)] * 2) == 1


async def test_a_turn_that_is_finished_again_is_counted_once(house: House, writes: Writing) -> None:
    await writes("hola")
    entries = await house.mailbox.entries(BENOVA, LAURA)
    await house.answer()
    for stored in entries:
        # As if the worker had died between counting and forgetting.
        await awaitable(house.redis.zadd(keys.mailbox(BENOVA, LAURA), {stored.stored: 1}))
    house.desk.finished.clear()

    await house.answer()

    assert (await counted(house))["turns"] == 1


async def test_a_turn_is_kept_for_postgresql_without_a_word_or_the_patients_id(
    house: House, writes: Writing
) -> None:
    house.desk.script = lambda turn: reply_to(
        turn, "Listo.", agent="schedule", milliseconds=420.0, done=("book_appointment",)
    )
    await writes("me llamo Laura")

    await house.answer()

    ((_, fields),) = await house.redis.xrange(keys.finished_turns(BENOVA))
    assert loaded(fields["turn"]) == FinishedTurn(
        patient=subject_of(BENOVA, LAURA),
        at=house.clock().isoformat(),
        conversation_id=str(HERE.conversation),
        channel="whatsapp",
        agent="schedule",
        language="es",
        messages=1,
        replies=1,
        milliseconds=420,
        booked=True,
    )


async def test_a_draft_that_was_superseded_is_not_counted(house: House, writes: Writing) -> None:
    house.desk.gate = asyncio.Event()
    await writes("hola")

    async with asyncio.TaskGroup() as group:
        group.create_task(house.answer())
        await house.desk.entered.wait()
        await writes("¿precio?")
        house.desk.gate.set()

    found = await counted(house)
    assert (found["turns"], found["messages"], found["answers:support:guided"]) == (1, 2, 1)


async def test_what_is_written_to_a_person_is_counted_as_such(
    house: House, writes: Writing
) -> None:
    house.chatwoot.kept[7, 101].place = replace(HERE, status="open")
    await writes("hola")

    await house.answer()

    assert await counted(house) == {"messages": 1, "messages_to_people": 1}


async def test_a_hand_over_is_counted(house: House, writes: Writing) -> None:
    house.desk.script = lambda turn: house.wish(turn, "Ya le paso.")
    await writes("quiero una persona")

    await house.answer()

    assert (await counted(house))["handoffs"] == 1


async def test_an_emergency_is_acknowledged_when_a_person_writes(
    house: House, writes: Writing
) -> None:
    await house.emergencies.open(BENOVA, LAURA, ALARM)
    house.clock.forward(30)
    await house.emergencies.open(BENOVA, LAURA, ALARM)
    house.clock.forward(60)

    await writes.take(message(HERE, number=9400, content="Voy", kind="outgoing", sender=AGENT))
    house.clock.forward(600)
    await house.emergencies.close(BENOVA, LAURA)

    found = await counted(house)
    assert (found["emergencies"], found["emergencies:vision"], found["acknowledged"]) == (1, 1, 1)
    assert found["acknowledged_ms_sum"] == 90_000


async def test_danger_after_a_person_came_is_a_new_emergency(house: House) -> None:
    await house.emergencies.open(BENOVA, LAURA, ALARM)
    await house.emergencies.seen(BENOVA, LAURA)
    await house.emergencies.open(BENOVA, LAURA, ALARM)

    found = await counted(house)

    assert (found["emergencies"], found["acknowledged"]) == (2, 1)
    assert await house.emergencies.seen(MEDISPA, LAURA) is False
