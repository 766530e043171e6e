"""The embedded agenda: one winner a slot, one booking a patient's wish, nothing of another company."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from agenda.appointment import Appointment
from agenda.errors import (
    SlotTakenError,
    UnknownAppointmentError,
    UnknownSlotError,
    UnknownTreatmentError,
)
from agenda.local_agenda import LocalAgenda
from integrations.redis import Client, awaitable
from tenants import keys
from tests.agenda.clinics import SUNDAY, MovingClock, benova, medispa, minutes
from tests.agenda.patients import (
    ANA,
    LUIS,
    PATIENT,
    WEEK_LATER,
    first_slot,
    offered,
    outcome,
    tuesday_slot,
)


async def test_a_booked_slot_is_the_patient_s_appointment(agenda: LocalAgenda) -> None:
    slot = await first_slot(agenda)

    appointment = await agenda.book(ANA, slot.slot_id, PATIENT)

    assert appointment.start == slot.start
    assert appointment.start.isoformat() == "2026-11-23T08:00:00-05:00"
    assert appointment.patient == PATIENT
    assert await agenda.appointments_of(ANA) == [appointment]
    assert await agenda.appointments_of(LUIS) == []


async def test_a_booked_slot_is_offered_to_nobody_else(agenda: LocalAgenda) -> None:
    slot = await first_slot(agenda)

    await agenda.book(ANA, slot.slot_id, PATIENT)

    assert slot.slot_id not in await offered(agenda)


async def test_a_slot_that_was_never_offered_cannot_be_held_or_booked(agenda: LocalAgenda) -> None:
    slot = (await agenda.look("botox", SUNDAY, WEEK_LATER))[0]

    with pytest.raises(UnknownSlotError):
        await agenda.hold(ANA, slot.slot_id)
    with pytest.raises(UnknownSlotError):
        await agenda.book(ANA, slot.slot_id, PATIENT)


async def test_an_offer_is_forgotten_after_two_hours(
    agenda: LocalAgenda, time: MovingClock
) -> None:
    slot = await tuesday_slot(agenda)

    time.pass_by(minutes(121))

    with pytest.raises(UnknownSlotError):
        await agenda.hold(ANA, slot.slot_id)


async def test_an_unknown_or_unbookable_treatment_has_no_slots(agenda: LocalAgenda) -> None:
    for treatment in ("nothing", "rinoplastia"):
        with pytest.raises(UnknownTreatmentError):
            await agenda.free_slots(treatment, SUNDAY, WEEK_LATER)


async def test_booking_the_same_slot_again_returns_the_same_appointment(
    agenda: LocalAgenda,
) -> None:
    slot = await first_slot(agenda)

    first = await agenda.book(ANA, slot.slot_id, PATIENT)
    second = await agenda.book(ANA, slot.slot_id, PATIENT)

    assert second == first
    assert await agenda.appointments_of(ANA) == [first]


async def test_a_booking_that_a_crash_cut_short_is_finished_by_the_next_try(
    agenda: LocalAgenda, redis: Client
) -> None:
    slot = await first_slot(agenda)
    company = benova().company_id
    first = await agenda.book(ANA, slot.slot_id, PATIENT)
    await redis.delete(
        keys.appointment(company, first.appointment_id), keys.user_appointments(company, ANA)
    )

    second = await agenda.book(ANA, slot.slot_id, PATIENT)

    assert second == first
    assert await agenda.appointments_of(ANA) == [first]


async def test_a_retry_after_the_offer_ran_out_still_returns_the_appointment(
    agenda: LocalAgenda, time: MovingClock
) -> None:
    slot = await tuesday_slot(agenda)
    first = await agenda.book(ANA, slot.slot_id, PATIENT)

    time.pass_by(timedelta(hours=5))

    assert await agenda.book(ANA, slot.slot_id, PATIENT) == first


async def test_of_two_hundred_who_race_for_one_slot_exactly_one_wins(
    agenda: LocalAgenda,
) -> None:
    slot = await first_slot(agenda)

    outcomes = await asyncio.gather(*(outcome(agenda, user, slot) for user in range(200)))

    assert outcomes.count("booked") == 1
    assert outcomes.count("taken") == 199


async def test_one_patient_s_two_hundred_tries_at_once_make_one_appointment(
    agenda: LocalAgenda,
) -> None:
    slot = await first_slot(agenda)

    found = await asyncio.gather(
        *(agenda.book(ANA, slot.slot_id, PATIENT) for _ in range(200)), return_exceptions=True
    )

    booked = [one for one in found if isinstance(one, Appointment)]
    assert booked
    assert len({one.appointment_id for one in booked}) == 1
    assert len(await agenda.appointments_of(ANA)) == 1


async def test_overlapping_slots_of_one_doctor_go_to_one_patient(agenda: LocalAgenda) -> None:
    ten = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    slots = await agenda.free_slots("laser", ten, ten + minutes(60), staff_id="ruiz")

    outcomes = await asyncio.gather(*(outcome(agenda, user, slots[user % 2]) for user in range(40)))

    assert outcomes.count("booked") == 1


async def test_two_doctors_cannot_use_one_laser_at_once(agenda: LocalAgenda) -> None:
    slots = (await agenda.free_slots("laser", SUNDAY, WEEK_LATER))[:2]

    outcomes = [await outcome(agenda, user, slot) for user, slot in enumerate(slots)]

    assert {slot.start for slot in slots} == {slots[0].start}
    assert outcomes == ["booked", "taken"]


async def test_a_slot_is_lost_when_the_clinic_closes_that_day_meanwhile(
    agenda: LocalAgenda, redis: Client, time: MovingClock
) -> None:
    slot = await first_slot(agenda)
    closed = LocalAgenda(redis, benova(hours={"special_days": [{"day": "2026-11-23"}]}), time)

    with pytest.raises(SlotTakenError):
        await closed.book(ANA, slot.slot_id, PATIENT)


async def test_past_appointments_are_not_listed(agenda: LocalAgenda, time: MovingClock) -> None:
    slot = await first_slot(agenda)
    await agenda.book(ANA, slot.slot_id, PATIENT)

    time.pass_by(timedelta(days=2))

    assert await agenda.appointments_of(ANA) == []


async def test_appointments_are_listed_by_start(agenda: LocalAgenda) -> None:
    slots = await agenda.free_slots("botox", SUNDAY, WEEK_LATER)
    later = await agenda.book(ANA, slots[20].slot_id, PATIENT)
    sooner = await agenda.book(ANA, slots[3].slot_id, PATIENT)

    assert await agenda.appointments_of(ANA) == [sooner, later]


async def test_two_companies_share_no_agenda(redis: Client, time: MovingClock) -> None:
    ours, theirs = LocalAgenda(redis, benova(), time), LocalAgenda(redis, medispa(), time)
    slot, their_slot = await first_slot(ours), await first_slot(theirs)
    await ours.hold(ANA, slot.slot_id)
    await theirs.hold(ANA, their_slot.slot_id)
    booked = await ours.book(ANA, slot.slot_id, PATIENT)

    await theirs.book(ANA, their_slot.slot_id, PATIENT)

    with pytest.raises(UnknownSlotError):
        await theirs.hold(ANA, slot.slot_id)
    with pytest.raises(UnknownSlotError):
        await theirs.book(ANA, slot.slot_id, PATIENT)
    with pytest.raises(UnknownAppointmentError):
        await theirs.cancel(ANA, booked.appointment_id)
    assert [one.start for one in await ours.appointments_of(ANA)] == [slot.start]
    assert [one.start for one in await theirs.appointments_of(ANA)] == [their_slot.start]


async def test_every_key_is_the_company_s_and_none_stays_for_ever(
    redis: Client, agenda: LocalAgenda
) -> None:
    slot = await tuesday_slot(agenda)
    booked = await agenda.book(ANA, slot.slot_id, PATIENT)
    await agenda.hold(LUIS, (await first_slot(agenda)).slot_id)
    await agenda.cancel(ANA, booked.appointment_id)

    found = [key async for key in redis.scan_iter()]

    lasting = [key for key in found if await awaitable(redis.ttl(key)) < 0]
    assert [key for key in found if not key.startswith("benova:")] == []
    assert lasting == ["benova:appointments"]


async def test_a_visit_is_kept_for_as_long_as_the_company_says(
    redis: Client, time: MovingClock
) -> None:
    company = benova(retention=timedelta(days=30), visits_retention=timedelta(days=730))
    agenda = LocalAgenda(redis, company, time)

    booked = await agenda.book(ANA, (await first_slot(agenda)).slot_id, PATIENT)

    left = await redis.ttl(keys.appointment(company.company_id, booked.appointment_id))
    assert left > timedelta(days=729).total_seconds()
