"""The embedded Redis keeps data, is single on a folder, and ends with us."""

from pathlib import Path

import pytest

from integrations import redis as redis_connection
from integrations.embedded_redis import EmbeddedRedisError, embedded_redis
from integrations.redis import awaitable


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path) as url:
        client = redis_connection.connect(url)
        await client.set("a", "1")
        await redis_connection.close(client)

    async with embedded_redis(tmp_path) as url:
        client = redis_connection.connect(url)
        value = await client.get("a")
        await redis_connection.close(client)

    assert value == "1"


async def test_a_second_one_on_the_same_folder_joins_the_first(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path) as first, embedded_redis(tmp_path) as second:
        client = redis_connection.connect(second)
        facts = await redis_connection.check(client)
        await redis_connection.close(client)

    assert first == second
    assert facts.search


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EmbeddedRedisError, match=r"^DATA_DIR: .* set REDIS_URL\.$"):
        async with embedded_redis(tmp_path / "file" / "redis"):
            pass


async def test_a_folder_with_a_very_long_name_works(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 25) / ("name" * 25)

    async with embedded_redis(folder) as url:
        client = redis_connection.connect(url)
        answer = await awaitable(client.ping())
        await redis_connection.close(client)

    assert answer


async def test_nothing_is_left_running(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path) as url:
        socket = Path(url.removeprefix("unix://"))
        assert socket.exists()

    assert not socket.exists()
