"""Our server as a process, killed between Google's insert and our record."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.redis import Client, awaitable
from tenants import keys
from tenants.company_files import SHIPPED
from tenants.ids import CompanyId
from tests.fakes.google_calendar import FakeGoogle
from tests.fakes.serve import serve
from tests.processes import answers, environment, free_port, program

pytestmark = pytest.mark.processes

BENOVA = CompanyId("benova")
RUIZ, MEJIA = "ruiz@benova.example", "mejia@benova.example"
KEY = {"X-API-Key": "admin-key-of-a-test", "X-Company-ID": "benova"}


def companies_in(folder: Path) -> Path:
    definition = json.loads((SHIPPED / "benova" / "company.json").read_text("utf-8"))
    definition["agenda"]["calendar"] = "google"
    for member, calendar in zip(definition["staff"], (RUIZ, MEJIA), strict=False):
        member["calendar_id"] = calendar
    place = folder / "companies" / "benova"
    place.mkdir(parents=True)
    (place / "company.json").write_text(json.dumps(definition), "utf-8")
    return folder / "companies"


@dataclass(frozen=True)
class House:
    fake: FakeGoogle
    env: dict[str, str]
    url: str
    log: Path

    def events(self) -> list[dict[str, Any]]:
        return [*self.fake.live(RUIZ), *self.fake.live(MEJIA)]


@pytest.fixture
async def house(redis: Client, redis_url: str, tmp_path: Path) -> AsyncIterator[House]:
    fake, port = FakeGoogle(RUIZ, MEJIA), free_port()
    async with serve(fake.app) as url:
        env = environment(
            REDIS_URL=redis_url,
            DATA_DIR=str(tmp_path / "data"),
            API_KEY=KEY["X-API-Key"],
            HOST="127.0.0.1",
            PORT=str(port),
            COMPANIES_DIR=str(companies_in(tmp_path)),
            GOOGLE_CALENDAR_CREDENTIALS_BENOVA=fake.tokens.service_account(url),
            GOOGLE_CALENDAR_ENDPOINT_BENOVA=f"{url}/calendar/v3/",
        )
        yield House(fake, dict(env), f"http://127.0.0.1:{port}", tmp_path / "server.log")


async def aged(redis: Client) -> None:
    """Make the notes of what is unfinished older than any booking takes."""
    notes = await awaitable(redis.hgetall(keys.unfinished(BENOVA)))
    for event_id, text in notes.items():
        note = {**json.loads(text), "at": json.loads(text)["at"] - 600}
        await awaitable(redis.hset(keys.unfinished(BENOVA), event_id, json.dumps(note)))


async def test_a_server_killed_between_insert_and_record_loses_and_doubles_nothing(
    house: House, redis: Client
) -> None:
    after = (datetime.now(UTC) + timedelta(days=3)).date()
    async with httpx.AsyncClient(base_url=house.url, headers=KEY, timeout=30) as http:
        async with program("server.py", "serve", log=house.log, env=house.env) as server:
            await answers(server, f"{house.url}/health")
            found = await http.get(
                "/api/availability", params={"treatment": "valoracion", "from": str(after)}
            )
            slot = found.json()["slots"][0]
            house.fake.answers_inserts.clear()
            patient = {"name": "Ana Gómez", "phone": "3001234567"}
            body = {"slot_id": slot["slot_id"], "user_id": "41", "patient": patient}
            booking = asyncio.create_task(http.post("/api/appointments", json=body))
            await asyncio.wait_for(house.fake.stored.wait(), 20)
            await server.kill()
        house.fake.answers_inserts.set()
        with pytest.raises(httpx.HTTPError):
            await booking
        await aged(redis)

        async with program("server.py", "serve", log=house.log, env=house.env) as server:
            await answers(server, f"{house.url}/health")
            async with asyncio.timeout(30):
                while await redis.exists(keys.unfinished(BENOVA)):
                    await asyncio.sleep(0.1)
            listed = (await http.get("/api/appointments")).json()
            again = await http.post("/api/appointments", json=body)
            relisted = (await http.get("/api/appointments")).json()

    assert [one["start"] for one in listed["appointments"]] == [slot["start"]]
    assert again.status_code == 201
    assert again.json() == listed["appointments"][0]
    assert relisted == listed
    assert len(house.events()) == 1
