"""Companies are changed over PostgreSQL as they are over files."""

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from integrations import postgres as postgres_connection
from integrations.clock import Clock
from integrations.redis import Client
from jobs.company_stores import CompanyFolder
from tenants.administration import Administration, Author
from tenants.database.cache import CompanyCache
from tenants.database.doors import Doors
from tenants.database.source import PostgresSource
from tenants.database.store import PostgresStore
from tenants.directory_sources import FileSource
from tenants.errors import StoreUnavailableError, UnknownCompanyError
from tenants.file_store import FileStore
from tenants.json_directory import JsonDirectory
from tenants.reloads import Reloads
from tenants.sealing import Sealing
from tests.tenants.company_folder import company, write

ANA = Author(name="ana")
ENVIRONMENT = {"BOT_OF_BENOVA": "bot-1"}


async def begin(
    engine: AsyncEngine, redis: Client, folder: Path, clock: Clock
) -> tuple[Administration, JsonDirectory]:
    """Begin a process over shipped companies; benova's file refers to a variable of the operator."""
    files = CompanyFolder(
        files=write(
            folder / "shipped",
            company("benova", chatwoot={"api_key": "${BOT_OF_BENOVA}"}),
            company("medispa"),
        ),
        store=FileStore(folder / "stored", clock),
        sealing=Sealing("k" * 32),
        clock=clock,
    )
    store = PostgresStore(Doors(engine), clock, files.described)
    source = PostgresSource(store, FileSource(files.store), CompanyCache(redis))
    directory = await JsonDirectory.load(
        files.files, ENVIRONMENT, source=source, sealing=files.sealing
    )
    administration = Administration(
        redis,
        store=store,
        sealing=files.sealing,
        directory=directory,
        reloads=Reloads(redis, directory),
    )
    return administration, directory


async def test_the_first_change_takes_over_what_the_files_served(
    engine: AsyncEngine, redis: Client, tmp_path: Path, clock: Clock
) -> None:
    administration, directory = await begin(engine, redis, tmp_path, clock)

    written = await administration.change("benova", lambda was: {**was, "phone": "+57 1"}, ANA)
    again = await administration.change("benova", lambda was: {**was, "phone": "+57 2"}, ANA)

    tenant = directory.find("benova")
    assert (written.not_served, again.not_served) == ("", "")
    assert (tenant.phone, again.kept.version) == ("+57 2", 2)
    assert tenant.chatwoot.api_key is not None
    assert tenant.chatwoot.api_key.get_secret_value() == "bot-1"
    assert directory.find("medispa").company_id == "medispa"
    assert directory.source.serving == "postgresql"


async def test_a_new_company_is_served_beside_those_of_the_files(
    engine: AsyncEngine, redis: Client, tmp_path: Path, clock: Clock
) -> None:
    administration, directory = await begin(engine, redis, tmp_path, clock)

    await administration.create(company("nueva", model={"api_key": "sk-own"}), ANA)

    assert [one.company_id for one in directory.companies()] == ["benova", "medispa", "nueva"]
    assert "sk-own" not in str((await administration.find("nueva")).fields)


async def test_without_postgresql_changes_are_refused_and_companies_served(
    redis: Client, tmp_path: Path, clock: Clock
) -> None:
    nobody = postgres_connection.engine("postgresql://nobody@127.0.0.1:1/none")
    administration, directory = await begin(nobody, redis, tmp_path, clock)

    with pytest.raises(StoreUnavailableError):
        await administration.create(company("nueva"), ANA)
    await nobody.dispose()

    assert directory.find("benova").company_id == "benova"
    with pytest.raises(UnknownCompanyError):
        directory.find("nueva")
