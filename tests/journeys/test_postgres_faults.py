"""PostgreSQL is killed and comes back under a running server: patients notice nothing, staff are told."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from tests.fakes.chatwoot_payloads import Json
from tests.journeys.clinics import BENOVA
from tests.journeys.house import House, house
from tests.postgres import PostgresServer

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

QUESTION = "¿Cuál es la clave de los casilleros?"
ANSWER = "La clave de los casilleros es AZUL-7291."
SEEN = 40.0  # seconds until a server has seen that PostgreSQL went or came


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ward(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer
) -> AsyncIterator[House]:
    """A server with its worker, whose companies were moved into PostgreSQL by a first change."""
    async with house(tmp_path_factory.mktemp("postgres-faults"), BENOVA) as deployment:
        await deployment.serve(DATABASE_URL=postgres.url())
        assert (await pays_by(deployment, "Efectivo")).status_code == 200
        yield deployment


async def test_a_killed_postgresql_is_noticed_by_staff_alone_and_heals(
    ward: House, postgres: PostgresServer
) -> None:
    before = await ward.get("/health")

    await asyncio.to_thread(postgres.kill)
    refused = await pays_by(ward, "Nequi")
    laura = ward.patient(BENOVA)
    answer = await laura.hears(QUESTION)
    meanwhile = await health_tells(ward, "down, serving last known good")
    served = await ward.get("/api/companies/benova")
    await asyncio.to_thread(postgres.start)
    await health_tells(ward, "up")
    taken = await pays_by(ward, "Tarjeta")

    assert (before["status"], before["postgresql"]) == ("healthy", "up")
    assert refused.status_code == 503
    assert refused.json()["error"] == "StoreUnavailableError"
    assert answer == ANSWER
    assert laura.sent() == [ANSWER]
    assert meanwhile["status"] == "healthy"
    assert served["company_id"] == "benova"
    assert taken.status_code == 200
    assert taken.json()["definition"]["payment_methods"] == ["Tarjeta"]


async def health_tells(ward: House, postgresql: str) -> Json:
    """Wait until a server's health says that of PostgreSQL, and return all it says."""
    async with asyncio.timeout(SEEN):
        while (health := await ward.get("/health"))["postgresql"] != postgresql:
            await asyncio.sleep(0.2)
    return dict(health)


async def pays_by(ward: House, way: str) -> httpx.Response:
    """Change how a company is paid, whatever the answer."""
    return await ward.ask("PATCH", "/api/companies/benova", json={"payment_methods": [way]})
