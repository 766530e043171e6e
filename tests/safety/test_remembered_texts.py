"""A text that was found harmless is not looked at twice; whatever else was found, it is."""

from collections.abc import Sequence

import numpy as np
import pytest

from integrations.embedder import Vectors
from integrations.errors import IntegrationError
from safety.red_flags import RedFlags

QUESTION = "¿cómo llego al consultorio?"
DANGER = "no puedo respirar"


class CountingEmbedder:
    """Finds every text alike, counts how often it is asked, and can be away."""

    model = "counting"
    dimensions = 2
    threshold = 0.5
    words_weight = 0.3

    def __init__(self) -> None:
        self.away = False
        self.asked = 0
        self.texts: list[str] = []

    async def questions(self, texts: Sequence[str]) -> Vectors:
        self.asked += 1
        self.texts += texts
        if self.away:
            raise IntegrationError("counting", "away", permanent=False)
        return np.ones((len(texts), 2), np.float32) / np.float32(2**0.5)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        return await self.questions(texts)


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
async def flags(embedder: CountingEmbedder) -> RedFlags:
    warm = RedFlags(embedder)
    await warm.screen("hola")
    embedder.asked = 0
    return warm


async def test_a_harmless_text_is_compared_once(
    flags: RedFlags, embedder: CountingEmbedder
) -> None:
    found = [await flags.screen(QUESTION) for _ in range(3)]

    assert found == [None, None, None]
    assert embedder.asked == 1


async def test_danger_is_seen_every_time(flags: RedFlags) -> None:
    found = [await flags.screen(DANGER) for _ in range(3)]

    assert [alarm.group if alarm else "" for alarm in found] == ["breathing"] * 3


async def test_what_could_not_be_compared_is_compared_when_it_can_be(
    flags: RedFlags, embedder: CountingEmbedder
) -> None:
    embedder.away = True
    await flags.screen(QUESTION)
    embedder.away = False

    await flags.screen(QUESTION)

    assert embedder.asked == 2


async def test_a_sentence_that_was_compared_is_not_compared_again_beside_another(
    flags: RedFlags, embedder: CountingEmbedder
) -> None:
    await flags.screen(f"Muy buenas tardes. {QUESTION}")
    compared = list(embedder.texts)
    embedder.texts.clear()

    await flags.screen("Muy buenas tardes. ¿Abren los sábados?")

    assert "Muy buenas tardes" in compared
    assert embedder.texts == ["Muy buenas tardes Abren los sábados", "Abren los sábados"]


async def test_a_lone_surrogate_is_a_text_too(flags: RedFlags) -> None:
    assert await flags.screen("hola \ud800") is None
