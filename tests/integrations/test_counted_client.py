"""The client whose connections all companies share."""

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from integrations.counted_client import CountedClient


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
