"""What staff write, in files: versions, conflicts, crashes, disks that refuse."""

import asyncio
import json
import multiprocessing
import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from integrations.clock import Clock
from tenants.company_files import CompanyFiles
from tenants.errors import InvalidCompanyError, StoreUnavailableError
from tenants.file_store import FileStore
from tenants.ids import CompanyId
from tests.tenants.company_folder import company

BENOVA, MEDISPA = CompanyId("benova"), CompanyId("medispa")


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> FileStore:
    return FileStore(tmp_path / "companies", clock)


async def test_what_is_written_is_found_by_another_store_of_the_folder(
    store: FileStore, tmp_path: Path, clock: Clock
) -> None:
    await store.write(BENOVA, company("benova", phone="+57 1"), actor="ana", expected=0)
    await store.write(MEDISPA, None, actor="ana", expected=0)

    every = await FileStore(tmp_path / "companies", clock).every()

    assert every[BENOVA].fields == company("benova", phone="+57 1")
    assert (every[BENOVA].version, every[BENOVA].written_by) == (1, "ana")
    assert every[BENOVA].written_at == clock()
    assert every[MEDISPA].fields is None


def _write_often(folder: Path, times: int) -> None:
    store = FileStore(folder, lambda: datetime(2026, 11, 22, tzinfo=UTC))
    for _ in range(times):
        asyncio.run(store.write(BENOVA, company("benova"), actor="process", expected=None))


async def test_writes_of_several_processes_are_all_counted(
    store: FileStore, tmp_path: Path
) -> None:
    context = multiprocessing.get_context("fork")
    others = [
        context.Process(target=_write_often, args=(tmp_path / "companies", 10)) for _ in range(2)
    ]
    for one in others:
        one.start()
    for one in others:
        await asyncio.to_thread(one.join)

    found = await store.find(BENOVA)

    assert found is not None
    assert found.version == 20


async def test_no_file_tells_of_a_forgotten_company(store: FileStore, tmp_path: Path) -> None:
    await store.write(BENOVA, company("benova", phone="+57 604"), actor="ana", expected=0)
    await store.add_prompt(BENOVA, "sales", "+57 604", actor="ana")

    await store.forget(BENOVA)

    texts = [one.read_text() for one in (tmp_path / "companies" / "benova").rglob("*.json")]
    assert texts
    assert not [one for one in texts if "+57 604" in one]


async def test_a_file_broken_by_hand_is_told_and_stops_no_other(
    store: FileStore, tmp_path: Path
) -> None:
    await store.write(BENOVA, company("benova"), actor="ana", expected=0)
    await store.write(MEDISPA, company("medispa"), actor="ana", expected=0)
    (tmp_path / "companies" / "benova" / "company.json").write_text("{")

    every = await store.every()

    assert "benova/company.json: cannot be read" in every[BENOVA].fault
    assert every[MEDISPA].fault == ""


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Let this process write files of 200 bytes at most, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_disk_that_refuses_changes_nothing_and_is_told(
    store: FileStore, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await store.write(BENOVA, company("benova", phone="old"), actor="ana", expected=0)
    request.getfixturevalue("full_disk")

    with pytest.raises(StoreUnavailableError, match="nothing was changed"):
        await store.write(BENOVA, company("benova", phone="9" * 999), actor="ana", expected=1)

    found = await store.find(BENOVA)
    left = [one.name for one in (tmp_path / "companies").rglob("*") if one.name.startswith(".c")]
    assert found is not None
    assert (found.version, found.fields) == (1, company("benova", phone="old"))
    assert left == []


@pytest.mark.parametrize("hostile", ["../benova", "clinicdesk", "BENOVA", "", "a/b", "benova\x00"])
async def test_an_id_that_is_no_id_never_becomes_a_path(store: FileStore, hostile: str) -> None:
    with pytest.raises(InvalidCompanyError):
        await store.write(CompanyId(hostile), {}, actor="ana", expected=None)


async def test_the_folder_can_serve_as_the_folder_of_shipped_companies(
    store: FileStore, tmp_path: Path
) -> None:
    await store.write(BENOVA, company("benova"), actor="ana", expected=0)

    read = list(CompanyFiles(folder=tmp_path / "companies").read())

    assert [one.fields for one in read] == [company("benova")]


async def test_a_record_is_restored_as_it_was(
    store: FileStore, tmp_path: Path, clock: Clock
) -> None:
    await store.write(BENOVA, company("benova", phone="1"), actor="ana", expected=0)
    await store.write(BENOVA, company("benova", phone="2"), actor="luis", expected=1)
    await store.add_prompt(BENOVA, "sales", "Tutee.", actor="ana", note="first")
    other = FileStore(tmp_path / "other", clock)
    await other.write(BENOVA, company("benova", phone="gone"), actor="x", expected=0)
    await other.add_prompt(BENOVA, "support", "gone", actor="x")

    await other.restore(BENOVA, await store.record(BENOVA))

    assert await other.record(BENOVA) == await store.record(BENOVA)


async def test_a_version_whose_write_was_cut_off_is_not_shown(
    store: FileStore, tmp_path: Path
) -> None:
    await store.write(BENOVA, company("benova"), actor="ana", expected=0)
    orphan = tmp_path / "companies" / "benova" / "versions" / "000002.json"
    orphan.write_text(json.dumps(company("benova", phone="never")))

    versions = await store.versions(BENOVA)

    assert [one.version for one in versions] == [1]
