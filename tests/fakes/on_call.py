"""Everything that wakes somebody, as one server: PagerDuty, Twilio and a clinic's own webhook."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from integrations.signed_webhook import signature_of

ACCOUNT = "AC" + "0" * 32
SECRET = "secret-of-the-webhook"


@dataclass
class FakeOnCall:
    """Takes what it is sent and keeps it, unless it is told to fail."""

    incidents: list[dict[str, Any]] = field(default_factory=list)
    """Events of PagerDuty."""
    calls: list[dict[str, str]] = field(default_factory=list)
    texts: list[dict[str, str]] = field(default_factory=list)
    hooks: list[dict[str, Any]] = field(default_factory=list)
    """Bodies whose signature was right."""
    hook_ids: list[str] = field(default_factory=list)
    failing: dict[str, list[int]] = field(default_factory=dict)
    """Statuses of the next answers, by `pagerduty`, `twilio` or `webhook`."""
    down: dict[str, int] = field(default_factory=dict)
    """Statuses of every answer."""
    silent: set[str] = field(default_factory=set)
    """Who does not answer at all, until they are taken out."""

    @property
    def app(self) -> Starlette:
        """The ASGI application."""
        accounts = "/2010-04-01/Accounts/{account}"
        return Starlette(
            routes=[
                Route("/v2/enqueue", self._enqueue, methods=["POST"]),
                Route(f"{accounts}/Calls.json", self._call, methods=["POST"]),
                Route(f"{accounts}/Messages.json", self._text, methods=["POST"]),
                Route("/hook", self._hook, methods=["POST"]),
                Route("/away", self._away, methods=["POST"]),
            ]
        )

    def pages(self) -> list[dict[str, Any]]:
        """Return the webhook's events that wake somebody."""
        return [one for one in self.hooks if one["event"] == "page"]

    async def _enqueue(self, request: Request) -> Response:
        event = await request.json()
        while "pagerduty" in self.silent:
            await asyncio.sleep(0.02)
        if refusal := self._refusal("pagerduty"):
            return refusal
        self.incidents.append(event)
        return JSONResponse({"status": "success", "dedup_key": event["dedup_key"]}, 202)

    async def _call(self, request: Request) -> Response:
        return await self._taken(request, self.calls)

    async def _text(self, request: Request) -> Response:
        return await self._taken(request, self.texts)

    async def _taken(self, request: Request, kept: list[dict[str, str]]) -> Response:
        if refusal := self._refusal("twilio"):
            return refusal
        kept.append(dict(parse_qsl((await request.body()).decode())))
        return JSONResponse({"sid": "CA1"}, 201)

    async def _hook(self, request: Request) -> Response:
        body = await request.body()
        name, stamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        if request.headers["webhook-signature"] != signature_of(SECRET.encode(), name, stamp, body):
            return Response(status_code=401)
        if refusal := self._refusal("webhook"):
            return refusal
        self.hook_ids.append(name)
        self.hooks.append(await request.json())
        return Response(status_code=204)

    async def _away(self, _request: Request) -> Response:
        return Response(status_code=302, headers={"location": "/hook"})

    def _refusal(self, way: str) -> Response | None:
        waiting = self.failing.get(way)
        status = waiting.pop(0) if waiting else self.down.get(way, 0)
        return JSONResponse({"code": 21211, "message": "no"}, status) if status else None
