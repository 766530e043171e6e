"""Whatever speaks to patients says the same things in every language."""

import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import pytest

from jobs import fixed_words, media_words, page_words, patient_files, photo_reports, reminder_words
from nodes import confirmation, texts
from tenants.tenant import Language
from tools import booking_answer, told_search

LANGUAGES = frozenset(get_args(Language))
MODULES = (
    booking_answer,
    confirmation,
    fixed_words,
    media_words,
    page_words,
    patient_files,
    photo_reports,
    reminder_words,
    texts,
    told_search,
)
FILES = (
    *Path("safety/texts").glob("*.md"),
    *Path("safety/rules").glob("*.*.txt"),
    *Path("safety/examples").glob("*.txt"),
)


def catalogues(name: str, value: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield every mapping by language in a module's value, however deep."""
    if isinstance(value, Mapping):
        if {"es", "en"} <= set(value):
            yield name, value
        else:
            for key, inner in value.items():
                yield from catalogues(f"{name}.{key}", inner)


CATALOGUES = [
    found
    for module in MODULES
    for attribute, value in vars(module).items()
    for found in catalogues(f"{module.__name__}.{attribute}", value)
]


def shape(value: object) -> object:
    """Return what must be alike in every language: keys, and the blanks of texts."""
    if isinstance(value, Mapping):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, str):
        return {blank for _, blank, _, _ in string.Formatter().parse(value) if blank is not None}
    return type(value)


@pytest.mark.parametrize(("name", "catalogue"), CATALOGUES, ids=[name for name, _ in CATALOGUES])
def test_a_catalogue_says_the_same_in_every_language(
    name: str, catalogue: Mapping[str, object]
) -> None:
    assert set(catalogue) == LANGUAGES
    assert all(shape(words) == shape(catalogue["es"]) for words in catalogue.values()), name


def test_a_file_in_one_language_is_there_in_every_other() -> None:
    named = [re.fullmatch(r"(.+)\.(\w\w)\.(?:md|txt)", str(file)) for file in FILES]
    found = {(one[1], one[2]) for one in named if one}

    assert found == {(name, language) for name, _ in found for language in LANGUAGES}


@pytest.mark.parametrize(
    "file", sorted(Path("safety/texts").glob("*.es.md")), ids=lambda one: one.stem
)
def test_a_text_for_danger_has_the_same_blanks_in_every_language(file: Path) -> None:
    blanks = {
        frozenset(
            re.findall(r"\$[a-z_]+", Path(str(file).replace(".es.", f".{one}.")).read_text("utf-8"))
        )
        for one in LANGUAGES
    }

    assert len(blanks) == 1
