"""What runs beside the server crashes and goes on."""

import asyncio

import pytest

from jobs import endless as module
from jobs.endless import endless


async def test_work_that_crashes_begins_again() -> None:
    begun = []

    async def work() -> None:
        begun.append("begun")
        if len(begun) == 1:
            raise RuntimeError("nobody foresaw this")

    await asyncio.wait_for(endless("work", work), module.PAUSE + 3)

    assert len(begun) == 2


async def test_work_ends_by_cancellation() -> None:
    task = asyncio.create_task(endless("work", asyncio.Event().wait))  # type: ignore[arg-type] # What it returns is of no matter.
    await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
