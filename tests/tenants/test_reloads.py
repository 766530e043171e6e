"""A change to a company's file reaches every process that shares a Redis."""

import asyncio
import json
import shutil
from pathlib import Path

from integrations.redis import Client
from tenants.company_files import SHIPPED, CompanyFiles
from tenants.json_directory import JsonDirectory
from tenants.reloads import Reloads, marks_in


async def test_what_one_process_reloads_the_others_read(redis: Client, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "benova", tmp_path / "benova")
    files = CompanyFiles(folder=tmp_path)
    here, there = await JsonDirectory.load(files, {}), await JsonDirectory.load(files, {})
    reloads, others = Reloads(redis, here), Reloads(redis, there)
    watching = asyncio.create_task(others.watch())
    await asyncio.sleep(0.4)  # Until it looked once, on a busy machine too.
    rewrite(tmp_path, "+57 604 555 0001")

    changed = await reloads.reload()

    await until_called(there, "+57 604 555 0001")
    watching.cancel()
    assert changed == ["benova"]
    assert here.find("benova").revision == there.find("benova").revision


async def test_a_reload_after_redis_was_emptied_is_heard_too(redis: Client, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "benova", tmp_path / "benova")
    files = CompanyFiles(folder=tmp_path)
    here, there = await JsonDirectory.load(files, {}), await JsonDirectory.load(files, {})
    await Reloads(redis, here).reload()
    watching = asyncio.create_task(Reloads(redis, there).watch())
    await asyncio.sleep(0.4)  # Until it looked once, on a busy machine too.
    await redis.flushall()
    rewrite(tmp_path, "+57 604 555 0002")

    await Reloads(redis, here).reload()

    await until_called(there, "+57 604 555 0002")
    watching.cancel()


async def test_what_was_announced_while_a_process_started_is_read_too(
    redis: Client, tmp_path: Path
) -> None:
    shutil.copytree(SHIPPED / "benova", tmp_path / "benova")
    files = CompanyFiles(folder=tmp_path)
    marks = await marks_in(redis)
    here, there = await JsonDirectory.load(files, {}), await JsonDirectory.load(files, {})
    rewrite(tmp_path, "+57 604 555 0003")
    await Reloads(redis, here).reload()

    watching = asyncio.create_task(Reloads(redis, there, marks).watch())

    await until_called(there, "+57 604 555 0003")
    watching.cancel()


def rewrite(folder: Path, phone: str) -> None:
    """Give Benova another phone."""
    file = folder / "benova" / "company.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "phone": phone}))


async def until_called(directory: JsonDirectory, phone: str) -> None:
    """Wait until a directory knows Benova by a phone."""
    async with asyncio.timeout(5):
        while directory.find("benova").phone != phone:
            await asyncio.sleep(0.05)
