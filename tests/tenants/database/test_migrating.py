"""Tables are brought up to date: once, by whoever comes first, and never backward."""

import asyncio
from collections.abc import Iterator

import pytest

from integrations import postgres as postgres_connection
from integrations.clock import Clock
from integrations.errors import IntegrationError
from tenants.database.doors import Doors
from tenants.database.migrating import NewerDatabaseError, migrate, needs_migration
from tenants.database.store import PostgresStore
from tenants.errors import StoreUnavailableError
from tenants.ids import CompanyId
from tests.postgres import PostgresServer
from tests.tenants.company_folder import company
from tests.tenants.database.conftest import no_founders

BENOVA = CompanyId("benova")


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[PostgresServer]:
    """A server that has none of our roles yet."""
    server = PostgresServer()
    server.run("CREATE ROLE keeper LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS")
    yield server
    server.stop()


@pytest.fixture
def fresh(postgres_server: PostgresServer) -> Iterator[str]:
    """A database without tables, owned by a user who is no superuser."""
    postgres_server.run("CREATE DATABASE fresh OWNER keeper")
    yield postgres_server.url("fresh").replace("postgres:@", "keeper@")
    postgres_server.run("DROP DATABASE fresh WITH (FORCE)")
    postgres_server.run("DROP ROLE IF EXISTS clinicdesk_app, clinicdesk_directory")


async def test_several_at_once_make_the_tables_once_without_a_superuser(
    fresh: str, postgres_server: PostgresServer, clock: Clock
) -> None:
    engines = [postgres_connection.engine(fresh) for _ in range(3)]

    revisions = await asyncio.gather(*(migrate(one) for one in engines))

    store = PostgresStore(Doors(engines[0], migrates=False), clock, no_founders)
    await store.write(BENOVA, company("benova"), actor="ana", expected=0)
    seen_by_the_owner = await store.every()
    for one in engines:
        await one.dispose()
    assert len(set(revisions)) == 1
    assert list(seen_by_the_owner) == ["benova"]
    seen_without_a_role = "SET ROLE keeper; SELECT count(*) FROM companies"
    assert postgres_server.run(seen_without_a_role, "fresh").splitlines()[-1] == "0"
    assert postgres_server.run("SELECT count(*) FROM alembic_version", "fresh") == "1"


async def test_the_first_use_makes_the_tables_unless_that_is_forbidden(
    fresh: str, clock: Clock
) -> None:
    engine = postgres_connection.engine(fresh)
    forbidden = PostgresStore(Doors(engine, migrates=False), clock, no_founders)
    allowed = PostgresStore(Doors(engine), clock, no_founders)

    with pytest.raises(StoreUnavailableError, match=r"run server\.py migrate"):
        await forbidden.every()
    found = await allowed.every()
    needed = await needs_migration(engine)
    await engine.dispose()

    assert found == {}
    assert not needed


async def test_tables_of_a_later_program_are_told_and_left_alone(
    fresh: str, postgres_server: PostgresServer, clock: Clock
) -> None:
    engine = postgres_connection.engine(fresh)
    await migrate(engine)
    postgres_server.run("UPDATE alembic_version SET version_num = '9999'", "fresh")
    store = PostgresStore(Doors(engine), clock, no_founders)

    with pytest.raises(NewerDatabaseError, match="9999"):
        await migrate(engine)
    with pytest.raises(StoreUnavailableError, match="a later version of this program"):
        await store.write(BENOVA, company("benova"), actor="ana", expected=0)
    await engine.dispose()

    assert postgres_server.run("SELECT version_num FROM alembic_version", "fresh") == "9999"


def test_an_address_that_is_none_is_told_without_its_password() -> None:
    with pytest.raises(IntegrationError) as caught:
        postgres_connection.engine("mysql://ana:hush@localhost/x")

    assert "DATABASE_URL" in str(caught.value)
    assert "hush" not in str(caught.value)
