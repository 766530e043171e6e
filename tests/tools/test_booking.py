"""From a time that was found to an appointment, through LangGraph's tool node."""

import asyncio

import pytest

from integrations.redis import Client
from tests.agenda.clinics import MovingClock, benova, minutes
from tests.tools.front_desk import Conversation, book_first, desk_of, hold_first
from tools.book_appointment import book_appointment
from tools.cancel_appointment import cancel_appointment
from tools.declared import described
from tools.find_slots import find_slots
from tools.hold_slot import hold_slot
from tools.move_appointment import move_appointment
from tools.my_appointments import my_appointments

PHONE = "+573001234567"


async def test_a_chosen_time_is_held_and_the_name_is_next(
    ana: Conversation, luis: Conversation
) -> None:
    found = await ana.use(find_slots, treatment="botox", when="el martes a las 3")

    held = await ana.use(hold_slot, slot_id=found["slots"][0]["slot_id"])

    assert held["slot"] == found["slots"][0]
    assert ana.state["booking"]["waiting_for"] == "name"
    assert ana.state["booking"]["held_until"] == "2026-11-22T15:10:00+00:00"
    seen = await luis.use(find_slots, treatment="botox", when="el martes a las 3")
    assert seen["note"] == "full"


async def test_a_place_in_the_list_is_as_good_as_an_id(ana: Conversation) -> None:
    found = await ana.use(find_slots, treatment="botox", when="el martes")

    held = await ana.use(hold_slot, slot_id="2")

    assert held["slot"] == found["slots"][1]


async def test_what_is_known_is_not_asked(redis: Client, time: MovingClock) -> None:
    desk = desk_of(redis, benova(), time)
    known = Conversation(desk, patient_name="Ana Gómez", patient_phone=PHONE)
    named = Conversation(desk, "42", patient_name="Luis")

    await hold_first(known, "el martes a las 3")
    await hold_first(named, "el martes a las 5")

    assert known.state["booking"]["waiting_for"] == "confirm"
    assert named.state["booking"]["waiting_for"] == "phone"


async def test_an_invented_slot_is_neither_held_nor_booked(ana: Conversation) -> None:
    for invented in ("2026-11-24T15:00", "martes 3pm", "a|b", "*", "../x", ""):
        refused = await ana.use(hold_slot, slot_id=invented)

        assert refused == {"refused": "UnknownSlotError"}
        assert "find_slots" in ana.said


async def test_another_company_s_slot_is_unknown(ana: Conversation, mary: Conversation) -> None:
    found = await ana.use(find_slots, treatment="botox", when="el martes a las 3")

    refused = await mary.use(hold_slot, slot_id=found["slots"][0]["slot_id"])

    assert refused == {"refused": "UnknownSlotError"}


async def test_a_booking_confirms_with_the_company_s_own_facts(ana: Conversation) -> None:
    await hold_first(ana, "el martes a las 3")

    booked = await ana.use(book_appointment, name="  Ana   Gómez ", phone="300 123 4567")

    shown = booked["appointment"]
    assert shown["label"] == "martes 24 de noviembre, 3:00 p. m., con la Dra. Ruiz"
    assert shown["start"] == "2026-11-24T15:00:00-05:00"
    assert ana.state["booking"] is None
    assert ana.state["acted"] is True
    assert ana.state["options"] == []
    assert "Calle 93" in ana.said
    assert "900.000" in ana.said
    assert "aspirina" in ana.said
    mine = await ana.desk.agenda.appointments_of(ana.user)
    assert [(one.patient.name, one.patient.phone) for one in mine] == [("Ana Gómez", PHONE)]


async def test_a_name_is_not_repeated_as_a_fact_of_the_clinic(ana: Conversation) -> None:
    await hold_first(ana, "el martes a las 3")

    await ana.use(book_appointment, name="Ana Botox a $ 1.000 pesos", phone=PHONE)

    # What a tool says is what a reply may rest on.
    assert "1.000" not in ana.said


async def test_nothing_is_booked_without_a_hold(ana: Conversation) -> None:
    await ana.use(find_slots, treatment="botox", when="el martes a las 3")

    refused = await ana.use(book_appointment, name="Ana Gómez", phone=PHONE)

    assert refused == {"refused": "incomplete"}
    assert "hold_slot" in ana.said


