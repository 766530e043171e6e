"""The worker: SAQ for wake-ups, the sweep for what SAQ lost, one place that ends both in peace."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import structlog
from saq.worker import Worker

from jobs.open_conversation import OpenConversation
from jobs.runner import Runner
from jobs.wake_ups import ANSWER, TAKE_OVER, Queue
from tenants.ids import CompanyId, ConversationId, UserId

logger = structlog.get_logger(__name__)

LISTENERS = 8
"""Connections that wait for wake-ups. A wake-up only begins a turn, so a few serve many turns."""
GRACE = 25.0  # seconds that turns in hand get when the worker ends
TIDY = 5.0  # seconds that SAQ gets to end its own tasks

JobFunction = tuple[str, Callable[..., Awaitable[Any]]]
"""A name and what runs under it: `async def (context, **words)`."""


class _QuietWorker(Worker[Any]):
    """SAQ's worker, but signals are the program's own business."""

    SIGNALS: list[Any] = []  # noqa: RUF012 # SAQ's own attribute.


async def run_worker(
    *,
    queue: Queue,
    runner: Runner,
    open_conversation: OpenConversation,
    stop: asyncio.Event,
    others: Sequence[JobFunction] = (),
    listeners: int = LISTENERS,
    grace: float = GRACE,
) -> None:
    """Work until `stop` is set, then finish the turns in hand. Disconnects the queue."""

    async def answer(_context: Any, *, company: str, user: str) -> None:
        await runner.start(CompanyId(company), UserId(user))

    async def take_over(_context: Any, *, company: str, conversation: int) -> None:
        await open_conversation.run(CompanyId(company), ConversationId(conversation))

    worker = _QuietWorker(
        queue,
        [(ANSWER, answer), (TAKE_OVER, take_over), *others],
        concurrency=listeners,
        shutdown_grace_period_s=1,
    )
    logger.info("worker_started", listeners=listeners)
    try:
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(worker.start())
            sweeping = group.create_task(runner.sweep_forever())
            await stop.wait()
            queue.draining = True
            sweeping.cancel()
            await runner.drain(grace)
            # SAQ takes this for the end, whether or not it has begun by now; should its own
            # tidying hang, it is cut off.
            while not listening.done():
                listening.cancel()
                await asyncio.wait({listening}, timeout=TIDY)
    finally:
        await queue.disconnect()
    logger.info("worker_stopped")


@contextlib.asynccontextmanager
async def stopped_by_signals() -> AsyncIterator[asyncio.Event]:
    """Yield an event that SIGTERM and SIGINT set, for a worker that is a process of its own."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    try:
        yield stop
    finally:
        for one in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(one)
