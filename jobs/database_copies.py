"""Copies what Redis knows of changes and use into PostgreSQL, one process at a time."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import structlog
from redis.exceptions import RedisError

from integrations.redis import Client
from tenants import keys
from tenants.audit import DEPLOYMENT, Audit, Change
from tenants.database.copies import AuditRow, Copies
from tenants.database.store import PostgresStore
from tenants.errors import StoreUnavailableError
from tenants.ids import CompanyId
from tenants.usage import Counts, Usage

logger = structlog.get_logger(__name__)

PAUSE = 10.0  # seconds between two rounds
LOCK = timedelta(minutes=2)
"""How long a process that died in a round holds others back."""
DAYS = 2  # a company's day ends when ours does not
TOGETHER = 100  # companies in one round trip
AT_ONCE = 200  # changes of one company in one round


class DatabaseCopies:
    """Copies in rounds, for as long as the process lives."""

    def __init__(
        self,
        redis: Client,
        *,
        store: PostgresStore,
        copies: Copies,
        audit: Audit,
        usage: Usage,
    ) -> None:
        """Take what is read and where it goes; nothing is copied yet."""
        self._redis = redis
        self._store = store
        self._copies = copies
        self._audit = audit
        self._usage = usage
        self._cursors: dict[CompanyId, str] = {}
        self._counted: dict[tuple[CompanyId, date], Counts] = {}

    async def keep(self) -> None:
        """Copy for ever; what cannot be copied now is copied later."""
        while True:
            try:
                await self.round()
            except (StoreUnavailableError, RedisError, OSError) as error:
                logger.warning("not_copied_to_database", error=type(error).__name__)
            await asyncio.sleep(PAUSE)

    async def round(self) -> None:
        """Copy what is new, unless another process is at it."""
        lock = self._redis.lock(
            keys.database_copies_lock(), timeout=LOCK.total_seconds(), blocking=False
        )
        if not await lock.acquire():
            return
        try:
            companies = [DEPLOYMENT, *await self._store.marks()]
            for start in range(0, len(companies), TOGETHER):
                some = companies[start : start + TOGETHER]
                await self._copy_changes(some)
                await self._copy_use([one for one in some if one != DEPLOYMENT])
        finally:
            if await lock.owned():
                await lock.release()

    async def _copy_changes(self, companies: Sequence[CompanyId]) -> None:
        for one in companies:
            if one not in self._cursors:
                self._cursors[one] = await self._copies.last_audit(one)
        while companies:
            known = {one: self._cursors[one] for one in companies}
            found = await self._audit.after(known, limit=AT_ONCE)
            companies = [one for one, changes in found.items() if changes]
            for one in companies:
                await self._copies.copy_audit(one, [_row(change) for change in found[one]])
                self._cursors[one] = found[one][-1].id

    async def _copy_use(self, companies: Sequence[CompanyId]) -> None:
        wanted = [
            (one, self._usage.today(one) - timedelta(days=back))
            for one in companies
            for back in range(DAYS)
        ]
        counted = await self._usage.of(wanted)
        for (company, day), counts in zip(wanted, counted, strict=True):
            # Most companies did nothing since the last round.
            if counts and self._counted.get((company, day)) != counts:
                await self._copies.copy_usage(company, day, counts)
                self._counted[company, day] = counts
                self._counted.pop((company, day - timedelta(days=DAYS)), None)


def _row(change: Change) -> AuditRow:
    return AuditRow(
        entry_id=change.id,
        at=datetime.fromisoformat(change.at),
        actor=change.actor,
        action=change.action,
        target=change.target,
        changes=change.changes,
    )
