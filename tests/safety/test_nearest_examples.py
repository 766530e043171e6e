"""Likeness to the approved examples may raise an alarm, and never lowers one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from integrations.embedder import Vectors
from integrations.errors import IntegrationError
from integrations.local_embedder import LocalEmbedder
from safety.examples_file import read_examples, ship_vectors, shipped_vectors
from safety.red_flags import RedFlags
from tests.safety.corpus_files import CORPUS, messages


class BrokenEmbedder:
    """Stands in for an embedder that is away."""

    model = "broken"
    dimensions = 2
    threshold = 0.5
    words_weight = 0.3

    async def questions(self, texts: Sequence[str]) -> Vectors:
        raise IntegrationError("broken", "away", permanent=False)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        raise IntegrationError("broken", "away", permanent=False)


class EvenEmbedder(BrokenEmbedder):
    """Finds every text alike and remembers what it was asked."""

    model = "even"

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def questions(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.ones((len(texts), 2), np.float32) / np.float32(2**0.5)


@pytest.fixture(scope="module")
def embedder() -> Iterator[LocalEmbedder]:
    local = LocalEmbedder()
    yield local
    local.close()


def test_no_example_stands_in_the_corpus_it_is_measured_by() -> None:
    examples = {one.text for one in read_examples()}
    corpus = {line for file in CORPUS.glob("*.txt") for _, line in messages(file.name)}

    assert not examples & corpus


def test_the_shipped_vectors_belong_to_the_examples(embedder: LocalEmbedder) -> None:
    examples = read_examples()

    vectors = shipped_vectors(examples, embedder.model)

    assert vectors is not None, "run `python -m safety.examples_file`"
    assert vectors.shape == (len(examples), embedder.dimensions)


def test_vectors_of_another_model_or_of_other_examples_are_not_used() -> None:
    examples = read_examples()

    assert shipped_vectors(examples, "another") is None
    assert shipped_vectors(examples[1:], LocalEmbedder.model) is None


async def test_vectors_are_written_for_the_examples(tmp_path: Path) -> None:
    count = await ship_vectors(EvenEmbedder(), tmp_path / "vectors.npz")

    assert count == len(read_examples())
    assert (tmp_path / "vectors.npz").is_file()


async def test_words_no_rule_knows_are_caught_by_likeness(embedder: LocalEmbedder) -> None:
    text = "parezco boxeador, los ojos cerrados de lo hinchados, fue el tinte"

    alarm = await RedFlags(embedder).screen(text)

    assert alarm is not None
    assert alarm.source == "examples"


async def test_the_rules_stand_when_the_embedder_is_away() -> None:
    flags = RedFlags(BrokenEmbedder())

    urgent = await flags.screen("se me soltaron los puntos")
    nothing = await flags.screen("hola, me duele algo")

    assert urgent is not None
    assert urgent.level == "urgent"
    assert nothing is None


async def test_likeness_to_harmlessness_lowers_nothing() -> None:
    flags = RedFlags(EvenEmbedder())

    alarm = await flags.screen("se me soltaron los puntos")

    assert alarm is not None


async def test_an_emergency_of_the_rules_waits_for_no_embedder() -> None:
    embedder = EvenEmbedder()

    await RedFlags(embedder).screen("no puedo respirar")

    assert embedder.asked == []


async def test_a_denied_sentence_is_not_compared() -> None:
    embedder = EvenEmbedder()

    await RedFlags(embedder).screen("No tengo dolor ni fiebre. Siento algo raro.")

    assert "No tengo dolor ni fiebre" not in embedder.asked
    assert "Siento algo raro" in embedder.asked
