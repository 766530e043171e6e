"""A Redis on a TCP port that a test may fill, freeze, kill and start again, empty."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from integrations.embedded_redis import _binaries
from integrations.redis import awaitable
from tests.processes import free_port

START = 20  # seconds


class RedisServer:
    """The server as a process, at an address that stays the same over restarts."""

    def __init__(self, folder: Path) -> None:
        """Take the folder for its log; nothing runs yet."""
        self._folder = folder
        self._port = free_port()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """What REDIS_URL is set to."""
        return f"redis://127.0.0.1:{self._port}/0"

    async def start(self) -> None:
        """Start it with nothing in it, and wait until it answers."""
        binaries = await asyncio.to_thread(_binaries)
        words = ["--bind", "127.0.0.1", "--port", str(self._port), "--dir", str(self._folder)]
        words += ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
        words += ["--logfile", str(self._folder / "redis.log")]
        for module in binaries.modules:
            words += ["--loadmodule", str(module)]
        self._process = await asyncio.create_subprocess_exec(
            str(binaries.server),
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with Redis.from_url(self.url, socket_timeout=1) as client:
            for _ in range(START * 20):
                with contextlib.suppress(RedisError, OSError):
                    await awaitable(client.ping())
                    return
                await asyncio.sleep(0.05)
        raise AssertionError((self._folder / "redis.log").read_text())

    async def kill(self) -> None:
        """End it as a crash would; what it held is gone."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def fill(self) -> None:
        """Let it refuse what is written and answer what is asked, as with a full disk."""
        await self._most(1)

    async def make_room(self) -> None:
        """Let it take writes again."""
        await self._most(0)

    async def _most(self, memory: int) -> None:
        async with Redis.from_url(self.url) as client:
            await client.config_set("maxmemory", memory)

    def freeze(self) -> None:
        """Let it accept connections and answer nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


@contextlib.asynccontextmanager
async def redis_server(folder: Path) -> AsyncIterator[RedisServer]:
    """Run a Redis for as long as the context lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    server = RedisServer(folder)
    await server.start()
    try:
        yield server
    finally:
        await server.kill()
