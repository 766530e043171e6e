"""The directory over what staff wrote: laid over files, kept apart, never able to stop the others."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from integrations.clock import Clock
from integrations.redis import Client
from tenants.directory_sources import FileSource
from tenants.errors import InvalidCompanyError, UnknownCompanyError
from tenants.file_store import FileStore
from tenants.ids import CompanyId
from tenants.json_directory import JsonDirectory
from tenants.reloads import Reloads
from tenants.sealing import Sealing
from tests.tenants.company_folder import company, write

BENOVA, MEDISPA = CompanyId("benova"), CompanyId("medispa")
OPENAI = "sk-of-the-operator"


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> FileStore:
    return FileStore(tmp_path / "stored", clock)


async def load(
    folder: Path, store: FileStore, environment: Mapping[str, str] | None = None
) -> JsonDirectory:
    """Load the shipped benova (account 7) and medispa, and what is stored over them."""
    files = write(
        folder / "shipped",
        company("benova", chatwoot={"account_id": 7, "api_key": "${BENOVA_BOT}"}),
        company("medispa"),
    )
    return await JsonDirectory.load(
        files, environment or {}, source=FileSource(store), sealing=Sealing("k" * 32)
    )


async def test_a_stored_company_replaces_the_shipped_one(tmp_path: Path, store: FileStore) -> None:
    await store.write(BENOVA, company("benova", company_name="Benova Norte"), actor="a", expected=0)

    directory = await load(tmp_path, store)

    assert directory.find("benova").company_name == "Benova Norte"
    assert directory.find("medispa").company_name == "Medispa"


async def test_a_removed_company_is_hidden_though_it_ships(
    tmp_path: Path, store: FileStore
) -> None:
    await store.write(BENOVA, None, actor="a", expected=0)

    directory = await load(tmp_path, store)

    assert [one.company_id for one in directory.companies()] == ["medispa"]
    with pytest.raises(UnknownCompanyError):
        directory.by_account(7)


async def test_the_newest_prompt_is_the_agents_wish(tmp_path: Path, store: FileStore) -> None:
    await store.write(MEDISPA, company("medispa"), actor="a", expected=0)
    directory = await load(tmp_path, store)
    before = directory.find("benova").revision
    await store.add_prompt(BENOVA, "sales", "Tutee.", actor="a")
    await store.add_prompt(MEDISPA, "support", "Salude.", actor="a")

    changed = await directory.refresh()

    assert changed == ["benova", "medispa"]
    assert directory.find("benova").wishes_for("sales").wishes == "Tutee."
    assert directory.find("medispa").wishes_for("support").wishes == "Salude."
    assert directory.find("benova").revision != before


async def test_a_fault_leaves_one_company_as_it_was_and_reports_it(
    tmp_path: Path, store: FileStore
) -> None:
    directory = await load(tmp_path, store)
    await store.write(BENOVA, company("benova", currency="pesos"), actor="a", expected=0)
    await store.write(MEDISPA, company("medispa", company_name="Nueva"), actor="a", expected=0)

    with capture_logs() as logs:
        await directory.refresh()

    assert directory.find("benova").currency == "COP"
    assert directory.find("medispa").company_name == "Nueva"
    assert "currency" in directory.faults[BENOVA]
    assert [one["company_id"] for one in logs if one["log_level"] == "warning"] == ["benova"]


async def test_a_company_that_is_faulty_at_start_is_left_out(
    tmp_path: Path, store: FileStore
) -> None:
    await store.write(BENOVA, company("benova", currency="pesos"), actor="a", expected=0)

    directory = await load(tmp_path, store)

    assert [one.company_id for one in directory.companies()] == ["medispa"]
    assert list(directory.faults) == ["benova"]


async def test_a_stored_company_that_takes_anothers_account_is_left_out(
    tmp_path: Path, store: FileStore
) -> None:
    thief = CompanyId("thief")
    await store.write(thief, company("thief", chatwoot={"account_id": 7}), actor="a", expected=0)

    directory = await load(tmp_path, store)

    assert directory.by_account(7).company_id == "benova"
    assert "benova and thief share Chatwoot account 7" in directory.faults[thief]


@pytest.mark.parametrize(
    "variable",
    ["CHATWOOT_API_KEY_MEDISPA", "OPENAI_API_KEY", "BENOVA_BOT", "SECRET_KEY", "HOME", "X_SPA"],
)
async def test_what_is_stored_reads_no_variable_of_another(
    tmp_path: Path, store: FileStore, variable: str
) -> None:
    spa = CompanyId("spa")
    fields = company("spa", website=f"${{{variable}}}")
    await store.write(spa, fields, actor="a", expected=0)

    directory = await load(tmp_path, store, {variable: "stolen"})

    with pytest.raises(UnknownCompanyError):
        directory.find("spa")
    assert "is not this company's variable" in directory.faults[spa]
    with pytest.raises(InvalidCompanyError) as caught:
        directory.checked(spa, fields)
    assert list(caught.value.fields) == ["website"]


async def test_a_company_called_key_cannot_read_the_operators_keys(
    tmp_path: Path, store: FileStore
) -> None:
    directory = await load(tmp_path, store, {"OPENAI_API_KEY": OPENAI})

    with pytest.raises(InvalidCompanyError, match="is not this company's variable"):
        directory.checked(CompanyId("key"), company("key", website="${OPENAI_API_KEY}"))


async def test_a_stored_company_reads_its_own_variables_and_those_of_its_file(
    tmp_path: Path, store: FileStore
) -> None:
    chatwoot = {"api_key": "${BENOVA_BOT}"}
    model = {"api_key": "${OPENAI_API_KEY_BENOVA}"}
    await store.write(
        BENOVA, company("benova", chatwoot=chatwoot, model=model), actor="a", expected=0
    )
    environment = {"BENOVA_BOT": "bot-1", "OPENAI_API_KEY_BENOVA": "sk-1"}

    tenant = (await load(tmp_path, store, environment)).find("benova")

    assert tenant.chatwoot.api_key is not None
    assert tenant.model.api_key is not None
    assert tenant.chatwoot.api_key.get_secret_value() == "bot-1"
    assert tenant.model.api_key.get_secret_value() == "sk-1"


async def test_a_shared_secret_goes_to_no_address_that_staff_chose(
    tmp_path: Path, store: FileStore
) -> None:
    model = {"base_url": "https://elsewhere.example/v1"}
    await store.write(BENOVA, company("benova", model=model), actor="a", expected=0)

    directory = await load(tmp_path, store, {"OPENAI_API_KEY": OPENAI})

    assert directory.find("benova").model.api_key is None
    assert directory.find("medispa").model.api_key is not None


async def test_a_sealed_secret_is_opened(tmp_path: Path, store: FileStore) -> None:
    plain = company("medispa", model={"api_key": "sk-own"})
    sealed = Sealing("k" * 32).seal_secrets(plain, None)
    await store.write(MEDISPA, sealed, actor="a", expected=0)

    tenant = (await load(tmp_path, store)).find("medispa")

    assert tenant.model.api_key is not None
    assert tenant.model.api_key.get_secret_value() == "sk-own"


async def test_a_company_is_judged_before_it_is_stored(tmp_path: Path, store: FileStore) -> None:
    directory = await load(tmp_path, store)

    with pytest.raises(InvalidCompanyError, match="share Chatwoot account 7"):
        directory.checked(CompanyId("nueva"), company("nueva", chatwoot={"account_id": 7}))
    with pytest.raises(InvalidCompanyError) as caught:
        directory.checked(CompanyId("nueva"), company("nueva", currency="pesos"))
    tenant = directory.checked(BENOVA, company("benova", chatwoot={"account_id": 7}))

    assert caught.value.fields.keys() == {"currency"}
    assert tenant.company_id == "benova"


async def test_a_second_company_cannot_take_the_only_webhook_token_away(
    tmp_path: Path, store: FileStore
) -> None:
    files = write(tmp_path / "shipped", company("benova"))
    directory = await JsonDirectory.load(
        files, {"CHATWOOT_WEBHOOK_TOKEN": "the-only-token"}, source=FileSource(store)
    )

    with pytest.raises(InvalidCompanyError, match="2 companies cannot"):
        directory.checked(MEDISPA, company("medispa"))
    await store.write(MEDISPA, company("medispa"), actor="a", expected=0)
    await directory.refresh()

    assert directory.by_webhook_token("the-only-token").company_id == "benova"
    assert directory.find("medispa").company_id == "medispa"


async def test_what_is_written_in_one_process_reaches_the_others(
    redis: Client, tmp_path: Path, store: FileStore
) -> None:
    here, there = await load(tmp_path, store), await load(tmp_path, store)
    watching = asyncio.create_task(Reloads(redis, there).watch())
    await asyncio.sleep(0.4)  # Until it looked once, on a busy machine too.
    await store.write(BENOVA, company("benova", phone="+57 2"), actor="a", expected=0)

    await Reloads(redis, here).refresh()

    async with asyncio.timeout(5):
        while there.find("benova").phone != "+57 2":
            await asyncio.sleep(0.05)
    watching.cancel()
    assert here.find("benova").revision == there.find("benova").revision
