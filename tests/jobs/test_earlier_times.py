"""The waitlist: a time that becomes free is offered in turn, kept for one patient, taken by a yes."""

from datetime import timedelta

import pytest

from agenda.appointment import Appointment, Patient
from agenda.errors import UnknownAppointmentError
from tenants.ids import UserId
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, LAURA, House, contact
from tests.jobs.test_reminders import with_agenda

DAY = timedelta(days=1)
OTHER, THIRD = UserId("501"), UserId("502")


class Waiting:
    """A clinic whose coming days are full but for what a test frees."""

    def __init__(self, house: House) -> None:
        self.house = house
        with_agenda(house)
        self.tenant = house.companies.find(BENOVA)
        self.agenda = house.calendars.agenda_of(self.tenant)

    async def book(self, user: UserId, days: int, conversation: int) -> Appointment:
        """Book the first free time some days from now."""
        after = self.house.clock() + days * DAY
        slot = (await self.agenda.free_slots("botox", after, after + DAY))[0]
        patient = Patient(
            name="Laura Mejía",
            phone="+573001234567",
            conversation_id=conversation,
            channel="whatsapp",
            language="es",
        )
        return await self.agenda.book(user, slot.slot_id, patient)

    async def waits(self, user: UserId, days: int, conversation: int) -> Appointment:
        """Book, and wait for something earlier."""
        booked = await self.book(user, days, conversation)
        return await self.agenda.wait_for_earlier(user, booked.appointment_id)

    async def offers(self) -> int:
        """Go round once."""
        return await self.house.earlier_times.offer(self.tenant)

    async def freed(self) -> Appointment:
        """Let somebody cancel a time in two days."""
        booked = await self.book(THIRD, 2, 0)
        return await self.agenda.cancel(THIRD, booked.appointment_id)


@pytest.fixture
async def waiting(house: House) -> Waiting:
    house.chatwoot.open(contact(501))
    return Waiting(house)


async def test_nobody_is_offered_anything_before_a_time_becomes_free(waiting: Waiting) -> None:
    await waiting.waits(LAURA, 8, 101)

    assert await waiting.offers() == 0


async def test_a_freed_time_is_offered_and_kept_for_whoever_waits(
    waiting: Waiting, house: House
) -> None:
    await waiting.waits(LAURA, 8, 101)
    await waiting.freed()

    offered = await waiting.offers()

    assert offered == 1
    assert "Se liberó un espacio" in house.chatwoot.sent()[-1]
    assert "10 minutos" in house.chatwoot.sent()[-1]
    assert await waiting.agenda.holds(LAURA)


async def test_a_yes_moves_the_appointment_and_ends_the_waiting(
    waiting: Waiting, house: House, writes: Writing
) -> None:
    before = await waiting.waits(LAURA, 8, 101)
    await waiting.freed()
    await waiting.offers()
    await writes("sí")

    await house.answer()

    (now,) = await waiting.agenda.appointments_of(LAURA)
    assert now.start < before.start
    assert now.appointment_id == before.appointment_id
    assert "Listo" in house.chatwoot.sent()[-1]
    assert await house.calendars.ledger_of(waiting.tenant).waiting() == []


async def test_a_no_leaves_everything_and_the_next_one_is_offered_the_time(
    waiting: Waiting, house: House, writes: Writing
) -> None:
    before = await waiting.waits(LAURA, 8, 101)
    await waiting.freed()
    await waiting.offers()
    await writes("no gracias")

    await house.answer()

    assert await waiting.agenda.appointments_of(LAURA) == [before]
    assert "sigue igual" in house.chatwoot.sent()[-1]
    assert not await waiting.agenda.holds(LAURA)


async def test_two_who_wait_are_offered_different_times(waiting: Waiting, house: House) -> None:
    await waiting.waits(LAURA, 8, 101)
    await waiting.waits(OTHER, 9, 501)
    await waiting.freed()

    assert await waiting.offers() == 2

    first, second = house.chatwoot.sent()[-1], house.chatwoot.sent(7, 501)[-1]
    assert first.split(":", 1)[1] != second.split(":", 1)[1]


async def test_nobody_is_offered_the_same_time_twice(waiting: Waiting, house: House) -> None:
    await waiting.waits(LAURA, 8, 101)
    await waiting.freed()
    await waiting.offers()
    house.clock.forward(11 * 60)

    await waiting.offers()

    first, second = house.chatwoot.sent()
    assert first != second


async def test_who_answers_after_the_time_went_keeps_the_appointment(
    waiting: Waiting, house: House, writes: Writing
) -> None:
    before = await waiting.waits(LAURA, 8, 101)
    await waiting.freed()
    await waiting.offers()
    house.clock.forward(11 * 60)
    await waiting.book(OTHER, 0, 0)
    await writes("sí")

    await house.answer()

    assert await waiting.agenda.appointments_of(LAURA) == [before]
    assert "ya no está disponible" in house.chatwoot.sent()[-1]


async def test_a_cancelled_appointment_waits_no_more(waiting: Waiting, house: House) -> None:
    booked = await waiting.waits(LAURA, 8, 101)
    await waiting.agenda.cancel(LAURA, booked.appointment_id)

    assert await waiting.offers() == 0
    assert await house.calendars.ledger_of(waiting.tenant).waiting() == []


async def test_nobody_waits_for_another_patients_appointment(waiting: Waiting) -> None:
    booked = await waiting.book(LAURA, 8, 101)

    with pytest.raises(UnknownAppointmentError):
        await waiting.agenda.wait_for_earlier(OTHER, booked.appointment_id)
