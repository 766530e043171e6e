"""Copies what Redis knows into PostgreSQL, one process at a time: changes, use, documents, turns, keys."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import structlog
from redis.exceptions import RedisError

from integrations.clock import Clock
from integrations.redis import Client
from jobs.copied_conversations import CopiedConversations
from jobs.copied_documents import CopiedDocuments
from tenants import keys
from tenants.api_keys import ApiKey, ApiKeys
from tenants.audit import DEPLOYMENT, Audit, Change
from tenants.database.copies import ApiKeyRow, AuditRow, Copies
from tenants.database.store import PostgresStore
from tenants.errors import StoreUnavailableError
from tenants.ids import CompanyId
from tenants.tenant import Tenant
from tenants.usage import Counts, Usage

logger = structlog.get_logger(__name__)

PAUSE = 10.0  # seconds between two rounds
LOCK = timedelta(minutes=2)
"""How long a process that died in a round holds others back."""
DAYS = 2  # a company's day ends when ours does not
TOGETHER = 100  # companies in one round trip
AT_ONCE = 200  # changes of one company in one round
COMPARED = timedelta(hours=1)
"""How often a company is compared as a whole."""
COMPARISONS = 20  # companies in one round
KEYS = "/keys"
"""In the name of what makes, renews or ends a key of the API."""


class DatabaseCopies:
    """Copies in rounds, for as long as the process lives."""

    def __init__(
        self,
        redis: Client,
        *,
        served: Callable[[], Iterable[Tenant]],
        store: PostgresStore,
        copies: Copies,
        usage: Usage,
        clock: Clock,
    ) -> None:
        """Take what is read and where it goes; nothing is copied yet."""
        self._redis = redis
        self._served = served
        self._store = store
        self._copies = copies
        self._audit = Audit(redis, clock)
        self._usage = usage
        self._clock = clock
        self._api_keys = ApiKeys(redis, clock)
        self._documents = CopiedDocuments(redis, copies)
        self._conversations = CopiedConversations(redis, copies)
        self._cursors: dict[CompanyId, str] = {}
        self._counted: dict[tuple[CompanyId, date], Counts] = {}
        self._compared: dict[CompanyId, datetime] = {}
        self._dropped: set[CompanyId] = set()

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
            await self._conversations.erase_left()
            # In this order: one that is made in between was not removed.
            known = set(await self._store.marks())
            stored = set(await self._store.marks(removed=False))
            removed = known - stored
            # Tables may be empty while files are served.
            served = {one.company_id for one in self._served()}
            companies = [DEPLOYMENT, *sorted((served | stored) - removed)]
            await self._drop(removed)
            for start in range(0, len(companies), TOGETHER):
                some = companies[start : start + TOGETHER]
                await self._copy_changes(some)
                await self._copy_use([one for one in some if one != DEPLOYMENT])
                await self._documents.follow(some)
                await self._conversations.follow(some)
                await lock.reacquire()
            await self._compare(companies)
        finally:
            if await lock.owned():
                await lock.release()

    async def _drop(self, removed: set[CompanyId]) -> None:
        """Drop what a removed company has left, as when PostgreSQL went away in the middle."""
        self._dropped &= removed
        for one in sorted(removed - self._dropped):
            await self._copies.drop(one)
            self._dropped.add(one)
            self._cursors.pop(one, None)
            self._counted = {of: counts for of, counts in self._counted.items() if of[0] != one}

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
                if any(KEYS in change.action for change in found[one]):
                    await self._copy_keys(one)
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

    async def _compare(self, companies: Sequence[CompanyId]) -> None:
        """Compare some companies as a whole, and let old conversations go: each once in a while."""
        now = self._clock()
        due = [one for one in companies if now - self._compared.get(one, NEVER) >= COMPARED]
        lives = {one.company_id: one.retention for one in self._served()}
        longest: timedelta = Tenant.model_fields["retention"].default
        for one in due[:COMPARISONS]:
            await self._copy_keys(one)
            if one != DEPLOYMENT:
                await self._documents.compare(one)
                await self._copies.forget_before(one, now - lives.get(one, longest))
            self._compared[one] = now

    async def _copy_keys(self, company: CompanyId) -> None:
        found = await self._api_keys.by_digest(None if company == DEPLOYMENT else company)
        rows = [_key_row(digest, one) for digest, one in found.items()]
        await self._copies.replace_api_keys(company, rows)


NEVER = datetime.min.replace(tzinfo=UTC)


def _row(change: Change) -> AuditRow:
    return AuditRow(
        entry_id=change.id,
        at=datetime.fromisoformat(change.at),
        actor=change.actor,
        action=change.action,
        target=change.target,
        changes=change.changes,
    )


def _key_row(digest: str, key: ApiKey) -> ApiKeyRow:
    return ApiKeyRow(
        key_id=key.key_id,
        digest=digest,
        name=key.name,
        scope=key.scope,
        # The first keys had no time.
        created_at=_moment(key.created_at) or datetime.fromtimestamp(0, UTC),
        expires_at=_moment(key.expires_at),
        last_used_at=_moment(key.last_used_at),
    )


def _moment(told: str) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
