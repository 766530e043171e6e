"""How every process learns within a second that companies changed: a mark in Redis, another each time."""

import asyncio
import secrets
from collections.abc import Mapping
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


Marks = Mapping[str, str | None]
"""By their keys: what was last announced."""


async def marks_in(redis: Redis) -> Marks:
    """Return what was last announced; raises RedisError."""
    names = (keys.companies_revision(), keys.companies_written())
    return dict(zip(names, await redis.mget(*names), strict=True))


class Reloads:
    """Reads companies again here, and wherever else this Redis is used."""

    def __init__(self, redis: Redis, directory: JsonDirectory, marks: Marks | None = None) -> None:
        """Take the directory that is kept fresh, and the marks as they were before it was read.

        Without them what is announced until the first look counts as read.
        """
        self._redis = redis
        self._directory = directory
        self._seen: dict[str, str | None] = dict(marks or {})

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
        announced = await marks_in(self._redis)
        known, self._seen = self._seen, dict(announced)
        if all_of_it in known and announced[all_of_it] != known[all_of_it]:
            await self._directory.reload()
        elif written in known and announced[written] != known[written]:
            await self._directory.refresh()
