"""A Chatwoot account as its administrator sets it up: bots, inboxes, webhooks, and somebody who writes."""

import itertools
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from integrations.clock import utc_now
from tests.fakes.chatwoot import NOT_FOUND
from tests.fakes.chatwoot_payloads import Contact, Json, Place, incoming, raw, signed

ACCOUNT = 77
ADMINISTRATOR, PERSON = "token-of-an-administrator", "token-of-an-agent"
LARGEST = 50_000


@dataclass
class FakeOffice:
    """The account's state and its ASGI application."""

    version: str = "4.15.1"
    signs: bool = True
    """False before 4.13."""
    reach: httpx.AsyncClient | None = None
    """How its events reach us; None: they do not."""
    bots: dict[int, Json] = field(default_factory=dict)
    inboxes: dict[int, Json] = field(default_factory=dict)
    webhooks: dict[int, Json] = field(default_factory=dict)
    contacts: dict[int, Json] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    failing: dict[str, int] = field(default_factory=dict)
    """`METHOD /path` below the account, and the status it is answered with until it is taken out."""

    def __post_init__(self) -> None:
        self._numbers = itertools.count(31)
        self._conversations: dict[int, tuple[int, int]] = {}
        account = f"/api/v1/accounts/{ACCOUNT}"
        one = f"{account}/inboxes/{{inbox:int}}"
        paths: list[tuple[str, str, Callable[[Request, Json], Awaitable[Response]]]] = [
            ("GET", f"{account}/agent_bots", self._list_bots),
            ("POST", f"{account}/agent_bots", self._make_bot),
            ("PATCH", f"{account}/agent_bots/{{bot:int}}", self._point_bot),
            ("GET", f"{account}/inboxes", self._list_inboxes),
            ("POST", f"{account}/inboxes", self._make_inbox),
            ("DELETE", one, self._forget_inbox),
            ("GET", f"{one}/agent_bot", self._bot_of),
            ("POST", f"{one}/set_agent_bot", self._connect),
            ("GET", f"{account}/webhooks", self._list_webhooks),
            ("POST", f"{account}/webhooks", self._make_webhook),
            ("POST", f"{account}/contacts", self._make_contact),
            ("DELETE", f"{account}/contacts/{{contact:int}}", self._forget_contact),
            ("POST", f"{account}/conversations", self._begin),
            ("POST", f"{account}/conversations/{{conversation:int}}/messages", self._write),
        ]
        self.app = Starlette(
            routes=[
                Route("/api", self._version),
                Route("/api/v1/profile", self._profile),
                Route(
                    "/api/v1/accounts/{account:int}/conversations/0/toggle_status",
                    self._probe,
                    methods=["POST"],
                ),
                *(
                    Route(path, self._guarded(handler), methods=[method])
                    for method, path, handler in paths
                ),
            ]
        )

    def add_inbox(self, name: str, kind: str = "Channel::Whatsapp", bot: int | None = None) -> int:
        """Have an inbox in the account."""
        number = next(self._numbers)
        self.inboxes[number] = {"id": number, "name": name, "channel_type": kind, "bot": bot}
        return number

    def add_bot(self, name: str, url: str) -> int:
        """Have a bot in the account."""
        number = next(self._numbers)
        self.bots[number] = {
            "id": number,
            "name": name,
            "outgoing_url": url,
            "bot_type": "webhook",
            "account_id": ACCOUNT,
            "access_token": f"token-of-bot-{number}",
            "secret": f"secret-of-bot-{number}" if self.signs else None,
            "system_bot": False,
        }
        return number

    def _guarded(self, handler: Callable[[Request, Json], Awaitable[Response]]) -> Any:
        async def endpoint(request: Request) -> Response:
            path = request.url.path.split(f"/accounts/{ACCOUNT}", 1)[1]
            line = f"{request.method} {path}"
            self.calls.append(line)
            token = request.headers.get("api_access_token")
            if token != ADMINISTRATOR:
                words = (
                    "You are not authorized to do this action"
                    if token == PERSON
                    else "Invalid Access Token"
                )
                return JSONResponse({"error": words}, 401)
            if line in self.failing:
                return JSONResponse({"error": "Internal Server Error"}, self.failing[line])
            if int(request.path_params.get("inbox", 0)) not in {0, *self.inboxes}:
                return JSONResponse(NOT_FOUND, 404)
            text = await request.body()
            return await handler(request, json.loads(text) if text else {})

        return endpoint

    async def _version(self, _request: Request) -> Response:
        return JSONResponse(
            {"version": self.version, "queue_services": "ok", "data_services": "ok"}
        )

    async def _profile(self, request: Request) -> Response:
        roles = {ADMINISTRATOR: "administrator", PERSON: "agent"}
        role = roles.get(request.headers.get("api_access_token", ""))
        if role is None:
            return JSONResponse({"error": "Invalid Access Token"}, 401)
        return JSONResponse({"id": 1, "role": role, "accounts": [{"id": ACCOUNT, "role": role}]})

    async def _probe(self, request: Request) -> Response:
        tokens = {one["access_token"] for one in self.bots.values()}
        if request.headers.get("api_access_token") not in tokens:
            return JSONResponse({"error": "Invalid Access Token"}, 401)
        return JSONResponse(NOT_FOUND, 404)

    async def _list_bots(self, _request: Request, _body: Json) -> Response:
        return JSONResponse(list(self.bots.values()))

    async def _make_bot(self, _request: Request, body: Json) -> Response:
        return JSONResponse(self.bots[self.add_bot(body["name"], body["outgoing_url"])])

    async def _point_bot(self, request: Request, body: Json) -> Response:
        bot = self.bots[request.path_params["bot"]]
        bot.update(body)
        return JSONResponse(bot)

    async def _list_inboxes(self, _request: Request, _body: Json) -> Response:
        return JSONResponse({"payload": list(self.inboxes.values())})

    async def _make_inbox(self, _request: Request, body: Json) -> Response:
        assert body["channel"]["type"] == "api"
        return JSONResponse(self.inboxes[self.add_inbox(body["name"], "Channel::Api")])

    async def _forget_inbox(self, request: Request, _body: Json) -> Response:
        del self.inboxes[request.path_params["inbox"]]
        return JSONResponse(
            {"message": "Your inbox deletion request will be processed in some time."}
        )

    async def _bot_of(self, request: Request, _body: Json) -> Response:
        bot = self.inboxes[request.path_params["inbox"]]["bot"]
        return JSONResponse({"agent_bot": self.bots.get(bot, {})})

    async def _connect(self, request: Request, body: Json) -> Response:
        self.inboxes[request.path_params["inbox"]]["bot"] = body["agent_bot"]
        return Response(status_code=200)

    async def _list_webhooks(self, _request: Request, _body: Json) -> Response:
        return JSONResponse({"payload": {"webhooks": list(self.webhooks.values())}})

    async def _make_webhook(self, _request: Request, body: Json) -> Response:
        wanted = body["webhook"]
        if any(one["url"] == wanted["url"] for one in self.webhooks.values()):
            return JSONResponse(
                {"message": "Url has already been taken", "attributes": ["url"]}, 422
            )
        number = next(self._numbers)
        secret = f"secret-of-webhook-{number}" if self.signs else None
        self.webhooks[number] = {"id": number, "account_id": ACCOUNT, "secret": secret, **wanted}
        return JSONResponse({"payload": {"webhook": self.webhooks[number]}})

    async def _make_contact(self, _request: Request, body: Json) -> Response:
        number = next(self._numbers)
        self.contacts[number] = body
        source = {"source_id": f"source-{number}", "inbox": {"id": body["inbox_id"]}}
        contact = {"id": number, "name": body["name"], "contact_inboxes": [source]}
        return JSONResponse({"payload": {"contact": contact, "contact_inbox": source}})

    async def _forget_contact(self, request: Request, _body: Json) -> Response:
        del self.contacts[request.path_params["contact"]]
        return Response(status_code=200)

    async def _begin(self, _request: Request, body: Json) -> Response:
        assert body["source_id"] == f"source-{body['contact_id']}"
        number = next(self._numbers)
        self._conversations[number] = (body["inbox_id"], body["contact_id"])
        return JSONResponse({"id": number, "account_id": ACCOUNT, "inbox_id": body["inbox_id"]})

    async def _write(self, request: Request, body: Json) -> Response:
        conversation = request.path_params["conversation"]
        inbox, contact = self._conversations[conversation]
        if self.inboxes[inbox]["channel_type"] != "Channel::Api":
            words = "Incoming messages are only allowed in Api inboxes"
            return JSONResponse({"error": words}, 422)
        bot = self.bots[self.inboxes[inbox]["bot"]]
        place = Place(
            conversation=conversation,
            account=ACCOUNT,
            contact=Contact(id=contact, name=self.contacts[contact]["name"], phone=None),
            channel="Channel::Api",
        )
        event = raw(incoming(place, LARGEST + next(self._numbers), body["content"]))
        if self.reach is not None:
            headers = signed(event, bot["secret"], utc_now()) if bot["secret"] else {}
            await self.reach.post(bot["outgoing_url"], content=event, headers=headers)
        return JSONResponse({"id": next(self._numbers), "content": body["content"]})
