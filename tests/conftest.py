"""What every test may ask for: real servers, two companies, a clock that stands still."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from redis import Redis as SyncRedis

from integrations import redis as redis_connection
from integrations.clock import Clock
from integrations.embedded_redis import embedded_redis

# On a busy machine an example may take a second, and be right.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of this test run, on a loop of its own that outlives every test's."""
    folder: Path = tmp_path_factory.mktemp("redis")
    address: Future[str] = Future()
    stopping: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        stopping.set_result((asyncio.get_running_loop(), stop))
        async with embedded_redis(folder) as url:
            address.set_result(url)
            await stop.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            if not address.done():
                address.set_exception(error)
            raise

    thread = threading.Thread(target=run)
    thread.start()
    yield address.result(timeout=40)
    loop, stop = stopping.result()
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(stop.set)
    thread.join()


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[redis_connection.Client]:
    """An empty Redis."""
    with SyncRedis.from_url(redis_url) as admin:
        admin.flushall()
    client = redis_connection.connect(redis_url)
    yield client
    await redis_connection.close(client)


@pytest.fixture
def clock() -> Clock:
    """Sunday 22 November 2026, 10:00 in Bogotá."""
    return lambda: datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
