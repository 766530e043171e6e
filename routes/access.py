"""Who may call, and for whom: keys of the deployment or of one company, some of which only read; the panel by a session."""

import hmac
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, wraps

from starlette.requests import Request
from starlette.responses import Response

from integrations.clock import Clock
from routes.actions import action_of
from routes.attempts import FailedAttempts
from routes.errors import (
    ExpiredKeyError,
    InvalidRequestError,
    MissingKeyError,
    NotAllowedError,
    SessionEndedError,
    WrongKeyError,
)
from routes.panel_requests import only_the_panel, token_in
from tenants.api_keys import KEY_ID, ApiKeys, KeyScope, digest_of
from tenants.directory import Directory
from tenants.errors import UnknownCompanyError
from tenants.ids import CompanyId
from tenants.sessions import Sessions
from tenants.tenant import Tenant

UNGUESSED = 24  # characters of a key that nobody finds by trying
REMEMBERED = 1000  # good keys of lately
COMPANY = "clinicdesk.company"
"""Where a request's scope holds the company that it turned out to speak of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls: of the deployment when `company_id` is None, else whoever holds that company's key."""

    company_id: CompanyId | None
    scope: KeyScope
    key_id: str = ""
    """The beginning of the key's digest, as the list of keys shows it; empty for API_KEY."""
    key_name: str = ""
    """What the key is called, where it has a name."""
    signed_in: bool = False
    """True when a session of the panel stands for the key."""

    @property
    def administrator(self) -> bool:
        """True for who may do everything in the whole deployment."""
        return self.scope == "admin"

    @property
    def who(self) -> str:
        """Name the caller where changes are traced."""
        return f"key {self.key_id}" if self.key_id else "administrator"

    def only_administrators(self) -> None:
        """Raise NotAllowedError for a company's key and for one that only reads."""
        if not self.administrator:
            raise NotAllowedError("This needs an administrator's key.")

    def only_the_deployments(self) -> None:
        """Raise NotAllowedError for a company's key; who reads the whole deployment may read this too."""
        if self.company_id is not None:
            raise NotAllowedError("This needs a key of the deployment.")

    def only_writers(self) -> None:
        """Raise NotAllowedError for a key that only reads."""
        if self.scope == "read":
            raise NotAllowedError("This key only reads.")


Handler = Callable[[Request, Caller], Awaitable[Response]]


Layer = Callable[[Request, Caller, Handler], Awaitable[Response]]
"""Runs a handler with something around it, such as a line in the trail of changes."""


class Access:
    """Tells callers apart and which company they speak of."""

    def __init__(
        self,
        *,
        admin_key: str,
        company_keys: Mapping[CompanyId, str],
        stored: ApiKeys,
        sessions: Sessions,
        directory: Directory,
        clock: Clock,
        own_origin: str = "",
        layers: Sequence[Layer] = (),
    ) -> None:
        """Take the environment's keys, the stored ones, and what is put around every handler, outermost first."""
        self._admin = digest_of(admin_key)
        self._companies = {digest_of(key): company for company, key in company_keys.items()}
        self._stored = stored
        self._sessions = sessions
        self._own_origin = own_origin
        self._directory = directory
        self._clock = clock
        self._layers = layers
        self._failed = FailedAttempts(clock)
        self._good: OrderedDict[str, None] = OrderedDict.fromkeys([self._admin, *self._companies])

    async def caller(self, request: Request) -> Caller:
        """Return who calls; raises MissingKeyError, ExpiredKeyError, SessionEndedError, and as `holder`."""
        if key := key_in(request):
            return await self.holder(request, key)
        if token := token_in(request):
            return await self._signed_in(token)
        raise MissingKeyError("Send the key as X-API-Key or as Authorization: Bearer.")

    async def holder(self, request: Request, key: str) -> Caller:
        """Return whose a key is; raises WrongKeyError, ExpiredKeyError, TooManyAttemptsError by the caller's address."""
        address = request.client.host if request.client else ""
        digest = digest_of(key)
        # Behind a proxy that names nobody a stranger's guesses must not lock everybody out.
        if len(key) < UNGUESSED or digest not in self._good:
            self._failed.admit(address)
        try:
            caller = await self._known(digest)
        except WrongKeyError:
            self._good.pop(digest, None)
            self._failed.note(address)
            raise
        self._good[digest] = None
        self._good.move_to_end(digest)
        while len(self._good) > REMEMBERED:
            self._good.popitem(last=False)
        return caller

    async def _signed_in(self, token: str) -> Caller:
        digest = await self._sessions.key_digest(token)
        try:
            if digest is not None:
                return replace(await self._known(digest), signed_in=True)
        except WrongKeyError:
            await self._sessions.end(token)
        raise SessionEndedError("The session has ended: sign in again.")

    async def _known(self, digest: str) -> Caller:
        # Digests are compared, so their timing tells nothing of the key.
        if hmac.compare_digest(digest, self._admin):
            return Caller(company_id=None, scope="admin")
        if company := self._companies.get(digest):
            return Caller(company_id=company, scope="company", key_id=digest[:KEY_ID])
        found = await self._stored.find(digest)
        if found is None:
            raise WrongKeyError("The API key is not known.")
        if found.expired(self._clock()):
            raise ExpiredKeyError(f"The API key has expired: {found.expires_at}.")
        return Caller(
            company_id=found.company_id,
            scope=found.scope,
            key_id=found.key_id,
            key_name=found.name,
        )

    def guarded(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Let a handler be called with a good key only, and not by one that only reads if it changes things."""
        wrapped = self.layered(handler)

        @wraps(handler)
        async def endpoint(request: Request) -> Response:
            caller = await self.caller(request)
            if not action_of(request).reads:
                if caller.signed_in:
                    only_the_panel(request, self._own_origin)
                caller.only_writers()
            return await wrapped(request, caller)

        return endpoint

    def layered(self, handler: Handler) -> Handler:
        """Return a handler with everything around it that stands around each; the caller is known already."""
        wrapped = handler
        for layer in reversed(self._layers):
            wrapped = partial(_around, layer, wrapped)
        return wrapped

    def named(self, caller: Caller, company_id: str) -> Tenant:
        """Return a company that the caller may see; another company's is unknown."""
        if caller.company_id is not None and caller.company_id != company_id:
            raise UnknownCompanyError(f"There is no company {company_id!r}.")
        return self._directory.find(company_id)

    def company(self, request: Request, caller: Caller, in_body: str | None = None) -> Tenant:
        """Return the company of a request: header, query, body, or the one the key is bound to.

        Raises InvalidRequestError when none is named or they differ, UnknownCompanyError.
        """
        named = {
            name
            for name in (
                request.headers.get("x-company-id"),
                request.query_params.get("company_id"),
                in_body,
            )
            if name
        }
        if len(named) > 1:
            raise InvalidRequestError("company_id: header, query and body name different companies")
        company_id = next(iter(named), caller.company_id)
        if not company_id:
            raise InvalidRequestError("company_id: send X-Company-ID or ?company_id=")
        tenant = self.named(caller, company_id)
        request.scope[COMPANY] = tenant.company_id
        return tenant


def secret_of(request: Request) -> str:
    """Return what proves who calls: the key, else the session's token, else nothing."""
    return key_in(request) or token_in(request)


def key_in(request: Request) -> str:
    """Return the key that came with a request, or nothing."""
    key = request.headers.get("x-api-key", "")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return key or (token.strip() if scheme.lower() == "bearer" else "")


async def _around(layer: Layer, handler: Handler, request: Request, caller: Caller) -> Response:
    return await layer(request, caller, handler)
