"""API keys over REST: of one company, and of the deployment. A key is shown once, when it is made."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from integrations.clock import Clock
from routes.access import Access, Caller
from routes.audited import tell
from routes.body import json_body
from routes.errors import InvalidRequestError
from tenants.api_keys import ApiKey, ApiKeys, KeyScope
from tenants.ids import CompanyId

LONGEST_GRACE = 30 * 24 * 60  # minutes


class NewKey(BaseModel):
    """A key to be made; `read` changes nothing."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    expires_at: AwareDatetime | None = None
    scope: KeyScope


class NewCompanyKey(NewKey):
    """A key of one company."""

    scope: Literal["company", "read"] = "company"


class NewDeploymentKey(NewKey):
    """A key of the whole deployment."""

    scope: Literal["admin", "read"] = "admin"


class Rotation(BaseModel):
    """How long the old key still works beside the new one."""

    grace_minutes: Annotated[int, Field(ge=0, le=LONGEST_GRACE)] = 24 * 60


class KeyRoutes:
    """Makes, lists, rotates and revokes keys: a company's by its own writing keys too, the rest by administrators."""

    def __init__(self, *, access: Access, stored: ApiKeys, clock: Clock) -> None:
        """Take who may ask, where keys are kept, and the clock."""
        self._access = access
        self._keys = stored
        self._clock = clock

    async def create(self, request: Request, caller: Caller) -> JSONResponse:
        """Make a key; it is shown this once."""
        company = self._company(request, caller)
        model: type[NewKey] = NewDeploymentKey if company is None else NewCompanyKey
        wanted = await json_body(request, model)
        if wanted.expires_at is not None and wanted.expires_at <= self._clock():
            raise InvalidRequestError("expires_at: is past")
        key, made = await self._keys.create(
            company,
            name=wanted.name,
            scope=wanted.scope,
            created_by=caller.who,
            expires_at=wanted.expires_at,
        )
        tell(request, target=made.key_id, scope=made.scope, expires_at=made.expires_at)
        return JSONResponse({**self._shown(made), "api_key": key}, status_code=201)

    async def page(self, request: Request, caller: Caller) -> JSONResponse:
        """List the keys, without the keys themselves."""
        found = await self._keys.of(self._company(request, caller))
        return JSONResponse({"keys": [self._shown(one) for one in found], "total": len(found)})

    async def rotate(self, request: Request, caller: Caller) -> JSONResponse:
        """Make a key like another, which ends after a grace."""
        company = self._company(request, caller)
        wanted = await json_body(request, Rotation)
        key, made = await self._keys.rotate(
            company,
            str(request.path_params["key_id"]),
            grace=timedelta(minutes=wanted.grace_minutes),
            created_by=caller.who,
        )
        tell(request, made=made.key_id, grace_minutes=wanted.grace_minutes)
        return JSONResponse({**self._shown(made), "api_key": key}, status_code=201)

    async def revoke(self, request: Request, caller: Caller) -> JSONResponse:
        """End a key at once."""
        key_id = str(request.path_params["key_id"])
        await self._keys.revoke(self._company(request, caller), key_id)
        return JSONResponse({"status": "success", "key_id": key_id})

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        guarded = self._access.guarded
        return [
            route
            for every in ("/keys", "/companies/{company_id}/keys")
            for route in (
                Route(every, guarded(self.create), methods=["POST"]),
                Route(every, guarded(self.page), methods=["GET"]),
                Route(f"{every}/{{key_id}}/rotate", guarded(self.rotate), methods=["POST"]),
                Route(f"{every}/{{key_id}}", guarded(self.revoke), methods=["DELETE"]),
            )
        ]

    def _company(self, request: Request, caller: Caller) -> CompanyId | None:
        """Return whose keys are meant: a path without a company means the deployment's."""
        if named := request.path_params.get("company_id"):
            return self._access.named(caller, named).company_id
        caller.only_administrators()
        return None

    def _shown(self, one: ApiKey) -> dict[str, Any]:
        now: datetime = self._clock()
        return {
            "key_id": one.key_id,
            "company_id": one.company_id,
            "scope": one.scope,
            "name": one.name,
            "created_at": one.created_at,
            "created_by": one.created_by or None,
            "expires_at": one.expires_at or None,
            "expired": one.expired(now),
            "last_used_at": one.last_used_at or None,
        }
