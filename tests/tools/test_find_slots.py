"""Times are found as the patient wished: at the hour, near it, or explained why not."""

import json
from datetime import timedelta

import pytest

from integrations.redis import Client
from tests.agenda.clinics import WEEK, MovingClock, benova, medispa, minutes
from tests.tools.front_desk import Conversation, book_first, desk_of, labels, starts
from tools.find_slots import find_slots


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

    assert ana.said.startswith("Nobody of that name does this treatment.")


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


async def test_a_special_day_is_searched_by_its_own_hours(redis: Client, time: MovingClock) -> None:
    special = {"day": "2026-11-24", "spans": [{"start": "10:00", "end": "11:00"}]}
    tenant = benova(hours={"week": WEEK, "special_days": [special]})
    patient = Conversation(desk_of(redis, tenant, time))

    found = await patient.use(find_slots, treatment="botox", when="el martes")

    assert starts(found) == ["11-24T10:00", "11-24T10:30"]
