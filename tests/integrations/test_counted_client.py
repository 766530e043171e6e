"""The client whose connections all companies share."""

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from integrations.counted_client import LARGEST, CountedClient


class _Pieces(httpx.AsyncByteStream):
    """A body as it comes over the network."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._content), 16_384):
            yield self._content[start : start + 16_384]


async def _session(request: Request) -> Response:
    answer = PlainTextResponse(request.cookies.get("session", "none"))
    answer.set_cookie("session", request.headers["x-company"])
    return answer


async def test_a_session_of_one_company_never_goes_along_with_another() -> None:
    server = httpx.ASGITransport(Starlette(routes=[Route("/", _session)]))

    async with CountedClient("schedule", lambda *_: None, transport=server) as client:
        await client.get("http://shared.example/", headers={"X-Company": "benova"})
        answer = await client.get("http://shared.example/", headers={"X-Company": "medispa"})

    assert answer.text == "none"


async def test_an_answer_that_unpacks_to_more_than_any_needs_is_not_read() -> None:
    packed = gzip.compress(b"0" * (LARGEST + 1), 1)
    headers = {"Content-Encoding": "gzip"}
    transport = httpx.MockTransport(
        lambda _: httpx.Response(200, headers=headers, stream=_Pieces(packed))
    )

    async with CountedClient("chatwoot", lambda *_: None, transport=transport) as client:
        with pytest.raises(httpx.ReadError, match="too large"):
            await client.get("http://chatwoot.example/")
