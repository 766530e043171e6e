"""The connection to Redis: bounded in number and in time, checked before it is used."""

import contextlib
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar, cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import (
    AuthenticationError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from integrations.redis_connections import make_cancellable

CONNECTIONS = 64
POOL_WAIT = 5  # seconds for a free connection
TIMEOUT = 1.0  # seconds an answer may take; redis-py's default hangs on a frozen server
CONNECT_TIMEOUT = 0.5  # seconds
OLDEST = (7, 2)

Answer = TypeVar("Answer")

Client = Redis
"""Answers are text (`decode_responses`)."""


class RedisUnusableError(Exception):
    """The Redis at REDIS_URL cannot serve us; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisFacts:
    """What a Redis says of itself."""

    version: str
    search: int
    """RediSearch's version as a number (21005 is 2.10.5)."""
    json: int


def awaitable(answer: Awaitable[Answer] | Answer) -> Awaitable[Answer]:
    """Tell the type checker what redis-py leaves open: a command of the async client is awaited."""
    return cast("Awaitable[Answer]", answer)


async def done_without(write: Awaitable[object] | object) -> None:
    """Write what a reader can do without: a Redis that is full, or a replica, still answers."""
    with contextlib.suppress(ResponseError):
        await awaitable(write)


def no_address() -> RedisUnusableError:
    """Return what to raise for a REDIS_URL that is none; it does not show the password."""
    return RedisUnusableError(
        "REDIS_URL is no address of a Redis: redis://, rediss:// or unix:// and a host."
    )


def words_for(error: Exception) -> str:
    """Return what an operator should know of a failure; never what the command was."""
    if isinstance(error, OutOfMemoryError) or "MISCONF" in str(error):
        return "Redis takes no writes: its disk or its memory is full."
    if isinstance(error, ReadOnlyError):
        return "Redis takes no writes: it is a replica."
    if isinstance(error, ResponseError):
        return "Redis refused a command."
    return "Redis does not answer."


def connect(url: str) -> Client:
    """Return a client with its own pool; nothing is sent yet. The caller closes it with `close`.

    Raises RedisUnusableError for what is no address; it never shows the password.
    """
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=POOL_WAIT,
            decode_responses=True,
            socket_timeout=TIMEOUT,
            **({} if url.startswith("unix") else {"socket_connect_timeout": CONNECT_TIMEOUT}),
            retry=Retry(ExponentialBackoff(cap=0.2, base=0.05), 1),
        )
    except ValueError as error:
        raise no_address() from error
    make_cancellable(pool)
    return Redis(connection_pool=pool)


async def close(client: Client) -> None:
    """Close a client and its pool."""
    await client.aclose()
    await client.connection_pool.disconnect()


async def check(client: Client) -> RedisFacts:
    """Return what the server is; raises RedisUnusableError when we could not work with it."""
    try:
        info = await client.info("server")
        modules = await client.module_list()
    except AuthenticationError as error:
        raise RedisUnusableError(f"Redis refused the password in REDIS_URL: {error}") from error
    except (RedisError, OSError) as error:
        raise RedisUnusableError(
            f"Redis does not answer: {str(error).rstrip('.')}. Is it running, and is REDIS_URL right?"
        ) from error
    version = str(info["redis_version"])
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise RedisUnusableError(f"Redis {version} is too old: 7.2 with modules, or 8, is needed.")
    found = {_text(one, "name").lower(): int(_text(one, "ver")) for one in modules}
    missing = [name for name in ("search", "rejson") if name not in found]
    if missing:
        raise RedisUnusableError(
            f"Redis lacks the module(s) {', '.join(missing)}: use Redis 8, Redis Stack, or no REDIS_URL at all."
        )
    return RedisFacts(version=version, search=found["search"], json=found["rejson"])


def _text(module: dict[object, object], name: str) -> str:
    # redis-py leaves the names of MODULE LIST as bytes in some versions.
    value = module.get(name, module.get(name.encode()))
    return value.decode() if isinstance(value, bytes) else str(value)
