"""Vectors from a server: bounded requests, one attempt, left alone while it fails."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import numpy as np
import pytest
from pydantic import SecretStr

from integrations.errors import IntegrationError
from integrations.openai_embedder import CHARACTERS, PAUSE, TEXTS, OpenAIEmbedder
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.fakes.openai_embeddings import FakeEmbeddings, Refusal
from tests.fakes.serve import serve


class Watch:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def server() -> FakeEmbeddings:
    return FakeEmbeddings()


@pytest.fixture
async def url(server: FakeEmbeddings) -> AsyncIterator[str]:
    async with serve(server) as address:
        yield f"{address}/v1"


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
def embedder(url: str, http: httpx.AsyncClient, watch: Watch) -> OpenAIEmbedder:
    return _embedder("text-embedding-3-small", 512, url, http, watch)


def _embedder(
    name: str, dimensions: int, url: str, http: httpx.AsyncClient, watch: Watch
) -> OpenAIEmbedder:
    return OpenAIEmbedder(
        name, dimensions, api_key=SecretStr("sk-test"), base_url=url, http=http, now=watch
    )


async def test_many_texts_come_back_in_order_from_few_bounded_requests(
    embedder: OpenAIEmbedder, server: FakeEmbeddings
) -> None:
    texts = [f"Nota {number} de la clínica" for number in range(2 * TEXTS + 5)]

    vectors = await embedder.passages([*texts, "larga " * 5000, "larga " * 5000])

    wanted = await HashingEmbedder(dimensions=512).passages(texts)
    assert np.allclose(vectors[: len(texts)], wanted, atol=1e-5)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert [one["dimensions"] for one in server.requests] == [512] * len(server.requests)
    assert max(len(one["input"]) for one in server.requests) == TEXTS
    assert max(sum(map(len, one["input"])) for one in server.requests) <= CHARACTERS


async def test_a_server_that_gives_numbers_only_is_asked_for_numbers(
    server: FakeEmbeddings, url: str, http: httpx.AsyncClient, watch: Watch
) -> None:
    server.only_numbers, server.dimensions = True, 64
    embedder = _embedder("bge-m3", 64, url, http, watch)

    await embedder.passages(["uno"])
    await embedder.passages(["dos"])

    forms = [one["encoding_format"] for one in server.requests]
    assert forms == ["base64", "float", "float"]
    assert "dimensions" not in server.requests[0]


async def test_a_busy_server_says_when_to_come_again(
    embedder: OpenAIEmbedder, server: FakeEmbeddings
) -> None:
    server.refusals.append(Refusal(status=429, retry_after="7"))

    with pytest.raises(IntegrationError) as caught:
        await embedder.passages(["uno"])

    assert not caught.value.permanent
    assert caught.value.retry_after == timedelta(seconds=7)


async def test_questions_leave_a_server_alone_that_failed_and_come_back(
    embedder: OpenAIEmbedder, server: FakeEmbeddings, watch: Watch
) -> None:
    server.broken = Refusal(status=503)
    for _ in range(3):
        with pytest.raises(IntegrationError):
            await embedder.questions(["¿cuánto vale?"])
    asked = len(server.requests)

    server.broken = None
    watch.seconds += PAUSE
    vectors = await embedder.questions(["¿cuánto vale?"])

    assert asked == 1
    assert vectors.shape == (1, 512)


async def test_vectors_of_another_length_are_refused_with_words(
    server: FakeEmbeddings, url: str, http: httpx.AsyncClient, watch: Watch
) -> None:
    server.dimensions = 64
    embedder = _embedder("bge-m3", 1024, url, http, watch)

    with pytest.raises(IntegrationError, match="EMBEDDING_DIMENSIONS is 1024") as caught:
        await embedder.passages(["uno"])

    assert caught.value.permanent


async def test_odd_texts_are_taken(embedder: OpenAIEmbedder) -> None:
    vectors = await embedder.passages(["", "\0", "\ud800", "x" * 100_000])

    assert np.isfinite(vectors).all()


@pytest.mark.parametrize(
    "body",
    [
        b"<html>busy</html>",
        b'{"object": "list", "data": [{"ind',
        b'{"object": "list", "data": []}',
        b'{"object": "list", "data": [{"index": 0}]}',
    ],
    ids=["no JSON", "cut off", "nothing", "no vector"],
)
async def test_an_answer_that_is_no_vector_is_a_failure_like_any_other(
    embedder: OpenAIEmbedder, server: FakeEmbeddings, body: bytes
) -> None:
    server.broken = Refusal(status=200, body=body)

    with pytest.raises(IntegrationError):
        await embedder.passages(["Botox"])
