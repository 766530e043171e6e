"""What staff changed in their own calendar reaches the patient: once, where they wrote, or the clinic's people."""

from dataclasses import replace

import pytest

from agenda.appointment import Appointment
from integrations.redis import awaitable
from tenants import keys
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, House
from tests.jobs.test_reminders import DAY, HOUR, booked, with_agenda


@pytest.fixture
async def appointment(staff: "Staff") -> Appointment:
    return await booked(staff.house, days=4)


class Staff:
    """Somebody of the clinic who changes appointments in Google; what the sync does is done here."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.tenant = house.companies.find(BENOVA)
        self.office = house.calendars.front_office_of(self.tenant)

    async def cancels(self, appointment: Appointment) -> None:
        await self.house.calendars.staff_edits_of(self.tenant).note(appointment)
        await self.office.cancel(appointment.appointment_id)

    async def moves(self, appointment: Appointment) -> Appointment:
        await self.house.calendars.staff_edits_of(self.tenant).note(appointment)
        after = appointment.start + DAY
        slot = (await self.office.agenda.free_slots("botox", after, after + DAY))[0]
        return await self.office.move(appointment.appointment_id, slot.slot_id)

    async def round(self) -> int:
        return await self.house.staff_changes.tell(self.tenant)


@pytest.fixture
def staff(house: House) -> Staff:
    with_agenda(house)
    return Staff(house)


async def test_a_patient_hears_once_that_the_clinic_moved_the_appointment(
    house: House, staff: Staff, appointment: Appointment, writes: Writing
) -> None:
    await staff.moves(appointment)

    told = [await staff.round(), await staff.round()]
    await writes("sí, confirmo")
    await house.answer()

    assert told == [1, 0]
    assert "La clínica cambió su cita de Toxina botulínica" in house.chatwoot.sent()[0]
    assert "que era el jueves 26 de noviembre" in house.chatwoot.sent()[0]
    assert "Ahora es: viernes 27 de noviembre" in house.chatwoot.sent()[0]
    assert "queda confirmada" in house.chatwoot.sent()[1]


async def test_a_patient_hears_that_the_clinic_cancelled_and_may_take_another_date(
    house: House, staff: Staff, appointment: Appointment
) -> None:
    await staff.cancels(appointment)

    await staff.round()

    (said,) = house.chatwoot.sent()
    assert "tuvo que cancelar su cita" in said
    assert "¿Le busco otra fecha?" in said


async def test_a_process_that_ended_before_it_noted_the_telling_tells_nothing_twice(
    house: House, staff: Staff, appointment: Appointment
) -> None:
    await staff.cancels(appointment)
    await staff.round()
    await house.calendars.staff_edits_of(staff.tenant).note(appointment)
    (key,) = [one async for one in house.redis.scan_iter(f"{BENOVA}:reminder:*")]
    await awaitable(house.redis.set(key, "begun"))

    await staff.round()

    assert len(house.chatwoot.sent()) == 1


async def test_past_the_channels_window_the_people_are_asked_to_call(
    house: House, staff: Staff, appointment: Appointment
) -> None:
    house.chatwoot.kept[7, 101].place = replace(HERE, can_reply=False)
    await staff.moves(appointment)

    await staff.round()

    assert house.chatwoot.sent() == []
    assert "Llámelo" in house.chatwoot.notes()[0]


async def test_nobody_is_woken_for_a_change_of_another_day(
    house: House, staff: Staff, appointment: Appointment
) -> None:
    house.clock.forward(13 * 3600)
    await staff.moves(appointment)

    at_night = await staff.round()
    house.clock.forward(10 * 3600)

    assert at_night == 0
    assert await staff.round() == 1


async def test_what_was_moved_to_and_fro_or_is_past_is_told_to_nobody(
    house: House, staff: Staff, appointment: Appointment
) -> None:
    await house.calendars.staff_edits_of(staff.tenant).note(appointment)

    unchanged = await staff.round()
    await staff.cancels(appointment)
    house.clock.forward((4 * DAY + 2 * HOUR).total_seconds())

    assert unchanged == 0
    assert await staff.round() == 0
    assert not await house.redis.exists(keys.staff_edits(BENOVA))


async def test_a_company_may_tell_its_patients_itself(house: House) -> None:
    with_agenda(house, agenda={"tell_staff_changes": False})
    staff = Staff(house)
    await staff.cancels(await booked(house, days=4))

    assert await staff.round() == 0
