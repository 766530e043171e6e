"""What is copied into PostgreSQL for reports and for safe keeping; Redis stays the truth of all of it.

Every copy may be made twice: the second changes nothing. A company that was removed gets no rows any more.
"""

import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.database import statements
from tenants.database.doors import Doors
from tenants.database.store import drop_copies
from tenants.finished_turns import FinishedTurn, Moment
from tenants.ids import CompanyId

Turns = Sequence[tuple[Moment, FinishedTurn]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """A change that somebody made."""

    entry_id: str
    at: datetime
    actor: str
    action: str
    target: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """What is known of a document; none of its text."""

    document_id: str
    title: str
    category: str
    kind: str
    bytes: int
    chunks: int
    created_at: datetime
    updated_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRow:
    """A key by its digest."""

    key_id: str
    digest: str
    name: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


def _upsert(table: str, row: type, key: str) -> TextClause:
    names = ["company_id", *row.__dataclass_fields__]  # type: ignore[attr-defined] # A dataclass, above.
    updates = ", ".join(
        f"{one} = excluded.{one}" for one in names if one not in {"company_id", key}
    )
    return text(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + one for one in names)})"  # noqa: S608 # Names from above.
        f" ON CONFLICT (company_id, {key}) DO UPDATE SET {updates}"
    )


_DOCUMENT = _upsert("documents", DocumentRow, "document_id")
_API_KEY = _upsert("api_keys", ApiKeyRow, "key_id")
_AUDIT = text(
    "INSERT INTO audit_log (company_id, entry_id, at, actor, action, target, changes)"
    " VALUES (:company_id, :entry_id, :at, :actor, :action, :target, CAST(:changes AS json))"
    " ON CONFLICT DO NOTHING"
)
# A Redis that came back empty counts from nought: what was counted before it stands.
_USAGE = text(
    "INSERT INTO usage (company_id, day, counter, amount) VALUES (:company_id, :day, :counter, :amount)"
    " ON CONFLICT (company_id, day, counter) DO UPDATE SET amount = excluded.amount"
    " WHERE usage.amount < excluded.amount"
)
_LAST_AUDIT = text(
    "SELECT entry_id FROM audit_log ORDER BY split_part(entry_id, '-', 1)::bigint DESC,"
    " split_part(entry_id, '-', 2)::bigint DESC LIMIT 1"
)
# By the last turn that a row knows: the same turns again add nothing.
_TURN = text(
    "INSERT INTO conversations AS known (company_id, conversation_id, patient, channel, agent_type, language,"
    " turns, messages, replies, milliseconds, booked, handed_over, emergency, created_at, last_at, last_turn)"
    " VALUES (:company_id, :conversation_id, :patient, :channel, :agent, :language, 1, :messages, :replies,"
    " :milliseconds, :booked, :handed_over, :emergency, :at, :at, CAST(:moment AS bigint[]))"
    " ON CONFLICT (company_id, conversation_id, patient) DO UPDATE SET channel = excluded.channel,"
    " agent_type = coalesce(nullif(excluded.agent_type, ''), known.agent_type),"
    " language = coalesce(nullif(excluded.language, ''), known.language), turns = known.turns + 1,"
    " messages = known.messages + excluded.messages, replies = known.replies + excluded.replies,"
    " milliseconds = known.milliseconds + excluded.milliseconds, booked = known.booked OR excluded.booked,"
    " handed_over = known.handed_over OR excluded.handed_over,"
    " emergency = known.emergency OR excluded.emergency,"
    " last_at = excluded.last_at, last_turn = excluded.last_turn"
    " WHERE known.last_turn < excluded.last_turn"
)
_REMOVED = text("SELECT EXISTS (SELECT FROM companies WHERE fields IS NULL)")
_ERASE = text("DELETE FROM conversations WHERE patient = :patient")
_FORGET_OLD = text("DELETE FROM conversations WHERE last_at < :before")
_DROP_DOCUMENTS = text("DELETE FROM documents WHERE document_id = ANY(:ids)")
_DROP_OTHER_DOCUMENTS = text("DELETE FROM documents WHERE NOT document_id = ANY(:ids)")
_DROP_OTHER_KEYS = text("DELETE FROM api_keys WHERE NOT key_id = ANY(:ids)")


