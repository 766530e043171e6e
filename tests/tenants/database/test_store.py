"""What staff write, in PostgreSQL: the same promises as files keep, and none broken by two at once."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import text

from integrations.clock import Clock
from tenants.company_store import CompanyRecord
from tenants.database.doors import Doors
from tenants.database.store import PostgresStore
from tenants.errors import InvalidCompanyError, StoreUnavailableError
from tenants.file_store import FileStore
from tenants.ids import CompanyId
from tests.tenants.company_folder import company

BENOVA, MEDISPA = CompanyId("benova"), CompanyId("medispa")


async def test_what_is_written_is_found_in_the_order_of_its_names(
    store: PostgresStore, clock: Clock
) -> None:
    fields = company("benova", zebra=1, agents={"support": {}, "sales": {"wishes": "ñ"}})

    await store.write(BENOVA, fields, actor="ana", expected=0)

    found = await store.find(BENOVA)
    assert found is not None
    assert list(found.fields or {}) == list(fields)
    assert list((found.fields or {})["agents"]) == ["support", "sales"]
    assert (found.fields, found.version, found.written_by) == (fields, 1, "ana")
    assert found.written_at == clock()
    assert await store.find(MEDISPA) is None


async def test_agents_can_be_asked_for_as_a_table(store: PostgresStore, doors: Doors) -> None:
    agents = {
        "sales": {"model": "m", "temperature": 0.2, "wishes": "old"},
        "support": {"enabled": False},
    }
    await store.write(BENOVA, company("benova", agents=agents), actor="ana", expected=0)
    await store.add_prompt(BENOVA, "sales", "new", actor="ana")

    async with doors.of_company(BENOVA) as connection:
        rows = await connection.execute(
            text("SELECT agent_type, enabled, model, wishes FROM agent_configs ORDER BY agent_type")
        )
        found = [tuple(row) for row in rows]

    assert found == [("sales", True, "m", "new"), ("support", False, None, "")]


async def test_a_record_moves_between_files_and_tables_as_it_is(
    store: PostgresStore, tmp_path: Path, clock: Clock
) -> None:
    await store.write(BENOVA, company("benova", phone="1"), actor="ana", expected=0)
    await store.write(BENOVA, None, actor="luis", expected=1)
    await store.add_prompt(BENOVA, "sales", "Tutee.", actor="ana", note="first")
    await store.add_prompt(BENOVA, "sales", "Usted.", actor="ana")
    files = FileStore(tmp_path, clock)

    record = await store.record(BENOVA)
    await files.restore(BENOVA, record)
    await store.forget(BENOVA)
    await store.restore(BENOVA, await files.record(BENOVA))

    assert await store.record(BENOVA) == record


async def test_the_first_write_takes_over_what_files_describe(
    doors: Doors, tmp_path: Path, clock: Clock
) -> None:
    files = FileStore(tmp_path, clock)
    for one in (BENOVA, MEDISPA):
        await files.write(one, company(one), actor="files", expected=0)

    async def founders() -> Mapping[CompanyId, CompanyRecord]:
        return {one: await files.record(one) for one in (BENOVA, MEDISPA)}

    store = PostgresStore(doors, clock, founders)
    await asyncio.gather(
        store.write(BENOVA, company("benova", phone="new"), actor="ana", expected=0),
        store.write(CompanyId("nueva"), company("nueva"), actor="ana", expected=0),
        store.add_prompt(MEDISPA, "sales", "Tutee.", actor="ana"),
        return_exceptions=True,
    )

    every = await store.every()
    assert sorted(every) == ["benova", "medispa", "nueva"]
    assert every[MEDISPA].written_by == "files"


async def test_founders_that_cannot_be_kept_leave_the_tables_empty(
    doors: Doors, clock: Clock
) -> None:
    async def founders() -> Mapping[CompanyId, CompanyRecord]:
        raise InvalidCompanyError("model.api_key: a secret is kept only sealed")

    store = PostgresStore(doors, clock, founders)

    with pytest.raises(InvalidCompanyError, match="only sealed"):
        await store.write(BENOVA, company("benova"), actor="ana", expected=0)
    assert await store.every() == {}


async def test_a_text_that_cannot_be_kept_is_told_without_it(store: PostgresStore) -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        await store.add_prompt(BENOVA, "sales", "secret\x00", actor="ana")

    assert "secret" not in str(caught.value)
    assert await store.prompts(BENOVA, "sales") == []
