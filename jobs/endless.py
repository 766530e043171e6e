"""Work that goes on for as long as the process lives, whatever happens in it."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

logger = structlog.get_logger(__name__)

PAUSE = 2.0  # seconds until work that crashed begins again


async def endless(name: str, begin: Callable[[], Awaitable[None]]) -> None:
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
