"""Which language a patient is answered in."""

import pytest

from nodes.language import language_of, spoken


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hola, quiero una cita", "es"),
        ("cuanto vale el botox", "es"),
        ("¿Botox?", "es"),
        ("Hi, how much is botox?", "en"),
        ("can i come tomorrow", "en"),
        ("I can't breathe", "en"),
        ("no puedo respirar, ayuda", "es"),
        ("ok", None),
        ("Laura Gómez", None),
        ("3001234567", None),
        ("", None),
    ],
)
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "before", "language"),
    [
        ("thanks", "es", "es"),
        ("Thank you so much, see you then", "es", "en"),
        ("gracias", "en", "en"),
        ("¿Y cuánto cuesta?", "en", "es"),
        ("ok", "en", "en"),
        ("Hello", "", "en"),
    ],
)
def test_one_small_word_does_not_change_the_language(text: str, before: str, language: str) -> None:
    assert spoken(text, before=before, allowed=("es", "en")) == language


def test_a_company_is_not_made_to_speak_what_it_does_not() -> None:
    assert spoken("Hi, how much is botox?", before="", allowed=("es",)) == "es"
