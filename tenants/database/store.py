"""What staff write of companies, in PostgreSQL."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.company_store import (
    CompanyRecord,
    Mark,
    PromptVersion,
    StoredCompany,
    next_prompt,
    next_version,
    removed,
)
from tenants.database import statements
from tenants.database.doors import APP, DIRECTORY, Doors, enter
from tenants.database.rows import company_of, prompt_of, values_of, values_of_prompt
from tenants.definition import Fields
from tenants.errors import InvalidCompanyError
from tenants.ids import CompanyId
from tenants.stored_files import AGENTS, KEPT
from tenants.tenant import COMPANY_ID, AgentName

IMPORT_LIMIT = 300  # seconds for all companies at once
WRITE_LIMIT = 30  # seconds; the first write may have a thousand companies to take over
Founders = Callable[[], Awaitable[Mapping[CompanyId, CompanyRecord]]]


class PostgresStore:
    """Keeps definitions and prompts in tables. Implements `CompanyStore`.

    The first write takes every company over that files describe: from then on the tables are all there is.
    """

    def __init__(self, doors: Doors, clock: Callable[[], datetime], founders: Founders) -> None:
        """Take the way in, the clock, and what the files describe, asked for when the tables are empty."""
        self._doors = doors
        self._clock = clock
        self._founders = founders

    async def every(self) -> Mapping[CompanyId, StoredCompany]:
        """Return all that is stored, removed companies included; what cannot be read has a `fault`."""
        return (await self.every_but({}))[0]

    async def every_but(
        self, known: Mapping[CompanyId, Mark]
    ) -> tuple[Mapping[CompanyId, StoredCompany], Mapping[CompanyId, Mark]]:
        """Return the companies whose mark is not the one that is known, and the marks of all."""
        async with self._doors.of_directory() as connection:
            marks = await _marks(connection)
            wanted = [one for one, mark in marks.items() if known.get(one) != mark]
            rows = await connection.execute(statements.COMPANIES, {"ids": wanted})
            return {CompanyId(row.company_id): company_of(row) for row in rows}, marks

    async def some(self, ids: Collection[CompanyId]) -> Sequence[StoredCompany]:
        """Return these companies, as far as they are stored."""
        async with self._doors.of_directory() as connection:
            rows = await connection.execute(statements.COMPANIES, {"ids": [*ids]})
            return [company_of(row) for row in rows]

    async def marks(self, *, removed: bool = True) -> Mapping[CompanyId, Mark]:
        """Return the marks of all companies, with or without removed ones."""
        statement = statements.MARKS if removed else statements.SERVED_MARKS
        async with self._doors.of_directory() as connection:
            return await _marks(connection, statement)

    async def sign(self) -> str:
        """Return a text that is another after every write, by whomever."""
        async with self._doors.of_directory() as connection:
            return str(tuple((await connection.execute(statements.SIGN)).one()))

    async def find(self, company_id: CompanyId) -> StoredCompany | None:
        """Return what is stored of a company; None when nothing was ever written."""
        async with self._doors.of_company(company_id) as connection:
            return await _find(connection, company_id)

    async def write(
        self, company_id: CompanyId, fields: Fields | None, *, actor: str, expected: int | None
    ) -> StoredCompany:
        """Store a new version; raises StaleVersionError when the stored one is not `expected`."""
        _must_be_an_id(company_id)
        async with self._doors.of_company(company_id, WRITE_LIMIT) as connection:
            founded = await self._found(connection, company_id)
            before = await _find(connection, company_id)
            after = next_version(
                company_id,
                before,
                fields,
                actor=actor,
                expected=expected,
                now=self._clock(),
                granted=founded,
            )
            if before is not None and before.fields is None:
                await drop_copies(connection, company_id)
            await _put(connection, after)
        return after

    async def prompts(self, company_id: CompanyId, agent: AgentName) -> Sequence[PromptVersion]:
        """Return an agent's prompt versions, newest first."""
        async with self._doors.of_company(company_id) as connection:
            return await _prompts(connection, agent)

    async def newest_prompts(self) -> Mapping[tuple[CompanyId, AgentName], PromptVersion]:
        """Return the newest prompt of every agent of every company that has any."""
        async with self._doors.of_directory() as connection:
            found = [prompt_of(row) for row in await connection.execute(statements.NEWEST_PROMPTS)]
        return {(one.company_id, one.agent): one for one in found if one.agent in AGENTS}

    async def add_prompt(
        self, company_id: CompanyId, agent: AgentName, text: str, *, actor: str, note: str = ""
    ) -> PromptVersion:
        """Store a new version of an agent's prompt and return it."""
        _must_be_an_id(company_id)
        async with self._doors.of_company(company_id, WRITE_LIMIT) as connection:
            await self._found(connection, None)
            await enter(connection, APP, company_id)
            await _lock(connection, company_id)
            before = await _prompts(connection, agent)
            added = next_prompt(
                company_id, agent, before, text, actor=actor, note=note, now=self._clock()
            )
            await _put_prompt(connection, added)
        return added

    async def forget(self, company_id: CompanyId) -> None:
        """Drop every version and prompt of a company; the mark that it was removed stays."""
        _must_be_an_id(company_id)
        async with self._doors.of_company(company_id, WRITE_LIMIT) as connection:
            await self._found(connection, company_id)
            before = await _find(connection, company_id)
            for drop in statements.FORGET:
                await connection.execute(drop)
            await _put(connection, removed(company_id, before, self._clock()))

    async def versions(self, company_id: CompanyId) -> Sequence[StoredCompany]:
        """Return a company's versions, newest first: the last 50."""
        async with self._doors.of_company(company_id) as connection:
            return await _versions(connection)

    async def record(self, company_id: CompanyId) -> CompanyRecord:
        """Return everything that is stored of a company."""
        async with self._doors.of_company(company_id) as connection:
            return CompanyRecord(
                company=await _find(connection, company_id),
                versions=await _versions(connection),
                prompts=[one for agent in AGENTS for one in await _prompts(connection, agent)],
            )

    async def restore(self, company_id: CompanyId, record: CompanyRecord) -> None:
        """Put a record in the place of whatever is stored of the company."""
        await self.restore_all({company_id: record})

    async def restore_all(self, records: Mapping[CompanyId, CompanyRecord]) -> None:
        """Put records in the place of what is stored of their companies: all of them or none."""
        async with self._doors.of_directory(IMPORT_LIMIT) as connection:
            for company_id, record in records.items():
                await _restore(connection, company_id, record, empty=False)

    async def _found(self, connection: AsyncConnection, but: CompanyId | None) -> frozenset[str]:
        """Take companies over from files if there are none here; return what `but` was granted there."""
        granted: frozenset[str] = frozenset()
        if not await _marks_exist(connection):
            await connection.execute(statements.LOCK, {"what": "founding"})
            if not await _marks_exist(connection):
                for company_id, record in (await self._founders()).items():
                    if company_id != but:
                        await _restore(connection, company_id, record, empty=False)
                    elif record.company:
                        granted = record.company.granted
        if but is not None:
            await enter(connection, APP, but)
            await _lock(connection, but)
        return granted


