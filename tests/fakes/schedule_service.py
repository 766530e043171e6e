"""A scheduling service on loopback that keeps the contract of `integrations/schedule_service.py`."""

import asyncio
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Fields = dict[str, Any]


class FakeScheduleService:
    """Keep events by company; `app` is the ASGI application."""

    def __init__(self) -> None:
        self.events: dict[tuple[str, str], Fields] = {}
        self.status = 0
        """Not 0: every call is answered with it, and nothing is done."""
        self.body: bytes = b"{}"
        self.silent = False
        one = "/appointments/{event_id}"
        self.app = Starlette(
            routes=[
                Route("/availability", self._availability),
                Route(one, self._put, methods=["PUT"]),
                Route(one, self._one, methods=["GET", "PATCH", "DELETE"]),
            ]
        )

    def enter(self, company: str, name: str, start: str, end: str) -> None:
        """Enter a time by hand."""
        event = {"names": [name], "start": start, "end": end, "appointment": {}}
        self.events[company, f"byhand{len(self.events)}"] = event

    async def _availability(self, request: Request) -> Response:
        if refusal := await self._refusal():
            return refusal
        asked = request.query_params
        busy = {
            name: [
                {"start": one["start"], "end": one["end"]}
                for (company, _), one in self.events.items()
                if company == asked["company_id"]
                and name in one["names"]
                and _meet(one, {"start": asked["from"], "end": asked["to"]})
            ]
            for name in asked["names"].split(",")
        }
        return JSONResponse({"busy": busy})

    async def _put(self, request: Request) -> Response:
        if refusal := await self._refusal():
            return refusal
        wanted = await request.json()
        key = wanted["company_id"], request.path_params["event_id"]
        kept = {name: wanted[name] for name in ("names", "start", "end", "appointment")}
        if key in self.events:
            return JSONResponse({}, status_code=200 if self.events[key] == kept else 409)
        for (company, event_id), one in self.events.items():
            if company != key[0] or event_id == wanted["instead_of"]:
                continue
            if {*one["names"]} & {*wanted["names"]} and _meet(one, wanted):
                return JSONResponse({}, status_code=409)
        self.events[key] = kept
        return JSONResponse({}, status_code=201)

    async def _one(self, request: Request) -> Response:
        if refusal := await self._refusal():
            return refusal
        key = request.query_params["company_id"], request.path_params["event_id"]
        if key not in self.events:
            return JSONResponse({}, status_code=404)
        if request.method == "DELETE":
            del self.events[key]
            return Response(status_code=204)
        if request.method == "PATCH":
            self.events[key] |= await request.json()
        return JSONResponse(self.events[key])

    async def _refusal(self) -> Response | None:
        if self.silent:
            await asyncio.sleep(60)
        return Response(self.body, status_code=self.status) if self.status else None


def _meet(one: Fields, other: Fields) -> bool:
    def at(fields: Fields, side: str) -> datetime:
        return datetime.fromisoformat(fields[side])

    return at(one, "start") < at(other, "end") and at(other, "start") < at(one, "end")
