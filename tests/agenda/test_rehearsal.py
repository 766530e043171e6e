"""A rehearsal reads the real agenda and writes nothing."""

from datetime import timedelta

import pytest

from agenda.appointment import Patient
from agenda.errors import SlotTakenError, UnknownAppointmentError, UnknownSlotError
from agenda.local_agenda import LocalAgenda
from agenda.rehearsal import RehearsalAgenda
from integrations.clock import Clock
from integrations.redis import Client
from tenants.ids import UserId
from tests.agenda.clinics import SUNDAY, benova

ANA = UserId("41")
LUIS = UserId("42")
PATIENT = Patient(name="Ana Gómez", phone="+573001234567")
WEEK_LATER = SUNDAY + timedelta(days=7)


@pytest.fixture
def real(redis: Client, clock: Clock) -> LocalAgenda:
    return LocalAgenda(redis, benova(), clock)


@pytest.fixture
def rehearsal(real: LocalAgenda, clock: Clock) -> RehearsalAgenda:
    return RehearsalAgenda(real, benova(), clock)


async def test_a_rehearsed_booking_writes_nothing(
    redis: Client, rehearsal: RehearsalAgenda
) -> None:
    slots = await rehearsal.free_slots("botox", SUNDAY, WEEK_LATER)
    await rehearsal.hold(ANA, slots[20].slot_id)
    booked = await rehearsal.book(ANA, slots[20].slot_id, PATIENT)
    await rehearsal.move(ANA, booked.appointment_id, slots[-1].slot_id)
    await rehearsal.release(ANA)

    assert await redis.dbsize() == 0


async def test_a_rehearsal_sees_what_it_booked(rehearsal: RehearsalAgenda) -> None:
    slots = await rehearsal.free_slots("botox", SUNDAY, WEEK_LATER)

    booked = await rehearsal.book(ANA, slots[0].slot_id, PATIENT)

    assert await rehearsal.appointments_of(ANA) == [booked]
    assert slots[0] not in await rehearsal.free_slots("botox", SUNDAY, WEEK_LATER)
    assert await rehearsal.book(ANA, slots[0].slot_id, PATIENT) == booked
    with pytest.raises(SlotTakenError):
        await rehearsal.book(LUIS, slots[0].slot_id, PATIENT)


async def test_a_real_appointment_is_cancelled_in_the_rehearsal_only(
    real: LocalAgenda, rehearsal: RehearsalAgenda
) -> None:
    slots = await real.free_slots("botox", SUNDAY, WEEK_LATER)
    booked = await real.book(ANA, slots[-1].slot_id, PATIENT)

    cancelled = await rehearsal.cancel(ANA, booked.appointment_id)

    assert cancelled.status == "cancelled"
    assert await rehearsal.cancel(ANA, booked.appointment_id) == cancelled
    assert await rehearsal.appointments_of(ANA) == []
    assert await real.appointments_of(ANA) == [booked]


async def test_a_slot_of_the_replayed_conversation_can_be_held_again(
    real: LocalAgenda, rehearsal: RehearsalAgenda
) -> None:
    slot = (await real.free_slots("botox", SUNDAY, WEEK_LATER))[0]

    assert await rehearsal.hold(ANA, slot.slot_id) == slot
    with pytest.raises(SlotTakenError):
        await rehearsal.hold(LUIS, slot.slot_id)


async def test_a_rehearsal_knows_no_slot_that_was_not_offered_and_nobody_else_s_appointment(
    real: LocalAgenda, rehearsal: RehearsalAgenda
) -> None:
    slot = (await real.free_slots("botox", SUNDAY, WEEK_LATER))[-1]
    booked = await real.book(ANA, slot.slot_id, PATIENT)

    with pytest.raises(UnknownSlotError):
        await rehearsal.hold(ANA, "nothing")
    with pytest.raises(UnknownAppointmentError):
        await rehearsal.cancel(LUIS, booked.appointment_id)
