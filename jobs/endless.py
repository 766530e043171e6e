"""Work that goes on for as long as the process lives, whatever happens in it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog

logger = structlog.get_logger(__name__)

PAUSE = 2.0  # seconds until work that crashed begins again

Work = Callable[[], Awaitable[None]]


async def endless(name: str, begin: Work) -> None:
    """Do some work, and again when it crashes; returns when it returns, ends by cancellation.

    Without this, one crash beside the server would cancel the worker, and patients would be heard
    but never answered.
    """
    while True:
        try:
            await begin()
        except Exception:  # Whatever it was, the rest of the process is needed.
            logger.exception("background_work_crashed", work=name)
            await asyncio.sleep(PAUSE)
        else:
            return


@asynccontextmanager
async def beside(works: Mapping[str, Work]) -> AsyncIterator[None]:
    """Do some works, by name, for as long as the block runs."""
    tasks = [asyncio.create_task(endless(name, begin)) for name, begin in works.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
