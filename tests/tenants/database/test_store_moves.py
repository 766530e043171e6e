"""Companies go from files to PostgreSQL and back without loss."""

import json
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

import pytest

from commands.companies import CompaniesThereError, Storage, export_json, import_json, reseal
from integrations.clock import Clock
from integrations.redis import Client
from jobs.company_stores import CompanyFolder, Database
from tenants.company_files import CompanyFiles
from tenants.database.cache import CompanyCache
from tenants.database.doors import Doors
from tenants.database.source import PostgresSource
from tenants.database.store import PostgresStore
from tenants.directory_sources import FileSource
from tenants.errors import InvalidCompanyError
from tenants.file_store import FileStore
from tenants.ids import CompanyId
from tenants.json_directory import JsonDirectory
from tenants.sealing import Sealing
from tenants.tenant import Tenant
from tests.tenants.company_folder import company, write
from tests.tenants.test_seed_shapes import EXTENDED, PLAIN

BENOVA, DENTAL, MEDISPA = CompanyId("benova"), CompanyId("dental"), CompanyId("medispa")
KEY = "k" * 32
ENVIRONMENT = {"CHATWOOT_API_KEY_BENOVA": "bot-1", "BOT_OF_DENTAL": "bot-2"}
EVERYTHING = Namespace(folder=None, replace=False)


def folder_of(
    folder: Path, clock: Clock, *, key: str | None = KEY, files: CompanyFiles
) -> CompanyFolder:
    return CompanyFolder(
        files=files, store=FileStore(folder, clock), sealing=Sealing(key), clock=clock
    )


def storage_of(folder: CompanyFolder, doors: Doors) -> Storage:
    store = PostgresStore(doors, folder.clock, folder.described)
    return Storage(folder=folder, database=Database(doors=doors, store=store))


async def served(folder: CompanyFolder) -> Mapping[str, Tenant]:
    """Return what a process serves from files."""
    directory = await JsonDirectory.load(
        folder.files, ENVIRONMENT, source=FileSource(folder.store), sealing=folder.sealing
    )
    return {one.company_id: one for one in directory.companies()}


async def test_the_shipped_companies_go_there_and_back_as_they_were(
    doors: Doors, tmp_path: Path, clock: Clock
) -> None:
    folder = folder_of(tmp_path / "before", clock, files=CompanyFiles())
    sealed = folder.sealing.seal_secrets(company("medispa", model={"api_key": "sk-own"}), None)
    await folder.store.write(MEDISPA, sealed, actor="ana", expected=0)
    await folder.store.write(DENTAL, None, actor="ana", expected=0)
    await folder.store.add_prompt(BENOVA, "sales", "Tutee.", actor="ana")
    await folder.store.add_prompt(BENOVA, "sales", "Trate de usted.", actor="luis", note="calmer")
    before = await served(folder)
    storage = storage_of(folder, doors)

    await import_json(storage, EVERYTHING)
    await export_json(storage, Namespace(folder=tmp_path / "after"))

    import_again = folder_of(tmp_path / "after", clock, files=CompanyFiles())
    after = await served(import_again)
    assert list(before) == ["benova", "medispa", "wellness"]
    assert after == before
    assert {one: after[one].revision for one in after} == {
        one: before[one].revision for one in before
    }
    assert await import_again.store.prompts(BENOVA, "sales") == await folder.store.prompts(
        BENOVA, "sales"
    )
    assert (await import_again.store.every())[DENTAL].fields is None


async def test_postgresql_serves_what_the_files_did(
    redis: Client, doors: Doors, tmp_path: Path, clock: Clock
) -> None:
    files = write(
        tmp_path / "shipped",
        company("benova", chatwoot={"account_id": 7}),
        company(
            "dental",
            chatwoot={"api_key": "${BOT_OF_DENTAL}"},
            model={"base_url": "https://m.example"},
        ),
    )
    folder = folder_of(tmp_path / "stored", clock, files=files)
    storage = storage_of(folder, doors)
    before = await served(folder)

    await import_json(storage, EVERYTHING)

    assert storage.database is not None
    source = PostgresSource(storage.database.store, FileSource(folder.store), CompanyCache(redis))
    directory = await JsonDirectory.load(
        folder.files, ENVIRONMENT, source=source, sealing=folder.sealing
    )
    assert {one.company_id: one for one in directory.companies()} == before
    assert source.state.serving == "postgresql"


