"""How every process learns within a second that companies changed: a mark in Redis, another each time."""

import asyncio
import secrets
from datetime import timedelta

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tenants import keys
from tenants.errors import InvalidCompanyError
from tenants.ids import CompanyId
from tenants.json_directory import JsonDirectory

logger = structlog.get_logger(__name__)

LOOK = timedelta(seconds=1)
RENEWAL = 30
"""Looks between two offers of tokens to companies that could get none, because Redis was away."""


class Reloads:
    """Reads companies again here, and wherever else this Redis is used."""

    def __init__(self, redis: Redis, directory: JsonDirectory) -> None:
        """Take the directory that is kept fresh; nothing is watched yet."""
        self._redis = redis
        self._directory = directory
        self._seen: str | None = None
        self._looked = False

    async def reload(self) -> list[CompanyId]:
        """Read again, have the others do so, and return what changed; raises InvalidCompanyError."""
        changed = list(await self._directory.reload())
        # No counter: in an emptied Redis it would come to the same number again.
        self._seen = secrets.token_hex(8)
        await self._redis.set(keys.companies_revision(), self._seen)
        return changed

    async def watch(self) -> None:
        """Follow what other processes announce, for ever; ends by cancellation."""
        looks = 0
        while True:
            try:
                await self._look()
                looks += 1
                if looks % RENEWAL == 0:
                    await self._directory.renew_tokens()
            except (RedisError, OSError) as error:
                logger.warning("companies_not_watched", error=type(error).__name__)
            except InvalidCompanyError as error:
                logger.error("companies_not_reloaded", reason=str(error))  # noqa: TRY400 # The reason is whole.
            await asyncio.sleep(LOOK.total_seconds())

    async def _look(self) -> None:
        announced = await self._redis.get(keys.companies_revision())
        known, self._seen = self._seen, announced
        looked, self._looked = self._looked, True
        # At the first look the files have just been read.
        if looked and announced != known:
            await self._directory.reload()
