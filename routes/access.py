"""Who may call: the administrator's key, or a key bound to one company."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from integrations.redis import Client, awaitable
from routes.errors import (
    InvalidRequestError,
    MissingKeyError,
    NotAllowedError,
    NotFoundError,
    WrongKeyError,
)
from tenants import keys
from tenants.directory import Directory
from tenants.errors import UnknownCompanyError
from tenants.ids import CompanyId
from tenants.tenant import Tenant

KEY_ID = 12  # characters of a key's digest that name it


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls: an administrator when `company_id` is None, else whoever holds that company's key."""

    company_id: CompanyId | None
    key_id: str = ""
    """The beginning of the key's digest, as the list of keys shows it."""

    @property
    def administrator(self) -> bool:
        """True for the deployment's own key."""
        return self.company_id is None

    @property
    def who(self) -> str:
        """Name the caller where changes are traced."""
        return "administrator" if self.administrator else f"key {self.key_id}"

    def only_administrators(self) -> None:
        """Raise NotAllowedError for a company's key."""
        if not self.administrator:
            raise NotAllowedError("This needs the administrator's key.")


Handler = Callable[[Request, Caller], Awaitable[Response]]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """A company's key as it is kept: its digest's beginning names it, the key itself is gone."""

    key_id: str
    company_id: CompanyId
    name: str
    created_at: str


class ApiKeys:
    """The keys that were made over REST, kept as digests in Redis."""

    def __init__(self, redis: Client) -> None:
        """Take the connection."""
        self._redis = redis

    async def create(self, company: CompanyId, name: str, created_at: str) -> tuple[str, StoredKey]:
        """Make a key for a company; the key itself is returned this once."""
        key = f"cd_{secrets.token_urlsafe(32)}"
        digest = _digest(key)
        record = {"company_id": company, "name": name, "created_at": created_at}
        await awaitable(self._redis.hset(keys.api_keys(), digest, json.dumps(record)))
        return key, self._stored(digest, record)

    async def company_of(self, key: str) -> CompanyId | None:
        """Return the company that a key is bound to, or None for a key that is not known."""
        record = await awaitable(self._redis.hget(keys.api_keys(), _digest(key)))
        return None if record is None else CompanyId(json.loads(record)["company_id"])

    async def of(self, company: CompanyId) -> list[StoredKey]:
        """Return a company's keys, oldest first."""
        every = await awaitable(self._redis.hgetall(keys.api_keys()))
        found = [self._stored(digest, json.loads(record)) for digest, record in every.items()]
        return sorted(
            (one for one in found if one.company_id == company), key=lambda one: one.created_at
        )

    async def revoke(self, company: CompanyId, key_id: str) -> None:
        """End a company's key; raises NotFoundError."""
        every = await awaitable(self._redis.hgetall(keys.api_keys()))
        for digest, record in every.items():
            stored = self._stored(digest, json.loads(record))
            if stored.key_id == key_id and stored.company_id == company:
                await awaitable(self._redis.hdel(keys.api_keys(), digest))
                return
        raise NotFoundError("There is no such key.")

    @staticmethod
    def _stored(digest: str, record: Mapping[str, str]) -> StoredKey:
        return StoredKey(
            key_id=digest[:KEY_ID],
            company_id=CompanyId(record["company_id"]),
            name=record["name"],
            created_at=record["created_at"],
        )


class Access:
    """Tells callers apart and which company they speak of."""

    def __init__(
        self,
        *,
        admin_key: str,
        company_keys: Mapping[CompanyId, str],
        stored: ApiKeys,
        directory: Directory,
    ) -> None:
        """Take the administrator's key, the keys of the environment by company, and the stored ones."""
        self._admin = _digest(admin_key)
        self._companies = {_digest(key): company for company, key in company_keys.items()}
        self._stored = stored
        self._directory = directory

    async def caller(self, request: Request) -> Caller:
        """Return who calls; raises MissingKeyError or WrongKeyError."""
        key = request.headers.get("x-api-key", "")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not key and scheme.lower() == "bearer":
            key = token.strip()
        if not key:
            raise MissingKeyError("Send the key as X-API-Key or as Authorization: Bearer.")
        digest = _digest(key)
        # Digests are compared, so their timing tells nothing of the key.
        if hmac.compare_digest(digest, self._admin):
            return Caller(company_id=None)
        company = self._companies.get(digest) or await self._stored.company_of(key)
        if company is None:
            raise WrongKeyError("The API key is not known.")
        return Caller(company_id=company, key_id=digest[:KEY_ID])

    def guarded(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Let a handler be called with a good key only."""

        async def endpoint(request: Request) -> Response:
            return await handler(request, await self.caller(request))

        return endpoint

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
        return self.named(caller, company_id)
