"""Conversations' rows in PostgreSQL: what turns add to them, and how a patient is taken out of them."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import structlog

from integrations.redis import Client, awaitable
from tenants import keys
from tenants.finished_turns import loaded, moment_of
from tenants.ids import CompanyId, UserId, subject_of

if TYPE_CHECKING:
    from tenants.database.copies import Copies, Turns

logger = structlog.get_logger(__name__)

AT_ONCE = 500  # turns in one transaction


class CopiedConversations:
    """Copies finished turns, each once, and erases patients for good, also when PostgreSQL was away."""

    def __init__(self, redis: Client, copies: "Copies") -> None:
        """Take where turns wait and where they go."""
        self._redis = redis
        self._copies = copies

    async def follow(self, companies: Sequence[CompanyId]) -> None:
        """Copy what waits; one round trip where nothing does."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for one in companies:
                pipe.xlen(keys.finished_turns(one))
            waiting = await pipe.execute()
        for company, count in zip(companies, waiting, strict=True):
            # What comes meanwhile waits for the next round.
            for _ in range(0, count, AT_ONCE):
                turns = await self._copies.copy_turns(company, partial(self._waiting, company))
                if turns:
                    ids = [f"{moment}-{number}" for (moment, number), _ in turns]
                    await awaitable(self._redis.xdel(keys.finished_turns(company), *ids))

    async def erase(self, company: CompanyId, user: UserId) -> int:
        """Erase a patient and return how many rows there were.

        Raises StoreUnavailableError: then it is done when PostgreSQL is back.
        """
        subject = subject_of(company, user)
        await awaitable(self._redis.sadd(keys.left_to_erase(), keys.left_member(company, subject)))
        return await self._erase(company, subject)

    async def erase_left(self) -> None:
        """Erase who could not be erased before."""
        left = await awaitable(self._redis.smembers(keys.left_to_erase()))
        for one in sorted(left):
            company, subject = keys.left_owner(one)
            await self._erase(company, subject)
            logger.info("erased_later", company_id=company, subject=subject)

    async def _erase(self, company: CompanyId, subject: str) -> int:
        key = keys.finished_turns(company)
        waiting = await awaitable(self._redis.xrange(key))
        mine = [name for name, fields in waiting if loaded(fields["turn"]).patient == subject]
        if mine:
            await awaitable(self._redis.xdel(key, *mine))
        rows = await self._copies.erase_patient(company, subject)
        await awaitable(self._redis.srem(keys.left_to_erase(), keys.left_member(company, subject)))
        return rows

    async def _waiting(self, company: CompanyId) -> "Turns":
        found = await awaitable(self._redis.xrange(keys.finished_turns(company), count=AT_ONCE))
        return [(moment_of(name), loaded(fields["turn"])) for name, fields in found]
