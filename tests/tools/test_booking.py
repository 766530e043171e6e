"""From the patient's words to an appointment, and back, through LangGraph's tool node."""

import asyncio
import json
from datetime import timedelta

import pytest

from integrations.redis import Client
from tests.agenda.clinics import WEEK, MovingClock, benova, medispa, minutes
from tests.tools.front_desk import Conversation, desk_of
from tools.book_appointment import book_appointment
from tools.cancel_appointment import cancel_appointment
from tools.declared import described
from tools.find_slots import find_slots
from tools.hold_slot import hold_slot
from tools.move_appointment import move_appointment
from tools.my_appointments import my_appointments

PHONE = "+573001234567"


@pytest.fixture
def time() -> MovingClock:
    return MovingClock()


@pytest.fixture
def ana(redis: Client, time: MovingClock) -> Conversation:
    return Conversation(desk_of(redis, benova(), time), "41")


@pytest.fixture
def luis(redis: Client, time: MovingClock) -> Conversation:
    return Conversation(desk_of(redis, benova(), time), "42")


@pytest.fixture
def mary(redis: Client, time: MovingClock) -> Conversation:
    return Conversation(desk_of(redis, medispa(), time), "41")


async def hold_first(patient: Conversation, when: str, treatment: str = "botox") -> str:
    found = await patient.use(find_slots, treatment=treatment, when=when)
    slot_id: str = found["slots"][0]["slot_id"]
    await patient.use(hold_slot, slot_id=slot_id)
    return slot_id


async def book_first(patient: Conversation, when: str) -> str:
    await hold_first(patient, when)
    booked = await patient.use(book_appointment, name="Ana Gómez", phone="3001234567")
    appointment_id: str = booked["appointment"]["appointment_id"]
    return appointment_id


def labels(found: dict[str, list[dict[str, str]]]) -> list[str]:
    return [slot["label"] for slot in found["slots"]]


def starts(found: dict[str, list[dict[str, str]]]) -> list[str]:
    return [slot["start"][5:16] for slot in found["slots"]]


async def test_the_asked_hour_comes_first_then_its_neighbours(ana: Conversation) -> None:
    found = await ana.use(find_slots, treatment="botox", when="el martes a las 3")

    assert found["exact"] is True
    assert found["note"] == ""
    assert labels(found)[0] == "martes 24 de noviembre, 3:00 p. m., con la Dra. Ruiz"
    assert starts(found)[1:] == ["11-24T14:00", "11-24T14:30", "11-24T15:30", "11-24T16:00", "11-24T16:30"]  # fmt: skip
    assert found["when"] == {
        "day_from": "2026-11-24", "day_to": "2026-11-24", "part": None, "at": "15:00",
    }  # fmt: skip


async def test_english_is_labelled_in_english(mary: Conversation) -> None:
    found = await mary.use(find_slots, treatment="botox", when="Tuesday at 3")

    assert labels(found)[0] == "Tuesday, November 24, 3:00 PM, with Dr. Ruiz"
    assert mary.state["options"][0] == {
        "title": "Tue Nov 24 3:00 PM", "value": found["slots"][0]["slot_id"],
    }  # fmt: skip


async def test_the_patient_s_language_wins_over_the_company_s(
    redis: Client, time: MovingClock
) -> None:
    patient = Conversation(desk_of(redis, medispa(), time), language="es")

    found = await patient.use(find_slots, treatment="botox", when="el martes a las 3")

    assert labels(found)[0] == "martes 24 de noviembre, 3:00 p. m., con el Dr. Ruiz"


async def test_what_was_found_is_kept_in_the_state_as_plain_json(ana: Conversation) -> None:
    ana.state["booking"] = {"goal": "move", "appointment_id": "x", "name": "Ana"}

    found = await ana.use(find_slots, treatment="botox", when="el martes")

    booking = ana.state["booking"]
    assert booking == {
        "goal": "move", "appointment_id": "x", "name": "Ana", "treatment_id": "botox",
        "day": "2026-11-24", "slots": found["slots"], "waiting_for": "slot",
        "since": "2026-11-22T15:00:00+00:00",
    }  # fmt: skip
    assert json.loads(json.dumps(found)) == found
    assert [len(one["title"]) <= 20 for one in ana.state["options"]] == [True] * 6


async def test_a_whole_day_is_shown_from_end_to_end(ana: Conversation) -> None:
    found = await ana.use(find_slots, treatment="botox", when="el martes")

    assert starts(found) == ["11-24T08:00", "11-24T09:30", "11-24T11:00", "11-24T14:30", "11-24T16:00", "11-24T17:30"]  # fmt: skip


async def test_a_week_is_shown_over_several_days(ana: Conversation) -> None:
    found = await ana.use(find_slots, treatment="botox", when="la otra semana en la tarde")

    assert starts(found) == ["11-23T14:00", "11-23T17:30", "11-24T14:00", "11-24T17:30", "11-25T14:00", "11-25T17:30"]  # fmt: skip


