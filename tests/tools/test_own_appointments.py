"""A patient's own appointments: seen, moved, cancelled, and nobody else's."""

from tests.tools.front_desk import Conversation, book_first, hold_first
from tools.book_appointment import book_appointment
from tools.cancel_appointment import cancel_appointment
from tools.find_slots import find_slots
from tools.hold_slot import hold_slot
from tools.move_appointment import move_appointment
from tools.my_appointments import my_appointments

PHONE = "+573001234567"


async def test_patients_see_their_own_appointments_only(
    ana: Conversation, luis: Conversation, mary: Conversation
) -> None:
    appointment_id = await book_first(ana, "el martes a las 3")

    mine = await ana.use(my_appointments)

    assert [one["appointment_id"] for one in mine["appointments"]] == [appointment_id]
    assert mine["appointments"][0]["treatment"] == "Toxina botulínica"
    assert (await luis.use(my_appointments))["appointments"] == []
    assert (await mary.use(my_appointments))["appointments"] == []


async def test_nobody_cancels_or_moves_another_s_appointment_by_its_id(
    ana: Conversation, luis: Conversation, mary: Conversation
) -> None:
    appointment_id = await book_first(ana, "el martes a las 3")

    for stranger in (luis, mary):
        found = await stranger.use(find_slots, treatment="botox", when="jueves 3 de diciembre")
        cancelled = await stranger.use(cancel_appointment, appointment_id=appointment_id)
        moved = await stranger.use(
            move_appointment,
            appointment_id=appointment_id,
            slot_id=found["slots"][0]["slot_id"],
        )

        assert cancelled == moved == {"refused": "UnknownAppointmentError"}
        assert not stranger.state.get("acted")
    assert len((await ana.use(my_appointments))["appointments"]) == 1


async def test_an_appointment_moves_to_an_offered_time(ana: Conversation) -> None:
    appointment_id = await book_first(ana, "el martes a las 3")
    found = await ana.use(find_slots, treatment="botox", when="el jueves a las 10")

    moved = await ana.use(
        move_appointment, appointment_id=appointment_id, slot_id=found["slots"][0]["slot_id"]
    )

    assert moved["appointment"]["start"] == "2026-11-26T10:00:00-05:00"
    assert ana.state["acted"] is True
    assert ana.state["booking"] is None


async def test_an_appointment_can_move_into_its_own_time(ana: Conversation) -> None:
    found = await ana.use(find_slots, treatment="laser", when="el martes a las 3")
    await ana.use(hold_slot, slot_id=found["slots"][0]["slot_id"])
    booked = await ana.use(book_appointment, name="Ana Gómez", phone=PHONE)
    appointment_id = booked["appointment"]["appointment_id"]
    ana.state["booking"] = {"goal": "move", "appointment_id": appointment_id}

    later = await ana.use(find_slots, treatment="laser", when="el martes a las 3:30")
    moved = await ana.use(
        move_appointment, appointment_id=appointment_id, slot_id=later["slots"][0]["slot_id"]
    )

    assert later["exact"] is True
    assert moved["appointment"]["start"] == "2026-11-24T15:30:00-05:00"


async def test_a_cancelled_appointment_is_gone(ana: Conversation) -> None:
    appointment_id = await book_first(ana, "el martes a las 3")

    cancelled = await ana.use(cancel_appointment, appointment_id=appointment_id)

    assert cancelled["appointment"]["status"] == "cancelled"
    assert ana.state["acted"] is True
    assert (await ana.use(my_appointments))["appointments"] == []


async def test_a_change_at_short_notice_is_a_human_s(ana: Conversation) -> None:
    appointment_id = await book_first(ana, "mañana a las 8")

    refused = await ana.use(cancel_appointment, appointment_id=appointment_id)

    assert refused == {"refused": "TooLateError"}
    assert "hand_to_human" in ana.said


async def test_a_held_time_is_no_booking_while_an_appointment_is_moved(ana: Conversation) -> None:
    ana.state["booking"] = {"goal": "move", "appointment_id": "x"}
    await hold_first(ana, "el jueves a las 10")

    refused = await ana.use(book_appointment, name="Ana Gómez", phone=PHONE)

    assert refused == {"refused": "incomplete"}
    assert "move_appointment" in ana.said
