"""What Redis knows is copied into PostgreSQL, once, each company's apart."""

from collections.abc import Callable
from datetime import UTC, date, timedelta

import pytest

from integrations import postgres as postgres_connection
from integrations.clock import Clock
from integrations.redis import Client
from jobs.copied_conversations import CopiedConversations
from jobs.database_copies import DatabaseCopies
from tenants import keys
from tenants.api_keys import ApiKeys, digest_of
from tenants.audit import DEPLOYMENT, Audit
from tenants.database.copies import Copies
from tenants.database.doors import Doors
from tenants.database.store import PostgresStore
from tenants.errors import StoreUnavailableError
from tenants.finished_turns import FinishedTurn
from tenants.ids import CompanyId, UserId, subject_of
from tenants.usage import Usage
from tests.postgres import PostgresServer
from tests.tenants.company_folder import company

BENOVA, MEDISPA = CompanyId("benova"), CompanyId("medispa")
DAY = date(2026, 11, 22)
LAURA, PABLO = UserId("laura-17"), UserId("pablo-18")

Begin = Callable[[], DatabaseCopies]


@pytest.fixture
def audit(redis: Client, clock: Clock) -> Audit:
    return Audit(redis, clock)


@pytest.fixture
def usage(redis: Client, clock: Clock) -> Usage:
    return Usage(redis, clock, lambda _: UTC)


@pytest.fixture
async def begin(
    redis: Client, store: PostgresStore, doors: Doors, usage: Usage, clock: Clock
) -> Begin:
    """Begin a process that copies."""
    for one in (BENOVA, MEDISPA):
        await store.write(one, company(one), actor="ana", expected=0)
    return lambda: DatabaseCopies(
        redis, served=list, store=store, copies=Copies(doors), usage=usage, clock=clock
    )


@pytest.fixture
def copying(begin: Begin) -> DatabaseCopies:
    return begin()


def turn_of(
    company: CompanyId, user: UserId, at: str = "2026-11-22T15:00:00+00:00", *, booked: bool = False
) -> str:
    """Return a turn of conversation 9, as it waits to be copied."""
    return FinishedTurn(
        patient=subject_of(company, user),
        at=at,
        conversation_id="9",
        channel="whatsapp",
        agent="sales",
        messages=2,
        replies=1,
        milliseconds=400,
        booked=booked,
    ).dumped()


async def test_changes_are_copied_once_and_in_full(
    copying: DatabaseCopies, begin: Begin, audit: Audit, postgres_server: PostgresServer
) -> None:
    for number in range(300):
        await audit.record(BENOVA, actor="ana", action="company.update", target=str(number))
    await audit.record(MEDISPA, actor="luis", action="key.create", changes={"name": "panel"})
    await audit.record(DEPLOYMENT, actor="root", action="company.delete")
    await copying.round()
    await audit.record(BENOVA, actor="ana", action="company.update", target="last")

    await begin().round()
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


async def test_turns_add_to_their_conversation_once(
    copying: DatabaseCopies, usage: Usage, redis: Client, postgres_server: PostgresServer
) -> None:
    await usage.count(BENOVA, {"turns": 1}, once="1", turn=turn_of(BENOVA, LAURA, booked=True))
    await usage.count(BENOVA, {"turns": 1}, once="2", turn=turn_of(BENOVA, LAURA))
    await usage.count(BENOVA, {"turns": 1}, once="2", turn=turn_of(BENOVA, LAURA))
    await usage.count(MEDISPA, {"turns": 1}, once="1", turn=turn_of(MEDISPA, LAURA))
    (name, fields), *_ = await redis.xrange(keys.finished_turns(BENOVA))
    await copying.round()
    await redis.delete(keys.finished_turns(BENOVA))
    # As if the process had died before it took the turn off.
    await redis.xadd(keys.finished_turns(BENOVA), fields, id=name)

    await copying.round()

    rows = postgres_server.run(
        "SELECT company_id, patient, turns, messages, replies, milliseconds, booked, emergency"
        " FROM conversations ORDER BY 1"
    )
    assert rows.splitlines() == [
        f"benova|{subject_of(BENOVA, LAURA)}|2|4|2|800|t|f",
        f"medispa|{subject_of(MEDISPA, LAURA)}|1|2|1|400|f|f",
    ]
    assert await redis.xlen(keys.finished_turns(BENOVA)) == 0


