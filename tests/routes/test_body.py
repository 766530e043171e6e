"""Bodies are bounded, and what is wrong with one is said by field."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from routes.body import BODY, json_body
from routes.error_table import STATUS
from routes.errors import ErrorAnswers


class Wish(BaseModel):
    """What the test route takes."""

    count: int = Field(ge=1)
    words: list[str] = []


async def _take(request: Request) -> JSONResponse:
    wish = await json_body(request, Wish)
    return JSONResponse(wish.model_dump())


@pytest.fixture
def client() -> httpx.AsyncClient:
    answers = ErrorAnswers(STATUS)
    app = Starlette(
        routes=[Route("/", _take, methods=["POST"])],
        exception_handlers=dict.fromkeys(STATUS, answers.expected),
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_a_good_body_becomes_a_model(client: httpx.AsyncClient) -> None:
    answer = await client.post("/", json={"count": 2})

    assert answer.json() == {"count": 2, "words": []}


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b'{"count": 0}', 422, "count: Input should be greater than or equal to 1"),
        (b'{"count": "secret-canary"}', 422, "count: Input should be a valid integer"),
        (b"{}", 422, "count: Field required"),
        (b"[1]", 422, "body: Input should be a valid dictionary"),
        (b'{"count": ' + b"9" * 5000 + b"}", 422, "body: is no JSON"),
        (b'{"count": ', 422, "body: is no JSON"),
        (b"\xff\xfe", 422, "body: is not UTF-8 (byte 0)"),
        (b"[" * 40 + b"]" * 40, 422, "body: JSON nests deeper than 32 levels"),
        (b"[" * 100_000, 422, "body: JSON nests deeper than 32 levels"),
        (b" " * (BODY + 1), 413, "bytes"),
    ],
)
async def test_a_bad_body_is_refused_in_words(
    client: httpx.AsyncClient, body: bytes, status: int, words: str
) -> None:
    answer = await client.post("/", content=body)

    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert "canary" not in answer.text


async def test_a_body_without_a_length_is_cut_off_at_the_limit(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"x" * 10_000

    answer = await client.post("/", content=endless())

    assert answer.status_code == 413
    assert answer.json()["error"] == "TooLargeError"
