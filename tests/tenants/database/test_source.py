"""The directory over PostgreSQL: what it serves while the database is there, away, broken and back."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from integrations import postgres as postgres_connection
from integrations.clock import Clock
from integrations.redis import Client
from tenants import keys
from tenants.database.cache import LIFE, CompanyCache
from tenants.database.doors import Doors
from tenants.database.source import PostgresSource
from tenants.database.store import PostgresStore
from tenants.directory_sources import FileSource
from tenants.errors import StoreUnavailableError, UnknownCompanyError
from tenants.file_store import FileStore
from tenants.ids import CompanyId
from tenants.json_directory import JsonDirectory
from tenants.sealing import Sealing
from tests.postgres import PostgresServer
from tests.tenants.company_folder import company, write
from tests.tenants.database.conftest import no_founders

BENOVA, MEDISPA = CompanyId("benova"), CompanyId("medispa")
SEALING = Sealing("k" * 32)
NOBODY = "postgresql://nobody@127.0.0.1:1/none"


class House:
    """A process of ours: a directory over PostgreSQL, a cache and shipped files."""

    def __init__(self, engine: AsyncEngine, redis: Client, folder: Path, clock: Clock) -> None:
        """Take what is shared; `directory` is empty until `load`."""
        self.store = PostgresStore(Doors(engine), clock, no_founders)
        self.source = PostgresSource(
            self.store,
            FileSource(FileStore(folder / "stored", clock)),
            CompanyCache(redis),
            look=0.2,
        )
        files = write(folder / "shipped", company("benova", phone="shipped"), company("dental"))
        self.directory = JsonDirectory(files, {}, source=self.source, sealing=SEALING)

    def ids(self) -> list[str]:
        """Name the companies that are served."""
        return [one.company_id for one in self.directory.companies()]

    @contextlib.asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look after the source meanwhile."""
        watching = asyncio.create_task(self.source.watch(self.directory.refresh))
        yield
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


Begin = Callable[..., House]


@pytest.fixture
async def begin(
    engine: AsyncEngine, redis: Client, tmp_path: Path, clock: Clock
) -> AsyncIterator[Begin]:
    """Begin a process, with PostgreSQL or with none that answers."""
    nobody = postgres_connection.engine(NOBODY)

    def begin(*, away: bool = False) -> House:
        return House(nobody if away else engine, redis, tmp_path, clock)

    yield begin
    await nobody.dispose()


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.05)


async def test_rows_are_all_there_is_once_there_are_any(begin: Begin) -> None:
    house = begin()
    await house.store.write(MEDISPA, company("medispa"), actor="ana", expected=0)
    await house.store.add_prompt(MEDISPA, "sales", "Tutee.", actor="ana")

    await house.directory.reload()

    assert house.ids() == ["medispa"]
    assert house.directory.find("medispa").wishes_for("sales").wishes == "Tutee."
    assert await house.directory.written(BENOVA) is None
    assert (house.source.state.serving, house.source.state.postgresql) == ("postgresql", True)


async def test_empty_tables_leave_the_json_files_serving(begin: Begin) -> None:
    house = begin()

    await house.directory.reload()

    assert house.ids() == ["benova", "dental"]
    assert (house.source.state.serving, house.source.state.postgresql) == ("json", True)
    assert "holds no company yet" in house.source.state.reason


async def test_only_what_changed_is_made_again(begin: Begin) -> None:
    house = begin()
    await house.store.write(BENOVA, company("benova"), actor="ana", expected=0)
    await house.store.write(MEDISPA, company("medispa"), actor="ana", expected=0)
    await house.directory.reload()
    await house.store.write(MEDISPA, company("medispa", phone="new"), actor="ana", expected=1)

    changed = await house.directory.refresh()

    assert changed == ["medispa"]
    assert house.ids() == ["benova", "medispa"]


async def test_a_row_broken_by_hand_stops_no_other_and_is_reported(
    begin: Begin, postgres_server: PostgresServer
) -> None:
    house = begin()
    await house.store.write(BENOVA, company("benova", phone="good"), actor="ana", expected=0)
    await house.store.write(MEDISPA, company("medispa"), actor="ana", expected=0)
    await house.directory.reload()
    postgres_server.run(
        """UPDATE companies SET fields = '["broken"]', version = 2 WHERE company_id = 'benova'"""
    )

    await house.directory.refresh()
    another = begin()
    await another.directory.reload()

    assert house.directory.find("benova").phone == "good"
    assert another.ids() == ["medispa"]
    assert "must be an object" in house.directory.faults[BENOVA]
    assert list(another.directory.faults) == ["benova"]