async def test_no_wish_means_soon(ana: Conversation) -> None:
    found = await ana.use(find_slots, treatment="botox")

    assert found["exact"] is True
    assert starts(found)[0] == "11-23T08:00"


async def test_each_hour_is_shown_once_although_two_doctors_are_free(ana: Conversation) -> None:
    found = await ana.use(find_slots, treatment="laser", when="el martes en la mañana")

    assert len(set(starts(found))) == len(found["slots"]) == 6


async def test_the_doctor_whom_the_patient_wants_is_found(ana: Conversation) -> None:
    found = await ana.use(find_slots, treatment="laser", when="el martes", staff="el Dr Mora")

    assert {label.rpartition(" con ")[2] for label in labels(found)} == {"el Dr. Mora"}


async def test_a_doctor_who_does_not_do_it_is_not_promised(ana: Conversation) -> None:
    await ana.use(find_slots, treatment="botox", when="el martes", staff="Mora")

    assert ana.said.startswith("Nobody called 'Mora' does this treatment.")


@pytest.mark.parametrize(
    ("when", "note", "first"),
    [
        ("hoy", "closed", "11-23T08:00"),
        ("el 8 de diciembre a las 10", "holiday", "12-07T10:00"),
        ("ayer", "past", "11-23T08:00"),
        ("el martes a las 8 de la noche", "closed", "11-24T17:30"),
        ("15 de marzo", "too_far", "01-19T08:00"),
        ("cuando salga la luna llena", "unclear", "11-23T08:00"),
    ],
)
async def test_what_cannot_be_is_explained_and_the_nearest_offered(
    ana: Conversation, when: str, note: str, first: str
) -> None:
    found = await ana.use(find_slots, treatment="botox", when=when)

    assert found["note"] == note
    assert found["exact"] is False
    assert starts(found)[0] == first


async def test_an_hour_that_is_taken_brings_that_day_and_that_hour_elsewhere(
    ana: Conversation, luis: Conversation
) -> None:
    await book_first(luis, "el martes a las 3")

    found = await ana.use(find_slots, treatment="botox", when="el martes a las 3")

    assert found["note"] == "full"
    assert starts(found) == ["11-24T14:00", "11-24T16:00", "11-24T16:30", "11-23T15:00", "11-25T15:00", "11-26T15:00"]  # fmt: skip


async def test_today_within_the_notice_is_too_soon(ana: Conversation, time: MovingClock) -> None:
    time.pass_by(timedelta(days=1))

    found = await ana.use(find_slots, treatment="botox", when="hoy a las 11")

    assert found["note"] == "too_soon"
    assert starts(found)[0] == "11-23T14:00"


async def test_a_treatment_that_nobody_knows_is_asked_for(ana: Conversation) -> None:
    found = await ana.use(find_slots, treatment="trasplante de luna", when="mañana")

    assert found["note"] == "unknown_treatment"
    assert found["slots"] == []
    assert "Depilación láser" in found["question"]
    assert "Rinoplastia" not in ana.said


async def test_a_treatment_is_known_by_its_alias_with_a_typo(ana: Conversation) -> None:
    found = await ana.use(find_slots, treatment="toxinaa botulinica", when="mañana")

    assert found["treatment_id"] == "botox"


async def test_a_company_that_never_opens_says_so(redis: Client, time: MovingClock) -> None:
    patient = Conversation(desk_of(redis, benova(hours={}), time))

    found = await patient.use(find_slots, treatment="botox", when="mañana")

    assert found["slots"] == []
    assert patient.state["booking"]["waiting_for"] == "day"
    assert "No free time" in patient.said


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


async def test_an_hour_is_found_behind_days_full_of_other_hours(
    redis: Client, time: MovingClock
) -> None:
    many = [{"id": f"s{number}", "name": f"Staff {number}"} for number in range(12)]
    evening = {"day": "2026-12-03", "spans": [{"start": "18:00", "end": "20:00"}]}
    hours = {"week": WEEK, "special_days": [evening]}
    tenant = benova(staff=many, hours=hours, treatments=[{"id": "botox", "name": "Botox", "duration": minutes(30)}])  # fmt: skip
    patient = Conversation(desk_of(redis, tenant, time))

    found = await patient.use(find_slots, treatment="botox", when="después de las 6 de la tarde")

    assert found["exact"] is True
    assert starts(found)[0] == "12-03T18:00"


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


async def test_a_special_day_is_searched_by_its_own_hours(redis: Client, time: MovingClock) -> None:
    special = {"day": "2026-11-24", "spans": [{"start": "10:00", "end": "11:00"}]}
    tenant = benova(hours={"week": WEEK, "special_days": [special]})
    patient = Conversation(desk_of(redis, tenant, time))

    found = await patient.use(find_slots, treatment="botox", when="el martes")

    assert starts(found) == ["11-24T10:00", "11-24T10:30"]


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
