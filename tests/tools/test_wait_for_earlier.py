"""Waiting for an earlier time: for a patient's own appointment, and nobody else's."""

import pytest

from integrations.redis import Client
from tenants import keys
from tenants.ids import CompanyId
from tests.agenda.clinics import MovingClock, benova, medispa
from tests.tools.front_desk import Conversation, desk_of
from tools.book_appointment import book_appointment
from tools.find_slots import find_slots
from tools.hold_slot import hold_slot
from tools.wait_for_earlier import wait_for_earlier


@pytest.fixture
async def ana(redis: Client) -> Conversation:
    """Ana, who has an appointment on Thursday."""
    talk = Conversation(desk_of(redis, benova(), MovingClock()), conversation_id=101)
    found = await talk.use(find_slots, treatment="botox", when="el jueves")
    await talk.use(hold_slot, slot_id=found["slots"][0]["slot_id"])
    await talk.use(book_appointment, name="Ana Gómez", phone="3001234567")
    return talk


async def own(talk: Conversation) -> str:
    (appointment,) = await talk.desk.agenda.appointments_of(talk.user)
    return appointment.appointment_id


async def test_a_patient_waits_and_keeps_the_appointment(ana: Conversation) -> None:
    noted = await ana.use(wait_for_earlier, appointment_id=await own(ana))

    assert noted["appointment"]["status"] == "booked"
    assert "stays" in ana.said


async def test_nobody_waits_with_anothers_appointment(ana: Conversation, redis: Client) -> None:
    luis = Conversation(ana.desk, user="42")
    theirs = Conversation(desk_of(redis, medispa(), MovingClock()))
    appointment_id = await own(ana)

    for stranger in (luis, theirs):
        refused = await stranger.use(wait_for_earlier, appointment_id=appointment_id)

        assert refused == {"refused": "UnknownAppointmentError"}


async def test_where_a_patient_wrote_is_kept_with_the_appointment(ana: Conversation) -> None:
    (appointment,) = await ana.desk.agenda.appointments_of(ana.user)

    assert appointment.patient.conversation_id == 101
    assert appointment.patient.language == "es"


async def test_a_patient_may_wait_no_longer(ana: Conversation, redis: Client) -> None:
    appointment_id = await own(ana)
    await ana.use(wait_for_earlier, appointment_id=appointment_id)

    await ana.use(wait_for_earlier, appointment_id=appointment_id, stop=True)

    assert "Off the list" in ana.said
    assert await redis.zcard(keys.waitlist(CompanyId("benova"))) == 0
