"""Conversations over REST: who wrote, what was said, trying a company out, forgetting a patient."""

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from graph.answer import FrontDesk
from graph.conversations import MOST_LINES, Card, Conversation, Conversations, Line
from graph.replies import Reply
from integrations.redis import Client
from jobs.page_answers import PageAnswers
from jobs.try_out import TryOut, alone
from jobs.waiting_room import Waiting, WaitingRoom
from routes.access import Access, Caller
from routes.analytics import Analytics
from routes.body import json_body, query, user_id_of
from routes.bounds import LAST_PAGE
from routes.errors import NotFoundError
from tenants.ids import USER_ID, UserId
from tenants.tenant import Tenant

TEXT = 10_000  # characters that a tester may send


class Wanted(BaseModel):
    """Which part of the list."""

    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] = 1
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    waiting: bool = False
    """Only who waits for a person: emergencies first, then whoever has waited longest."""
    analytics: bool = False
    """With the numbers of `from` to `to`."""


class Lines(BaseModel):
    """How much of a transcript."""

    limit: Annotated[int, Field(ge=1, le=MOST_LINES)] = MOST_LINES


class Message(BaseModel):
    """What a tester says to a known patient's thread."""

    message: Annotated[str, Field(min_length=1, max_length=TEXT)]


class WebhookTest(Message):
    """What a tester says, with company and patient in the body."""

    company_id: str | None = None
    user_id: Annotated[str, Field(pattern=USER_ID)] = "test_user"


class ConversationRoutes:
    """Answers what is asked about patients' conversations. Every path is one company's."""

    def __init__(
        self,
        *,
        access: Access,
        conversations: Conversations,
        try_out: TryOut,
        front_desk: FrontDesk,
        redis: Client,
        analytics: Analytics,
        waiting: WaitingRoom,
        answers: PageAnswers,
    ) -> None:
        """Take the transcripts, who answers a tester, who may ask, and who knows the numbers."""
        self._analytics = analytics
        self._waiting = waiting
        self._answers = answers
        self._access = access
        self._conversations = conversations
        self._try_out = try_out
        self._front_desk = front_desk
        self._redis = redis

    async def page(self, request: Request, caller: Caller) -> JSONResponse:
        """List a company's patients, the latest first."""
        tenant = self._access.company(request, caller)
        wanted = query(request, Wanted)
        offset = (wanted.page - 1) * wanted.limit
        waiting = {one.user_id: one for one in await self._waiting.of(tenant.company_id)}
        if wanted.waiting:
            total, users = len(waiting), list(waiting)[offset : offset + wanted.limit]
            rows = await self._conversations.rows(tenant, users)
        else:
            total, rows = await self._conversations.page(tenant, offset=offset, limit=wanted.limit)
        analytics = await self._analytics.analytics(request, tenant) if wanted.analytics else None
        return JSONResponse(
            {
                "total": total,
                "waiting": len(waiting),
                "page": wanted.page,
                "limit": wanted.limit,
                "conversations": [_row(tenant, row, waiting.get(row.user_id)) for row in rows],
                **({"analytics": analytics} if analytics else {}),
            }
        )

    async def messages(self, request: Request, caller: Caller) -> JSONResponse:
        """Return what was said, oldest first."""
        tenant = self._access.company(request, caller)
        user = user_id_of(request)
        lines = await self._conversations.messages(tenant, user, limit=query(request, Lines).limit)
        rows = await self._conversations.rows(tenant, [user])
        if not lines or not rows:
            raise NotFoundError("There is no such conversation.")
        waiting = await self._waiting.find(tenant.company_id, user)
        return JSONResponse(
            {
                "user_id": user,
                "company_id": tenant.company_id,
                "messages": [_line(one) for one in lines],
                "total_messages": len(lines),
                **_where(tenant, rows[0].card),
                **_standing(rows[0], waiting),
            }
        )

    async def delete(self, request: Request, caller: Caller) -> JSONResponse:
        """Forget a patient: transcript, thread, branches, mailbox. Appointments are the clinic's."""
        tenant = self._access.company(request, caller)
        user = user_id_of(request)
        async with alone(self._redis, tenant.company_id, user):
            deleted = await self._conversations.delete(tenant, user)
        return JSONResponse({"status": "success", "user_id": user, "messages_deleted": deleted})

    async def test(self, request: Request, caller: Caller) -> JSONResponse:
        """Answer a tester on a patient's thread, in this request."""
        tenant = self._access.company(request, caller)
        user = user_id_of(request)
        wanted = await json_body(request, Message)
        reply = await self._try_out.answer(tenant, user, wanted.message, source="test")
        return JSONResponse(told_of(tenant, user, reply))

    async def webhook_test(self, request: Request, caller: Caller) -> JSONResponse:
        """Answer a tester as the webhook would, in this request; nothing goes to Chatwoot."""
        wanted = await json_body(request, WebhookTest)
        tenant = self._access.company(request, caller, wanted.company_id)
        user = UserId(wanted.user_id)
        reply = await self._try_out.answer(tenant, user, wanted.message, source="test")
        return JSONResponse(
            {
                "status": "success",
                "company_id": tenant.company_id,
                "user_id": user,
                "response": reply.text,
                "agent_used": reply.agent,
                **_facts(reply),
            }
        )

    async def close_emergency(self, request: Request, caller: Caller) -> JSONResponse:
        """Say that a human has seen to a patient: the agents may speak again."""
        tenant = self._access.company(request, caller)
        user = user_id_of(request)
        closed = await self._front_desk.close_emergency(tenant, user)
        paged = await self._answers.resolve(tenant.company_id, user, by=caller.who)
        if not closed and not paged:
            raise NotFoundError("No emergency of that patient is open.")
        await self._waiting.leave(tenant.company_id, user)
        return JSONResponse({"status": "success", "user_id": user})

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        guarded = self._access.guarded
        one = "/conversations/{user_id}"
        return [
            Route("/webhook/test", guarded(self.webhook_test), methods=["POST"]),
            Route("/conversations", guarded(self.page), methods=["GET"]),
            Route(one, guarded(self.messages), methods=["GET"]),
            Route(one, guarded(self.delete), methods=["DELETE"]),
            Route(f"{one}/test", guarded(self.test), methods=["POST"]),
            Route(f"{one}/emergency", guarded(self.close_emergency), methods=["DELETE"]),
        ]


