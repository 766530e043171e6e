"""Questions that came back as something else: as a wish for a time, a wrong day, another thing's answer."""

import pytest

from nodes.guided import person
from nodes.guided.cues import cues_in
from tests.nodes.guided.conftest import Begin
from tests.nodes.guided.harness import Talk


async def test_a_question_is_no_wish_for_the_visit_that_was_offered(begin: Begin) -> None:
    talk = begin("dental")
    await talk.hears("cuánto vale el blanqueamiento")

    answer = await talk.says("¿daña el esmalte?")

    assert "1." not in answer


async def test_another_use_that_is_asked_about_is_no_wish_for_it(stranger: Talk) -> None:
    await stranger.hears("cuánto vale el botox", "y duele?")

    answer = await stranger.says("¿y para la mandíbula?")

    assert "Valoración médica tengo" not in answer


async def test_the_hours_of_one_day_are_followed_by_those_of_another(stranger: Talk) -> None:
    await stranger.hears("¿atienden los domingos?")

    feast = await stranger.says("y el 8 de diciembre que es festivo?")
    eve = await stranger.says("y el 24 de diciembre?")

    assert "Los festivos no abrimos" in feast
    assert "de 8:00 a. m. a 12:00" in eve


async def test_who_wants_to_come_on_a_closed_day_learns_it_before_all(begin: Begin) -> None:
    answer = await begin("wellness").says("can I book on Sunday?")

    assert answer.splitlines()[0].startswith("We are closed on Sunday")


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("are you open on Christmas Eve?", "Thursday, December 24"),
        ("are you open the day after thanksgiving?", "Friday, November 27"),
    ],
)
async def test_a_day_called_by_the_companys_name_for_it_is_that_day(
    begin: Begin, question: str, day: str
) -> None:
    assert day in await begin("wellness").says(question)


@pytest.mark.parametrize(
    ("company", "question"),
    [
        ("benova", "q precio tiene rellenarse la boca"),
        ("medispa", "¿cuánto cuesta la liposucción?"),
    ],
)
async def test_no_passage_without_the_price_of_the_thing_answers_for_one(
    begin: Begin, company: str, question: str
) -> None:
    assert "No encuentro" in await begin(company).says(question)


async def test_what_is_sold_is_not_answered_with_what_else_is_sold(begin: Begin) -> None:
    assert "bono" not in await begin("medispa").says("¿venden cremas?")


async def test_an_answer_about_brackets_is_about_mounting_them(begin: Begin) -> None:
    talk = begin("dental")
    await talk.hears("cuánto vale poner brackets")

    assert "Entre 18 y 30 meses" in await talk.says("y cuánto duran?")


async def test_what_was_listed_is_not_answered_with_another_thing(begin: Begin) -> None:
    talk = begin("wellness")
    await talk.hears("how much is botox?")

    assert "Six to twelve months" not in await talk.says("how long does it last?")


async def test_preparation_is_told_of_everything_that_one_name_fits(stranger: Talk) -> None:
    answer = await stranger.says("¿qué preparación necesito para la depilación láser?")

    assert "Aféitese el día anterior" in answer


@pytest.mark.parametrize(
    ("words", "cue", "given"),
    [
        ("¿cuánto sale el botox?", "promotion", False),
        ("do you have a sale?", "promotion", True),
        ("¿cada cuánto?", "price", False),
        ("mejor cancélala", "cancel", True),
        ("lip filler vs cheek filler", "difference", True),
        ("and after?", "aftercare", True),
        ("¿está cerca de El Tesoro?", "address", True),
    ],
)
def test_cues_are_given_by_what_people_write(words: str, cue: str, given: bool) -> None:
    assert (cue in cues_in(words)) is given


def test_a_phone_from_abroad_is_read_back_with_the_digits_that_were_written() -> None:
    assert person.phone_words("+5491123456789") == "+54 9 11 2345-6789"
    assert person.phone_words("+573104567788") == "310 4567788"
