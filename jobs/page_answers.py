"""Who answered a page, by whichever door, and what is written down of it: log, trail, the last result of each way."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

import structlog

from integrations.chatwoot_events import HumanTookOver, OwnershipChanged, PatientMessage
from integrations.clock import Clock
from integrations.redis import Client, awaitable
from jobs.ownership import BotStatus
from jobs.page import Page, PageState, StepResult
from jobs.pages import LIFE, Pages
from tenants import keys
from tenants.audit import Audit
from tenants.ids import CompanyId, ConversationId, UserId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

ACTOR = "clinicdesk"
CHATWOOT = "a person in Chatwoot"
INBOX = "inbox"
REPLY = "reply in the inbox"
SKEW = 5.0  # seconds that Chatwoot's clock may be behind ours
SETTLING = 60.0  # seconds after a hand-over in which Chatwoot itself may assign somebody


class PageAnswers:
    """Ends what people have answered, and writes down how each page went."""

    def __init__(
        self, redis: Client, pages: Pages, *, status: BotStatus, audit: Audit, clock: Clock
    ) -> None:
        """Take where pages are kept, what is known of conversations, and the trail."""
        self._redis = redis
        self._pages = pages
        self._status = status
        self._audit = audit
        self._clock = clock

    async def acknowledge(
        self, company: CompanyId, user: UserId, *, by: str, page_id: str = ""
    ) -> bool:
        """Note that somebody sees to a patient; False when nobody is paged for them any more."""
        return await self._to(company, user, "acknowledged", by=by, page_id=page_id)

    async def resolve(self, company: CompanyId, user: UserId, *, by: str) -> bool:
        """Note that a person has closed a patient's emergency; False when there is no page to end."""
        return await self._to(company, user, "resolved", by=by)

    async def give_up(self, page: Page) -> None:
        """Note that nobody answered for as long as the company would have people paged."""
        logger.error("page_unanswered", company_id=page.company_id, page_id=page.page_id)
        await self._to(page.company_id, page.user_id, "unanswered", by="", page_id=page.page_id)

    async def wrote(self, company: CompanyId, event: HumanTookOver) -> None:
        """Note a person's message to a patient; one from before the page answers nothing."""
        page = await self._pages.of_patient(company, UserId(event.user_id))
        if page is not None and event.at >= page.opened_at.timestamp() - SKEW:
            await self.acknowledge(company, page.user_id, by=CHATWOOT, page_id=page.page_id)

    async def assigned(self, tenant: Tenant, event: OwnershipChanged) -> None:
        """Note that somebody was assigned, unless it was our own hand-over or Chatwoot upon it."""
        company, user = tenant.company_id, UserId(event.user_id)
        page = await self._pages.of_patient(company, user)
        if page is None or not tenant.on_call.assignment_counts:
            return
        conversation = ConversationId(event.conversation_id)
        in_hand = keys.turn(company, user)
        if await awaitable(self._redis.hexists(in_hand, str(conversation))):
            return
        standing = await self._status.of(company, conversation)
        settled = max(page.opened_at.timestamp(), standing.paused_at)
        if event.ownership.at > settled + SETTLING:
            await self.acknowledge(company, user, by=CHATWOOT, page_id=page.page_id)

    async def replied(self, tenant: Tenant, event: PatientMessage) -> None:
        """Note what whoever is on call writes where they were paged: all that they were paged for is answered."""
        where = {one.conversation for one in tenant.on_call.plan if one.way == INBOX}
        if event.conversation_id not in where or not event.created_at:
            return
        wrote = datetime.fromisoformat(event.created_at)
        for page in await self._pages.of(tenant.company_id):
            paged = [one for one in page.results if one.way == INBOX and one.result == "sent"]
            if paged and wrote >= datetime.fromisoformat(paged[0].at):
                await self.acknowledge(
                    page.company_id, page.user_id, by=REPLY, page_id=page.page_id
                )

    async def note(self, page: Page, result: StepResult) -> None:
        """Write down how a step went."""
        log = logger.info if result.result == "sent" else logger.warning
        log(
            "page_sent" if result.result == "sent" else "page_failed",
            company_id=page.company_id,
            page_id=page.page_id,
            way=result.way,
            detail=result.detail,
        )
        key = keys.page_results(page.company_id)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hset(key, result.way, json.dumps(asdict(result)))
            pipe.expire(key, LIFE)
            await pipe.execute()
        await self._trail(page.company_id, f"page {result.result}", page, asdict(result))

    async def last_results(self, company: CompanyId) -> Mapping[str, StepResult]:
        """Return how each way went the last time, of the last days, by way."""
        found = await awaitable(self._redis.hgetall(keys.page_results(company)))
        return {way: StepResult(**json.loads(one)) for way, one in found.items()}

    async def _to(
        self, company: CompanyId, user: UserId, state: PageState, *, by: str, page_id: str = ""
    ) -> bool:
        page = await self._pages.of_patient(company, user)
        if page is None or not await self._pages.change(
            company, user, state, by=by, page_id=page_id or page.page_id
        ):
            return False
        waited = (self._clock() - page.opened_at).total_seconds()
        logger.info(
            "page_ended",
            company_id=company,
            page_id=page.page_id,
            state=state,
            by=by,
            seconds=round(waited),
        )
        await self._trail(company, f"page {state}", page, {"by": by, "seconds": round(waited)})
        return True

    async def _trail(
        self, company: CompanyId, action: str, page: Page, changes: Mapping[str, object]
    ) -> None:
        await self._audit.record(
            company, actor=ACTOR, action=action, target=page.page_id, changes=changes
        )