def _row(tenant: Tenant, row: Conversation, waiting: Waiting | None) -> dict[str, object]:
    return {
        "user_id": row.user_id,
        "last_message": row.last_message,
        "last_role": row.last_role,
        "last_updated": row.last_updated,
        "message_count": row.message_count,
        **_where(tenant, row.card),
        **_standing(row, waiting),
    }


def _standing(row: Conversation, waiting: Waiting | None) -> dict[str, object]:
    """Return whether a patient is in danger, or waits for a person."""
    return {
        "emergency": dict(row.emergency) if row.emergency else None,
        "waiting": {"why": waiting.why, "since": waiting.since} if waiting else None,
    }


def _where(tenant: Tenant, card: Card) -> dict[str, object]:
    """Return where a patient wrote, and where a person answers them."""
    account, known = tenant.chatwoot.account_id, bool(card.conversation_id)
    base = str(tenant.chatwoot.base_url).rstrip("/")
    address = f"{base}/app/accounts/{account}/conversations/{card.conversation_id}"
    return {
        "name": card.name or None,
        "channel": card.channel or None,
        "conversation_id": card.conversation_id or None,
        "chatwoot_url": address if known and account else None,
    }


def _line(line: Line) -> dict[str, object]:
    described: dict[str, object] = {
        "role": line.role,
        "content": line.content,
        "timestamp": line.timestamp,
    }
    if line.agent:
        described |= {"agent": line.agent}
    if line.passages:
        described |= {"passages": list(line.passages)}
    if line.blocked:
        described |= {"blocked": list(line.blocked)}
    return described


def told_of(tenant: Tenant, user: UserId, reply: Reply) -> dict[str, object]:
    """Return a tester's answer as JSON."""
    return {
        "user_id": user,
        "company_id": tenant.company_id,
        "agent_used": reply.agent,
        "bot_response": reply.text,
        "rag_context_used": bool(reply.passages),
        **_facts(reply),
    }


def _facts(reply: Reply) -> dict[str, object]:
    return {
        "model": reply.model,
        "language": reply.language,
        "tools_used": list(reply.tools_used),
        "passages": list(reply.passages),
        "blocked": list(reply.blocked),
        "options": list(reply.options),
        "handoff": reply.handoff,
        "red_flag": reply.red_flag or None,
        "milliseconds": reply.milliseconds,
    }
