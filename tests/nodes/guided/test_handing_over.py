"""When a person takes over, and what the patient and the person are told."""

import pytest

from tests.nodes.guided.conftest import Begin
from tests.nodes.guided.harness import Talk


@pytest.mark.parametrize(
    "wish",
    [
        "quiero hablar con una persona",
        "comuníqueme con un asesor por favor",
        "me pueden llamar?",
        "no quiero hablar con un robot",
        "asesor",
        "no me entiendes, UN HUMANO POR FAVOR",
        "quiero hablar con el gerente YA",
        "eres un robot?? quiero hablar con una persona",
        "quiero la factura electronica a nombre de mi empresa",
    ],
)
async def test_who_asks_for_a_person_gets_one(stranger: Talk, wish: str) -> None:
    answer = await stranger.says(wish)

    assert stranger.names_called == ["hand_to_human"]
    assert "persona de nuestro equipo" in answer


async def test_the_person_is_told_what_it_is_about(ana: Talk) -> None:
    await ana.hears(
        "quiero agendar limpieza facial el jueves a las 9", "prefiero hablar con una persona"
    )

    handoff = ana.state["handoff"]
    assert handoff is not None
    assert "Limpieza facial profunda" in handoff["summary"]
    assert "jueves 26 de noviembre" in handoff["summary"]


async def test_out_of_hours_it_says_when_somebody_answers(begin: Begin) -> None:
    talk = begin("benova", at="2026-11-22T20:00:00-05:00")

    answer = await talk.says("quiero hablar con una persona")

    assert "mañana lunes 23 de noviembre a las 8:00 a. m." in answer


async def test_a_complaint_goes_to_a_person_with_an_apology(stranger: Talk) -> None:
    answer = await stranger.says("quiero poner una queja, me dejaron muy mal")

    assert "Lamento" in answer
    assert stranger.names_called == ["hand_to_human"]


async def test_an_offered_person_comes_with_a_yes(stranger: Talk) -> None:
    await stranger.says("¿tienen guardería para perros?")

    await stranger.says("sí, por favor")

    assert stranger.names_called == ["hand_to_human"]


async def test_an_offered_person_stays_away_with_a_no(stranger: Talk) -> None:
    answer = await stranger.hears("¿tienen guardería para perros?", "no, gracias")

    assert stranger.names_called == []
    assert "?" in answer


async def test_in_english(john: Talk) -> None:
    answer = await john.says("Can I talk to a human please?")

    assert john.names_called == ["hand_to_human"]
    assert "person of our team" in answer
