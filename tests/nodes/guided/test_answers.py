"""Questions about the clinic: answered from its own words, or not at all."""

import pytest

from tests.nodes.guided.conftest import Begin
from tests.nodes.guided.harness import Talk


@pytest.mark.parametrize(
    ("company", "question", "fact"),
    [
        ("benova", "¿dónde están ubicados?", "Carrera 43A # 7-50"),
        ("benova", "¿tienen parqueadero?", "primera hora sin costo"),
        ("benova", "¿puedo pagar con nequi?", "Nequi"),
        ("benova", "¿a qué número los llamo?", "+57 604 555 0142"),
        ("benova", "¿abren los domingos?", "Los domingos no abrimos"),
        ("benova", "¿atienden los sábados?", "de 8:00 a. m. a 2:00 p. m."),
        ("benova", "¿hasta qué hora atienden hoy?", "6:30 p. m."),
        ("benova", "¿están abiertos?", "hasta las 12:30 p. m."),
        ("benova", "¿trabajan el 24 de diciembre?", "de 8:00 a. m. a 12:00 p. m."),
        ("benova", "¿abren el 8 de diciembre?", "festivo"),
        ("benova", "¿quién aplica los labios?", "Valentina Ruiz"),
        ("benova", "¿qué pasa si llego tarde?", "15 minutos tarde"),
        ("benova", "¿cuál es la política de cancelación?", "24 horas antes"),
        ("benova", "¿hacen factura electrónica?", "factura electrónica"),
        ("benova", "¿atienden niños?", "14 años"),
        ("benova", "¿la toxina duele?", "pinchazos cortos"),
        ("benova", "¿cuántas sesiones de depilación láser necesito?", "ocho"),
        ("dental", "¿aceptan EPS?", "No tenemos convenio con EPS"),
        ("wellness", "Where are you located?", "1010 Brickell Plaza"),
        ("wellness", "Do you have parking?", "Valet parking"),
        ("wellness", "What's your cancellation policy?", "24 hours before"),
        ("wellness", "Does botox hurt?", "pinches"),
    ],
)
async def test_a_question_is_answered_with_the_clinics_own_fact(
    begin: Begin, company: str, question: str, fact: str
) -> None:
    talk = begin(company)

    assert fact in await talk.says(question)


@pytest.mark.parametrize(
    "question",
    [
        "¿quién ganó el partido de ayer?",
        "¿tienen guardería para perros?",
        "¿me presta plata?",
        "¿venden criptomonedas?",
    ],
)
async def test_what_is_not_known_is_said_to_be_unknown(stranger: Talk, question: str) -> None:
    answer = await stranger.says(question)

    assert "no tengo" in answer.lower()
    assert "persona" in answer


async def test_an_answer_is_sentences_not_a_document(stranger: Talk) -> None:
    answer = await stranger.says("¿qué pasa si llego tarde?")

    assert len(answer) < 200
    assert "#" not in answer


async def test_care_after_a_treatment_is_the_clinics_text(stranger: Talk) -> None:
    answer = await stranger.hears("precio limpieza facial", "¿qué cuidados debo tener después?")

    assert "protector solar y no se maquille por 12 horas" in answer


async def test_the_pain_of_one_treatment_is_not_answered_with_anothers(stranger: Talk) -> None:
    answer = await stranger.hears("me interesan los labios", "¿duele mucho?")

    assert "toxina" not in answer.lower()


async def test_two_questions_get_two_answers(begin: Begin) -> None:
    answer = await begin("dental").says("¿cuánto cuesta un implante y dónde están ubicados?")

    assert "desde $ 3.200.000" in answer
    assert "Avenida 5N" in answer


async def test_thanks_and_a_question_get_the_answer(stranger: Talk) -> None:
    answer = await stranger.says("gracias, ¿y dónde queda?")

    assert "Carrera 43A" in answer


async def test_promotions_in_force_are_quoted_with_their_dates(stranger: Talk) -> None:
    answer = await stranger.says("¿tienen promociones?")

    assert "$ 240.000" in answer
    assert "31 de diciembre de 2026" in answer
    assert "$ 270.000" not in answer


async def test_promotions_that_are_over_are_not_offered(begin: Begin) -> None:
    answer = await begin("benova", at="2027-06-15T10:00:00-05:00").says("¿tienen promociones?")

    assert "$" not in answer
    assert "no tengo promociones" in answer


async def test_a_promotion_for_one_treatment_says_when_it_holds(stranger: Talk) -> None:
    answer = await stranger.says("¿hay promoción de hidrafacial?")

    assert "$ 270.000" in answer
    assert "12 de enero" in answer


@pytest.mark.parametrize(
    "question",
    [
        "¿cuántas unidades de botox necesito?",
        "¿qué antibiótico me puedo tomar?",
        "¿puedo tomar ibuprofeno después de los labios?",
    ],
)
async def test_doses_and_medicines_are_left_to_a_professional(
    stranger: Talk, question: str
) -> None:
    answer = await stranger.says(question)

    assert "profesional" in answer
    assert "persona" in answer
    assert " mg" not in answer


async def test_no_diagnosis_is_given(stranger: Talk) -> None:
    answer = await stranger.says("tengo una mancha rara en la cara, ¿qué será esto?")

    assert "diagnóstico" in answer


async def test_pregnancy_is_answered_with_the_clinics_rule_and_a_professional(
    stranger: Talk,
) -> None:
    answer = await stranger.says("¿puedo ponerme botox si estoy embarazada?")

    assert "no realizamos toxina botulínica" in answer
    assert "profesional" in answer


async def test_a_recommendation_ends_in_a_valuation(stranger: Talk) -> None:
    answer = await stranger.says("¿qué me recomiendas para las manchas?")

    assert "Peeling químico" in answer
    assert "$ 90.000" in answer
    assert answer.endswith("?")
