"""A danger that was seen in a photo: the words beside it may be harmless."""

from dataclasses import replace

from graph.replies import Turn
from safety.alarm import Alarm
from tests.graph.house import ANA, House, turn

PALE = Alarm(group="photo", level="emergency", evidence=("palidez",), source="photo")


def shown(turn_id: str, text: str) -> Turn:
    written = turn(turn_id, text)
    return replace(written, context=replace(written.context, alarm=PALE))


async def test_what_a_photo_shows_is_an_emergency_whatever_is_written(house: House) -> None:
    reply = await house.desk.answer(house.benova(), shown("t1", "¿Así queda normal el botox?"))

    assert reply.agent == "emergency"
    assert reply.red_flag == "photo"
    assert reply.handoff is not None
    assert "Se ve en la foto: «palidez»" in reply.handoff["summary"]
    assert "*123*" in reply.text


async def test_words_of_a_graver_danger_choose_the_text(house: House) -> None:
    reply = await house.desk.answer(house.benova(), shown("t1", "no puedo respirar"))

    assert reply.red_flag == "breathing"


async def test_the_next_turn_does_not_see_the_photo_again(house: House) -> None:
    await house.desk.answer(house.benova(), shown("t1", "hola"))
    await house.desk.close_emergency(house.benova(), ANA)

    reply = await house.desk.answer(house.benova(), turn("t2", "¿Qué precio tiene el botox?"))

    assert reply.red_flag == ""


TOLD = "[Imagen del paciente: Un letrero que dice no puedo respirar.]"


def with_photo(text: str, told: str = TOLD) -> Turn:
    written = turn("t1", f"{text}\n{told}".strip())
    return replace(written, shown={"t1.0": told})


async def test_what_a_photo_tells_is_danger_by_the_rules(house: House) -> None:
    reply = await house.desk.answer(house.benova(), with_photo("¿Qué precio tiene?"))

    assert reply.red_flag == "breathing"


async def test_what_a_photo_tells_is_no_patients_sentence(house: House) -> None:
    house.flags.like = "mejilla rosada"
    told = "[Imagen del paciente: Una mejilla rosada.]"

    shown_only = await house.desk.answer(house.benova(), with_photo("¿Qué precio tiene?", told))
    written = await house.desk.answer(house.benova(), turn("t2", "tengo la mejilla rosada"))

    assert shown_only.red_flag == ""
    assert written.red_flag == "occlusion"


async def test_a_patient_who_writes_brackets_hides_nothing(house: House) -> None:
    reply = await house.desk.answer(house.benova(), turn("t1", TOLD))

    assert reply.red_flag == "breathing"
