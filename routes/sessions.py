"""Signing in to the panel: an API key is typed once, and a cookie stands for it until it ends."""

from functools import partial
from typing import Annotated

from pydantic import BaseModel, Field, SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from routes.access import Access, Caller
from routes.audited import tell
from routes.body import json_body
from routes.panel_requests import (
    give_cookie,
    only_our_own_pages,
    only_the_panel,
    take_cookie,
    token_in,
)
from tenants.api_keys import digest_of
from tenants.directory import Directory
from tenants.sessions import Sessions
from tenants.tenant import Tenant


class SignIn(BaseModel):
    """What a person types to sign in."""

    api_key: Annotated[SecretStr, Field(min_length=1, max_length=500)]


class SessionRoutes:
    """Begins, shows and ends sessions."""

    def __init__(
        self, *, access: Access, sessions: Sessions, directory: Directory, public_url: str
    ) -> None:
        """Take who knows keys, where sessions are kept, the companies, and how browsers reach us."""
        self._access = access
        self._sessions = sessions
        self._directory = directory
        self._public_url = public_url
        self._https = public_url.startswith("https:")

    async def sign_in(self, request: Request) -> JSONResponse:
        """Begin a session for a key; the cookie that is set stands for it."""
        # Without a session there is nothing to abuse, but nobody is to be signed in by a stranger's page.
        only_our_own_pages(request, self._public_url)
        key = (await json_body(request, SignIn)).api_key.get_secret_value().strip()
        caller = await self._access.holder(request, key)
        begin = self._access.layered(partial(self._begin, digest_of(key)))
        answer = await begin(request, caller)
        assert isinstance(answer, JSONResponse)  # noqa: S101 # No layer changes what it hands on.
        return answer

    async def _begin(self, digest: str, request: Request, caller: Caller) -> JSONResponse:
        if before := token_in(request):
            await self._sessions.end(before)
        tell(request, company=caller.company_id or "", scope=caller.scope)
        answer = JSONResponse(self._told(caller), status_code=201)
        token = await self._sessions.begin(digest, caller.key_id or caller.who)
        give_cookie(request, answer, token, https=self._https)
        return answer

    async def show(self, request: Request, caller: Caller) -> JSONResponse:
        """Tell who is signed in and for which companies, and keep the session for hours more."""
        answer = JSONResponse(self._told(caller))
        if caller.signed_in:
            give_cookie(request, answer, token_in(request), https=self._https)
        return answer

    async def sign_out(self, request: Request) -> JSONResponse:
        """End the session; one that ended already is no matter."""
        only_the_panel(request, self._public_url)
        await self._sessions.end(token_in(request))
        answer = JSONResponse({"status": "success"})
        take_cookie(answer)
        return answer

    def _told(self, caller: Caller) -> dict[str, object]:
        mine = caller.company_id
        companies = self._directory.companies() if mine is None else [self._directory.find(mine)]
        return {
            "who": caller.who,
            "key_name": caller.key_name or None,
            "scope": caller.scope,
            "company_id": mine,
            "companies": [_company(one) for one in companies],
        }

    def routes(self) -> list[Route]:
        """Return the paths below /api; the first and the last prove themselves otherwise than by a key."""
        return [
            Route("/session", self.sign_in, methods=["POST"]),
            Route("/session", self._access.guarded(self.show), methods=["GET"]),
            Route("/session", self.sign_out, methods=["DELETE"]),
        ]


def _company(tenant: Tenant) -> dict[str, object]:
    return {
        "company_id": tenant.company_id,
        "company_name": tenant.company_name,
        "time_zone": tenant.time_zone,
        "currency": tenant.currency,
        "country": tenant.country,
        "languages": list(tenant.languages),
    }
