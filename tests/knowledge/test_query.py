"""Whatever a patient writes becomes a bounded list of plain words."""

import re

from hypothesis import given
from hypothesis import strategies as st

from knowledge.query import (
    MEANT_LIMIT,
    STOP_WORDS,
    WORDS_LIMIT,
    filter_for,
    fold,
    meant_by,
    words_of,
)


def test_folding_drops_accents_case_and_signs() -> None:
    assert fold("¿CUÁNTO vale el peeling, señora?") == "cuanto vale el peeling senora"
    assert fold("n\u0303an\u0303o ｂｏｔｏｘ ﬁn") == "nano botox fin"


def test_stop_words_and_repeated_words_are_left_out() -> None:
    assert words_of("¿Cuánto cuesta el botox, el BOTOX de la frente?") == (
        "cuesta",
        "botox",
        "frente",
    )
    assert words_of("la|de|a|no") == ()


def test_what_the_chat_says_stands_for_what_documents_say() -> None:
    assert "precio" in meant_by("a cómo vale eso")
    assert "ubicacion" in meant_by("dónde quedan")


def test_an_alias_stands_for_its_treatment_only_as_whole_words() -> None:
    aliases = [("botox", ("toxina botulínica",)), ("oj", ("ojeras",))]

    assert meant_by("Botox!", aliases) == ("toxina", "botulinica")
    assert meant_by("botoxina", aliases) == ()


@given(st.text(max_size=3000))
def test_only_letters_and_digits_reach_the_search(text: str) -> None:
    words = (*words_of(text), *meant_by(text))

    assert len(words) <= WORDS_LIMIT + MEANT_LIMIT
    assert all(re.fullmatch("[a-z0-9]{1,40}", word) for word in words)
    assert not STOP_WORDS & set(words_of(text))


@given(st.dictionaries(st.text(max_size=10), st.text(max_size=300), max_size=3))
def test_a_filters_values_travel_beside_the_query(filters: dict[str, str]) -> None:
    narrowed = filter_for(filters)

    clause = narrowed.clause if narrowed else ""
    assert re.fullmatch(r"(@(document_id|category|labels):\{\$filter\d\} ?)*", clause)
