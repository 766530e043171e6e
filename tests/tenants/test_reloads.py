"""A change to a company's file reaches every process that shares a Redis."""

import asyncio
import json
import shutil
from pathlib import Path

from integrations.redis import Client
from tenants.company_files import SHIPPED, CompanyFiles
from tenants.json_directory import JsonDirectory
from tenants.reloads import Reloads


async def test_what_one_process_reloads_the_others_read(redis: Client, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "benova", tmp_path / "benova")
    files = CompanyFiles(folder=tmp_path)
    here, there = await JsonDirectory.load(files, {}), await JsonDirectory.load(files, {})
    reloads, others = Reloads(redis, here), Reloads(redis, there)
    await reloads.reload()
    watching = asyncio.create_task(others.watch())
    await asyncio.sleep(0.1)
    file = tmp_path / "benova" / "company.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "phone": "+57 604 555 0001"}))

    changed = await reloads.reload()

    async with asyncio.timeout(5):
        while there.find("benova").phone != "+57 604 555 0001":
            await asyncio.sleep(0.05)
    watching.cancel()
    assert changed == ["benova"]
    assert here.find("benova").revision == there.find("benova").revision
