"""The keys that were made over REST: whose they are, what they may do, until when.

A key is 256 random bits, so one SHA-256 of it keeps it: there is nothing to guess that a slow
hash would protect, and finding a digest in a table tells nothing of the others.
"""

import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tenants import keys
from tenants.errors import TooManyKeysError, UnknownKeyError
from tenants.ids import CompanyId

logger = structlog.get_logger(__name__)

KeyScope = Literal["admin", "company", "read"]
"""`admin`: the deployment. `company`: all of one company. `read`: changes nothing, of one company or of all."""

KEY_ID = 12  # characters of a key's digest that name it
MOST = 100  # keys of one company
USE_NOTED = timedelta(minutes=1)
"""How often a process writes that a key was used."""


def digest_of(key: str) -> str:
    """Return what is kept of a key; of what can be none too, such as half a character."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is kept: its digest's beginning names it, the key itself is gone. Times are ISO 8601, UTC."""

    key_id: str
    company_id: CompanyId | None
    """None: of the whole deployment."""
    scope: KeyScope
    name: str
    created_at: str
    created_by: str = ""
    expires_at: str = ""
    last_used_at: str = ""

    def expired(self, now: datetime) -> bool:
        """Say whether the key has ended."""
        return bool(self.expires_at) and datetime.fromisoformat(self.expires_at) <= now


class ApiKeys:
    """The stored keys of all companies and of the deployment."""

    def __init__(self, redis: Redis, clock: Callable[[], datetime]) -> None:
        """Take the connection and the clock."""
        self._redis = redis
        self._clock = clock
        self._noted: dict[str, datetime] = {}

    async def create(
        self,
        company: CompanyId | None,
        *,
        name: str,
        scope: KeyScope = "company",
        created_by: str = "",
        expires_at: datetime | None = None,
    ) -> tuple[str, ApiKey]:
        """Make a key; it is returned this once. Raises TooManyKeysError."""
        if await cast("Awaitable[int]", self._redis.scard(keys.api_keys_of(company))) >= MOST:
            raise TooManyKeysError(f"There are {MOST} keys already; revoke some first.")
        key = f"cd_{secrets.token_urlsafe(32)}"
        made = ApiKey(
            key_id=digest_of(key)[:KEY_ID],
            company_id=company,
            scope=scope,
            name=name,
            created_at=self._clock().isoformat(),
            created_by=created_by,
            expires_at=expires_at.isoformat() if expires_at else "",
        )
        await self._keep(digest_of(key), made)
        return key, made

    async def find(self, digest: str) -> ApiKey | None:
        """Return what is known of a key by its digest, also of an expired one, and note that it was used."""
        record = await cast("Awaitable[str | None]", self._redis.hget(keys.api_keys(), digest))
        if record is None:
            return None
        found = _read(digest, record, "")
        await self._note_use(digest, found.company_id)
        return found

    async def of(self, company: CompanyId | None) -> list[ApiKey]:
        """Return a company's keys, or the deployment's, oldest first."""
        found = await self.by_digest(company)
        return sorted(found.values(), key=lambda one: (one.created_at, one.key_id))

    async def rotate(
        self, company: CompanyId | None, key_id: str, *, grace: timedelta, created_by: str = ""
    ) -> tuple[str, ApiKey]:
        """Make a key like another, which ends after the grace. Raises UnknownKeyError."""
        digest, old = await self._named(company, key_id)
        now = self._clock()
        # What it had left goes on to the new one, counted from now.
        expires = None
        if old.expires_at:
            lived = datetime.fromisoformat(old.expires_at) - datetime.fromisoformat(old.created_at)
            expires = now + lived
        made = await self.create(
            company, name=old.name, scope=old.scope, created_by=created_by, expires_at=expires
        )
        end = now + grace
        if not old.expires_at or datetime.fromisoformat(old.expires_at) > end:
            await self._keep(digest, replace(old, expires_at=end.isoformat()))
        return made

    async def revoke(self, company: CompanyId | None, key_id: str) -> None:
        """End a key at once; raises UnknownKeyError."""
        digest, _ = await self._named(company, key_id)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hdel(keys.api_keys(), digest)
            pipe.hdel(keys.api_key_uses(), digest)
            pipe.srem(keys.api_keys_of(company), digest)
            await pipe.execute()

    async def revoke_all(self, company: CompanyId) -> int:
        """End every key of a company that goes; returns how many there were."""
        digests = list(await self.by_digest(company))
        if digests:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hdel(keys.api_keys(), *digests)
                pipe.hdel(keys.api_key_uses(), *digests)
                pipe.delete(keys.api_keys_of(company))
                await pipe.execute()
        return len(digests)

    async def _named(self, company: CompanyId | None, key_id: str) -> tuple[str, ApiKey]:
        for digest, one in (await self.by_digest(company)).items():
            if one.key_id == key_id:
                return digest, one
        raise UnknownKeyError("There is no such key.")

    async def by_digest(self, company: CompanyId | None) -> dict[str, ApiKey]:
        """Return a company's keys, or the deployment's, by their whole digest."""
        members = self._redis.smembers(keys.api_keys_of(company))
        digests = sorted(await cast("Awaitable[set[str]]", members))
        if not digests:
            return {}
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hmget(keys.api_keys(), digests)
            pipe.hmget(keys.api_key_uses(), digests)
            records, uses = cast("list[Sequence[str | None]]", await pipe.execute())
        return {
            digest: _read(digest, record, used or "")
            for digest, record, used in zip(digests, records, uses, strict=True)
            if record is not None
        }

    async def _keep(self, digest: str, one: ApiKey) -> None:
        record = {
            name: value
            for name, value in asdict(one).items()
            if name not in {"key_id", "last_used_at"}
        }
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(keys.api_keys(), digest, json.dumps(record, ensure_ascii=False))
            pipe.sadd(keys.api_keys_of(one.company_id), digest)
            await pipe.execute()

    async def _note_use(self, digest: str, company: CompanyId | None) -> None:
        now = self._clock()
        noted = self._noted.get(digest)
        if noted is not None and now - noted < USE_NOTED:
            return
        self._noted[digest] = now
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.hset(keys.api_key_uses(), digest, now.isoformat())
                # The first keys stood in no set.
                pipe.sadd(keys.api_keys_of(company), digest)
                await pipe.execute()
        except (RedisError, OSError) as error:
            logger.warning("key_use_not_noted", error=type(error).__name__)


def _read(digest: str, record: str, used: str) -> ApiKey:
    # The first keys had a company and a name only.
    fields: Mapping[str, str | None] = json.loads(record)
    company = fields["company_id"]
    return ApiKey(
        key_id=digest[:KEY_ID],
        company_id=None if company is None else CompanyId(company),
        scope=cast("KeyScope", fields.get("scope") or "company"),
        name=fields.get("name") or "",
        created_at=fields.get("created_at") or "",
        created_by=fields.get("created_by") or "",
        expires_at=fields.get("expires_at") or "",
        last_used_at=used,
    )
