"""What Redis knows of changes and use is copied into PostgreSQL, once, each company's apart."""

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from sqlalchemy import text

from integrations.clock import Clock
from integrations.redis import Client
from jobs.database_copies import DatabaseCopies
from tenants import keys
from tenants.audit import DEPLOYMENT, Audit
from tenants.database.copies import ApiKeyRow, ConversationRow, Copies, DocumentRow
from tenants.database.doors import Doors
from tenants.database.store import PostgresStore
from tenants.ids import CompanyId
from tenants.usage import Usage
from tests.postgres import PostgresServer
from tests.tenants.company_folder import company

BENOVA, MEDISPA = CompanyId("benova"), CompanyId("medispa")
DAY = date(2026, 11, 22)


@pytest.fixture
def audit(redis: Client, clock: Clock) -> Audit:
    return Audit(redis, clock)


@pytest.fixture
def usage(redis: Client, clock: Clock) -> Usage:
    return Usage(redis, clock, lambda _: UTC)


@pytest.fixture
async def copying(
    redis: Client, store: PostgresStore, doors: Doors, audit: Audit, usage: Usage
) -> DatabaseCopies:
    for one in (BENOVA, MEDISPA):
        await store.write(one, company(one), actor="ana", expected=0)
    return DatabaseCopies(redis, store=store, copies=Copies(doors), audit=audit, usage=usage)


async def test_changes_are_copied_once_and_in_full(
    copying: DatabaseCopies,
    audit: Audit,
    redis: Client,
    store: PostgresStore,
    doors: Doors,
    usage: Usage,
    postgres_server: PostgresServer,
) -> None:
    for number in range(300):
        await audit.record(BENOVA, actor="ana", action="company.update", target=str(number))
    await audit.record(MEDISPA, actor="luis", action="key.create", changes={"name": "panel"})
    await audit.record(DEPLOYMENT, actor="root", action="company.delete")
    await copying.round()
    await audit.record(BENOVA, actor="ana", action="company.update", target="last")
    another = DatabaseCopies(redis, store=store, copies=Copies(doors), audit=audit, usage=usage)

    await another.round()
    await copying.round()

    counted = postgres_server.run(
        "SELECT company_id, count(*), count(DISTINCT target) FROM audit_log GROUP BY 1 ORDER BY 1"
    )
    changes = postgres_server.run("SELECT changes ->> 'name' FROM audit_log WHERE actor = 'luis'")
    assert counted.splitlines() == ["benova|301|301", "clinicdesk|1|1", "medispa|1|1"]
    assert changes == "panel"


async def test_use_is_copied_as_it_grows_and_never_falls(
    copying: DatabaseCopies, usage: Usage, redis: Client, postgres_server: PostgresServer
) -> None:
    await usage.add(BENOVA, DAY, {"turns": 3})
    await usage.add(BENOVA, DAY - timedelta(days=1), {"turns": 9})
    await usage.add(MEDISPA, DAY, {"turns": 5})
    await copying.round()
    await usage.add(BENOVA, DAY, {"turns": 4})
    await copying.round()
    await redis.delete(keys.usage(BENOVA, DAY.isoformat()))
    await usage.add(BENOVA, DAY, {"turns": 1})

    await copying.round()

    rows = postgres_server.run("SELECT company_id, day, counter, amount FROM usage ORDER BY 1, 2")
    assert rows.splitlines() == [
        "benova|2026-11-21|turns|9",
        "benova|2026-11-22|turns|7",
        "medispa|2026-11-22|turns|5",
    ]


async def test_one_process_copies_at_a_time(
    copying: DatabaseCopies, audit: Audit, redis: Client, postgres_server: PostgresServer
) -> None:
    await audit.record(BENOVA, actor="ana", action="company.update")
    await redis.set(keys.database_copies_lock(), "another", ex=60)

    await copying.round()

    assert postgres_server.run("SELECT count(*) FROM audit_log") == "0"


async def test_documents_conversations_and_keys_are_set_and_set_again(
    doors: Doors, clock: Clock, postgres_server: PostgresServer
) -> None:
    copies, now = Copies(doors), clock()
    document = DocumentRow(
        document_id="d1", title="Precios", category="prices", kind="text/markdown", bytes=10,
        chunks=1, created_at=now, updated_at=None,
    )  # fmt: skip
    conversation = ConversationRow(
        conversation_id="9", user_id="17", channel="whatsapp", agent_type="sales", language="es",
        messages=2, booked=False, handed_over=False, emergency=False, created_at=now, last_at=now,
    )  # fmt: skip
    key = ApiKeyRow(
        key_id="k1", digest="f" * 64, name="panel", scope="read", created_at=now, expires_at=None,
        last_used_at=None,
    )  # fmt: skip
    for one in (BENOVA, MEDISPA):
        await copies.copy_documents(one, [document])
        await copies.copy_conversations(
            one, [conversation, replace(conversation, conversation_id="8", user_id="18")]
        )
        await copies.copy_api_keys(one, [key])

    await copies.copy_documents(BENOVA, [replace(document, chunks=7)])
    await copies.copy_conversations(BENOVA, [replace(conversation, messages=4, booked=True)])
    erased = await copies.erase_patient(BENOVA, "17")

    async with doors.of_company(BENOVA) as connection:
        chunks = (await connection.execute(text("SELECT chunks FROM documents"))).scalars().all()
    left = postgres_server.run("SELECT company_id, user_id FROM conversations ORDER BY 1, 2")
    assert chunks == [7]
    assert erased == 1
    assert left.splitlines() == ["benova|18", "medispa|17", "medispa|18"]
    assert postgres_server.run("SELECT count(*) FROM api_keys") == "2"