async def test_what_a_hand_wrote_is_noticed(begin: Begin, postgres_server: PostgresServer) -> None:
    house = begin()
    await house.store.write(BENOVA, company("benova"), actor="ana", expected=0)
    await house.directory.reload()
    async with house.watched():
        postgres_server.run(
            "UPDATE companies SET version = 2, fields ="
            """ '{"company_id": "benova", "company_name": "B", "phone": "by hand"}'"""
        )

        await until(lambda: house.directory.find("benova").phone == "by hand")


async def test_a_start_without_postgresql_takes_the_last_known_from_redis(
    begin: Begin, redis: Client
) -> None:
    house = begin()
    sealed = SEALING.seal_secrets(company("benova", model={"api_key": "sk-own"}), None)
    await house.store.write(BENOVA, sealed, actor="ana", expected=0)
    await house.store.write(MEDISPA, None, actor="ana", expected=0)
    await house.store.add_prompt(BENOVA, "sales", "Tutee.", actor="ana")
    await house.source.remember()
    alone = begin(away=True)

    await alone.directory.reload()

    tenant = alone.directory.find("benova")
    assert alone.ids() == ["benova"]
    assert tenant.wishes_for("sales").wishes == "Tutee."
    assert tenant.model.api_key is not None
    assert tenant.model.api_key.get_secret_value() == "sk-own"
    assert (alone.source.state.serving, alone.source.state.postgresql) == ("last known good", False)
    held = await redis.get(keys.company_cache(BENOVA))
    assert held is not None
    assert "sk-own" not in held
    assert 0 < await redis.ttl(keys.company_cache(BENOVA)) <= LIFE.total_seconds()
    assert 0 < await redis.ttl(keys.prompt_cache(BENOVA, "sales")) <= LIFE.total_seconds()


async def test_what_redis_holds_follows_what_is_written(begin: Begin, redis: Client) -> None:
    house = begin()
    await house.store.write(BENOVA, company("benova", phone="old"), actor="ana", expected=0)
    await house.store.add_prompt(BENOVA, "sales", "Tutee.", actor="ana")
    await house.source.remember()
    await house.store.forget(BENOVA)
    await house.store.write(MEDISPA, company("medispa"), actor="ana", expected=0)
    await redis.delete(keys.company_cache(MEDISPA))

    await house.source.remember()

    alone = begin(away=True)
    await alone.directory.reload()
    assert alone.ids() == ["medispa"]
    assert await redis.get(keys.prompt_cache(BENOVA, "sales")) is None


async def test_a_start_without_anything_serves_the_json_files(begin: Begin) -> None:
    alone = begin(away=True)

    await alone.directory.reload()

    assert alone.ids() == ["benova", "dental"]
    assert (alone.source.state.serving, alone.source.state.postgresql) == ("json", False)
    assert "cannot be reached" in alone.source.state.reason
    with pytest.raises(StoreUnavailableError):
        await alone.store.write(BENOVA, company("benova"), actor="ana", expected=None)


async def test_killed_and_started_again_it_is_read_as_before_without_a_restart(
    begin: Begin, postgres_server: PostgresServer
) -> None:
    house = begin()
    await house.store.write(BENOVA, company("benova", phone="old"), actor="ana", expected=0)
    await house.directory.reload()
    async with house.watched():
        postgres_server.kill()
        try:
            await until(lambda: not house.source.state.postgresql)
            await house.directory.reload()
            while_down = (house.source.state.serving, house.directory.find("benova").phone)
            with pytest.raises(StoreUnavailableError, match="cannot be reached"):
                await house.store.write(BENOVA, company("benova"), actor="ana", expected=1)
        finally:
            postgres_server.start()
        await until(lambda: bool(house.source.state.postgresql))
        await house.store.write(BENOVA, company("benova", phone="new"), actor="ana", expected=1)

        await until(lambda: house.directory.find("benova").phone == "new")

    assert while_down == ("last known good", "old")
    with pytest.raises(UnknownCompanyError):
        house.directory.find("dental")