async def test_conversations_last_as_long_as_what_is_kept_of_their_patient(
    copying: DatabaseCopies, usage: Usage, clock: Clock, postgres_server: PostgresServer
) -> None:
    long_ago = (clock() - timedelta(days=181)).isoformat()
    await usage.count(BENOVA, {}, turn=turn_of(BENOVA, LAURA, long_ago))
    await usage.count(BENOVA, {}, turn=turn_of(BENOVA, PABLO))

    await copying.round()

    left = postgres_server.run("SELECT patient FROM conversations")
    assert left == subject_of(BENOVA, PABLO)


async def test_a_patient_erased_while_postgresql_is_away_is_erased_when_it_is_back(
    copying: DatabaseCopies, usage: Usage, redis: Client, postgres_server: PostgresServer
) -> None:
    await usage.count(BENOVA, {}, turn=turn_of(BENOVA, LAURA))
    await copying.round()
    await usage.count(BENOVA, {}, turn=turn_of(BENOVA, LAURA))
    await usage.count(BENOVA, {}, turn=turn_of(BENOVA, PABLO))
    nobody = postgres_connection.engine("postgresql://nobody@127.0.0.1:1/none")
    away = CopiedConversations(redis, Copies(Doors(nobody)))

    with pytest.raises(StoreUnavailableError):
        await away.erase(BENOVA, LAURA)
    await nobody.dispose()
    await copying.round()

    left = postgres_server.run("SELECT patient, turns FROM conversations")
    assert left == f"{subject_of(BENOVA, PABLO)}|1"
    assert await redis.exists(keys.left_to_erase()) == 0


async def test_keys_of_the_api_are_copied_by_their_digest_until_they_end(
    copying: DatabaseCopies,
    audit: Audit,
    redis: Client,
    clock: Clock,
    postgres_server: PostgresServer,
) -> None:
    api_keys = ApiKeys(redis, clock)
    first, kept = await api_keys.create(BENOVA, name="panel", scope="read")
    await api_keys.create(None, name="operator", scope="admin")
    await copying.round()
    before = postgres_server.run("SELECT company_id, digest, scope FROM api_keys ORDER BY 1")
    await api_keys.revoke(BENOVA, kept.key_id)
    await api_keys.create(BENOVA, name="new")
    await audit.record(BENOVA, actor="ana", action="DELETE /companies/{company_id}/keys/{key_id}")

    await copying.round()

    after = postgres_server.run("SELECT company_id, name FROM api_keys ORDER BY 1")
    assert before.splitlines()[0] == f"benova|{digest_of(first)}|read"
    assert after.splitlines() == ["benova|new", "clinicdesk|operator"]


async def test_a_company_made_again_begins_without_the_rows_of_the_old_one(
    copying: DatabaseCopies,
    audit: Audit,
    usage: Usage,
    store: PostgresStore,
    postgres_server: PostgresServer,
) -> None:
    await audit.record(BENOVA, actor="ana", action="company.update")
    await usage.count(BENOVA, {"turns": 1}, turn=turn_of(BENOVA, LAURA))
    await copying.round()
    await store.write(BENOVA, None, actor="ana", expected=1)

    await store.write(BENOVA, company("benova"), actor="luis", expected=2)

    for table in ("audit_log", "usage", "conversations"):
        assert postgres_server.run(f"SELECT count(*) FROM {table}") == "0"


async def test_a_removed_company_gets_no_rows_any_more_and_loses_those_it_has(
    copying: DatabaseCopies,
    begin: Begin,
    audit: Audit,
    usage: Usage,
    store: PostgresStore,
    doors: Doors,
    postgres_server: PostgresServer,
) -> None:
    for one in (BENOVA, MEDISPA):
        await audit.record(one, actor="ana", action="company.update")
        await usage.count(one, {"turns": 1}, turn=turn_of(one, LAURA))
    await copying.round()
    await store.write(BENOVA, None, actor="ana", expected=1)

    await begin().round()
    await Copies(doors).copy_usage(BENOVA, DAY, {"turns": 7})

    for table in ("audit_log", "usage", "conversations"):
        assert postgres_server.run(f"SELECT DISTINCT company_id FROM {table}") == "medispa"
