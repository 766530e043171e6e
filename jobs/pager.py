"""The first moment of an alarm: the log, and a page that other hands go on with."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from integrations.clock import Clock
from integrations.metrics import Metrics
from jobs.ownership import HUMAN_IS_THERE, BotStatus
from jobs.pages import Pages
from jobs.turn_in_hand import TurnInHand
from tenants.ids import UserId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)


class WakingPager:
    """Says loudly in the log that a patient may be in danger, and has the company's people woken."""

    def __init__(
        self,
        pages: Pages,
        *,
        status: BotStatus,
        metrics: Metrics,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        """Take where pages are kept; `wake` has a new one gone on with at once."""
        self._pages = pages
        self._status = status
        self._metrics = metrics
        self._clock = clock
        self._wake = wake

    async def page(self, tenant: Tenant, user: UserId, turn: TurnInHand) -> None:
        """Begin to page for a turn's alarm, once a turn; raises RedisError, and is then asked again."""
        alarm = turn.handover
        if alarm is None:
            return
        where = {"company_id": tenant.company_id, "conversation_id": turn.conversation_id}
        logger.error("emergency_raised", group=alarm.alarm, level=alarm.level, **where)
        plan = tenant.on_call.plan
        if alarm.level != "emergency" and (alarm.goes_on or not tenant.on_call.urgent_too):
            return
        if not plan:
            logger.error("nobody_to_page", **where)
            self._metrics.page(tenant.company_id, "none", "failed")
            return
        now = self._clock()
        standing = await self._status.of(tenant.company_id, turn.conversation_id)
        # Who wrote a moment ago has the conversation; should they not write again, people are woken.
        there = max(standing.human_wrote_at + HUMAN_IS_THERE - now.timestamp(), 0)
        page = self._pages.new(
            tenant.company_id, user, turn.conversation_id, alarm.alarm, level=alarm.level
        )
        due = now + max(timedelta(minutes=plan[0].after_minutes), timedelta(seconds=there))
        if await self._pages.open(page, turn.turn_id, due=due):
            self._wake()
