"""The whole API on a real Redis, with the shipped companies and an administrator's key."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from integrations.redis import Client
from integrations.settings import Settings
from jobs.parts import Parts
from jobs.shipped import Shipped, shipped
from knowledge.patience import LOADED
from routes.api import mount_api
from routes.application import application
from server import parts_of
from tenants import keys
from tenants.ids import CompanyId

ADMIN, BENOVA, MEDISPA = "key-of-admin", "key-of-benova", "key-of-medispa"


@dataclass(frozen=True)
class Api:
    """A client of the API, and the parts behind it."""

    http: httpx.AsyncClient
    parts: Parts
    app: Starlette

    async def get(self, path: str, key: str = ADMIN) -> httpx.Response:
        """Ask for a path with a key."""
        return await self.http.get(path, headers={"X-API-Key": key})

    async def send(
        self, method: str, path: str, body: object = None, key: str = ADMIN
    ) -> httpx.Response:
        """Send JSON with a key."""
        return await self.http.request(method, path, json=body, headers={"X-API-Key": key})

    async def say(self, text: str, company: str = "benova", user: str = "ana") -> httpx.Response:
        """Write as a patient of a company."""
        path = f"/api/conversations/{user}/test?company_id={company}"
        return await self.send("POST", path, {"message": text})


@pytest.fixture(scope="session")
def ready() -> Iterator[Shipped]:
    """What nothing changes: reading it is most of what opening the parts costs."""
    with shipped() as read:
        yield read


@pytest.fixture
async def api(redis: Client, redis_url: str, tmp_path: Path, ready: Shipped) -> AsyncIterator[Api]:
    settings = Settings(redis_url=SecretStr(redis_url), data_dir=tmp_path)
    app = application()
    # What the server's own start would say, had it loaded the shipped documents.
    await redis.set(keys.documents_loaded(), LOADED)
    async with parts_of(settings, {}, app.state.metrics, ready) as parts:
        mount_api(
            app,
            parts,
            admin_key=ADMIN,
            bound_keys={CompanyId("benova"): BENOVA, CompanyId("medispa"): MEDISPA},
            public_url="https://clinicdesk.example",
            unsigned_allowed=False,
        )
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            yield Api(http, parts, app)
