"""How often something may happen, over all processes: sliding windows of the `limits` library in Redis."""

import asyncio
import importlib
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from redis.exceptions import RedisError

from integrations.redis import Client

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.aio.strategies import SlidingWindowCounterRateLimiter

logger = structlog.get_logger(__name__)

WAIT = 0.5  # seconds for an answer; then nobody is kept waiting
SILENCE = timedelta(minutes=1)
"""How often, at most, the log says that limits cannot be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What became of one more time."""

    allowed: bool
    limit: int
    window: int
    """Seconds."""
    remaining: int
    reset: int
    """Seconds until there is room again."""


class RateLimits:
    """Counts how often things happen. Without Redis everything is allowed."""

    def __init__(self, redis: Client, prefix: str) -> None:
        """Take the connection and how every key begins; the library is loaded at the first use."""
        self._redis = redis
        self._prefix = prefix
        self._limiter: SlidingWindowCounterRateLimiter | None = None
        self._loading = asyncio.Lock()
        self._told = float("-inf")

    async def hit(self, name: str, limit: int, seconds: int, *, times: int = 1) -> Hit | None:
        """Count once more, or not when it is too often; None when nobody can tell."""
        limiter, item = await self._of(limit, seconds)
        try:
            async with asyncio.timeout(WAIT):
                allowed = await limiter.hit(item, name, cost=times)
                stats = await limiter.get_window_stats(item, name)
        except (RedisError, OSError, TimeoutError) as error:
            self._cannot_see(error)
            return None
        reset = max(1, min(seconds, round(stats.reset_time - time.time())))
        return Hit(
            allowed=allowed, limit=limit, window=seconds, remaining=stats.remaining, reset=reset
        )

    async def allowed(self, name: str, limit: int, seconds: int, *, times: int = 1) -> bool:
        """Count in one round trip and say whether it is not too often; True when nobody can tell."""
        limiter, item = await self._of(limit, seconds)
        try:
            async with asyncio.timeout(WAIT):
                return await limiter.hit(item, name, cost=times)
        except (RedisError, OSError, TimeoutError) as error:
            self._cannot_see(error)
            return True

    async def warm(self) -> None:
        """Load the library before somebody waits for it."""
        await self._of(1, 1)

    async def _of(
        self, limit: int, seconds: int
    ) -> "tuple[SlidingWindowCounterRateLimiter, RateLimitItem]":
        async with self._loading:
            if self._limiter is None:
                # Two tenths of a second to import: in a thread.
                await asyncio.to_thread(importlib.import_module, "limits.aio.strategies")
                self._limiter = self._made()
        from limits import RateLimitItemPerSecond

        return self._limiter, RateLimitItemPerSecond(limit, seconds)

    def _made(self) -> "SlidingWindowCounterRateLimiter":
        from limits.aio.storage import RedisStorage
        from limits.aio.strategies import SlidingWindowCounterRateLimiter

        storage = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix=self._prefix,
            connection_pool=self._redis.connection_pool,  # type: ignore[arg-type] # Documented, typed too narrowly.
        )
        return SlidingWindowCounterRateLimiter(storage)

    def _cannot_see(self, error: Exception) -> None:
        now = time.monotonic()
        if now - self._told > SILENCE.total_seconds():
            self._told = now
            logger.warning("limits_not_checked", error=type(error).__name__)
