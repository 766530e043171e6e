"""Wakes the clinic's people for a patient in danger: way after way, round after round, until somebody answers.

What is to be done next stands in Redis, so that whoever is killed is followed by another worker. A step that
was cut off is done again under the same name: being woken twice is better than never.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from redis.exceptions import RedisError

from integrations.clock import Clock
from integrations.errors import IntegrationError
from integrations.metrics import Metrics
from jobs.page import Page, StepResult
from jobs.page_answers import PageAnswers
from jobs.page_ways import LISTENING, PageWays
from jobs.pages import TEST_USER, Pages
from tenants.directory import Directory
from tenants.errors import UnknownCompanyError
from tenants.ids import ConversationId
from tenants.on_call import OnCallStep
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

LOOK = 1.0  # seconds between looks at what is due
AT_ONCE = 64  # pages that one process works on together
STEP = 12.0  # seconds for one way; less than the lease
AGAIN = 15.0  # seconds after a round in which nobody was reached; doubled each time
TELLING = (5.0, 15.0, 60.0, 300.0)
"""Seconds before a way is told again that somebody answered; then it is left."""
TEST_LIFE = timedelta(minutes=30)
OVER = "test over"
"""Who ends a test that nobody acknowledges."""
Then = tuple[Page, datetime | None]
"""A page as it is now, and when to go on with it; None: never."""


class Paging:
    """Goes on with every page that is due."""

    def __init__(
        self,
        pages: Pages,
        ways: PageWays,
        *,
        answers: PageAnswers,
        directory: Directory,
        metrics: Metrics,
        clock: Clock,
        look_seconds: float = LOOK,
    ) -> None:
        """Take where pages are kept, how people are reached, and who notes what became of each."""
        self._pages = pages
        self._ways = ways
        self._answers = answers
        self._directory = directory
        self._metrics = metrics
        self._clock = clock
        self._look = look_seconds
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Have a page that was just opened gone on with at once."""
        self._wake.set()

    async def keep(self) -> None:
        """Go on with what is due until cancelled, also while Redis comes and goes; then end what is begun.

        No page waits for another: a way that hangs is its own company's.
        """
        running: set[asyncio.Task[None]] = set()

        def ended(task: asyncio.Task[None]) -> None:
            running.discard(task)
            self._wake.set()

        try:
            while True:
                self._wake.clear()
                for page in await self._due(AT_ONCE - len(running)):
                    task = asyncio.create_task(self._work_on(page))
                    running.add(task)
                    task.add_done_callback(ended)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._look):
                        await self._wake.wait()
        finally:
            if running:
                await asyncio.wait(running, timeout=STEP)

    async def round(self) -> None:
        """Go on with every page that is due until none is."""
        while due := await self._due(AT_ONCE):
            await asyncio.gather(*(self._work_on(page) for page in due))

    async def test(self, tenant: Tenant) -> Page:
        """Page by every step at once, without anybody in danger, and return how each went."""
        page = self._pages.new(tenant.company_id, TEST_USER, ConversationId(0), "test", test=True)
        over = self._clock() + TEST_LIFE
        await self._pages.open(page, page.page_id, due=over)
        steps = enumerate(tenant.on_call.plan)
        results = await asyncio.gather(
            *(self._send(tenant, page, step, number) for number, step in steps)
        )
        for result in results:
            page = page.noted(result)
        await self._pages.record(page, "open", due=over)
        return page

    async def _due(self, most: int) -> Sequence[Page]:
        """Take the pages that are due; none while Redis is away."""
        taken = []
        try:
            for company, user in await self._pages.due(most) if most > 0 else ():
                if page := await self._pages.claim(company, user):
                    taken.append(page)
        except (RedisError, OSError) as error:
            logger.warning("paging_put_off", error=type(error).__name__)
        except Exception:  # One that cannot be read is ours for a while: the others come next.
            logger.exception("page_unreadable")
        return taken

    async def _work_on(self, page: Page) -> None:
        """Do what is next for a page; what fails here is done anew when the lease ends."""
        try:
            after, due = await self._next(page)
            await self._pages.record(after, page.state, due=due)
        except Exception as error:  # Whoever is in danger next must be paged for.
            logger.exception("page_put_off", error=type(error).__name__)

    async def _next(self, page: Page) -> Then:
        try:
            tenant = self._directory.find(page.company_id)
        except UnknownCompanyError:
            return page, None
        return await (self._go_on if page.state == "open" else self._tell)(tenant, page)

    async def _go_on(self, tenant: Tenant, page: Page) -> Then:
        """Do the next step of a page that nobody has answered."""
        now, plan = self._clock(), tenant.on_call.plan
        if page.test:
            await self._answers.resolve(page.company_id, page.user_id, by=OVER)
            return page, now
        if now - page.opened_at >= tenant.on_call.patience or not plan:
            self._metrics.page(page.company_id, "all", "unanswered")
            await self._answers.give_up(page)
            return page, now
        index, round_number = page.steps % len(plan), page.steps // len(plan)
        result = await self._send(tenant, page, plan[index], page.steps)
        reached = result.result == "sent"
        page = replace(
            page.noted(result),
            steps=page.steps + 1,
            delivered=round_number if reached else page.delivered,
        )
        if index + 1 < len(plan):
            wait = timedelta(minutes=plan[index + 1].after_minutes if reached else 0)
            return page, self._clock() + wait
        if page.delivered == round_number:
            return replace(page, failed_rounds=0), self._clock() + tenant.on_call.between_rounds
        again = timedelta(seconds=AGAIN * 2 ** min(page.failed_rounds, 10))
        page = replace(page, failed_rounds=page.failed_rounds + 1)
        return page, self._clock() + min(again, tenant.on_call.between_rounds)

    async def _send(self, tenant: Tenant, page: Page, step: OnCallStep, number: int) -> StepResult:
        """Try one step and note how it went; never raises for what is outside."""
        detail = ""
        try:
            async with asyncio.timeout(STEP):
                await self._ways.send(tenant, page, step, number)
        except IntegrationError as error:
            detail = error.detail
        except TimeoutError:
            detail = f"not within {STEP:g} s"
        except Exception as error:  # The next way must be tried, whatever this one did.
            logger.exception("page_step_crashed", way=step.way)
            detail = type(error).__name__
        result = StepResult(
            at=self._clock().isoformat(),
            way=step.way,
            result="failed" if detail else "sent",
            detail=detail,
        )
        self._metrics.page(tenant.company_id, step.way, result.result)
        await self._answers.note(page, result)
        return result

    async def _tell(self, tenant: Tenant, page: Page) -> Then:
        """Tell the ways that listen what became of a page."""
        if page.told == page.state:
            return page, None
        ways = [one for one in page.used if one in LISTENING]
        told = await asyncio.gather(*(self._told(tenant, page, way) for way in ways))
        if not all(told) and page.tries < len(TELLING):
            later = self._clock() + timedelta(seconds=TELLING[page.tries])
            return replace(page, tries=page.tries + 1), later
        return replace(page, told=page.state, tries=0), None

    async def _told(self, tenant: Tenant, page: Page, way: str) -> bool:
        """Tell one way, and say whether it heard."""
        try:
            async with asyncio.timeout(STEP):
                await self._ways.tell(tenant, page, way)
        except (IntegrationError, TimeoutError) as error:
            logger.warning(
                "page_answer_not_told",
                company_id=page.company_id,
                way=way,
                state=page.state,
                detail=error.detail if isinstance(error, IntegrationError) else "too late",
            )
            return False
        return True
