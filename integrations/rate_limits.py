"""How often something may happen, over all processes: sliding windows in Redis, as the `limits` library has them."""

import asyncio
import importlib
import time
from collections.abc import Sequence
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

# KEYS: of each window what is counted now and what was before it. ARGV: times; of each window its
# limit and its milliseconds. Answers which window has no room (from 1): those before it have counted.
_COUNT = """
local times = tonumber(ARGV[1])
for at = 1, #KEYS, 2 do
  local now, before = KEYS[at], KEYS[at + 1]
  local limit, span = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local left = redis.call('PTTL', now)
  if left > 0 and left < span then
    redis.call('RENAME', now, before)
    left = left + span
    redis.call('SET', now, 0, 'PX', left)
  end
  local older = tonumber(redis.call('GET', before) or 0)
  local weight = older > 0 and redis.call('PTTL', before) / span or 0
  local count = tonumber(redis.call('GET', now) or 0)
  if math.floor(older * weight) + count + times > limit then return (at + 1) / 2 end
  if left > 0 then redis.call('INCRBY', now, times)
  else redis.call('SET', now, times, 'PX', span * 2) end
end
return 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How often something may happen in a time."""

    key: str
    before: str
    """The key of what was counted in the seconds before."""
    limit: int
    seconds: int


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
        self._count = redis.register_script(_COUNT)
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

    async def full(self, windows: Sequence[Window], *, times: int = 1) -> Window | None:
        """Count in one window after the other, in one round trip; return the first without room.

        What comes after it is not counted. None when all have room, or when nobody can tell.
        """
        named = [name for one in windows for name in (one.key, one.before)]
        bounds = [bound for one in windows for bound in (one.limit, one.seconds * 1000)]
        try:
            async with asyncio.timeout(WAIT):
                place = int(await self._count(keys=named, args=[times, *bounds]))
        except (RedisError, OSError, TimeoutError) as error:
            self._cannot_see(error)
            return None
        return windows[place - 1] if place else None

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
