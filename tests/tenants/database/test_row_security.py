"""The walls between companies inside PostgreSQL."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from tenants.database.doors import APP, DIRECTORY, Doors, enter
from tenants.database.store import PostgresStore
from tenants.errors import StoreUnavailableError
from tenants.ids import CompanyId
from tests.postgres import PostgresServer
from tests.tenants.company_folder import company

BENOVA, MEDISPA = CompanyId("benova"), CompanyId("medispa")
OURS = "relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"


@pytest.fixture
async def _two_companies(store: PostgresStore) -> None:
    for one in (BENOVA, MEDISPA):
        await store.write(one, company(one), actor="ana", expected=0)
        await store.add_prompt(one, "sales", f"of {one}", actor="ana")


@pytest.mark.usefixtures("_two_companies")
@pytest.mark.parametrize("table", ["companies", "company_versions", "prompts", "agent_configs"])
async def test_a_query_that_asks_for_another_companys_rows_gets_none(
    doors: Doors, table: str
) -> None:
    async with doors.of_company(MEDISPA) as connection:
        asked = await connection.execute(
            text(f"SELECT * FROM {table} WHERE company_id = 'benova' OR true")
        )
        ids = {row.company_id for row in asked}

    assert ids <= {"medispa"}


@pytest.mark.usefixtures("_two_companies")
async def test_a_query_without_a_company_gets_no_row(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await enter(connection, APP)
        found = (await connection.execute(text("SELECT count(*) FROM companies"))).scalar_one()

    assert found == 0


async def test_a_company_is_forgotten_with_its_transaction(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        async with connection.begin():
            await enter(connection, APP, BENOVA)
        async with connection.begin():
            who = await connection.execute(
                text("SELECT current_user, current_setting('clinicdesk.company', true)")
            )

    assert tuple(who.one()) == ("postgres", "")


@pytest.mark.usefixtures("_two_companies")
async def test_nobody_writes_into_another_company(doors: Doors) -> None:
    with pytest.raises(StoreUnavailableError):
        async with doors.of_company(MEDISPA) as connection:
            await connection.execute(
                text("INSERT INTO usage VALUES ('benova', '2026-11-22', 'turns', 1)")
            )
    async with doors.of_company(MEDISPA) as connection:
        changed = await connection.execute(text("UPDATE prompts SET text = 'stolen'"))
        dropped = await connection.execute(
            text("DELETE FROM companies WHERE company_id = 'benova'")
        )

    assert changed.rowcount == 1
    assert dropped.rowcount == 0


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM usage",
        "SELECT * FROM api_keys",
        "UPDATE companies SET version = 9",
        "INSERT INTO prompts (company_id) VALUES ('benova')",
    ],
)
async def test_the_directory_reads_definitions_and_nothing_else(
    engine: AsyncEngine, statement: str
) -> None:
    async with engine.connect() as connection:
        await enter(connection, DIRECTORY)
        with pytest.raises(ProgrammingError, match="permission denied"):
            await connection.execute(text(statement))


async def test_the_trail_of_a_company_that_is_there_cannot_be_rewritten(
    engine: AsyncEngine, postgres_server: PostgresServer
) -> None:
    postgres_server.run(
        "INSERT INTO audit_log VALUES ('benova', '1-1', '2026-11-22', 'ana', 'company.update')"
    )
    async with engine.begin() as connection:
        await enter(connection, APP, BENOVA)
        dropped = await connection.execute(text("DELETE FROM audit_log"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            await connection.execute(text("UPDATE audit_log SET actor = 'luis'"))

    assert dropped.rowcount == 0


@pytest.mark.usefixtures("engine")
def test_every_table_has_a_company_and_a_wall_that_nobody_is_exempt_from(
    postgres_server: PostgresServer,
) -> None:
    every = postgres_server.run(
        f"SELECT count(*) FROM pg_class WHERE relkind IN ('r','p') AND {OURS}"
    )
    bare = postgres_server.run(
        "SELECT relname FROM pg_class c WHERE relkind IN ('r','p','v','m') AND "
        f"{OURS} AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid"
        " AND attname = 'company_id')"
    )
    open_tables = postgres_server.run(
        f"SELECT relname FROM pg_class WHERE relkind IN ('r','p') AND {OURS}"
        " AND NOT (relrowsecurity AND relforcerowsecurity)"
    )
    open_views = postgres_server.run(
        f"SELECT relname FROM pg_class WHERE relkind IN ('v','m') AND {OURS}"
        " AND NOT coalesce('security_invoker=true' = ANY(reloptions), false)"
    )
    wide = postgres_server.run(
        "SELECT tablename FROM pg_policies WHERE qual = 'true' AND NOT (cmd = 'SELECT'"
        " AND roles = '{clinicdesk_directory}' AND tablename IN ('companies', 'prompts'))"
    )
    strong = postgres_server.run(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'clinicdesk%'"
        " AND (rolsuper OR rolbypassrls OR rolcanlogin OR rolcreaterole)"
    )

    assert int(every) >= 8
    assert (bare, open_tables, open_views, wide, strong) == ("", "", "", "", "")
