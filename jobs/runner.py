"""Runs the turns of one worker: many at once, each patient's alone, swept up when a wake-up was lost.

A company whose patients all write at once, or whose model hangs, leaves room for the others.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

import structlog
from redis.exceptions import RedisError

from integrations.clock import Clock
from integrations.metrics import Metrics
from integrations.redis import Client
from jobs.answer_patient import AnswerPatient
from jobs.mailbox import Mailbox
from tenants import keys
from tenants.ids import CompanyId, UserId

logger = structlog.get_logger(__name__)

SWEEP = 2.0  # seconds between sweeps
SWEPT = 500  # mailboxes that one sweep looks at
NEAR = 64
"""Turns in hand up to which a process begins what comes in itself; beyond it, whoever is free."""
LEFT = 4  # one company leaves one part in so many to the others
AFTER_CRASH = 20.0  # seconds until a mailbox whose turn crashed is tried again


class Runner:
    """Holds the turns in hand of this process."""

    def __init__(
        self,
        redis: Client,
        *,
        answer_patient: AnswerPatient,
        mailbox: Mailbox,
        clock: Clock,
        concurrency: int,
        sweep_seconds: float = SWEEP,
        in_danger: Callable[[str], object | None] = lambda _: None,
        metrics: Metrics | None = None,
    ) -> None:
        """Take what a turn needs and how many may run at once.

        Whoever `in_danger` finds among those who have to wait, waits no more.
        """
        self._in_danger = in_danger
        self._screened: dict[tuple[CompanyId, UserId], str] = {}
        self._redis = redis
        self._answer_patient = answer_patient
        self._mailbox = mailbox
        self._clock = clock
        self._sweep_seconds = sweep_seconds
        self._free = asyncio.Semaphore(concurrency)
        self._share = concurrency - concurrency // LEFT
        self._held: Counter[CompanyId] = Counter()
        self._running: set[asyncio.Task[None]] = set()
        self._draining = False
        self._metrics = metrics or Metrics()

    async def start(self, company: CompanyId, user: UserId) -> None:
        """Begin to answer a patient as soon as there is room; returns when it has begun.

        Past its share a company waits for a later sweep: what stands here would hold others up.
        """
        if self._draining or self._held[company] >= self._share:
            return
        self._held[company] += 1
        try:
            await self._free.acquire()
        except asyncio.CancelledError:
            self._let_go(company)
            raise
        self._run_aside(company, user).add_done_callback(lambda _: self._make_room(company))

    async def begin(self, company: CompanyId, user: UserId) -> bool:
        """Begin at once to answer a patient; False when there is much to do here already, or no more is begun."""
        busy = len(self._running) >= NEAR or self._held[company] >= self._share
        if self._draining or busy or self._free.locked():
            return False
        await self.start(company, user)
        return True

    async def sweep(self) -> int:
        """Begin all that is due and that nobody is doing; return how many."""
        due = await self._mailbox.due(SWEPT)
        if not due:
            return 0
        async with self._redis.pipeline(transaction=False) as pipe:
            for company, user in due:
                pipe.exists(keys.thread_lock(company, user))
            locked = await pipe.execute()
        idle = [one for one, taken in zip(due, locked, strict=True) if not taken]
        urgent = await self._endangered(idle)
        for company, user in urgent:
            logger.warning("emergency_passed_the_queue", company_id=company)
            self._run_aside(company, user)
        for one in idle:
            if one not in urgent:
                await self.start(*one)
        return len(idle)

    async def sweep_forever(self) -> None:
        """Sweep until cancelled, also while Redis comes and goes."""
        while True:
            await asyncio.sleep(self._sweep_seconds)
            try:
                await self.sweep()
            except (RedisError, OSError) as error:
                logger.warning("sweep_failed", error=type(error).__name__)

    async def drain(self, grace: float) -> None:
        """Begin nothing more and wait for the turns in hand; what is not done then is cut off and resumed elsewhere."""
        self._draining = True
        if not self._running:
            return
        _, late = await asyncio.wait(set(self._running), timeout=grace)
        for task in late:
            task.cancel()
        if late:
            logger.warning("turns_cut_off", count=len(late))
            await asyncio.wait(late, timeout=5)

    async def _endangered(
        self, idle: Sequence[tuple[CompanyId, UserId]]
    ) -> Sequence[tuple[CompanyId, UserId]]:
        """Return those who would have to wait for room and wrote of danger; each text is read once."""
        full = self._free.locked()
        crowded = [one for one in idle if full or self._held[one[0]] >= self._share]
        self._screened = {one: self._screened[one] for one in crowded if one in self._screened}
        urgent = []
        for one in crowded:
            entries = await self._mailbox.entries(*one)
            newest = entries[-1].id if entries else ""
            if self._screened.get(one) == newest:
                continue
            if self._in_danger("\n".join(entry.message.text for entry in entries)):
                urgent.append(one)
            else:
                self._screened[one] = newest
        return urgent

    def _run_aside(self, company: CompanyId, user: UserId) -> asyncio.Task[None]:
        task = asyncio.create_task(self._run(company, user), name="turn")
        self._running.add(task)
        self._metrics.in_hand(len(self._running))
        task.add_done_callback(self._ended)
        return task

    def _let_go(self, company: CompanyId) -> None:
        self._held[company] -= 1
        if not self._held[company]:
            del self._held[company]

    def _make_room(self, company: CompanyId) -> None:
        self._let_go(company)
        self._free.release()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._metrics.in_hand(len(self._running))

    async def _run(self, company: CompanyId, user: UserId) -> None:
        try:
            await self._answer_patient.run(company, user)
        except* (RedisError, OSError) as failed:
            logger.warning(
                "turn_interrupted_by_redis",
                company_id=company,
                error=type(failed.exceptions[0]).__name__,
            )
        except* Exception:
            logger.exception("turn_crashed", company_id=company)
            await self._rest(company, user)

    async def _rest(self, company: CompanyId, user: UserId) -> None:
        until = self._clock().timestamp() + AFTER_CRASH
        try:
            await self._mailbox.postpone(company, user, until)
        except (RedisError, OSError):
            logger.warning("mailbox_not_postponed", company_id=company)
