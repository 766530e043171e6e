"""A turn told while it happens, as Server-Sent Events: for the panel, and for whoever builds one."""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from functools import partial
from typing import Annotated
from uuid import uuid4

import structlog
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.routing import Route

from graph.replies import Reply
from graph.steps import Chosen, Step, ToolStep, Watch
from jobs.live_turns import LAST, LiveTurn, LiveTurns
from jobs.try_out import TryOut
from routes.access import Access, Caller
from routes.body import json_body, query, user_id_of
from routes.conversations import TEXT, Message, told_of
from routes.error_table import STATUS
from routes.errors import status_of, words_of
from routes.once import idempotency_key
from tenants.ids import TurnId, UserId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

HEARTBEAT = 15  # seconds between comments that keep proxies from hanging up
SLOWEST = 30  # seconds that one event may take to be sent
_PIECE = re.compile(r"\s*\S+\s*")


class Said(BaseModel):
    """What a tester says, in the query."""

    message: Annotated[str, Field(min_length=1, max_length=TEXT)]


class LiveTurnRoutes:
    """Answers testers and tells meanwhile what is being done."""

    def __init__(self, *, access: Access, try_out: TryOut, live_turns: LiveTurns) -> None:
        """Take who may ask, who answers, and what keeps running turns."""
        self._access = access
        self._try_out = try_out
        self._live_turns = live_turns

    async def get(self, request: Request, caller: Caller) -> EventSourceResponse:
        """Answer a tester, telling it while it happens; what is said here ends in proxies' logs.

        As the POST of this path, which is for patients' words. It changes the thread, though it is a GET,
        so keys that only read may not. A browser's EventSource cannot send a key: use fetch().
        """
        tenant = self._access.company(request, caller)
        return self._streamed(request, caller, tenant, query(request, Said).message)

    async def post(self, request: Request, caller: Caller) -> EventSourceResponse:
        """Answer a tester on a patient's thread, telling it while it happens.

        Events: `router` (agent, reason) and `tool` (name, state) as they happen; then `token` (text), the
        reply in pieces, and `reply`, as the path `test` answers; or `error`. What may not be sent to a
        patient is not shown either: the gates read the whole text, so its pieces come only after them.
        The turn ends also when nobody listens any more; with the same Idempotency-Key and message it is
        told again and not done again.
        """
        tenant = self._access.company(request, caller)
        return self._streamed(request, caller, tenant, (await json_body(request, Message)).message)

    def _streamed(
        self, request: Request, caller: Caller, tenant: Tenant, text: str
    ) -> EventSourceResponse:
        user = user_id_of(request)
        turn = self._live_turns.begin(
            tenant.company_id,
            partial(
                self._answer, tenant, user, text, turn_id=_turn_id(request, caller, user, text)
            ),
        )
        return EventSourceResponse(
            events(turn, tenant, user),
            ping=HEARTBEAT,
            ping_message_factory=lambda: ServerSentEvent(comment="waiting"),
            send_timeout=SLOWEST,
            # A server that ends lets turns in hand be told to their end.
            shutdown_grace_period=LAST,
        )

    async def _answer(
        self, tenant: Tenant, user: UserId, text: str, watch: Watch, *, turn_id: TurnId
    ) -> Reply:
        return await self._try_out.answer(
            tenant, user, text, source="stream", turn_id=turn_id, watch=watch
        )

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        path, guarded = "/conversations/{user_id}/stream", self._access.guarded
        get = Route(path, guarded(self.get), methods=["GET"])
        # Starlette would take a HEAD for a GET, and a turn would run for nobody.
        get.methods = {"GET"}
        return [get, Route(path, guarded(self.post), methods=["POST"])]


def _turn_id(request: Request, caller: Caller, user: UserId, text: str) -> TurnId:
    """Name the turn: by the caller's idempotency key and the words, else as none was named before."""
    given = idempotency_key(request)
    if given is None:
        return TurnId(f"stream-{uuid4().hex}")
    whole = json.dumps([caller.who, given, user, text]).encode()
    return TurnId(f"stream-{hashlib.sha256(whole).hexdigest()[:32]}")


async def events(turn: LiveTurn, tenant: Tenant, user: UserId) -> AsyncIterator[ServerSentEvent]:
    """Yield what is told of a turn; what it raises is told too."""
    try:
        async with aclosing(turn.watched()) as watched:
            async for seen in watched:
                for event in _told(seen, tenant, user):
                    yield event
    except Exception as error:  # noqa: BLE001 # The answer has begun: nobody above can tell of it.
        yield _event("error", _failure(error))


def _told(seen: Step | Reply, tenant: Tenant, user: UserId) -> Iterator[ServerSentEvent]:
    match seen:
        case Chosen(agent, reason):
            yield _event("router", {"agent": agent, "reason": reason})
        case ToolStep(name, state):
            yield _event("tool", {"name": name, "state": state})
        case Reply():
            for piece in _PIECE.findall(seen.text):
                yield _event("token", {"text": piece})
            yield _event("reply", told_of(tenant, user, seen))


def _event(name: str, data: Mapping[str, object]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name)


def _failure(error: Exception) -> Mapping[str, object]:
    if status_of(error, STATUS) is None:
        logger.error("live_turn_crashed", error=type(error).__name__, exc_info=error)
        return {"error": "InternalError", "detail": "Something went wrong here; it is logged."}
    return {"error": type(error).__name__, "detail": words_of(error)}
