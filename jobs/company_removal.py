"""The end of a company: everything that it owns in Redis and PostgreSQL goes, and nothing of any other."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog

from agenda.calendars import Calendars
from agenda.feeds import Feeds
from agenda.front_office import Wanted
from agenda.stored import appointment_fields
from integrations.clock import Clock
from integrations.redis import Client, awaitable
from jobs.pages import forget_page
from knowledge.index import drop_indexes
from tenants import keys
from tenants.api_keys import ApiKeys
from tenants.errors import StoreUnavailableError
from tenants.ids import CompanyId, ThreadId, UserId
from tenants.moved_tokens import MovedTokens
from tenants.tenant import Tenant

if TYPE_CHECKING:
    from tenants.database.copies import Copies

logger = structlog.get_logger(__name__)

AT_ONCE = 1000  # keys in one step
LONGEST_TURN = 60  # seconds
FAR = timedelta(days=3650)
MOST = 100_000  # appointments that are handed out


class CompanyRemoval:
    """Hands out what a clinic must keep, and then removes all that a company has here."""

    def __init__(
        self,
        redis: Client,
        *,
        api_keys: ApiKeys,
        calendars: Calendars,
        clock: Clock,
        copies: "Copies | None" = None,
    ) -> None:
        """Take the stores; `copies` where there is a PostgreSQL."""
        self._copies = copies
        self._redis = redis
        self._api_keys = api_keys
        self._calendars = calendars
        self._clock = clock

    async def appointments(self, tenant: Tenant) -> Sequence[Mapping[str, Any]]:
        """Return every appointment that is kept, past ones too: the clinic's to keep."""
        now = self._clock()
        wanted = Wanted(after=now - FAR, before=now + FAR)
        office = self._calendars.front_office_of(tenant)
        _, found = await office.page(wanted, offset=0, limit=MOST)
        return [appointment_fields(one) for one in found]

    async def remove(self, company: CompanyId) -> Mapping[str, int]:
        """Remove everything, and return how much of what; twice is once.

        The company must be gone from the directory: nobody may write for it any more. Events in a
        calendar outside stay: they are the clinic's own.
        """
        revoked = await self._api_keys.revoke_all(company)
        await self._turns_end(company)
        feeds = Feeds(self._redis)
        for staff_id in await feeds.of(company):
            await feeds.revoke(company, staff_id)
        await MovedTokens(self._redis).forget(company)
        await self._leave_lists(company)
        await drop_indexes(self._redis, company)
        threads, pattern = keys.checkpoint_ids(company, ThreadId("")), keys.company_pattern(company)
        removed = 0
        async for key in self._redis.scan_iter(pattern, count=AT_ONCE):
            if key.startswith(threads):
                thread = ThreadId(key.removeprefix(threads))
                await awaitable(self._redis.unlink(keys.thread_company(thread)))
            removed += await awaitable(self._redis.unlink(key))
        return {"keys of the API": revoked, "records": removed, **await self._drop_rows(company)}

    async def _turns_end(self, company: CompanyId) -> None:
        """Wait for turns in hand: one that ends later would write for a company that is gone."""
        locks = keys.thread_lock(company, UserId("*"))
        for _ in range(LONGEST_TURN):
            running = [one async for one in self._redis.scan_iter(locks, count=AT_ONCE)]
            if not running:
                return
            await asyncio.sleep(1)
        logger.warning("turns_still_run", company_id=company)

    async def _drop_rows(self, company: CompanyId) -> Mapping[str, int]:
        """Drop what was copied into PostgreSQL, after all that it could be copied from."""
        if self._copies is None:
            return {}
        try:
            return {"rows in PostgreSQL": await self._copies.drop(company)}
        except StoreUnavailableError as error:
            # Whoever copies drops them when it is back.
            logger.warning("rows_left", company_id=company, reason=str(error))
            return {}

    async def _leave_lists(self, company: CompanyId) -> None:
        """Take the company out of what is listed for the whole deployment."""
        for user in await awaitable(self._redis.zrange(keys.pages(company), 0, -1)):
            await forget_page(self._redis, company, UserId(user))
        for index in (keys.waiting_mailboxes(), keys.parked()):
            mine = [
                member
                async for member, _ in self._redis.zscan_iter(index, count=AT_ONCE)
                if keys.mailbox_owner(member)[0] == company
            ]
            if mine:
                await awaitable(self._redis.zrem(index, *mine))
        await awaitable(self._redis.zrem(keys.knowledge_work(), company))
        await awaitable(self._redis.hdel(keys.companies_cached(), company))
