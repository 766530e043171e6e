"""The SAQ queue that wakes workers: only a hint, the mailboxes are what counts."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from saq.job import Job
from saq.queue.redis import RedisQueue

from integrations.redis import CONNECT_TIMEOUT, TIMEOUT
from integrations.redis_connections import make_cancellable
from tenants import keys
from tenants.ids import CompanyId, ConversationId, UserId

logger = structlog.get_logger(__name__)

PATIENCE = 2.0  # seconds that a worker waits for a job before it asks again
REST = 1.0  # seconds between attempts while Redis is away
JOB = 120  # seconds a job may take before SAQ calls it stuck
CONNECTIONS = 32

ANSWER = "answer_patient"
TAKE_OVER = "open_conversation"
INGEST = "ingest_documents"


Begin = Callable[[CompanyId, UserId], Awaitable[bool]]
"""Begins a turn in this process, or says that it will not."""


class Queue(RedisQueue):
    """SAQ's queue, calm while Redis is away and deaf once it is told to drain."""

    draining = False

    async def dequeue(self, timeout: float = 0.0, poll_interval: float = 0.0) -> Job | None:  # noqa: ASYNC109 # SAQ's signature.
        """Return the next job, or None after a while, also when Redis does not answer."""
        if self.draining:
            await asyncio.Event().wait()
        try:
            return await super().dequeue(timeout or PATIENCE, poll_interval)
        except (RedisError, OSError) as error:
            logger.warning("queue_unreachable", error=type(error).__name__)
            await asyncio.sleep(REST)
            return None

    async def disconnect(self) -> None:
        """Close the connections. SAQ would connect first to end subscriptions that we never have."""
        await self.redis.aclose()
        await self.redis.connection_pool.disconnect()


def open_queue(url: str, *, waiting: bool = False) -> Queue:
    """Return a queue with its own connections. `waiting` is for workers, whose calls block."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=TIMEOUT,
        socket_timeout=PATIENCE + TIMEOUT if waiting else TIMEOUT,
        **({} if url.startswith("unix") else {"socket_connect_timeout": CONNECT_TIMEOUT}),
        retry=Retry(NoBackoff(), 1),
    )
    make_cancellable(pool)
    client: Any = Redis(connection_pool=pool)
    return Queue(client, name=keys.QUEUE)


class WakeUps:
    """Tells workers that there is something to do."""

    def __init__(self, queue: Queue) -> None:
        """Take the queue; whoever opened it disconnects it."""
        self._queue = queue
        self._begin: Begin | None = None

    @contextlib.contextmanager
    def near(self, begin: Begin) -> Iterator[None]:
        """Ask a worker in this process first: what it has room for takes no way through Redis."""
        self._begin = begin
        try:
            yield
        finally:
            self._begin = None

    async def answer(self, company: CompanyId, user: UserId) -> None:
        """Wake a worker for a mailbox. A lost call costs seconds, never a message."""
        if self._begin is None or not await self._begin(company, user):
            await self._enqueue(ANSWER, company=company, user=user)

    async def take_over(self, company: CompanyId, conversation: ConversationId) -> None:
        """Have a conversation opened in which a person wrote."""
        await self._enqueue(TAKE_OVER, retries=6, company=company, conversation=conversation)

    async def ingest(self) -> None:
        """Wake a worker for companies' documents; one call that waits stands for all."""
        await self._enqueue(INGEST, key=INGEST)

    async def _enqueue(self, name: str, *, retries: int = 1, **words: Any) -> None:
        try:
            await self._queue.enqueue(
                name,
                timeout=JOB,
                ttl=-1,
                retries=retries,
                retry_delay=2.0,
                retry_backoff=60.0,
                **words,
            )
        except (RedisError, OSError) as error:
            logger.warning("wake_up_lost", job=name, error=type(error).__name__)
