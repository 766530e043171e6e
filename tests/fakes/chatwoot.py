"""A Chatwoot on loopback: keeps conversations, refuses as the real one does, sends webhooks, fails on demand."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from integrations.clock import Clock, utc_now
from tests.fakes.chatwoot_files import body_of
from tests.fakes.chatwoot_payloads import (
    AGENT,
    BOT,
    Json,
    Place,
    conversation_event,
    incoming,
    message,
    raw,
    signed,
)
from tests.fakes.chatwoot_storage import LINK, Storage

Fault = Literal["401", "404", "422", "429", "500", "503", "silent", "stored_then_silent"]
SILENCE = 30.0  # seconds; longer than any client waits
NOT_FOUND = {"error": "Resource could not be found"}


@dataclass
class Kept:
    """A conversation as the fake keeps it."""

    place: Place
    messages: list[Json] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    priority: str | None = None
    team: int | None = None
    typing: list[str] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    """What we attached: name, type and content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that came in."""

    method: str
    path: str
    """Below the account, as `/conversations/101/messages`."""
    account: int
    body: Json


class FakeChatwoot:
    """The fake's state and its ASGI application."""

    def __init__(self, tokens: Mapping[int, str], *, shows_to_bots: bool = True) -> None:
        """Take each account's bot token. `shows_to_bots` is false before version 4.14.2."""
        self.tokens = dict(tokens)
        self.shows_to_bots = shows_to_bots
        self.silence = SILENCE
        self.clock: Clock = utc_now
        self.webhooks: dict[int, str] = {}
        """Where each account's events go; none: no webhooks."""
        self.secrets: dict[int, str] = {}
        self.calls: list[Call] = []
        self.kept: dict[tuple[int, int], Kept] = {}
        self._numbers = itertools.count(9001)
        self._faults: list[tuple[str, Fault]] = []
        self._deliveries: set[asyncio.Task[None]] = set()
        self._http = httpx.AsyncClient(timeout=5, trust_env=False)
        one = "/api/v1/accounts/{account:int}/conversations/{conversation:int}"
        self.storage = Storage()
        self.app = Starlette(
            routes=[
                Route(f"{LINK}/{{signed}}/{{name}}", self.storage.redirect),
                Route("/rails/active_storage/disk/{signed}/{name}", self.storage.serve),
                Route("/api", self._version),
                Route(one, self._guarded(self._show)),
                Route(f"{one}/messages", self._guarded(self._list), methods=["GET"]),
                Route(f"{one}/messages", self._guarded(self._create), methods=["POST"]),
                Route(f"{one}/toggle_status", self._guarded(self._status), methods=["POST"]),
                Route(f"{one}/toggle_typing_status", self._guarded(self._typing), methods=["POST"]),
                Route(f"{one}/toggle_priority", self._guarded(self._priority), methods=["POST"]),
                Route(f"{one}/assignments", self._guarded(self._assign), methods=["POST"]),
                Route(f"{one}/labels", self._guarded(self._labels), methods=["GET"]),
                Route(f"{one}/labels", self._guarded(self._set_labels), methods=["POST"]),
            ]
        )

    # What a test arranges.

    def open(self, place: Place) -> Kept:
        """Begin a conversation."""
        kept = self.kept[place.account, place.conversation] = Kept(place=place)
        return kept

    def fail(self, path_end: str, *faults: Fault) -> None:
        """Let the next calls whose `METHOD /path` ends so fail, one fault a call."""
        self._faults += [(path_end, fault) for fault in faults]

    def next_number(self) -> int:
        """Return the next message id."""
        return next(self._numbers)

    def written(self, place: Place, content: str | None, **more: Any) -> Json:
        """Keep what a patient writes and return the webhook's body."""
        kept = self.kept.get((place.account, place.conversation)) or self.open(place)
        number = self.next_number()
        body = incoming(kept.place, number, content, **more)
        kept.messages.append({"id": number, "message_type": 0, "private": False,
                              "content": content, "content_attributes": {}})  # fmt: skip
        return body

    async def patient_writes(self, place: Place, content: str | None, **more: Any) -> Json:
        """Keep what a patient writes, deliver the webhook, and return the acknowledgement."""
        answer = await self.deliver(place.account, self.written(place, content, **more))
        answer.raise_for_status()
        acknowledged: Json = answer.json()
        return acknowledged

    async def person_writes(self, account: int, conversation: int, content: str) -> None:
        """Let a person of the clinic write to the patient; Chatwoot does not open the conversation."""
        kept = self.kept[account, conversation]
        number = self.next_number()
        kept.messages.append({"id": number, "message_type": 1, "private": False,
                              "content": content, "content_attributes": {}})  # fmt: skip
        body = message(
            kept.place, number=number, content=content, kind="outgoing", sender=AGENT,
            written=self.clock(),
        )  # fmt: skip
        await self.deliver(account, body)

    async def deliver(self, account: int, body: Mapping[str, Any]) -> httpx.Response:
        """Send a webhook as Chatwoot does."""
        content = raw(body)
        secret = self.secrets.get(account)
        headers = signed(content, secret, self.clock()) if secret else {}
        return await self._http.post(self.webhooks[account], content=content, headers=headers)

    # What a test looks at.

    def sent(self, account: int = 7, conversation: int = 101) -> list[str]:
        """Return what the patient was sent, oldest first."""
        return [
            str(one["content"])
            for one in self.kept[account, conversation].messages
            if one["message_type"] == 1 and not one["private"]
        ]

    def notes(self, account: int = 7, conversation: int = 101) -> list[str]:
        """Return the private notes, oldest first."""
        return [
            str(one["content"])
            for one in self.kept[account, conversation].messages
            if one["private"]
        ]

    def paths(self) -> list[str]:
        """Return what was asked of us: `POST /conversations/101/messages` ..."""
        return [f"{call.method} {call.path}" for call in self.calls]

    async def settle(self) -> None:
        """Wait until every webhook is delivered."""
        while self._deliveries:
            await asyncio.gather(*self._deliveries)

    async def close(self) -> None:
        """Stop delivering."""
        for task in self._deliveries:
            task.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)
        await self._http.aclose()

    # What Chatwoot does.

    def _guarded(self, handler: Any) -> Any:
        async def endpoint(request: Request) -> Response:
            account = int(request.path_params["account"])
            conversation = int(request.path_params["conversation"])
            path = request.url.path.split(f"/accounts/{account}", 1)[1]
            body = await body_of(request)
            self.calls.append(Call(method=request.method, path=path, account=account, body=body))
            refusal = self._refusal(request, account)
            if refusal is not None:
                return refusal
            fault = self._fault(f"{request.method} {path}")
            if fault == "stored_then_silent":
                await handler(account, conversation, body)
            if fault is not None:
                return await _failed(fault, self.silence, body)
            if (account, conversation) not in self.kept:
                return JSONResponse(NOT_FOUND, 404)
            answer: Response = await handler(account, conversation, body)
            return answer

        return endpoint

    def _refusal(self, request: Request, account: int) -> Response | None:
        token = request.headers.get("api_access_token")
        if token is None:
            said = "You need to sign in or sign up before continuing."
            return JSONResponse({"errors": [said]}, 401)
        if token not in self.tokens.values():
            return JSONResponse({"error": "Invalid Access Token"}, 401)
        if self.tokens.get(account) != token:
            return JSONResponse({"error": "Bot is not authorized to access this account"}, 401)
        lists = request.method == "GET" and request.url.path.endswith("/messages")
        labels = request.url.path.endswith("/labels")
        shows = request.method == "GET" or labels
        if lists or (shows and not self.shows_to_bots):
            said = "Access to this endpoint is not authorized for bots"
            return JSONResponse({"error": said}, 401)
        return None

    def _fault(self, line: str) -> Fault | None:
        for at, (end, fault) in enumerate(self._faults):
            if line.endswith(end):
                del self._faults[at]
                return fault
        return None

    async def _version(self, _request: Request) -> Response:
        return JSONResponse({"version": "4.15.1", "queue_services": "ok", "data_services": "ok"})

    async def _show(self, account: int, conversation: int, _body: Json) -> Response:
        kept = self.kept[account, conversation]
        last = kept.messages[-1:]
        return JSONResponse(
            {
                "meta": {
                    "sender": kept.place.contact.pushed(),
                    "channel": kept.place.channel,
                    **({"assignee": dict(kept.place.assignee), "assignee_type": kept.place.assignee_type}
                       if kept.place.assignee else {}),
                },
                "id": conversation,
                "messages": last,
                "status": kept.place.status,
                "labels": kept.labels,
                "can_reply": kept.place.can_reply,
                "custom_attributes": {},
                "updated_at": kept.place.updated_at,
                "last_non_activity_message": last[0] if last else {},
            }
        )  # fmt: skip

    async def _list(self, account: int, conversation: int, _body: Json) -> Response:
        return JSONResponse(
            {"meta": {}, "payload": self.kept[account, conversation].messages[-20:]}
        )

    async def _create(self, account: int, conversation: int, body: Json) -> Response:
        kept = self.kept[account, conversation]
        content = str(body.get("content", ""))
        if len(content) > 150_000:
            said = "Validation failed: Content is too long (maximum is 150000 characters)"
            return JSONResponse({"error": said}, 422)
        items = body.get("content_attributes", {}).get("items", [])
        if any(set(item) - {"title", "value"} for item in items):
            said = "Validation failed: Content attributes contains invalid keys for items"
            return JSONResponse({"error": said}, 422)
        stored = {
            "id": self.next_number(),
            "content": content,
            "inbox_id": 12,
            "conversation_id": conversation,
            "message_type": 1,
            "content_type": body.get("content_type", "text"),
            "status": "sent",
            "content_attributes": body.get("content_attributes", {}),
            "additional_attributes": {"template_params": body.get("template_params")},
            "created_at": int(self.clock().timestamp()),
            "private": bool(body.get("private")),
            "source_id": None,
            "sender": BOT,
        }
        if files := body.get("attachments"):
            # WhatsApp shows a voice note only when the form says so.
            stored["voice"] = body.get("is_voice_message") == "true"
            stored["attachments"] = [{**one, "content": len(one["content"])} for one in files]
            kept.files += files
        kept.messages.append(stored)
        self._send(account, *self._echoes(kept, stored))
        return JSONResponse(stored)

    def _echoes(self, kept: Kept, stored: Json) -> list[Json]:
        """Return what a bot's own message makes Chatwoot send: itself, noise twice, its delivery."""
        told: dict[str, Any] = {
            "number": stored["id"],
            "content": stored["content"],
            "kind": "outgoing",
            "sender": BOT,
            "private": stored["private"],
            "content_type": stored["content_type"],
            "attributes": stored["content_attributes"],
        }
        noise = conversation_event(
            kept.place, "conversation_updated", [{"waiting_since": {"previous_value": None}}]
        )
        return [
            message(kept.place, **told),
            noise,
            noise,
            message(kept.place, event="message_updated", **told),
        ]

    async def _status(self, account: int, conversation: int, body: Json) -> Response:
        kept = self.kept[account, conversation]
        self.set_status(account, conversation, str(body["status"]))
        payload = {
            "success": None,
            "conversation_id": conversation,
            "current_status": kept.place.status,
            "snoozed_until": None,
        }
        return JSONResponse({"meta": {}, "payload": payload})

    def set_status(self, account: int, conversation: int, status: str) -> None:
        """Change the status, as a person or a bot does; both twins of the event are sent."""
        kept = self.kept[account, conversation]
        before = kept.place.status
        # Chatwoot's clock moves on: an event that is not newer would be taken for an old one.
        moment = max(kept.place.updated_at + 1, self.clock().timestamp())
        kept.place = replace(kept.place, status=status, updated_at=moment)
        changed = [{"status": {"previous_value": before, "current_value": status}}]
        self._send(
            account,
            conversation_event(kept.place, "conversation_status_changed"),
            conversation_event(kept.place, "conversation_updated", changed),
        )

    async def _typing(self, account: int, conversation: int, body: Json) -> Response:
        self.kept[account, conversation].typing.append(str(body["typing_status"]))
        return Response(status_code=200)

    async def _priority(self, account: int, conversation: int, body: Json) -> Response:
        self.kept[account, conversation].priority = body.get("priority")
        return Response(status_code=200)

    async def _assign(self, account: int, conversation: int, body: Json) -> Response:
        kept = self.kept[account, conversation]
        if "assignee_id" in body:
            person = {"id": body["assignee_id"], "name": "Paola Ríos"}
            kept.place = replace(kept.place, assignee=person, assignee_type="User")
            return JSONResponse(person)
        kept.team = body.get("team_id")
        return JSONResponse({"id": kept.team, "name": "recepción"})

    async def _labels(self, account: int, conversation: int, _body: Json) -> Response:
        return JSONResponse({"payload": self.kept[account, conversation].labels})

    async def _set_labels(self, account: int, conversation: int, body: Json) -> Response:
        self.kept[account, conversation].labels = list(body["labels"])
        return JSONResponse({"payload": body["labels"]})

    def _send(self, account: int, *bodies: Json) -> None:
        if account not in self.webhooks:
            return
        task = asyncio.create_task(self._deliver_all(account, bodies))
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)

    async def _deliver_all(self, account: int, bodies: tuple[Json, ...]) -> None:
        for body in bodies:
            try:
                await self.deliver(account, body)
            except httpx.HTTPError:
                return


async def _failed(fault: Fault, silence: float, sent: Json) -> Response:
    if fault in {"silent", "stored_then_silent"}:
        await asyncio.sleep(silence)
    if fault == "429":
        return PlainTextResponse("Retry later\n", 429, headers={"Retry-After": "0"})
    bodies: dict[str, Json] = {
        "401": {"error": "Invalid Access Token"},
        "404": NOT_FOUND,
        # A refusal may repeat what was sent: our log must not.
        "422": {
            "error": "Validation failed: Content is too long (maximum is 150000 characters)",
            "sent": str(sent),
        },
        "500": {"status": 500, "error": "Internal Server Error"},
        "503": {"error": "Service Unavailable"},
    }
    return JSONResponse(bodies.get(fault, {}), int(fault) if fault.isdecimal() else 504)
