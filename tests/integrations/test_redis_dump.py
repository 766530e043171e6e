"""A backup brings back exactly what was there, or says why not."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from integrations.redis import Client, RedisUnusableError, awaitable
from integrations.redis_dump import UnusableBackupError, dump, examine, raw, restore

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


async def filled(redis: Client) -> None:
    await redis.set("benova:text", "señal ñ", px=600_000)
    await awaitable(redis.hset("benova:facts", mapping={"a": "1", "b": "2"}))
    await redis.zadd("medispa:ordered", {"x": 1.5, "y": 2})
    await redis.xadd("medispa:audit", {"action": "made"})
    await redis.pfadd("medispa:patients", "one", "two")
    await redis.set("saq:job:1", "passing")


async def test_what_was_backed_up_comes_back_whole(
    redis: Client, redis_url: str, tmp_path: Path
) -> None:
    await filled(redis)
    path = tmp_path / "all.backup"

    async with raw(redis_url) as admin:
        made = await dump(admin, path, passing=("saq:",), made_at=NOW)
        await redis.flushdb()
        restored = await restore(admin, path)

    assert made.keys == restored == 5
    assert examine(path) == made
    assert await redis.get("benova:text") == "señal ñ"
    assert 590_000 < await redis.pttl("benova:text") <= 600_000
    assert await awaitable(redis.hgetall("benova:facts")) == {"a": "1", "b": "2"}
    assert await redis.zrange("medispa:ordered", 0, -1, withscores=True) == [("x", 1.5), ("y", 2.0)]
    assert await redis.xlen("medispa:audit") == 1
    assert await redis.pfcount("medispa:patients") == 2
    assert await redis.exists("saq:job:1") == 0


async def test_only_its_owner_may_read_a_backup(
    redis: Client, redis_url: str, tmp_path: Path
) -> None:
    async with raw(redis_url) as admin:
        await dump(admin, tmp_path / "one", passing=(), made_at=NOW)

    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["one"]


async def test_a_backup_that_lost_or_gained_a_byte_is_refused(
    redis: Client, redis_url: str, tmp_path: Path
) -> None:
    await filled(redis)
    path = tmp_path / "all.backup"
    async with raw(redis_url) as admin:
        await dump(admin, path, passing=(), made_at=NOW)
    whole = gzip.decompress(path.read_bytes())
    lines = whole.splitlines(keepends=True)
    spoilt = {
        "cut": path.read_bytes()[:-30],
        "without its end": gzip.compress(b"".join(lines[:-1])),
        "a line less": gzip.compress(b"".join([lines[0], *lines[2:]])),
        "another value": gzip.compress(whole.replace(b"==", b"A=", 1)),
        "no backup": gzip.compress(b"hello\n"),
        "no gzip": b"hello",
    }

    for name, content in spoilt.items():
        path.write_bytes(content)
        with pytest.raises(UnusableBackupError, match=r"all\.backup") as refused:
            examine(path)
        assert str(refused.value), name


async def test_a_folder_that_is_not_there_is_said(
    redis: Client, redis_url: str, tmp_path: Path
) -> None:
    async with raw(redis_url) as admin:
        with pytest.raises(UnusableBackupError, match="No such file or directory"):
            await dump(admin, tmp_path / "nowhere" / "x", passing=(), made_at=NOW)


async def test_a_redis_that_goes_leaves_nothing_of_patients_behind(tmp_path: Path) -> None:
    async with raw("redis://127.0.0.1:1") as nobody:
        with pytest.raises(RedisError):
            await dump(nobody, tmp_path / "one", passing=(), made_at=NOW)

    assert list(tmp_path.iterdir()) == []


def test_what_is_no_address_is_said() -> None:
    with pytest.raises(RedisUnusableError, match="REDIS_URL is no address"):
        raw("localhost:6379")