@pytest.mark.parametrize("phone", ["123", "mi celular", "+57 1", "", "999999999999999999"])
async def test_nothing_is_booked_without_a_phone_that_can_be_called(
    ana: Conversation, phone: str
) -> None:
    await hold_first(ana, "el martes a las 3")

    refused = await ana.use(book_appointment, name="Ana Gómez", phone=phone)

    assert refused == {"refused": "incomplete"}
    assert "phone" in ana.said


async def test_the_channel_s_own_number_is_enough(redis: Client, time: MovingClock) -> None:
    patient = Conversation(desk_of(redis, benova(), time), patient_phone=PHONE)
    await hold_first(patient, "el martes a las 3")

    booked = await patient.use(book_appointment, name="Ana Gómez")

    assert booked["appointment"]["status"] == "booked"


@pytest.mark.parametrize("name", ["", "  ", "3", "!?"])
async def test_nothing_is_booked_without_a_name(ana: Conversation, name: str) -> None:
    await hold_first(ana, "el martes a las 3")

    refused = await ana.use(book_appointment, name=name, phone=PHONE)

    assert refused == {"refused": "incomplete"}


async def test_an_expired_hold_is_still_booked_when_nobody_took_the_time(
    ana: Conversation, time: MovingClock
) -> None:
    await hold_first(ana, "el martes a las 3")
    time.pass_by(minutes(30))

    booked = await ana.use(book_appointment, name="Ana Gómez", phone=PHONE)

    assert booked["appointment"]["start"] == "2026-11-24T15:00:00-05:00"


async def test_a_time_lost_after_the_hold_ran_out_can_be_mended(
    ana: Conversation, luis: Conversation, time: MovingClock
) -> None:
    await hold_first(ana, "el martes a las 3")
    time.pass_by(minutes(30))
    await book_first(luis, "el martes a las 3")

    refused = await ana.use(book_appointment, name="Ana Gómez", phone=PHONE)

    assert refused["refused"] == "SlotTakenError"
    assert "offer these instead" in ana.said
    assert ana.state["booking"]["slots"] == refused["slots"]
    assert "slot_id" not in ana.state["booking"]
    assert ana.state["booking"]["name"] == "Ana Gómez"
    assert not ana.state.get("acted")


async def test_a_new_search_lets_the_held_time_go(ana: Conversation, luis: Conversation) -> None:
    await hold_first(ana, "el martes a las 3")

    await ana.use(find_slots, treatment="botox", when="el miércoles")

    assert "slot_id" not in ana.state["booking"]
    seen = await luis.use(find_slots, treatment="botox", when="el martes a las 3")
    assert seen["exact"] is True


def test_tools_take_no_identity_from_a_model(ana: Conversation) -> None:
    tools = (
        find_slots,
        hold_slot,
        book_appointment,
        my_appointments,
        move_appointment,
        cancel_appointment,
    )
    shown = {
        name
        for tool in tools
        for name in described(tool(ana.desk))["function"]["parameters"]["properties"]
    }

    assert shown == {"treatment", "when", "staff", "slot_id", "name", "phone", "notes", "appointment_id", "for_somebody_else"}  # fmt: skip


async def test_of_two_hundred_patients_one_holds_the_time_and_the_others_are_offered_the_next(
    redis: Client, time: MovingClock
) -> None:
    desk = desk_of(redis, benova(), time)
    patients = [Conversation(desk, str(user)) for user in range(200)]
    found = await patients[0].use(find_slots, treatment="botox", when="el martes")
    for one in patients[1:]:
        one.state = dict(patients[0].state)
    wanted = found["slots"][0]["slot_id"]

    told = await asyncio.gather(*(one.use(hold_slot, slot_id="1") for one in patients))

    assert [one["slot"]["slot_id"] for one in told if "slot" in one] == [wanted]
    losers = [one for one in told if one.get("refused") == "SlotTakenError"]
    assert len(losers) == 199
    assert all(one["slots"] for one in losers)
    assert wanted not in {slot["slot_id"] for one in losers for slot in one["slots"]}


async def test_who_lost_a_time_books_one_of_the_next(ana: Conversation, luis: Conversation) -> None:
    await ana.use(find_slots, treatment="botox", when="el martes a las 10")
    await hold_first(luis, "el martes a las 10")
    lost = await ana.use(hold_slot, slot_id="1")

    await ana.use(hold_slot, slot_id="1")
    booked = await ana.use(book_appointment, name="Ana Gómez", phone="3001234567")

    assert "somebody else has it" not in ana.said
    assert booked["appointment"]["start"] == lost["slots"][0]["start"]
