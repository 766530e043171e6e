"""Companies and prompts as PostgreSQL last told them, in Redis: for processes that start without it.

Secrets are sealed here as they are there.
"""

import json
from collections.abc import Awaitable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tenants import keys
from tenants.company_store import Mark, PromptVersion, StoredCompany
from tenants.directory_sources import StoredCompanies
from tenants.ids import CompanyId
from tenants.stored_shapes import (
    SLIPS,
    read_company,
    read_prompt,
    written_company,
    written_prompt,
)
from tenants.tenant import AgentName

logger = structlog.get_logger(__name__)

LIFE = timedelta(days=7)
AT_ONCE = 100  # keys in one round trip
BETWEEN = "/"  # of a company and its agent, in the names of what is held


class CompanyCache:
    """What is kept of definitions in Redis."""

    def __init__(self, redis: Redis) -> None:
        """Take the connection."""
        self._redis = redis

    async def lacking(
        self,
        marks: Mapping[CompanyId, Mark],
        prompts: Mapping[tuple[CompanyId, AgentName], PromptVersion],
    ) -> tuple[set[CompanyId], Sequence[PromptVersion]]:
        """Return what is not held as it is now; drops what is no more, and lets the rest live on.

        Raises RedisError.
        """
        names: dict[str, str] = {company_id: _version(*mark) for company_id, mark in marks.items()}
        names |= {_name(one): _version(one.version, one.written_at) for one in prompts.values()}
        held = await awaited(self._redis.hgetall(keys.companies_cached()))
        gone = [one for one in held if one not in names]
        renewed = [one for one in names if held.get(one) == names[one]]
        missing = set(names) - set(renewed)
        for start in range(0, len(renewed), AT_ONCE):
            some = renewed[start : start + AT_ONCE]
            async with self._redis.pipeline(transaction=False) as pipe:
                for one in some:
                    pipe.expire(_key(one), LIFE)
                alive = await pipe.execute()
            missing |= {one for one, lives in zip(some, alive, strict=True) if not lives}
        if gone:
            pipe = self._redis.pipeline(transaction=False)
            pipe.delete(*map(_key, gone))
            pipe.hdel(keys.companies_cached(), *gone)
            await pipe.execute()
        return (
            {one for one in marks if one in missing},
            [one for one in prompts.values() if _name(one) in missing],
        )

    async def keep(
        self, companies: Sequence[StoredCompany], prompts: Sequence[PromptVersion]
    ) -> None:
        """Hold companies and prompts as they are now; raises RedisError."""
        values = [
            (one.company_id, _version(one.version, one.written_at), written_company(one))
            for one in companies
        ]
        values += [
            (CompanyId(_name(one)), _version(one.version, one.written_at), written_prompt(one))
            for one in prompts
        ]
        for start in range(0, len(values), AT_ONCE):
            async with self._redis.pipeline(transaction=True) as pipe:
                for name, version, value in values[start : start + AT_ONCE]:
                    pipe.set(_key(name), json.dumps(value, ensure_ascii=False), ex=LIFE)
                    pipe.hset(keys.companies_cached(), name, version)
                await pipe.execute()

    async def read(self) -> StoredCompanies | None:
        """Return what is held; None when nothing is, or Redis is away too."""
        found: dict[str, str | None] = {}
        try:
            names = sorted(await awaited(self._redis.hgetall(keys.companies_cached())))
            for start in range(0, len(names), AT_ONCE):
                some = names[start : start + AT_ONCE]
                texts = await self._redis.mget([_key(one) for one in some])
                found |= dict(zip(some, texts, strict=True))
        except (RedisError, OSError) as error:
            logger.warning("cached_companies_unreadable", error=type(error).__name__)
            return None
        companies: dict[CompanyId, StoredCompany] = {}
        prompts: dict[tuple[CompanyId, AgentName], PromptVersion] = {}
        for name, text in found.items():
            company_id, agent = _parts(name)
            try:
                value = json.loads(text or "")
                if agent is None:
                    companies[company_id] = read_company(company_id, value, datetime.min)  # noqa: DTZ901 # Never shown.
                else:
                    prompts[company_id, agent] = read_prompt(company_id, agent, value)
            except SLIPS:
                logger.warning("cached_company_lost", company_id=company_id)
        if not companies:
            return None
        return StoredCompanies(companies=companies, prompts=prompts, whole=True)


def awaited(answer: Awaitable[dict[str, str]] | dict[str, str]) -> Awaitable[dict[str, str]]:
    """Tell the type checker that the asynchronous client is used."""
    return cast("Awaitable[dict[str, str]]", answer)


def _name(prompt: PromptVersion) -> str:
    return f"{prompt.company_id}{BETWEEN}{prompt.agent}"


def _parts(name: str) -> tuple[CompanyId, AgentName | None]:
    company_id, _, agent = name.partition(BETWEEN)
    return CompanyId(company_id), cast("AgentName", agent) if agent else None


def _key(name: str) -> str:
    company_id, agent = _parts(name)
    return keys.prompt_cache(company_id, agent) if agent else keys.company_cache(company_id)


def _version(version: int, written_at: datetime) -> str:
    return f"{version} {written_at.astimezone(UTC).isoformat()}"
