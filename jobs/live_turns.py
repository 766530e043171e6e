"""Turns that somebody watches while they run. Each runs to its end, whether or not anybody still looks."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Coroutine

import structlog

from graph.replies import Reply
from graph.steps import Step, Watch
from jobs.errors import LongTurnError, TooManyLiveTurnsError
from tenants.ids import CompanyId

logger = structlog.get_logger(__name__)

MOST = 8
"""Turns of one company that run at once in this process."""
LONGEST = 60.0  # seconds that somebody is kept waiting
LAST = 20.0  # seconds that turns still get when the process ends

Answering = Callable[[Watch], Coroutine[None, None, Reply]]
"""Answers a turn and tells of its steps."""


class LiveTurn:
    """A running turn, as one who watches sees it."""

    def __init__(self, answer: Answering) -> None:
        """Begin the turn."""
        self._seen: asyncio.Queue[Step | None] = asyncio.Queue()
        self.task = asyncio.create_task(answer(self._seen.put_nowait))
        self.task.add_done_callback(lambda _: self._seen.put_nowait(None))

    async def watched(self, longest: float = LONGEST) -> AsyncGenerator[Step | Reply, None]:
        """Yield each step as it happens, and the reply last; raises LongTurnError and what the turn raised."""
        loop = asyncio.get_running_loop()
        end = loop.time() + longest
        try:
            while (step := await asyncio.wait_for(self._seen.get(), end - loop.time())) is not None:
                yield step
        except TimeoutError as error:
            raise LongTurnError(f"The turn takes longer than {longest:g} s and goes on.") from error
        yield await self.task


class LiveTurns:
    """The turns that run now. Who stops watching stops nothing: what a tool began must be finished."""

    def __init__(self) -> None:
        """Begin without any."""
        self._running: set[asyncio.Task[Reply]] = set()
        self._of: Counter[CompanyId] = Counter()

    def begin(self, company: CompanyId, answer: Answering) -> LiveTurn:
        """Let a company's turn run; raises TooManyLiveTurnsError."""
        if self._of[company] >= MOST:
            raise TooManyLiveTurnsError(f"{MOST} turns of the company are watched; wait for one.")
        turn = LiveTurn(answer)
        self._of[company] += 1
        self._running.add(turn.task)
        turn.task.add_done_callback(lambda task: self._ended(company, task))
        return turn

    async def close(self) -> None:
        """Let turns in hand end, and cut off what does not in time."""
        if self._running:
            await asyncio.wait(self._running, timeout=LAST)
        left = list(self._running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _ended(self, company: CompanyId, task: asyncio.Task[Reply]) -> None:
        self._running.discard(task)
        self._of[company] -= 1
        if not self._of[company]:
            del self._of[company]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.warning("live_turn_failed", company_id=company, error=type(error).__name__)
