"""Everything that a Redis holds, in one file that another Redis takes in again, checked before it does."""

import base64
import contextlib
import gzip
import hashlib
import json
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from integrations.redis import no_address

FORMAT = 1
AT_ONCE = 200  # keys in one round trip
HEAVY = 4 * 1024 * 1024  # bytes in one round trip, about
PATIENCE = 60.0  # seconds for one round trip


class UnusableBackupError(Exception):
    """A backup that cannot be written or read; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dumped:
    """What a backup holds."""

    made_at: str
    keys: int
    sha256: str


def raw(url: str) -> Redis:
    """Return a client that speaks bytes and waits for large values; the caller closes it.

    Raises RedisUnusableError for what is no address.
    """
    try:
        return Redis.from_url(url, decode_responses=False, socket_timeout=PATIENCE)
    except ValueError as error:
        raise no_address() from error


async def dump(redis: Redis, path: Path, *, passing: Iterable[str], made_at: datetime) -> Dumped:
    """Write every key but those that begin with `passing`; the file appears whole or not at all.

    Each key is as it was at one moment, all together are not: stop writing for a backup of one moment.
    """
    unfinished = path.with_name(path.name + ".unfinished")
    digest, count = hashlib.sha256(), 0
    try:
        descriptor = os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as bare, gzip.open(bare, "wt", encoding="ascii") as file:
            head = {"backup": "clinicdesk", "format": FORMAT, "made_at": made_at.isoformat()}
            file.write(_line(head, digest))
            async for entries in _entries(redis, tuple(one.encode() for one in passing)):
                count += len(entries)
                file.writelines(_line(one, digest) for one in entries)
            file.write(json.dumps({"keys": count, "sha256": digest.hexdigest()}) + "\n")
        with unfinished.open("rb") as file_to_keep:
            os.fsync(file_to_keep.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise UnusableBackupError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        # Nothing that holds patients' data lies about, whatever cut us off.
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return Dumped(made_at=made_at.isoformat(), keys=count, sha256=digest.hexdigest())


def examine(path: Path) -> Dumped:
    """Read a backup from end to end; raises UnusableBackupError when a byte is not as it was written."""
    digest, count = hashlib.sha256(), 0
    head: dict[str, Any] = {}
    tail: dict[str, Any] = {}
    for line in _lines(path):
        if tail:
            raise UnusableBackupError(f"{path}: goes on after its end")
        if line.startswith('{"keys"'):
            tail = json.loads(line)
            continue
        digest.update(line.encode())
        if not head:
            head = _head(line, path)
        else:
            count += 1
    if not tail or tail != {"keys": count, "sha256": digest.hexdigest()}:
        raise UnusableBackupError(f"{path}: is damaged or cut off; nothing was restored")
    return Dumped(made_at=str(head["made_at"]), keys=count, sha256=digest.hexdigest())


async def restore(redis: Redis, path: Path) -> int:
    """Put every key of a backup in its place, over what is there; return how many.

    Call `examine` first. What has ended since is left out. Raises UnusableBackupError.
    """
    count = 0
    for entries in _batches(path):
        async with redis.pipeline(transaction=False) as pipe:
            for key, ends, value in entries:
                pipe.restore(_bytes(key), ends, _bytes(value), replace=True, absttl=ends > 0)
            try:
                await pipe.execute()
            except ResponseError as error:
                raise UnusableBackupError(
                    f"{path}: this Redis does not take it ({error}): is it older than the one that was backed up?"
                ) from error
        count += len(entries)
    return count


async def _entries(redis: Redis, passing: tuple[bytes, ...]) -> AsyncIterator[list[list[Any]]]:
    cursor, done = 0, False
    while not done:
        cursor, found = await redis.scan(cursor, count=AT_ONCE)
        done = cursor == 0
        names = [key for key in found if not key.startswith(passing)]
        async with redis.pipeline(transaction=False) as pipe:
            for key in names:
                pipe.pexpiretime(key)
                pipe.dump(key)
            answers = await pipe.execute() if names else []
        yield [
            [_text(key), max(ends, 0), _text(value)]
            for key, ends, value in zip(names, answers[::2], answers[1::2], strict=True)
            if value is not None
        ]


def _batches(path: Path) -> Iterator[list[list[Any]]]:
    batch: list[list[Any]] = []
    weight = 0
    for line in _lines(path):
        if line.startswith("["):
            batch.append(json.loads(line))
            weight += len(line)
        if len(batch) >= AT_ONCE or weight > HEAVY:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def _lines(path: Path) -> Iterator[str]:
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            yield from file
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise UnusableBackupError(f"{path}: cannot be read: {type(error).__name__}") from error


def _head(line: str, path: Path) -> dict[str, Any]:
    try:
        head = json.loads(line)
    except ValueError:
        head = None
    if not isinstance(head, dict) or head.get("backup") != "clinicdesk":
        raise UnusableBackupError(f"{path}: is no backup of ours")
    if head.get("format") != FORMAT:
        raise UnusableBackupError(f"{path}: is of format {head.get('format')}, not {FORMAT}")
    return head


def _line(entry: object, digest: Any) -> str:
    line = json.dumps(entry) + "\n"
    digest.update(line.encode())
    return line


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