async def test_the_older_systems_files_can_be_taken_in(
    doors: Doors, tmp_path: Path, clock: Clock
) -> None:
    older = {"benova": {**PLAIN, "chatwoot_api_key": "${BOT_OF_DENTAL}"}}
    (tmp_path / "plain.json").write_text(json.dumps(older))
    (tmp_path / "extended.json").write_text(json.dumps({"benova": EXTENDED}))
    files = CompanyFiles(
        companies_file=tmp_path / "plain.json", extended_file=tmp_path / "extended.json"
    )
    folder = folder_of(tmp_path / "stored", clock, files=files)
    storage = storage_of(folder, doors)

    await import_json(storage, EVERYTHING)
    await export_json(storage, Namespace(folder=tmp_path / "after"))

    assert await served(folder_of(tmp_path / "after", clock, files=files)) == await served(folder)


async def test_a_folder_of_plain_files_can_be_taken_in_with_its_secrets_sealed(
    doors: Doors, tmp_path: Path, clock: Clock
) -> None:
    write(tmp_path / "theirs", company("benova", model={"api_key": "sk-plain"}))
    storage = storage_of(folder_of(tmp_path / "stored", clock, files=CompanyFiles()), doors)

    await import_json(storage, Namespace(folder=tmp_path / "theirs", replace=False))

    found = await storage.tables.store.every()
    assert list(found) == ["benova"]
    assert "sk-plain" not in str(found[BENOVA].fields)


async def test_plain_secrets_without_a_key_are_refused_and_nothing_is_taken_in(
    doors: Doors, tmp_path: Path, clock: Clock
) -> None:
    write(tmp_path / "theirs", company("benova", model={"api_key": "sk-plain"}), company("medispa"))
    folder = folder_of(tmp_path / "stored", clock, key=None, files=CompanyFiles())
    storage = storage_of(folder, doors)

    with pytest.raises(InvalidCompanyError, match=r"model\.api_key: a secret is kept only sealed"):
        await import_json(storage, Namespace(folder=tmp_path / "theirs", replace=False))

    assert await storage.tables.store.every() == {}


async def test_companies_that_are_there_are_replaced_only_when_that_is_said(
    doors: Doors, tmp_path: Path, clock: Clock
) -> None:
    files = write(tmp_path / "shipped", company("benova", phone="file"))
    storage = storage_of(folder_of(tmp_path / "stored", clock, files=files), doors)
    store = storage.tables.store
    await store.write(BENOVA, company("benova", phone="row"), actor="ana", expected=None)

    with pytest.raises(CompaniesThereError, match="benova"):
        await import_json(storage, EVERYTHING)
    await import_json(storage, Namespace(folder=None, replace=True))

    found = await store.find(BENOVA)
    assert found is not None
    assert (found.fields or {})["phone"] == "file"


async def test_secrets_are_sealed_with_the_newest_key_on_demand(
    doors: Doors, tmp_path: Path, clock: Clock
) -> None:
    folder = folder_of(tmp_path, clock, key="n" * 32 + "," + KEY, files=CompanyFiles())
    storage = storage_of(folder, doors)
    plain = company("benova", model={"api_key": "sk-own"})
    old = Sealing(KEY).seal_secrets(plain, None)
    await storage.tables.store.write(BENOVA, old, actor="ana", expected=None)

    await reseal(storage, Namespace())

    found = await storage.tables.store.find(BENOVA)
    assert found is not None
    assert Sealing("n" * 32).opened(found.fields or {}) == plain


async def test_a_folder_that_holds_companies_is_not_written_over(
    doors: Doors, tmp_path: Path, clock: Clock
) -> None:
    write(tmp_path / "full", company("benova"))
    storage = storage_of(folder_of(tmp_path / "stored", clock, files=CompanyFiles()), doors)

    with pytest.raises(InvalidCompanyError, match="choose an empty one"):
        await export_json(storage, Namespace(folder=tmp_path / "full"))
