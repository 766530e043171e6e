"""Prices, durations and what a company offers: from its list, never from elsewhere."""

import pytest

from tests.nodes.guided.conftest import Begin
from tests.nodes.guided.harness import Talk


@pytest.mark.parametrize(
    ("company", "question", "price"),
    [
        ("benova", "¿Cuánto cuesta el bótox?", "$ 890.000"),
        ("benova", "precio toxina botulinica", "$ 890.000"),
        ("benova", "kuanto vale la limpiesa facial", "$ 180.000"),
        ("benova", "buenas, qué valor tiene el hidrafacial??", "$ 320.000"),
        ("benova", "botox para bruxismo precio", "$ 1.150.000"),
        ("benova", "cuanto cuesta la rinomodelacion", "desde $ 1.450.000"),
        ("dental", "precio de la limpieza dental", "$ 120.000"),
        ("medispa", "cuanto vale el masaje con piedras calientes", "$ 290.000"),
        ("wellness", "how much is the hydrafacial?", "$199"),
        ("wellness", "price of botox for jaw", "$650"),
    ],
)
async def test_a_price_is_said_as_the_company_has_it(
    begin: Begin, company: str, question: str, price: str
) -> None:
    talk = begin(company)

    assert price in await talk.says(question)


async def test_one_companys_price_is_never_anothers(begin: Begin) -> None:
    benova = await begin("benova").says("¿cuánto cuesta la limpieza facial?")
    medispa = await begin("medispa").says("¿cuánto cuesta la limpieza facial?")

    assert "$ 180.000" in benova
    assert "$ 180.000" not in medispa


async def test_a_price_comes_with_the_duration_and_an_offer_to_book(stranger: Talk) -> None:
    answer = await stranger.says("¿cuánto cuesta la limpieza facial?")

    assert "1 hora y 15 minutos" in answer
    assert answer.endswith("?")


async def test_what_is_valued_in_person_gets_no_number(stranger: Talk) -> None:
    answer = await stranger.says("precio de los hilos tensores")

    assert "valoración" in answer
    assert "$" not in answer


async def test_several_treatments_are_a_list(stranger: Talk) -> None:
    answer = await stranger.says("¿cuánto valen los labios y el botox?")

    assert "$ 1.250.000" in answer
    assert "$ 890.000" in answer


async def test_a_word_that_fits_several_treatments_lists_them(stranger: Talk) -> None:
    answer = await stranger.says("cuánto vale la depilación láser")

    assert "axilas: $ 150.000" in answer
    assert "piernas completas: $ 390.000" in answer


async def test_a_treatment_that_is_not_offered_gets_no_price(stranger: Talk) -> None:
    answer = await stranger.says("¿cuánto cuesta la liposucción?")

    assert "liposucción" in answer
    assert "$" not in answer
    assert "persona" in answer


async def test_the_closest_treatments_are_named_for_one_that_is_not_offered(john: Talk) -> None:
    answer = await john.says("how much is a deep tissue massage?")

    assert "can't find" in answer
    assert "Relaxing massage: $130" in answer


async def test_a_price_without_a_treatment_is_the_one_talked_of(stranger: Talk) -> None:
    answer = await stranger.hears("¿hacen peeling?", "¿y cuánto cuesta?")

    assert "desde $ 260.000" in answer


async def test_a_price_of_nothing_asks_of_what(stranger: Talk) -> None:
    answer = await stranger.says("¿qué precio tiene?")

    assert "¿De cuál tratamiento?" in answer


async def test_the_cheapest_are_really_the_cheapest(begin: Begin) -> None:
    answer = await begin("medispa").says("¿cuál es el tratamiento más económico?")

    assert "$ 120.000" in answer
    assert "$ 160.000" in answer
    assert "$ 170.000" in answer


async def test_the_whole_offer_is_grouped(stranger: Talk) -> None:
    answer = await stranger.says("¿qué servicios tienen?")

    assert "Inyectables" in answer
    assert "Hidrafacial" in answer
    assert "Luz pulsada para manchas" in answer


async def test_a_duration_is_said_in_words(stranger: Talk) -> None:
    answer = await stranger.hears("precio del botox", "¿cuánto se demora?")

    assert "45 minutos" in answer


async def test_an_offer_that_was_not_taken_up_is_not_pressed(stranger: Talk) -> None:
    await stranger.says("¿cuánto cuesta el botox?")

    answer = await stranger.says("¿y dónde quedan?")

    assert "Carrera 43A" in answer
    assert "?" not in answer
