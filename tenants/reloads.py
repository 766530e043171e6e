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
        self._seen: dict[str, str | None] = {}

    async def reload(self) -> list[CompanyId]:
        """Read all again, have the others do so, and return what changed; raises InvalidCompanyError."""
        changed = list(await self._directory.reload())
        await self._announce(keys.companies_revision())
        return changed

    async def refresh(self) -> list[CompanyId]:
        """Read what staff wrote again, have the others do so, and return what changed."""
        changed = list(await self._directory.refresh())
        await self._announce(keys.companies_written())
        return changed

    async def _announce(self, key: str) -> None:
        # No counter: in an emptied Redis it would come to the same number again.
        self._seen[key] = secrets.token_hex(8)
        await self._redis.set(key, self._seen[key] or "")

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
        all_of_it, written = keys.companies_revision(), keys.companies_written()
        found = await self._redis.mget(all_of_it, written)
        announced = dict(zip((all_of_it, written), found, strict=True))
        known, self._seen = self._seen, announced
        # At the first look everything has just been read.
        if all_of_it in known and announced[all_of_it] != known[all_of_it]:
            await self._directory.reload()
        elif written in known and announced[written] != known[written]:
            await self._directory.refresh()
