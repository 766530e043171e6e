"""The stage of a benchmark: a Redis, the outside systems as processes, our server as a process."""

import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from integrations import redis as redis_connection
from integrations.embedded_redis import embedded_redis
from tests.benchmarks.patients import company
from tests.processes import ROOT, answers, environment, program

API_KEY = "bench-api-key"


@contextlib.asynccontextmanager
async def stub(module: str, *words: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """Run a stand-in and yield its URL and process; its output after the port is the caller's."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"tests.benchmarks.{module}", *words, cwd=ROOT,
        env=dict(environment()), stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), 20))
        yield f"http://127.0.0.1:{port}", process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def redis_in(folder: Path) -> AsyncIterator[tuple[str, int]]:
    """Run a Redis of our own as `serve` would; yield its URL and process id."""
    async with embedded_redis(folder / "redis") as url:
        client = redis_connection.connect(url)
        pid = int((await client.info("server"))["process_id"])
        await redis_connection.close(client)
        yield url, pid


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Our running server."""

    url: str
    pid: int
    redis_pid: int
    redis_url: str


def written(folder: Path, count: int) -> Path:
    """Write a file of companies and return where it is."""
    path = folder / "companies.json"
    path.write_text(json.dumps([company(number) for number in range(count)]), encoding="utf-8")
    return path


def settings(folder: Path, redis_url: str, companies: int, **more: str) -> Mapping[str, str]:
    """Return the variables of a server of ours."""
    return {
        "REDIS_URL": redis_url,
        "DATA_DIR": str(folder / "data"),
        "API_KEY": API_KEY,
        "HOST": "127.0.0.1",
        "LOG_LEVEL": "WARNING",
        "COMPANIES_CONFIG_FILE": str(written(folder, companies)),
        **more,
    }


@contextlib.asynccontextmanager
async def serving(
    folder: Path, redis: tuple[str, int], port: int, **more: str
) -> AsyncIterator[Server]:
    """Run our server until the block ends."""
    url = f"http://127.0.0.1:{port}"
    env = environment(PORT=str(port), **settings(folder, redis[0], 1, **more))
    log = folder / "server.log"
    async with program("server.py", "serve", log=log, env=env) as running:
        await answers(running, f"{url}/health")
        try:
            yield Server(url=url, pid=running.pid, redis_pid=redis[1], redis_url=redis[0])
        except BaseException:
            sys.stderr.write(running.output())
            raise


@contextlib.contextmanager
def workshop() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        yield Path(name)
