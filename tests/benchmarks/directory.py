"""What a directory of many companies costs: started, read again, changed over REST, paged through.

Each number of companies gets a process of its own (`python -m tests.benchmarks.directory ...`).
"""

import asyncio
import contextlib
import json
import os
import sys
import time
from argparse import Namespace
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path

import httpx
from pydantic import SecretStr

from commands.companies import import_json, migrate
from integrations import logs
from integrations.settings import Settings
from jobs.parts import Parts
from routes.api import mount_api
from routes.application import application
from server import parts_of, storage_of
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.meter import resident_mib
from tests.benchmarks.patients import company_id
from tests.benchmarks.stage import API_KEY, redis_in, workshop, written
from tests.postgres import PostgresServer
from tests.processes import ROOT, environment

MANY = 1000
PAGE = 50
SEALING = "sealing-key-of-the-benchmark-0123456789"
HEADERS = {"X-API-Key": API_KEY}
FLAT = 1.5
SERVED = 1.0  # seconds until a change is served

Found = Mapping[str, float]


async def took(times: int, act: Callable[[int], Awaitable[object]]) -> float:
    """Return the median of the milliseconds that something takes."""
    each = []
    for number in range(times):
        begun = time.perf_counter()
        await act(number)
        each.append((time.perf_counter() - begun) * 1000)
    return median(each)


async def over_rest(parts: Parts) -> dict[str, float]:
    """Page through the companies, look at one, change one."""
    app = application()
    mount_api(
        app,
        parts,
        admin_key=API_KEY,
        bound_keys={},
        public_url="http://localhost",
        unsigned_allowed=False,
    )
    one = f"/api/companies/{company_id(0)}"
    last = max(1, len(parts.directory.companies()) // PAGE)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers=HEADERS
    ) as client:

        async def get(path: str) -> None:
            (await client.get(path)).raise_for_status()

        async def change(number: int) -> None:
            answer = await client.patch(one, json={"payment_methods": [f"Efectivo {number}"]})
            answer.raise_for_status()

        await get(one)
        return {
            "page": await took(20, lambda _: get(f"/api/companies?page={last}&limit={PAGE}")),
            "one": await took(20, lambda _: get(one)),
            "change": await took(5, change),
        }


async def child(count: int, folder: Path, redis_url: str, postgres_url: str) -> None:
    """Measure in this process and print what was found as JSON."""
    logs.set_up("ERROR", "json")
    settings = Settings(
        _env_file=None,
        redis_url=SecretStr(redis_url),
        database_url=SecretStr(postgres_url) if postgres_url else None,
        secret_key=SecretStr(SEALING),
        data_dir=folder / "data",
        companies_config_file=written(folder, count),
    )
    found: dict[str, float] = {}
    if postgres_url:
        async with storage_of(settings) as storage:
            await migrate(storage, Namespace())
            begun = time.perf_counter()
            await import_json(storage, Namespace(folder=None, replace=False))
            found["imported"] = time.perf_counter() - begun
    begun = time.perf_counter()
    async with parts_of(settings, {}) as parts:
        found["started"] = time.perf_counter() - begun
        assert len(parts.directory.companies()) >= count
        found["reload"] = await took(3, lambda _: parts.reloads.reload())
        found |= await over_rest(parts)
        found["memory"] = resident_mib(os.getpid())
    sys.stdout.write(json.dumps(found))


async def asked(count: int, postgres_url: str = "") -> Found:
    """Run a child on a Redis of its own and return what it found."""
    with workshop() as folder:
        async with redis_in(folder) as redis:
            words = [str(count), str(folder), redis[0], postgres_url]
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.benchmarks.directory", *words, cwd=ROOT,
                env=dict(environment()), stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            said, _ = await process.communicate()
    found: Found = json.loads(said)
    return found


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL and give its address."""
    server = PostgresServer()
    try:
        yield server.url()
    finally:
        server.stop()


async def run() -> Sequence[Figure]:
    """Measure one company and many from files, then many from PostgreSQL."""
    alone = await asked(1)
    filed = await asked(MANY)
    with postgres() as url:
        stored = await asked(MANY, url)
    return [
        *_figures("files", filed, alone),
        Figure(what="PostgreSQL: companies copied in", value=stored["imported"], unit="s"),
        *_figures("PostgreSQL", stored, alone),
    ]


def _figures(place: str, found: Found, alone: Found) -> list[Figure]:
    who = f"{MANY:,} in {place}"
    of = "1 in files"
    return [
        Figure(
            what=f"{who}: opened",
            value=found["started"],
            unit="s",
            baseline=alone["started"],
            of=of,
        ),
        Figure(
            what=f"{who}: all read again", value=found["reload"], baseline=alone["reload"], of=of
        ),
        Figure(
            what=f"{who}: one changed over REST, and served",
            value=found["change"],
            baseline=alone["change"],
            of=of,
            aim=SERVED * 1000,
        ),
        Figure(
            what=f"{who}: the last page of {PAGE}",
            value=found["page"],
            baseline=alone["page"],
            of="a page of 1",
        ),
        Figure(
            what=f"{who}: GET of one",
            value=found["one"],
            baseline=alone["one"],
            of=of,
            aim=FLAT,
            ratio_is_aimed_at=True,
        ),
        Figure(
            what=f"{who}: memory",
            value=found["memory"],
            unit="MiB",
            baseline=alone["memory"],
            of=of,
        ),
    ]


if __name__ == "__main__":
    asyncio.run(child(int(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:5]))
