"""Companies from PostgreSQL; when it is away the last that is known good, and files before there was any."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import structlog
from redis.exceptions import RedisError

from tenants.company_store import Mark
from tenants.database.cache import CompanyCache
from tenants.database.store import PostgresStore
from tenants.directory_sources import Source, SourceState, StoredCompanies
from tenants.errors import StoreUnavailableError, TenantError
from tenants.ids import CompanyId

logger = structlog.get_logger(__name__)

LOOK = 5.0  # seconds between two looks for what was written behind our back
LONGEST = 20.0  # seconds between two looks while it is away
RENEWAL = timedelta(hours=6)
"""How often what Redis holds is made to live on."""
EMPTY = "PostgreSQL holds no company yet: the JSON files are served"


class PostgresSource:
    """Gives the directory what PostgreSQL holds. Implements `Source`."""

    def __init__(
        self,
        store: PostgresStore,
        files: Source,
        cache: CompanyCache,
        look: float = LOOK,
    ) -> None:
        """Take what is read, in this order: the store, the cache, the files."""
        self._look = look
        self._store = store
        self._files = files
        self._cache = cache
        self._state = SourceState(postgresql=False)
        self._given = False
        self._sign = ""

    @property
    def state(self) -> SourceState:
        """How PostgreSQL was when it was last read or looked at, and what is served."""
        return self._state

    async def read(self, known: Mapping[CompanyId, Mark]) -> StoredCompanies | None:
        """Return what is stored, or what is known without PostgreSQL."""
        try:
            sign = await self._store.sign()
            companies, marks = await self._store.every_but(known)
            prompts = await self._store.newest_prompts()
        except StoreUnavailableError as error:
            return await self._without(error, known)
        self._sign = sign
        if not marks:
            self._state = SourceState(serving="json", postgresql=True, reason=EMPTY)
            return await self._files.read({})
        self._state = SourceState(serving="postgresql", postgresql=True)
        self._given = True
        return StoredCompanies(
            companies=companies,
            unchanged=frozenset(marks.keys() - companies.keys()),
            prompts=prompts,
            whole=True,
        )

    async def remember(self) -> None:
        """Have Redis hold what PostgreSQL holds. Neither being away matters."""
        try:
            marks = await self._store.marks(removed=False)
            prompts = await self._store.newest_prompts()
            missing, texts = await self._cache.lacking(marks, prompts)
            companies = await self._store.some(missing) if missing else []
            await self._cache.keep(companies, texts)
        except (StoreUnavailableError, RedisError, OSError) as error:
            logger.warning("companies_not_remembered", reason=str(error))

    async def watch(self, refresh: Callable[[], Awaitable[object]]) -> None:
        """Look for ever how PostgreSQL is, and have companies read again when it says something new."""
        failures, rested = 0, RENEWAL.total_seconds()
        while True:
            # Soon at first, for a restart takes a second, then less and less often.
            pause = min(self._look * 0.1 * 2**failures, LONGEST) if failures else self._look
            if rested >= RENEWAL.total_seconds():
                await self.remember()
                rested = 0.0
            await asyncio.sleep(pause)
            rested += pause
            try:
                sign = await self._store.sign()
            except StoreUnavailableError as error:
                failures += 1
                self._away(error)
                continue
            failures = 0
            if sign == self._sign and self._state.postgresql:
                continue
            try:
                await refresh()
            except TenantError as error:
                logger.error("companies_not_reloaded", reason=str(error))  # noqa: TRY400 # The reason is whole.
            rested = RENEWAL.total_seconds()

    async def _without(
        self, error: StoreUnavailableError, known: Mapping[CompanyId, Mark]
    ) -> StoredCompanies | None:
        self._away(error)
        if self._given:
            return None
        if held := await self._cache.read():
            self._state = replace(self._state, serving="last known good")
            self._given = True
            return held
        return await self._files.read(known)

    def _away(self, error: StoreUnavailableError) -> None:
        if self._state.postgresql or self._state.reason != str(error):
            logger.warning("postgresql_away", reason=str(error))
        self._state = SourceState(
            serving="last known good" if self._given else "json",
            postgresql=False,
            reason=str(error),
        )
