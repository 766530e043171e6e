"""The promises that files and PostgreSQL keep alike."""

import asyncio
from pathlib import Path

import pytest

from integrations.clock import Clock
from tenants.company_store import CompanyStore
from tenants.errors import StaleVersionError
from tenants.file_store import FileStore
from tenants.ids import CompanyId
from tenants.stored_files import KEPT
from tests.tenants.company_folder import company

BENOVA, MEDISPA = CompanyId("benova"), CompanyId("medispa")


@pytest.fixture(params=["files", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> CompanyStore:
    if request.param == "files":
        return FileStore(tmp_path / "companies", clock)
    store: CompanyStore = request.getfixturevalue("store")
    return store


async def test_two_who_read_the_same_version_cannot_both_write(kept: CompanyStore) -> None:
    await kept.write(BENOVA, company("benova"), actor="ana", expected=0)

    written = await asyncio.gather(
        *(
            kept.write(BENOVA, company("benova", phone=str(one)), actor="luis", expected=1)
            for one in range(8)
        ),
        return_exceptions=True,
    )

    names = sorted(type(one).__name__ for one in written)
    assert names == [*["StaleVersionError"] * 7, "StoredCompany"]


async def test_a_new_company_cannot_be_written_over_one_that_is_there(kept: CompanyStore) -> None:
    await kept.write(BENOVA, company("benova"), actor="ana", expected=None)

    with pytest.raises(StaleVersionError, match="is at version 1, not 0"):
        await kept.write(BENOVA, company("benova"), actor="luis", expected=0)


async def test_the_last_fifty_versions_are_kept(kept: CompanyStore) -> None:
    for number in range(KEPT + 3):
        await kept.write(BENOVA, company("benova", phone=str(number)), actor="a", expected=None)

    versions = await kept.versions(BENOVA)

    assert [one.version for one in versions] == list(range(KEPT + 3, 3, -1))
    assert versions[-1].fields == company("benova", phone="3")


async def test_prompts_have_versions_of_their_own(kept: CompanyStore) -> None:
    await kept.add_prompt(BENOVA, "sales", "Tutee.", actor="ana")
    await kept.add_prompt(BENOVA, "sales", "Trate de usted.", actor="luis", note="calmer")
    await kept.add_prompt(MEDISPA, "sales", "Otra.", actor="ana")

    versions = await kept.prompts(BENOVA, "sales")
    newest = await kept.newest_prompts()

    assert [(one.version, one.text) for one in versions] == [(2, "Trate de usted."), (1, "Tutee.")]
    assert newest[BENOVA, "sales"] == versions[0]
    assert versions[0].note == "calmer"
    assert newest[MEDISPA, "sales"].text == "Otra."


async def test_a_forgotten_company_leaves_only_the_mark_that_it_was_removed(
    kept: CompanyStore,
) -> None:
    await kept.write(BENOVA, company("benova"), actor="ana", expected=0)
    await kept.add_prompt(BENOVA, "sales", "Tutee.", actor="ana")
    await kept.write(MEDISPA, company("medispa"), actor="ana", expected=0)

    await kept.forget(BENOVA)
    once = await kept.find(BENOVA)
    await kept.forget(BENOVA)

    every = await kept.every()
    assert (every[BENOVA].fields, every[BENOVA].version) == (None, 2)
    assert every[BENOVA] == once
    assert [one.fields for one in await kept.versions(BENOVA)] == [None]
    assert await kept.prompts(BENOVA, "sales") == []
    assert every[MEDISPA].fields is not None
