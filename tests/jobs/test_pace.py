"""Patients who write without end, companies where everybody writes at once, and danger in the midst."""

import asyncio
from dataclasses import replace

from nodes.state import RaisedAlarm
from tenants.allowance import Limits
from tenants.ids import ConversationId, UserId
from tenants.tenant import InboxManners
from tests.fakes.chatwoot_payloads import Place
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, LAURA, MEDISPA, THERE, House, contact
from tests.jobs.test_danger import BLIND, emergency_desk

FEW = Limits(patient_messages=5)
SENTENCE = "Estoy recibiendo muchos mensajes"


async def say(house: House, writes: Writing, count: int, place: Place = HERE) -> None:
    for number in range(count):
        await writes(f"hola {number}", place)
        await house.answer()


def sentences(house: House) -> int:
    return sum(one.startswith(SENTENCE) for one in house.chatwoot.sent())


async def test_a_patient_who_floods_hears_one_sentence_and_goes_to_people(
    house: House, writes: Writing
) -> None:
    house.companies.change(BENOVA, limits=FEW)

    await say(house, writes, 9)

    sent = house.chatwoot.sent()
    assert [one for one in sent if one.startswith("eco")] == [f"eco: hola {n}" for n in range(5)]
    assert sentences(house) == 1
    assert house.chatwoot.kept[7, 101].place.status == "open"
    assert [text for role, text in house.transcript.of(BENOVA) if role == "user"] == [
        f"hola {number}" for number in range(9)
    ]
    assert await house.waiting() == 0


async def test_a_burst_that_is_too_large_is_kept_for_people(house: House, writes: Writing) -> None:
    house.companies.change(BENOVA, limits=FEW)
    for number in range(8):
        await writes(f"hola {number}")

    await house.answer()

    assert house.desk.turns == []
    assert sentences(house) == 1
    assert len(house.transcript.of(BENOVA)) == 9


async def test_an_emergency_within_a_flood_is_answered(house: House, writes: Writing) -> None:
    house.companies.change(BENOVA, limits=FEW)
    house.desk.script = emergency_desk
    for number in range(20):
        await writes(BLIND if number == 12 else f"hola {number}")

    await house.answer()

    assert house.chatwoot.sent() == ["AL 123 YA"]
    assert house.pages.groups == ["benova:101:vision"]


async def test_an_emergency_after_a_flood_is_answered(house: House, writes: Writing) -> None:
    house.companies.change(BENOVA, limits=FEW)
    house.desk.script = emergency_desk
    await say(house, writes, 8)

    await writes(BLIND)
    await house.answer()

    assert house.chatwoot.sent()[-1] == "vision: llame al 123"
    assert house.pages.groups == ["benova:101:vision"]


async def test_an_emergency_while_a_flood_is_read_is_answered(
    house: House, writes: Writing
) -> None:
    manners = InboxManners(burst_seconds=5, burst_limit_seconds=20)
    house.companies.change(BENOVA, limits=FEW, inbox=manners)
    house.desk.script = emergency_desk
    for number in range(8):
        await writes(f"hola {number}")

    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.wait_for(house.answer(), 4))
        await asyncio.sleep(0.1)
        await writes(BLIND)

    assert house.chatwoot.sent() == ["AL 123 YA"]


async def test_whoever_is_in_an_emergency_may_write_as_much_as_they_need(
    house: House, writes: Writing
) -> None:
    house.companies.change(BENOVA, limits=FEW)
    alarm = RaisedAlarm(group="vision", level="emergency", evidence=[], source="rules")
    await house.emergencies.open(BENOVA, LAURA, alarm)

    await say(house, writes, 7)

    assert sentences(house) == 0
    assert len(house.desk.turns) == 7


async def test_a_flood_that_a_person_gave_back_goes_to_people_without_a_word(
    house: House, writes: Writing
) -> None:
    house.companies.change(BENOVA, limits=FEW)
    await say(house, writes, 6)
    await house.status.resume(BENOVA, ConversationId(101))
    house.chatwoot.kept[7, 101].place = replace(HERE, status="pending")

    await say(house, writes, 6)

    assert sentences(house) == 1
    assert house.chatwoot.kept[7, 101].place.status == "open"


async def test_a_company_where_too_much_is_written_is_answered_without_a_model(
    house: House, writes: Writing
) -> None:
    house.companies.change(BENOVA, limits=Limits(messages_per_minute=2))
    for number in (101, 102, 103):
        place = contact(number)
        house.chatwoot.open(place)
        await writes("hola", place)
        await house.answer(user=UserId(str(number)))
    await writes("hola", THERE)
    await house.answer(MEDISPA)

    asked = [one.context.without_model for one in house.desk.turns]

    assert asked == [False, False, True, False]
