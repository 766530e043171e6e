"""A new last part for a company's webhook address, while the old one may go on for a while."""

import secrets
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, Field
from redis.asyncio import Redis
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from integrations.clock import Clock
from routes.access import Access, Caller
from routes.audited import tell
from routes.body import json_body
from routes.companies import webhook_path
from routes.company_administration import author_of
from routes.errors import ConflictError
from tenants import keys
from tenants.administration import Administration
from tenants.directory import Directory
from tenants.moved_tokens import MovedTokens
from tenants.patching import merged
from tenants.secret_fields import value_at
from tenants.tenant import Tenant
from tenants.webhook_tokens import BYTES

FIELD = "chatwoot.webhook_token"


class Rotation(BaseModel):
    """How long the old address works on."""

    grace_minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)] = 0


class WebhookTokenRoutes:
    """Answers the wish for a new webhook address."""

    def __init__(
        self,
        redis: Redis,
        *,
        access: Access,
        administration: Administration,
        directory: Directory,
        moved: MovedTokens,
        clock: Clock,
        public_url: str,
    ) -> None:
        """Take who may call, what changes companies, and where moved tokens lead."""
        self._redis = redis
        self._access = access
        self._administration = administration
        self._directory = directory
        self._moved = moved
        self._clock = clock
        self._public_url = public_url

    async def rotate(self, request: Request, caller: Caller) -> JSONResponse:
        """Make a new address; events to the old one are taken until its grace is over."""
        caller.only_administrators()
        tenant = self._access.named(caller, request.path_params["company_id"])
        grace = timedelta(minutes=(await json_body(request, Rotation)).grace_minutes)
        old = _token(tenant)
        new = secrets.token_urlsafe(BYTES)
        # Both lead here before anything changes: no process refuses an event meanwhile.
        await self._moved.lead(new, tenant.company_id)
        if old:
            await self._moved.lead(old, tenant.company_id, grace)
        await self._replace(tenant, new, caller)
        tenant = self._directory.find(tenant.company_id)
        if _token(tenant) != new:
            await self._moved.lead(new, tenant.company_id, timedelta(0))
            raise ConflictError(
                "The token is set by the environment (CHATWOOT_WEBHOOK_TOKEN...): change it there."
            )
        tell(request, grace_minutes=grace.total_seconds() // 60)
        return JSONResponse(
            {
                "company_id": tenant.company_id,
                "webhook_url": self._public_url + (webhook_path(tenant) or ""),
                "old_valid_until": (self._clock() + grace).isoformat() if old and grace else None,
                "revision": tenant.revision,
            }
        )

    async def _replace(self, tenant: Tenant, new: str, caller: Caller) -> None:
        kept = await self._administration.find(tenant.company_id)
        if value_at(kept.fields, FIELD):
            await self._administration.change(
                tenant.company_id,
                lambda fields: dict(merged(fields, {"chatwoot": {"webhook_token": new}})),
                author_of(caller),
            )
            return
        # It was generated, so it lives in Redis, where every process finds the new one.
        await self._redis.set(keys.webhook_token(tenant.company_id), new)
        await self._administration.serve(tenant.company_id)

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        path = "/companies/{company_id}/webhook-token/rotate"
        return [Route(path, self._access.guarded(self.rotate), methods=["POST"])]


def _token(tenant: Tenant) -> str:
    token = tenant.chatwoot.webhook_token
    return token.get_secret_value() if token else ""
