"""What is copied into PostgreSQL for reports and for safe keeping; Redis stays the truth of all of it.

Every copy may be made twice: the second changes nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import TextClause, text

from tenants.database.doors import Doors
from tenants.ids import CompanyId


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
class ConversationRow:
    """What a conversation came to; none of its words."""

    conversation_id: str
    user_id: str
    channel: str
    agent_type: str
    language: str
    messages: int
    booked: bool
    handed_over: bool
    emergency: bool
    created_at: datetime
    last_at: datetime


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
_CONVERSATION = _upsert("conversations", ConversationRow, "conversation_id")
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
_ERASE = text("DELETE FROM conversations WHERE user_id = :user_id")


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

    async def copy_documents(self, company: CompanyId, rows: Sequence[DocumentRow]) -> None:
        """Set what is known of documents."""
        await self._write(company, _DOCUMENT, [asdict(one) for one in rows])

    async def copy_conversations(self, company: CompanyId, rows: Sequence[ConversationRow]) -> None:
        """Set what conversations came to."""
        await self._write(company, _CONVERSATION, [asdict(one) for one in rows])

    async def copy_api_keys(self, company: CompanyId, rows: Sequence[ApiKeyRow]) -> None:
        """Set what is known of keys."""
        await self._write(company, _API_KEY, [asdict(one) for one in rows])

    async def erase_patient(self, company: CompanyId, user_id: str) -> int:
        """Drop a patient's rows and return how many there were."""
        async with self._doors.of_company(company) as connection:
            return (await connection.execute(_ERASE, {"user_id": user_id})).rowcount

    async def _write(
        self, company: CompanyId, statement: TextClause, values: Sequence[dict[str, Any]]
    ) -> None:
        if values:
            async with self._doors.of_company(company) as connection:
                await connection.execute(
                    statement, [{**one, "company_id": company} for one in values]
                )
