"""What words alone tell: treatments, time, people."""

from datetime import date

import pytest

from nodes.guided.cues import cues_in
from nodes.guided.person import looks_whole, name_answered, name_said, phone_said
from nodes.guided.picking import wish_in
from nodes.guided.when import when_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("quiero botox el viernes a las 3, soy Ana", "el viernes a las 3"),
        ("buenas tardes, ¿tienen mañana en la tarde?", "mañana en la tarde"),
        ("el 15 de diciembre tipo 4", "el 15 de diciembre tipo 4"),
        ("de hoy en ocho", "de hoy en ocho"),
        ("la otra semana", "la otra semana"),
        ("next Tuesday around 3pm please", "next Tuesday around 3pm"),
        ("la 2", ""),
        ("¿cuál es la diferencia entre las dos?", ""),
        ("buenos días", ""),
        ("may I have the price?", ""),
    ],
)
def test_the_words_about_time_are_the_patients_own(text: str, words: str) -> None:
    assert when_words(text) == words


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("soy Ana Gómez, 3001234567", "Ana Gómez"),
        ("me llamo luis pérez y mi celular es 300", "Luis Pérez"),
        ("a nombre de María de la Cruz", "María de la Cruz"),
        ("my name is John Smith", "John Smith"),
        ("soy alérgica al látex", ""),
        ("I'm looking for a massage", ""),
        ("soy paciente nueva", ""),
    ],
)
def test_a_name_is_heard_only_when_it_is_one(text: str, name: str) -> None:
    assert name_said(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ana Maria Lopez Henao y mi numero es 3001112233", "Ana Maria Lopez Henao"),
        ("claro, Jorge Iván Restrepo", "Jorge Iván Restrepo"),
        ("sí", ""),
        ("¿cuánto cuesta?", ""),
        ("no quiero", ""),
    ],
)
def test_the_answer_to_the_question_for_a_name_is_read(text: str, name: str) -> None:
    assert name_answered(text) == name


def test_a_name_with_signs_is_not_taken_for_a_whole_one() -> None:
    assert not looks_whole("Carla 🌸")


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("mi cel es 300 123 45 67", "+573001234567"),
        ("+1 305 444 5555", "+13054445555"),
        ("300 12", ""),
        ("el 15/12 a las 3", ""),
    ],
)
def test_a_phone_is_taken_only_when_it_can_be_called(text: str, phone: str) -> None:
    assert phone_said(text, "CO") == phone


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("a las 3", 3, 0),
        ("a las tres y media", 3, 30),
        ("el de las 10:15", 10, 15),
        ("4pm", 4, 0),
        ("al mediodía", 12, 0),
    ],
)
def test_an_hour_is_read(text: str, hour: int, minute: int) -> None:
    wish = wish_in(text, date(2026, 11, 23))

    assert (wish.hour, wish.minute) == (hour, minute)


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("kiero hablar con alguien", "human"),
        ("sisas", "yes"),
        ("👍", "yes"),
        ("mejor después", "drop"),
        ("¿cuántas unidades?", "dose"),
        ("pásela para el lunes", "move"),
        ("does it cost a lot?", "price"),
    ],
)
def test_cues_are_heard(text: str, cue: str) -> None:
    assert cue in cues_in(text)


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("does it hurt?", "symptom"),
        ("¿cuántas sesiones son?", "price"),
        ("después de las 4", "aftercare"),
        ("antes de las 3", "preparation"),
        ("más tarde le escribo", "later"),
        ("¿hay espacio antes de la cita?", "earlier"),
    ],
)
def test_cues_are_not_heard_where_there_are_none(text: str, cue: str) -> None:
    assert cue not in cues_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "cualquier día menos el lunes", "antes del viernes", "después de navidad", "el viernez a las 3",
        "miércoles ala 1", "esta tarde", "la semana q viene", "en quince días", "media mañana",
        "después del almuerzo", "a última hora", "el último viernes del mes", "tmrw at 4",
        "next fri arvo", "a week from friday", "before christmas", "in a fortnight", "lunchtime",
        "first thing in the morning", "any day except mondays", "day after tomorrow",
    ],
)  # fmt: skip
def test_words_about_time_are_passed_on_whole(text: str) -> None:
    said = f"Hola, quiero una cita {text} por favor"

    assert when_words(said) in {text, text.removeprefix("in a ")}
