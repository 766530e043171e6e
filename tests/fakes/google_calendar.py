"""Google Calendar on loopback: token endpoint, events, freeBusy, paging, sync tokens, and its refusals.

Its answers have the fields and forms that Google's have; tests hold them to the discovery document.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.google_series import occurrences, singly
from tests.fakes.google_times import between, bounds, busy_times, has_property, moment, stamp
from tests.fakes.google_tokens import Tokens

EVENT_ID = re.compile(r"[a-v0-9]{5,1024}")
NOT_WITH_TOKEN = ("timeMin", "timeMax", "orderBy", "q", "privateExtendedProperty", "updatedMin")
Fields = dict[str, Any]


class RefusalError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, reason: str, message: str, retry_after: str = "") -> None:
        super().__init__(message)
        self.status, self.reason, self.message = status, reason, message
        self.retry_after = retry_after


NOT_FOUND = RefusalError(404, "notFound", "Not Found")
RATE = RefusalError(403, "rateLimitExceeded", "Rate Limit Exceeded")
TOO_MANY = RefusalError(429, "rateLimitExceeded", "Rate Limit Exceeded", retry_after="1")
AWAY = RefusalError(503, "backendError", "Backend Error")


@dataclass
class OneCalendar:
    """A calendar with its events, deleted ones too."""

    calendar_id: str
    zone: str = "America/Bogota"
    events: dict[str, Fields] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    """The number of the last change of each event."""


class FakeGoogle:
    """Serve the calendars that a test has; `app` is the ASGI application."""

    def __init__(self, *calendars: str) -> None:
        self.calendars = {one: OneCalendar(one) for one in calendars}
        self.tokens = Tokens()
        self.requests: list[tuple[str, str]] = []
        self.refusals: deque[RefusalError] = deque()
        """Given to the next calls, one each, before anything is done."""
        self.refuses: Callable[[str, str], RefusalError | None] = lambda _method, _path: None
        """Asked at each call with method and path; a refusal ends the call."""
        self.page = 250
        self.oldest_sync = 0
        self.stored = asyncio.Event()
        """Set as soon as an event was inserted."""
        self.answers_inserts = asyncio.Event()
        """While it is clear, an insert is carried out and not answered."""
        self.answers_inserts.set()
        self._number = 1
        one = "/calendar/v3/calendars/{calendar:str}/events"
        self.app = Starlette(
            routes=[
                Route("/token", self.tokens.answer, methods=["POST"]),
                Route("/calendar/v3/freeBusy", self._guarded(self._busy), methods=["POST"]),
                Route(one, self._guarded(self._insert), methods=["POST"]),
                Route(one, self._guarded(self._list), methods=["GET"]),
                Route(f"{one}/{{event}}", self._guarded(self._get), methods=["GET"]),
                Route(f"{one}/{{event}}", self._guarded(self._change), methods=["PUT", "PATCH"]),
                Route(f"{one}/{{event}}", self._guarded(self._delete), methods=["DELETE"]),
            ]
        )

    def live(self, calendar: str) -> list[Fields]:
        """Return the events that stand on a calendar."""
        events = self.calendars[calendar].events.values()
        return [one for one in events if one["status"] != "cancelled"]

    def enter(self, calendar: str, start: str, end: str, **more: Any) -> Fields:
        """Enter an event as a person does in Google's own pages; days make it an all-day event."""
        kind = "date" if len(start) == len("2026-11-24") else "dateTime"
        body = {"start": {kind: start}, "end": {kind: end}, **more}
        body.setdefault("id", f"byhand{self._number}")
        return self._stored(self.calendars[calendar], body, {})

    def change_one(self, calendar: str, series: Fields, number: int, **changed: Any) -> None:
        """Change one occurrence of a series as a person does, or delete it by its status."""
        place = self.calendars[calendar]
        one = list(occurrences(series, place.zone))[number]
        self._stored(place, {**one, **changed}, series)

    def remove(self, calendar: str, event_id: str) -> None:
        """Delete an event as a person does."""
        self._cancelled(self.calendars[calendar], event_id)

    def move(self, calendar: str, event_id: str, start: str, end: str) -> None:
        """Drag an event to another time as a person does."""
        place = self.calendars[calendar]
        moved = {"start": {"dateTime": start}, "end": {"dateTime": end}}
        self._stored(place, {**place.events[event_id], **moved}, place.events[event_id])

    def _guarded(self, handler: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            self.requests.append((request.method, request.url.path))
            try:
                self._let_in(request)
                answered: Response = await handler(request)
            except RefusalError as refusal:
                return _refused(refusal)
            return answered

        return answer

    def _let_in(self, request: Request) -> None:
        if not self.tokens.knows(request.headers.get("authorization", "")):
            raise RefusalError(401, "authError", "Invalid Credentials")
        if self.refusals:
            raise self.refusals.popleft()
        if refusal := self.refuses(request.method, request.url.path):
            raise refusal

    def _calendar(self, request: Request) -> OneCalendar:
        if (found := self.calendars.get(request.path_params["calendar"])) is None:
            raise NOT_FOUND
        return found

    def _event(self, request: Request) -> tuple[OneCalendar, Fields]:
        calendar = self._calendar(request)
        if (event := calendar.events.get(request.path_params["event"])) is None:
            raise NOT_FOUND
        wanted = request.headers.get("if-match")
        if wanted and wanted != "*" and wanted != event["etag"]:
            raise RefusalError(412, "conditionNotMet", "Precondition Failed")
        return calendar, event

    async def _insert(self, request: Request) -> Response:
        calendar, body = self._calendar(request), await request.json()
        event_id = body.setdefault("id", f"made{self._number:022}")
        if not EVENT_ID.fullmatch(event_id):
            raise RefusalError(400, "invalid", "Invalid resource id value.")
        if event_id in calendar.events:
            raise RefusalError(409, "duplicate", "The requested identifier already exists.")
        event = self._stored(calendar, body, {})
        self.stored.set()
        await self.answers_inserts.wait()
        return JSONResponse(event)

    async def _get(self, request: Request) -> Response:
        return JSONResponse(self._event(request)[1])

    async def _change(self, request: Request) -> Response:
        calendar, event = self._event(request)
        body = await request.json()
        if request.method == "PATCH":
            body = {**event, **body}
        else:
            body["id"] = event["id"]
            body.setdefault("status", "confirmed")
        return JSONResponse(self._stored(calendar, body, event))

    async def _delete(self, request: Request) -> Response:
        calendar, event = self._event(request)
        if event["status"] == "cancelled":
            raise RefusalError(410, "deleted", "Resource has been deleted")
        self._cancelled(calendar, event["id"])
        return Response(status_code=204)

    async def _list(self, request: Request) -> Response:
        calendar, asked = self._calendar(request), request.query_params
        token = asked.get("syncToken", "")
        if token:
            self._check_sync(token, asked)
        since = int(token.removeprefix("sync-")) if token else -1
        deleted_too = bool(token) or asked.get("showDeleted") == "true"
        changed = [
            one for event_id, one in calendar.events.items() if calendar.changed[event_id] > since
        ]
        if asked.get("singleEvents") == "true":
            changed = singly(changed, calendar.zone)
        found = [
            one
            for one in changed
            if (deleted_too or one["status"] != "cancelled")
            and between(one, asked, calendar.zone)
            and has_property(one, asked.getlist("privateExtendedProperty"))
        ]
        if asked.get("orderBy") == "startTime":
            found.sort(key=lambda one: bounds(one, calendar.zone)[0])
        first = int(asked.get("pageToken", "page-0").removeprefix("page-"))
        last = first + min(int(asked.get("maxResults", "250")), self.page)
        answer = {
            "accessRole": "owner",
            "defaultReminders": [{"method": "popup", "minutes": 30}],
            "description": "",
            "etag": f'"p33fvd26avr{self._number:05}o"',
            "items": found[first:last],
            "kind": "calendar#events",
            "summary": calendar.calendar_id,
            "timeZone": calendar.zone,
            "updated": stamp(),
        }
        if last < len(found):
            answer["nextPageToken"] = f"page-{last}"
        elif "orderBy" not in asked:
            answer["nextSyncToken"] = f"sync-{self._number}"
        return JSONResponse(answer)

    def _check_sync(self, token: str, asked: Any) -> None:
        if wrong := [one for one in NOT_WITH_TOKEN if one in asked]:
            raise RefusalError(400, "invalid", f"Sync token cannot be used with {wrong[0]}.")
        number = token.removeprefix("sync-")
        if not number.isdecimal() or int(number) < self.oldest_sync:
            raise RefusalError(
                410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required."
            )

    async def _busy(self, request: Request) -> Response:
        body = await request.json()
        first, last = moment(body["timeMin"]), moment(body["timeMax"])
        found: Fields = {}
        for one in body["items"]:
            calendar = self.calendars.get(one["id"])
            if calendar is None:
                lost = [{"domain": "global", "reason": "notFound"}]
                found[one["id"]] = {"errors": lost, "busy": []}
            else:
                found[one["id"]] = {
                    "busy": busy_times(
                        singly(calendar.events.values(), calendar.zone),
                        calendar.zone,
                        first,
                        last,
                    )
                }
        return JSONResponse(
            {
                "calendars": found,
                "kind": "calendar#freeBusy",
                "timeMax": stamp(last),
                "timeMin": stamp(first),
            }
        )

    def _stored(self, calendar: OneCalendar, body: Fields, before: Fields) -> Fields:
        if "end" not in body:
            raise RefusalError(400, "required", "Missing end time.")
        start, end = bounds(body, calendar.zone)
        if end < start:
            raise RefusalError(400, "timeRangeEmpty", "The specified time range is empty.")
        self._number += 1
        person = {"email": calendar.calendar_id, "self": True}
        event = {
            "created": stamp()[:-4] + "000Z",
            "creator": person,
            "eventType": "default",
            "htmlLink": f"https://www.google.com/calendar/event?eid={body['id']}",
            "iCalUID": f"{body['id']}@google.com",
            "kind": "calendar#event",
            "organizer": person,
            "reminders": {"useDefault": True},
            "sequence": 0,
            "status": "confirmed",
            **{name: before[name] for name in ("created", "creator", "iCalUID") if before},
            **body,
            "etag": f'"{3_549_291_000_000_000 + self._number}"',
            "updated": stamp(),
        }
        if event.get("transparency") == "opaque":
            # The default is left out of answers.
            del event["transparency"]
        calendar.events[body["id"]] = event
        calendar.changed[body["id"]] = self._number
        return event

    def _cancelled(self, calendar: OneCalendar, event_id: str) -> None:
        event = calendar.events[event_id]
        self._stored(calendar, {**event, "status": "cancelled"}, event)


def _refused(refusal: RefusalError) -> Response:
    one = {"domain": "global", "reason": refusal.reason, "message": refusal.message}
    error = {"errors": [one], "code": refusal.status, "message": refusal.message}
    headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else None
    return JSONResponse({"error": error}, status_code=refusal.status, headers=headers)
