"""Correcting the phone or the name of one's own appointments, and nobody else's."""

import pytest

from integrations.redis import Client
from tests.agenda.clinics import MovingClock, benova, medispa
from tests.tools.front_desk import Conversation, desk_of
from tools.book_appointment import book_appointment
from tools.correct_details import correct_details
from tools.find_slots import find_slots
from tools.hold_slot import hold_slot


@pytest.fixture
async def ana(redis: Client) -> Conversation:
    patient = Conversation(desk_of(redis, benova(), MovingClock()), "41")
    found = await patient.use(find_slots, treatment="botox", when="el martes")
    await patient.use(hold_slot, slot_id=found["slots"][0]["slot_id"])
    await patient.use(book_appointment, name="Ana Gómez", phone="3001234567")
    return patient


async def test_a_wrong_number_is_set_right_after_booking(ana: Conversation) -> None:
    corrected = await ana.use(correct_details, phone="301 555 1299")

    (kept,) = await ana.desk.agenda.appointments_of(ana.user)
    assert (kept.patient.name, kept.patient.phone) == ("Ana Gómez", "+573015551299")
    assert len(corrected["appointments"]) == 1


@pytest.mark.parametrize(
    ("given", "refused"),
    [({"phone": "12"}, "phone"), ({}, "incomplete"), ({"name": " "}, "incomplete")],
)
async def test_nothing_is_corrected_to_what_is_none(
    ana: Conversation, given: dict[str, str], refused: str
) -> None:
    assert await ana.use(correct_details, **given) == {"refused": refused}


async def test_nobody_corrects_anothers_appointment(ana: Conversation, redis: Client) -> None:
    (kept,) = await ana.desk.agenda.appointments_of(ana.user)
    strangers = [
        Conversation(ana.desk, "42"),
        Conversation(desk_of(redis, medispa(), MovingClock()), "41"),
    ]

    told = [
        await one.use(correct_details, appointment_id=kept.appointment_id, name="Otra Persona")
        for one in strangers
    ]

    assert told == [{"refused": "UnknownAppointmentError"}] * 2
    assert await ana.desk.agenda.appointments_of(ana.user) == [kept]
