"""An API whose companies are written to: secrets are sealed, and each test has a store of its own."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from redis import Redis as SyncRedis

from integrations.settings import Settings
from jobs.shipped import Shipped
from routes.api import mount_api
from routes.application import application
from server import parts_of
from tenants.ids import CompanyId
from tests.routes.conftest import ADMIN, BENOVA, MEDISPA, Api

SEALING = "a-key-of-a-test-that-seals-nothing-else"


@asynccontextmanager
async def administered(
    redis_url: str,
    folder: Path,
    variables: Mapping[str, str] | None = None,
    *,
    public_url: str = "https://clinicdesk.example",
    ready: Shipped | None = None,
    database_url: str = "",
) -> AsyncIterator[Api]:
    """Serve in this process; two of them on one folder and Redis are two processes of one deployment."""
    settings = Settings(
        redis_url=SecretStr(redis_url),
        database_url=SecretStr(database_url) if database_url else None,
        data_dir=folder,
        secret_key=SecretStr(SEALING),
    )
    app = application()
    async with parts_of(settings, variables or {}, app.state.metrics, ready) as parts:
        mount_api(
            app,
            parts,
            admin_key=ADMIN,
            bound_keys={CompanyId("benova"): BENOVA, CompanyId("medispa"): MEDISPA},
            public_url=public_url,
            unsigned_allowed=False,
        )
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            yield Api(http, parts, app)


@asynccontextmanager
async def emptied(redis_url: str) -> AsyncIterator[None]:
    """Begin with an empty Redis."""
    with SyncRedis.from_url(redis_url) as admin:
        admin.flushall()
    yield


def clinic(company_id: str = "clara", **more: Any) -> dict[str, Any]:
    """Return a small company as somebody would send it."""
    return {
        "company_id": company_id,
        "company_name": "Clínica Clara",
        "hours": {"week": {"monday": [{"start": "08:00", "end": "18:00"}]}},
        "staff": [{"id": "ana", "name": "Ana Ruiz"}],
        "treatments": [{"id": "botox", "name": "Botox", "duration_minutes": 30, "price": 450000}],
        **more,
    }
