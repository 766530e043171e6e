"""Messages that ask more than one thing: each is answered, none is answered with what is not asked."""

import pytest

from tests.nodes.guided.conftest import Begin
from tests.nodes.guided.harness import Talk


async def test_a_price_and_promotions_are_both_told(stranger: Talk) -> None:
    answer = await stranger.says("¿cuánto vale la limpieza y tienen promociones?")

    assert "$ 180.000" in answer
    assert "Axilas láser en pareja" in answer
    assert "abono" not in answer


async def test_a_price_is_told_though_the_rest_is_unknown(begin: Begin) -> None:
    answer = await begin("wellness").says("how much is lip filler and does it hurt?")

    assert "$750" in answer
    assert "rest of your question" in answer


async def test_a_price_and_a_wish_for_a_time_are_both_taken_up(stranger: Talk) -> None:
    answer = await stranger.hears(
        "cuánto cuesta la limpieza profunda y si tienen cupo para el sábado en la mañanita porque "
        "entre semana yo trabajo",
        "a las nueve",
    )

    assert "$ 180.000" in stranger.transcript[1]
    assert "sábado 28 de noviembre, 9:00 a. m." in answer


async def test_nothing_is_said_twice(stranger: Talk) -> None:
    answer = await stranger.says("¿dónde quedan? ¿tienen parqueadero?")

    assert answer.count("primera hora sin costo") == 1


async def test_a_price_is_told_beside_what_a_professional_decides(stranger: Talk) -> None:
    answer = await stranger.says(
        "hace años me hice botox y me quedó una ceja alta, pagué un montón, ¿cuánto cuesta el botox?"
    )

    assert "$ 890.000" in answer
    assert "profesional" in answer
    assert "mentón" not in answer


async def test_two_treatments_joined_by_and_are_compared(begin: Begin) -> None:
    answer = await begin("medispa").says("¿qué diferencia hay entre el hidrafacial y la limpieza?")

    assert "Hidrafacial premium:" in answer
    assert "Limpieza facial profunda:" in answer


async def test_another_treatment_after_an_offer_is_a_question_not_a_booking(stranger: Talk) -> None:
    answer = await stranger.hears("cuanto el votox", "limpiesa")

    assert "$ 180.000" in answer
    assert not stranger.booking.get("slots")


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("cuanto el votox", "$ 890.000"),
        ("labios cuanto", "$ 1.250.000"),
        ("¿cuánto cuestan los inyectables?", "Rinomodelación"),
        ("me regala la lista de precios", "Luz pulsada para manchas: $ 420.000"),
        ("deme el botox gratis", "$ 890.000"),
        ("¿cuánto es el abono?", "$ 100.000"),
        ("¿mañana atienden?", "martes 24 de noviembre atendemos"),
        ("¿trabajan 24 de diciembre?", "8:00 a. m. a 12:00 p. m."),
    ],
)
async def test_prices_and_hours_are_understood_as_people_write(
    stranger: Talk, question: str, fact: str
) -> None:
    assert fact in await stranger.says(question)


@pytest.mark.parametrize(
    ("company", "text", "never"),
    [
        ("benova", "cuánto vale la cirugía de cataratas", "$"),
        ("benova", "me siento muy sola", "manchas"),
        ("benova", "¿venden cremas?", "$"),
        ("medispa", "cuántas sesiones necesito de depilación", "sol"),
        ("benova", "me puedo tomar una cerveza después del botox?", "día anterior"),
        ("wellness", "what if i'm late?", "9:00"),
    ],
)
async def test_no_unrelated_passage_is_quoted(
    begin: Begin, company: str, text: str, never: str
) -> None:
    assert never not in await begin(company).says(text)


@pytest.mark.parametrize(
    ("company", "text", "fact"),
    [
        ("wellness", "what if i'm late?", "15 minutes late"),
        ("wellness", "how long does botox last?", "three to four months"),
        ("wellness", "is hydrafacial on sale?", "$169"),
        ("wellness", "do you see kids?", "children"),
        ("medispa", "¿qué pasa si no puedo ir?", "48 horas"),
        ("dental", "¿aceptan póliza de Colsanitas?", "póliza"),
        ("dental", "¿tienen ortodoncia invisible?", "No encuentro «ortodoncia invisible»"),
    ],
)
async def test_the_clinics_own_words_are_found(
    begin: Begin, company: str, text: str, fact: str
) -> None:
    assert fact in await begin(company).says(text)


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("¿quién me aplicaría el botox?", "Valentina Ruiz"),
        ("¿la doctora Valentina es dermatóloga?", "Médica estética"),
        ("¿son de Bogotá?", "Medellín"),
    ],
)
async def test_people_and_places_are_told(stranger: Talk, question: str, fact: str) -> None:
    assert fact in await stranger.says(question)


async def test_a_row_of_a_table_is_quoted_without_its_columns(stranger: Talk) -> None:
    answer = await stranger.hears(
        "quiero saber el valor de la valoración", "¿se abona al tratamiento?"
    )

    assert "Se abona al tratamiento" in answer
    assert "Observaciones" not in answer


async def test_a_price_and_how_long_it_lasts_are_both_told(stranger: Talk) -> None:
    answer = await stranger.says("¿cuánto vale el botox y cuánto dura el efecto?")

    assert "$ 890.000" in answer
    assert "tres a cinco meses" in answer


async def test_a_day_is_no_part_of_a_treatments_name(begin: Begin) -> None:
    assert "No encuentro" not in await begin("medispa").says("hola tienen masajes hoy?")


@pytest.mark.parametrize(
    "text", ["I am taking the day off tomorrow, can I book a massage?", "is the red light safe?"]
)
async def test_harmless_words_are_no_symptom(begin: Begin, text: str) -> None:
    answer = await begin("wellness").says(text)

    assert "professional" not in answer
