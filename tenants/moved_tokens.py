"""Webhook tokens that just came or soon go: for the second until every process knows the new one, and for a grace."""

from datetime import timedelta

from redis.asyncio import Redis

from tenants import keys
from tenants.ids import CompanyId
from tenants.roster import TOKEN, digest

SETTLING = timedelta(minutes=2)
"""After which every process has read the new token."""
AT_ONCE = 1000  # keys looked at in one step


class MovedTokens:
    """Leads tokens that the directory does not know to their company."""

    def __init__(self, redis: Redis) -> None:
        """Take the connection; tokens are kept as digests."""
        self._redis = redis

    async def lead(self, token: str, company: CompanyId, life: timedelta = SETTLING) -> None:
        """Let a token lead to a company for a while; no time at all ends it now."""
        key = keys.moved_webhook_token(digest(token).hex())
        if life > timedelta(0):
            await self._redis.set(key, company, ex=life)
        else:
            await self._redis.delete(key)

    async def forget(self, company: CompanyId) -> None:
        """End every token of a company that goes: another of its name must not get its events."""
        async for key in self._redis.scan_iter(keys.moved_webhook_token("*"), count=AT_ONCE):
            if await self._redis.get(key) == company:
                await self._redis.delete(key)

    async def company_of(self, token: str) -> CompanyId | None:
        """Return where a token leads, or None."""
        if not TOKEN.fullmatch(token):
            return None
        found = await self._redis.get(keys.moved_webhook_token(digest(token).hex()))
        return CompanyId(found) if found else None
