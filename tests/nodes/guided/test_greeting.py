"""How the guided agent meets people."""

from tests.nodes.guided.conftest import Begin
from tests.nodes.guided.harness import Talk


async def test_a_greeting_is_answered_with_the_agents_name_and_the_patients(ana: Talk) -> None:
    answer = await ana.says("Hola, buenos días")

    assert "Buenos días, Ana" in answer
    assert "María" in answer
    assert "Benova" in answer
    assert answer.count("?") >= 1


async def test_each_company_greets_in_its_own_name(begin: Begin) -> None:
    answer = await begin("medispa").says("hola")

    assert "MediSpa" in answer
    assert "Benova" not in answer


async def test_it_says_honestly_that_it_is_a_machine_and_offers_a_person(stranger: Talk) -> None:
    answer = await stranger.says("¿eres un robot?")

    assert "asistente automático" in answer
    assert "persona" in answer


async def test_in_english_too(john: Talk) -> None:
    answer = await john.says("am I talking to a real person?")

    assert "automatic assistant" in answer


async def test_thanks_close_politely_without_selling(stranger: Talk) -> None:
    answer = await stranger.hears("¿dónde quedan?", "muchas gracias")

    assert "gusto" in answer or "A usted" in answer
    assert "agend" not in answer


async def test_insults_are_met_calmly(stranger: Talk) -> None:
    answer = await stranger.says("son unos idiotas, no sirven para nada")

    assert "Lamento" in answer
    assert "persona del equipo" in answer


async def test_what_is_not_understood_gets_one_question_with_three_options(stranger: Talk) -> None:
    answer = await stranger.says("asdfgh")

    assert all(f"{number}. " in answer for number in (1, 2, 3))
    assert "4. " not in answer


async def test_a_question_mark_alone_is_not_taken_for_a_question(stranger: Talk) -> None:
    answer = await stranger.says("?")

    assert "1. " in answer
    assert stranger.called == []


async def test_a_yes_to_nothing_searches_no_documents(stranger: Talk) -> None:
    answer = await stranger.hears("hola", "sí")

    assert "?" in answer
    assert stranger.called == []


async def test_wording_varies_from_turn_to_turn(stranger: Talk) -> None:
    first = await stranger.says("gracias")
    second = await stranger.says("gracias")

    assert first != second


async def test_the_same_conversation_is_answered_with_the_same_words(begin: Begin) -> None:
    said = ("hola", "¿cuánto cuesta el botox?", "gracias")
    one, other = begin("benova", user="u1"), begin("benova", user="u2")

    await one.hears(*said)
    await other.hears(*said)

    assert one.transcript == other.transcript
