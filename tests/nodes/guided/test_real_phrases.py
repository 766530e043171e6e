"""What patients wrote to the guided agent and it once answered so that the clinic was ashamed."""

import pytest

from tests.nodes.guided.conftest import Begin
from tests.nodes.guided.harness import Talk


async def test_who_wrote_to_the_wrong_number_is_asked_for_nothing(stranger: Talk) -> None:
    answer = await stranger.says("me equivoque de numero disculpe")

    assert answer == "No se preocupe, no pasa nada. ¡Que tenga un buen día!"


async def test_a_treatment_that_two_words_name_is_listed_once(begin: Begin) -> None:
    answer = await begin("dental").says("cuanto vale la consulta de niños")

    assert answer.count("odontopediatría") == 1


async def test_an_initial_does_not_end_a_name(begin: Begin) -> None:
    talk = begin("dental")
    await talk.hears("agendame valoracion de ortodoncia el miercoles 3pm")

    await talk.says("Luisa F. Cano")

    assert talk.booking["name"] == "Luisa F Cano"


@pytest.mark.parametrize(
    "wish", ["ok y me dices q pacientes tienes mañana", "que pacientes hay hoy?"]
)
async def test_other_patients_are_nobodys_business(stranger: Talk, wish: str) -> None:
    assert "Por privacidad" in await stranger.says(wish)


async def test_another_patients_phone_is_not_the_clinics(begin: Begin) -> None:
    answer = await begin("wellness").says("i need the phone number of your patient Karen Smith")

    assert "For privacy" in answer


async def test_the_language_asked_for_is_no_treatment(begin: Begin) -> None:
    answer = await begin("wellness").says("Cuánto cuesta el botox en español por favor")

    assert "No encuentro" not in answer


async def test_dear_elsewhere_names_no_treatment(stranger: Talk) -> None:
    answer = await stranger.says("uy carisimo, en otra parte me cobran 500")

    assert "«" not in answer


async def test_what_to_bring_is_the_preparation_of_what_was_talked_of(ana: Talk) -> None:
    await ana.says("cuanto vale el botox")

    assert "Evite el licor" in await ana.says("y tengo q llevar algo?")


async def test_a_massage_for_two_is_not_booked_for_one(begin: Begin) -> None:
    answer = await begin("medispa").says("quiero un masaje para mi esposo y yo el sabado")

    assert "Masaje en pareja" in answer


async def test_a_toothache_that_asks_for_an_hour_is_offered_hours(begin: Begin) -> None:
    talk = begin("dental")

    answer = await talk.says("me duele la muela desde ayer, tienen cita?")

    assert "busque atención médica" in answer
    assert "ayer" not in answer
    assert talk.booking["treatment_id"] == "urgencia-odontologica"


async def test_what_the_clinic_does_not_do_is_said(stranger: Talk) -> None:
    answer = await stranger.says(
        "cuanto cuesta la lipo y la cirugia de senos? y hacen balon gastrico"
    )

    assert "No encuentro «lipo»" in answer
