"""Calendar feeds of the staff: who has one, and the unguessable token that opens it until it is revoked."""

import hashlib
import json
import secrets
from collections.abc import Mapping

from integrations.redis import Client, awaitable
from tenants import keys
from tenants.ids import CompanyId

BYTES = 32


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Feeds:
    """The feeds of all companies: a token finds its owner in one step."""

    def __init__(self, redis: Client) -> None:
        """Take the connection."""
        self._redis = redis

    async def of(self, company: CompanyId) -> Mapping[str, str]:
        """Return a company's tokens by staff member."""
        found: dict[str, str] = await awaitable(self._redis.hgetall(keys.feeds(company)))
        return found

    async def open(self, company: CompanyId, staff_id: str) -> str:
        """Give a member of the staff a new token; the one before ends."""
        await self.revoke(company, staff_id)
        token = secrets.token_urlsafe(BYTES)
        owner = json.dumps({"company_id": company, "staff_id": staff_id})
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(keys.feeds(company), staff_id, token)
            pipe.hset(keys.feed_owners(), _digest(token), owner)
            await pipe.execute()
        return token

    async def revoke(self, company: CompanyId, staff_id: str) -> bool:
        """End the feed of a member of the staff; False when there was none."""
        token = await awaitable(self._redis.hget(keys.feeds(company), staff_id))
        if token is None:
            return False
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hdel(keys.feeds(company), staff_id)
            pipe.hdel(keys.feed_owners(), _digest(token))
            await pipe.execute()
        return True

    async def owner(self, token: str) -> tuple[CompanyId, str] | None:
        """Return whose calendar a token opens, or None."""
        text = await awaitable(self._redis.hget(keys.feed_owners(), _digest(token)))
        if text is None:
            return None
        owner = json.loads(text)
        return CompanyId(owner["company_id"]), str(owner["staff_id"])
