"""The same desk in English."""

from tests.nodes.guided.conftest import Begin
from tests.nodes.guided.harness import Talk


async def starts(talk: Talk) -> list[str]:
    found = await talk.appointments()
    return [
        f"{one.treatment_id} {one.start.astimezone(talk.tenant.zone):%m-%d %H:%M}" for one in found
    ]


async def test_a_whole_booking(begin: Begin) -> None:
    talk = begin("wellness")

    assert "Which treatment" in await talk.says("Hi, I'd like to book an appointment")
    answer = await talk.says("relaxing massage on Saturday at 11")
    assert "Saturday, November 28, 11:00 AM" in answer
    assert "phone" in await talk.says("Jane Doe")
    answer = await talk.says("+1 305 444 5555")
    assert "$130" in answer
    answer = await talk.says("yes please")

    assert "confirmed" in answer
    assert "1010 Brickell Plaza" in answer
    (kept,) = await talk.appointments()
    assert kept.patient.name == "Jane Doe"


async def test_price_then_yes_then_a_day(john: Talk) -> None:
    await john.hears("how much is a relaxing massage?", "yes please", "saturday at 11", "yes")

    assert await starts(john) == ["relaxing-massage 11-28 11:00"]


async def test_moved_and_cancelled(john: Talk) -> None:
    await john.hears("I want to book a relaxing massage on Saturday at 11", "yes")

    await john.hears("can I reschedule it to Saturday at 1pm?", "yes")
    assert await starts(john) == ["relaxing-massage 11-28 13:00"]

    await john.hears("please cancel my appointment", "yes")
    assert await starts(john) == []


async def test_never_mind(john: Talk) -> None:
    answer = await john.hears("I want to book a relaxing massage on Saturday at 11", "never mind")

    assert john.state["booking"] is None
    assert "No problem" in answer or "All right" in answer


async def test_thanksgiving_is_named_as_a_holiday(john: Talk) -> None:
    answer = await john.says("can I come for a relaxing massage on November 26?")

    assert "holiday" in answer or "closed" in answer


async def test_an_english_patient_of_a_spanish_clinic_is_answered_in_english(begin: Begin) -> None:
    talk = begin("benova", language="en")

    answer = await talk.says("How much is botox?")

    assert "890,000" in answer or "890.000" in answer
    assert "minutes" in answer


async def test_nothing_known_nothing_invented(john: Talk) -> None:
    answer = await john.says("do you sell airplane tickets?")

    assert "rather not guess" in answer or "can't find" in answer
