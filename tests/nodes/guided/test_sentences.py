"""The sentences as data: all languages say the same things with the same blanks."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

FOLDER = Path("nodes/guided/sentences")


def sentences(language: str) -> Mapping[str, Sequence[str]]:
    read = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    return {key: [one] if isinstance(one, str) else one for key, one in read.items()}


def blanks(wordings: Sequence[str]) -> list[set[str]]:
    return [set(re.findall(r"\$\{?([a-z]+)", one)) for one in wordings]


@pytest.mark.parametrize("language", ["en", "pt"])
def test_every_language_has_the_same_sentences(language: str) -> None:
    assert sentences("es").keys() == sentences(language).keys()


@pytest.mark.parametrize("language", ["en", "pt"])
def test_every_wording_of_a_sentence_has_the_same_blanks(language: str) -> None:
    spanish, other = sentences("es"), sentences(language)

    odd = [
        key
        for key in spanish
        if len({frozenset(one) for one in blanks([*spanish[key], *other[key]])}) > 1
    ]

    assert odd == []


def test_every_sentence_that_is_said_exists() -> None:
    code = "\n".join(file.read_text("utf-8") for file in Path("nodes/guided").glob("*.py"))

    said = set(re.findall(r"""say\(\s*turn,\s*["']([a-z_]+)["']""", code))

    assert said <= sentences("es").keys()


def test_spanish_speaks_of_usted_and_never_of_tu() -> None:
    every = " ".join(one for wordings in sentences("es").values() for one in wordings).lower()

    assert (
        re.findall(r"\b(?:tú|tienes|puedes|quieres|necesitas|te ayudo|tu cita|contigo)\b", every)
        == []
    )
