"""Start our own programs as processes, wait until they answer, end them by signal."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
START = 60  # seconds: several start at once, on a busy machine too
STOP = 30  # seconds

KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**settings: str) -> Mapping[str, str]:
    """Return a clean environment: nothing of the developer's machine changes a test."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONUNBUFFERED": "1", "LOG_FORMAT": "json", **settings}


class Program:
    """A running process of ours, with what it wrote."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        """Take the process and the file that its output goes to."""
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """True until it ended."""
        return self._process.returncode is None

    def output(self) -> str:
        """Return everything it has written so far."""
        return self._log.read_text(errors="replace")

    async def ended(self, seconds: float) -> int:
        """Wait until it ends by itself, and return its exit code."""
        return await asyncio.wait_for(self._process.wait(), seconds)

    async def kill(self) -> None:
        """End it as a crash would: no handler runs."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> int:
        """Ask it to end, wait, and return its exit code; kills it when it does not end."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(self._process.wait(), STOP)
        except TimeoutError:
            await self.kill()
            raise


@contextlib.asynccontextmanager
async def program(
    *words: str, log: Path, env: Mapping[str, str], cwd: Path = ROOT
) -> AsyncIterator[Program]:
    """Run a Python program of ours; ends it when the test leaves, whatever happened."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *words, cwd=cwd, env=dict(env), stdout=output, stderr=output,
            stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    running = Program(process, log)
    try:
        yield running
    finally:
        if running.running:
            await running.kill()


async def answers(running: Program, url: str) -> None:
    """Wait until a URL answers 200; fails with the program's output when it never does."""
    async with httpx.AsyncClient(timeout=2) as client:
        for _ in range(START * 20):
            if not running.running:
                raise AssertionError(f"It ended:\n{running.output()}")
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(url)).status_code == 200:
                    return
            await asyncio.sleep(0.05)
    raise AssertionError(f"{url} does not answer:\n{running.output()}")
