"""A slot that is held: by one patient, for some minutes, one at a time."""

import asyncio
from datetime import timedelta

import pytest

from agenda.errors import SlotTakenError
from agenda.local_agenda import LocalAgenda
from tenants.ids import UserId
from tests.agenda.clinics import MovingClock, minutes
from tests.agenda.patients import ANA, LUIS, PATIENT, first_slot, offered, outcome, tuesday_slot


async def test_a_held_slot_is_offered_to_nobody_and_booked_by_its_holder(
    agenda: LocalAgenda,
) -> None:
    slot = await first_slot(agenda)

    held = await agenda.hold(ANA, slot.slot_id)

    assert held == slot
    assert slot.slot_id not in await offered(agenda)
    assert await outcome(agenda, int(LUIS), slot) == "taken"
    assert await outcome(agenda, int(ANA), slot) == "booked"


async def test_a_hold_runs_out(agenda: LocalAgenda, time: MovingClock) -> None:
    slot = await tuesday_slot(agenda)
    await agenda.hold(ANA, slot.slot_id)

    time.pass_by(minutes(11))

    assert slot.slot_id in await offered(agenda)
    assert await outcome(agenda, int(LUIS), slot) == "booked"
    with pytest.raises(SlotTakenError):
        await agenda.book(ANA, slot.slot_id, PATIENT)


async def test_a_patient_holds_one_slot_only(agenda: LocalAgenda) -> None:
    first, second = await first_slot(agenda), await tuesday_slot(agenda)

    await agenda.hold(ANA, first.slot_id)
    await agenda.hold(ANA, second.slot_id)

    assert first.slot_id in await offered(agenda)
    assert second.slot_id not in await offered(agenda)


async def test_a_slot_that_was_lost_leaves_the_earlier_hold_alone(agenda: LocalAgenda) -> None:
    first, second = await first_slot(agenda), await tuesday_slot(agenda)
    await agenda.hold(LUIS, second.slot_id)
    await agenda.hold(ANA, first.slot_id)

    with pytest.raises(SlotTakenError):
        await agenda.hold(ANA, second.slot_id)

    assert first.slot_id not in await offered(agenda)


async def test_a_released_slot_is_free_again(agenda: LocalAgenda) -> None:
    slot = await first_slot(agenda)
    await agenda.hold(ANA, slot.slot_id)

    await agenda.release(ANA)

    assert slot.slot_id in await offered(agenda)


async def test_of_two_hundred_who_hold_one_slot_exactly_one_keeps_it(agenda: LocalAgenda) -> None:
    slot = await first_slot(agenda)

    found = await asyncio.gather(
        *(agenda.hold(UserId(str(user)), slot.slot_id) for user in range(200)),
        return_exceptions=True,
    )

    assert found.count(slot) == 1


async def test_a_slot_cannot_be_held_once_its_time_is_near(
    agenda: LocalAgenda, time: MovingClock
) -> None:
    time.pass_by(timedelta(hours=20))
    slot = (await agenda.free_slots("botox", time(), time() + timedelta(hours=8)))[0]

    time.pass_by(minutes(110))

    with pytest.raises(SlotTakenError):
        await agenda.hold(LUIS, slot.slot_id)