class Copies:
    """Writes copies, each company's within its own walls. Raises StoreUnavailableError."""

    def __init__(self, doors: Doors) -> None:
        """Take the way in."""
        self._doors = doors

    async def copy_audit(self, company: CompanyId, rows: Sequence[AuditRow]) -> None:
        """Add changes to the trail; one that is there stays as it is."""
        values = [
            {**asdict(one), "changes": json.dumps(one.changes, ensure_ascii=False)} for one in rows
        ]
        await self._write(company, _AUDIT, values)

    async def last_audit(self, company: CompanyId) -> str:
        """Return the id of the newest change that is copied; empty when there is none."""
        async with self._doors.of_company(company) as connection:
            return (await connection.execute(_LAST_AUDIT)).scalar_one_or_none() or ""

    async def copy_usage(self, company: CompanyId, day: date, counts: Mapping[str, int]) -> None:
        """Set a day's counters; none ever falls."""
        values = [{"day": day, "counter": one, "amount": count} for one, count in counts.items()]
        await self._write(company, _USAGE, values)

    async def copy_documents(
        self, company: CompanyId, rows: Sequence[DocumentRow], *, gone: Collection[str] = ()
    ) -> None:
        """Set what is known of documents, and drop those that are gone."""
        async with self._copying(company) as connection:
            if connection is not None:
                await _put(connection, company, _DOCUMENT, [asdict(one) for one in rows])
                await connection.execute(_DROP_DOCUMENTS, {"ids": [*gone]})

    async def replace_documents(self, company: CompanyId, rows: Sequence[DocumentRow]) -> None:
        """Set what is known of all documents; there are no others."""
        async with self._copying(company) as connection:
            if connection is not None:
                await _put(connection, company, _DOCUMENT, [asdict(one) for one in rows])
                ids = [one.document_id for one in rows]
                await connection.execute(_DROP_OTHER_DOCUMENTS, {"ids": ids})

    async def replace_api_keys(self, company: CompanyId, rows: Sequence[ApiKeyRow]) -> None:
        """Set what is known of all keys; there are no others."""
        async with self._copying(company) as connection:
            if connection is not None:
                await _put(connection, company, _API_KEY, [asdict(one) for one in rows])
                await connection.execute(_DROP_OTHER_KEYS, {"ids": [one.key_id for one in rows]})

    async def copy_turns(self, company: CompanyId, read: Callable[[], Awaitable[Turns]]) -> Turns:
        """Add turns to their conversations, oldest first, and return what `read` gave.

        It reads while nobody can erase: a patient who was erased is in nothing that is read later.
        """
        async with self._copying(company) as connection:
            turns = await read()
            if connection is not None:
                values = [
                    {**asdict(one), "at": datetime.fromisoformat(one.at), "moment": [*moment]}
                    for moment, one in turns
                ]
                await _put(connection, company, _TURN, values)
        return turns

    async def erase_patient(self, company: CompanyId, patient: str) -> int:
        """Drop the rows of a patient, by digest, and return how many there were."""
        async with self._alone(company) as connection:
            return (await connection.execute(_ERASE, {"patient": patient})).rowcount

    async def forget_before(self, company: CompanyId, moment: datetime) -> int:
        """Drop conversations that ended before a moment, and return how many."""
        async with self._alone(company) as connection:
            return (await connection.execute(_FORGET_OLD, {"before": moment})).rowcount

    async def drop(self, company: CompanyId) -> int:
        """Drop everything that was copied of a removed company, and return how many rows there were."""
        async with self._doors.of_company(company) as connection:
            return await drop_copies(connection, company)

    @contextlib.asynccontextmanager
    async def _alone(self, company: CompanyId) -> AsyncIterator[AsyncConnection]:
        """Yield a transaction in which nobody else copies, erases or drops rows of this company."""
        async with self._doors.of_company(company) as connection:
            await connection.execute(statements.LOCK, {"what": statements.COPIES_OF + company})
            yield connection

    @contextlib.asynccontextmanager
    async def _copying(self, company: CompanyId) -> AsyncIterator[AsyncConnection | None]:
        """Yield a transaction to copy in, or None for a company that was removed."""
        async with self._alone(company) as connection:
            removed = bool((await connection.execute(_REMOVED)).scalar_one())
            yield None if removed else connection

    async def _write(
        self, company: CompanyId, statement: TextClause, values: Sequence[dict[str, Any]]
    ) -> None:
        if values:
            async with self._copying(company) as connection:
                if connection is not None:
                    await _put(connection, company, statement, values)


async def _put(
    connection: AsyncConnection,
    company: CompanyId,
    statement: TextClause,
    values: Sequence[dict[str, Any]],
) -> None:
    if values:
        rows = [{**_storable(one), "company_id": company} for one in values]
        await connection.execute(statement, rows)


def _storable(values: dict[str, Any]) -> dict[str, Any]:
    """Return values without the one sign that PostgreSQL keeps in no text: one row would stop all others."""
    return {
        name: one.replace("\0", "") if isinstance(one, str) else one for name, one in values.items()
    }
