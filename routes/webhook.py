"""Chatwoot's webhook: raw bytes in, checked and stored, answered within milliseconds."""

import asyncio
from collections.abc import Sequence

from pydantic import SecretStr
from redis.exceptions import TimeoutError as RedisTimeoutError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from integrations.chatwoot_events import Event
from integrations.chatwoot_signature import SignatureError, verify
from integrations.chatwoot_webhook import UnreadableWebhookError, read_event
from integrations.clock import Clock
from jobs.inbox import Inbox, Taken
from jobs.webhook_checks import WebhookChecks
from routes.body import raw_body
from routes.webhook_errors import UnreadableBodyError, UnsignedWebhookError, WrongAccountError
from tenants.directory import Directory
from tenants.errors import UnknownCompanyError
from tenants.moved_tokens import MovedTokens
from tenants.tenant import Tenant

BODY = 5_000_000  # bytes; a long mail comes three times in one body
TAKING = 2.5  # seconds; Chatwoot hangs up after 5, and a crowd waits long for a frozen Redis


class Webhook:
    """Takes what Chatwoot sends, for every company."""

    def __init__(
        self,
        *,
        directory: Directory,
        moved: MovedTokens,
        inbox: Inbox,
        checks: WebhookChecks,
        clock: Clock,
        unsigned_allowed: bool,
    ) -> None:
        """Take the companies and the inbox. `unsigned_allowed` is for the address without a token only."""
        self._directory = directory
        self._moved = moved
        self._inbox = inbox
        self._checks = checks
        self._clock = clock
        self._unsigned_allowed = unsigned_allowed

    async def by_token(self, request: Request) -> JSONResponse:
        """Take an event for the company whose address it came to: the token is the first proof."""
        tenant = await self._company_of(request.path_params["webhook_token"])
        body = await raw_body(request, BODY)
        secrets = tenant.chatwoot.webhook_secrets
        if secrets:
            self._check(request, body, secrets)
        event = self._read(body)
        if await self._checks.note(tenant.company_id, event, signed=bool(secrets)):
            return _acknowledged(
                tenant,
                Taken(status="ignored", conversation_id=event.conversation_id, reason="check"),
            )
        return await self._take(tenant, event)

    async def by_account(self, request: Request) -> JSONResponse:
        """Take an event for the company whose account it names: only a signature proves that."""
        body = await raw_body(request, BODY)
        signed = "x-chatwoot-signature" in request.headers
        try:
            event = self._read(body)
        except UnreadableBodyError as error:
            if signed:
                raise UnsignedWebhookError(f"No signature can be right: {error}") from error
            raise
        if event.account_id is None:
            raise UnknownCompanyError("The body names no account.")
        tenant = self._directory.by_account(event.account_id)
        if signed or not self._unsigned_allowed:
            self._check(request, body, tenant.chatwoot.webhook_secrets)
        return await self._take(tenant, event)

    async def _company_of(self, token: str) -> Tenant:
        try:
            return self._directory.by_webhook_token(token)
        except UnknownCompanyError:
            # A process that has not read the newest token yet, or an older one in its last hours.
            company = await self._moved.company_of(token)
            if company is None:
                raise
            return self._directory.find(company)

    async def _take(self, tenant: Tenant, event: Event) -> JSONResponse:
        account = tenant.chatwoot.account_id
        if account is not None and event.account_id is not None and account != event.account_id:
            raise WrongAccountError("The body speaks of another account than this address's.")
        try:
            async with asyncio.timeout(TAKING):
                taken = await self._inbox.take(tenant, event)
        except TimeoutError as error:
            raise RedisTimeoutError("The event could not be stored in time.") from error
        return _acknowledged(tenant, taken)

    def _read(self, body: bytes) -> Event:
        try:
            return read_event(body, now=self._clock())
        except UnreadableWebhookError as error:
            raise UnreadableBodyError(str(error)) from error

    def _check(self, request: Request, body: bytes, secrets: Sequence[SecretStr]) -> None:
        try:
            verify(
                body,
                signature=request.headers.get("x-chatwoot-signature", ""),
                timestamp=request.headers.get("x-chatwoot-timestamp", ""),
                secrets=[secret.get_secret_value() for secret in secrets],
                now=self._clock(),
            )
        except SignatureError as error:
            raise UnsignedWebhookError(str(error)) from error

    def routes(self) -> list[Route]:
        """Return the two addresses that Chatwoot may be told, relative to the API's root."""
        return [
            Route("/webhook/chatwoot", self.by_account, methods=["POST"]),
            Route("/webhook/chatwoot/{webhook_token}", self.by_token, methods=["POST"]),
        ]


def _acknowledged(tenant: Tenant, taken: Taken) -> JSONResponse:
    return JSONResponse(
        {
            "status": taken.status,
            "company_id": tenant.company_id,
            "conversation_id": taken.conversation_id,
            "reason": taken.reason,
            # The older system answered the patient before it answered Chatwoot.
            "agent_used": None,
            "response_sent": False,
        }
    )
