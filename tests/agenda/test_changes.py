"""Appointments that are moved and cancelled: once, in time, by whom they belong to."""

import asyncio

import pytest

from agenda.errors import SlotTakenError, TooLateError, UnknownAppointmentError
from agenda.local_agenda import LocalAgenda
from tests.agenda.clinics import SUNDAY
from tests.agenda.patients import ANA, LUIS, PATIENT, WEEK_LATER, first_slot, offered, tuesday_slot


async def test_a_move_keeps_the_new_time_and_frees_the_old(agenda: LocalAgenda) -> None:
    old, new = (
        await tuesday_slot(agenda),
        (await agenda.free_slots("botox", SUNDAY, WEEK_LATER))[-1],
    )
    booked = await agenda.book(ANA, old.slot_id, PATIENT)

    moved = await agenda.move(ANA, booked.appointment_id, new.slot_id)

    assert moved.appointment_id == booked.appointment_id
    assert moved.start == new.start
    assert await agenda.appointments_of(ANA) == [moved]
    assert old.slot_id in await offered(agenda)
    assert new.slot_id not in await offered(agenda)


async def test_a_move_twice_is_once(agenda: LocalAgenda) -> None:
    old, new = (
        await tuesday_slot(agenda),
        (await agenda.free_slots("botox", SUNDAY, WEEK_LATER))[-1],
    )
    booked = await agenda.book(ANA, old.slot_id, PATIENT)

    first = await agenda.move(ANA, booked.appointment_id, new.slot_id)
    second = await agenda.move(ANA, booked.appointment_id, new.slot_id)

    assert first == second


async def test_the_same_move_ten_times_at_once_leaves_one_appointment(agenda: LocalAgenda) -> None:
    old, new = (
        await tuesday_slot(agenda),
        (await agenda.free_slots("botox", SUNDAY, WEEK_LATER))[-1],
    )
    booked = await agenda.book(ANA, old.slot_id, PATIENT)

    await asyncio.gather(
        *(agenda.move(ANA, booked.appointment_id, new.slot_id) for _ in range(10)),
        return_exceptions=True,
    )

    mine = await agenda.appointments_of(ANA)
    assert [one.start for one in mine] == [new.start]
    assert new.slot_id not in await offered(agenda)
    assert old.slot_id in await offered(agenda)


async def test_two_different_moves_at_once_leave_one_appointment_and_one_taken_time(
    agenda: LocalAgenda,
) -> None:
    old, late = await tuesday_slot(agenda), await agenda.free_slots("botox", SUNDAY, WEEK_LATER)
    slots = {one.slot_id for one in (old, late[-1], late[-9])}
    booked = await agenda.book(ANA, old.slot_id, PATIENT)

    await asyncio.gather(
        agenda.move(ANA, booked.appointment_id, late[-1].slot_id),
        agenda.move(ANA, booked.appointment_id, late[-9].slot_id),
        return_exceptions=True,
    )

    await agenda.release(ANA)
    (mine,) = await agenda.appointments_of(ANA)
    assert slots - await offered(agenda) == {mine.slot_id}


async def test_a_move_and_a_cancellation_at_once_leave_no_time_that_nobody_has(
    agenda: LocalAgenda,
) -> None:
    old, new = (
        await tuesday_slot(agenda),
        (await agenda.free_slots("botox", SUNDAY, WEEK_LATER))[-1],
    )
    booked = await agenda.book(ANA, old.slot_id, PATIENT)

    await asyncio.gather(
        agenda.move(ANA, booked.appointment_id, new.slot_id),
        agenda.cancel(ANA, booked.appointment_id),
        return_exceptions=True,
    )

    await agenda.release(ANA)
    assert await agenda.appointments_of(ANA) == []
    assert {old.slot_id, new.slot_id} <= await offered(agenda)


async def test_an_appointment_that_cannot_move_stays(agenda: LocalAgenda) -> None:
    old, new = (
        await tuesday_slot(agenda),
        (await agenda.free_slots("botox", SUNDAY, WEEK_LATER))[-1],
    )
    booked = await agenda.book(ANA, old.slot_id, PATIENT)
    await agenda.book(LUIS, new.slot_id, PATIENT)

    with pytest.raises(SlotTakenError):
        await agenda.move(ANA, booked.appointment_id, new.slot_id)

    assert await agenda.appointments_of(ANA) == [booked]


async def test_a_cancelled_time_is_free_and_may_be_booked_again(agenda: LocalAgenda) -> None:
    slot = await tuesday_slot(agenda)
    booked = await agenda.book(ANA, slot.slot_id, PATIENT)

    cancelled = await agenda.cancel(ANA, booked.appointment_id)
    again = await agenda.book(LUIS, slot.slot_id, PATIENT)

    assert cancelled.status == "cancelled"
    assert again.appointment_id != booked.appointment_id
    assert await agenda.appointments_of(ANA) == []
    assert await agenda.appointments_of(LUIS) == [again]


async def test_cancelling_twice_is_once(agenda: LocalAgenda) -> None:
    slot = await tuesday_slot(agenda)
    booked = await agenda.book(ANA, slot.slot_id, PATIENT)

    first = await agenda.cancel(ANA, booked.appointment_id)
    await agenda.book(LUIS, slot.slot_id, PATIENT)
    second = await agenda.cancel(ANA, booked.appointment_id)

    assert first == second
    assert len(await agenda.appointments_of(LUIS)) == 1


async def test_another_patient_s_appointment_is_unknown(agenda: LocalAgenda) -> None:
    slots = await agenda.free_slots("botox", SUNDAY, WEEK_LATER)
    booked = await agenda.book(ANA, slots[-1].slot_id, PATIENT)

    with pytest.raises(UnknownAppointmentError):
        await agenda.cancel(LUIS, booked.appointment_id)
    with pytest.raises(UnknownAppointmentError):
        await agenda.move(LUIS, booked.appointment_id, slots[0].slot_id)

    assert await agenda.appointments_of(ANA) == [booked]


async def test_an_appointment_within_the_notice_is_neither_moved_nor_cancelled(
    agenda: LocalAgenda,
) -> None:
    slot, later = await first_slot(agenda), await tuesday_slot(agenda)
    booked = await agenda.book(ANA, slot.slot_id, PATIENT)

    with pytest.raises(TooLateError):
        await agenda.cancel(ANA, booked.appointment_id)
    with pytest.raises(TooLateError):
        await agenda.move(ANA, booked.appointment_id, later.slot_id)