def _must_be_an_id(company_id: str) -> None:
    if not COMPANY_ID.fullmatch(company_id):
        raise InvalidCompanyError("company_id: must match [a-z0-9][a-z0-9-]{1,38}")


async def _marks_exist(connection: AsyncConnection) -> bool:
    await enter(connection, DIRECTORY)
    return bool((await connection.execute(statements.ANY)).scalar_one())


async def _marks(
    connection: AsyncConnection, statement: TextClause = statements.MARKS
) -> dict[CompanyId, Mark]:
    rows = await connection.execute(statement)
    return {CompanyId(row.company_id): (row.version, row.written_at) for row in rows}


async def _lock(connection: AsyncConnection, what: str) -> None:
    await connection.execute(statements.LOCK, {"what": what})


async def _find(connection: AsyncConnection, company_id: CompanyId) -> StoredCompany | None:
    row = (await connection.execute(statements.COMPANIES, {"ids": [company_id]})).one_or_none()
    return company_of(row) if row else None


async def _versions(connection: AsyncConnection) -> list[StoredCompany]:
    return [company_of(row) for row in await connection.execute(statements.VERSIONS)]


async def _prompts(connection: AsyncConnection, agent: AgentName) -> list[PromptVersion]:
    rows = await connection.execute(statements.PROMPTS, {"agent": agent})
    return [prompt_of(row) for row in rows]


async def drop_copies(connection: AsyncConnection, company_id: CompanyId) -> int:
    """Drop what was copied of a company that is removed; whoever copies waits. Returns how many rows."""
    await _lock(connection, statements.COPIES_OF + company_id)
    return sum([(await connection.execute(one)).rowcount for one in statements.DROP_COPIES])


async def _put(connection: AsyncConnection, company: StoredCompany) -> None:
    values = values_of(company)
    await connection.execute(statements.PUT_COMPANY, values)
    await connection.execute(statements.PUT_VERSION, values)
    await connection.execute(statements.PRUNE_VERSIONS, {"oldest": company.version - KEPT})


async def _put_prompt(connection: AsyncConnection, prompt: PromptVersion) -> None:
    await connection.execute(statements.PUT_PROMPT, values_of_prompt(prompt))
    await connection.execute(
        statements.PRUNE_PROMPTS, {"agent": prompt.agent, "oldest": prompt.version - KEPT}
    )


async def _restore(
    connection: AsyncConnection, company_id: CompanyId, record: CompanyRecord, *, empty: bool
) -> None:
    """Write a whole company; where the tables are empty nothing need be taken away first."""
    _must_be_an_id(company_id)
    await enter(connection, APP, company_id)
    if not empty:
        await _lock(connection, company_id)
        for drop in statements.EMPTY:
            await connection.execute(drop)
    companies = {one.version: one for one in record.versions}
    if record.company:
        companies[record.company.version] = record.company
        await connection.execute(statements.PUT_COMPANY, values_of(record.company))
    if companies:
        await connection.execute(
            statements.PUT_VERSION, [values_of(one) for one in companies.values()]
        )
    if record.prompts:
        await connection.execute(
            statements.PUT_PROMPT, [values_of_prompt(one) for one in record.prompts]
        )
