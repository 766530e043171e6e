"""The inbox's front door: what becomes of each event, in one or two round trips, before Chatwoot gets its answer."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import structlog

from graph.emergencies import OpenEmergencies
from integrations.chatwoot_events import (
    Event,
    HumanTookOver,
    OwnEcho,
    OwnershipChanged,
    PatientMessage,
)
from integrations.tracing import carried
from jobs.learning import Learning
from jobs.mailbox import Mailbox
from jobs.outbox import Outbox
from jobs.ownership import BotStatus
from jobs.page_answers import CHATWOOT, PageAnswers
from jobs.waiting_room import WaitingRoom
from jobs.wake_ups import WakeUps
from tenants.ids import CompanyId, ConversationId, UserId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of an event."""

    status: Literal["accepted", "ignored"]
    conversation_id: int | None
    reason: str


class Inbox:
    """Takes events for good. Raises RedisError when it cannot: then Chatwoot must send again."""

    def __init__(
        self,
        *,
        mailbox: Mailbox,
        outbox: Outbox,
        status: BotStatus,
        emergencies: OpenEmergencies,
        wake_ups: WakeUps,
        waiting: WaitingRoom,
        answers: PageAnswers,
        learning: Learning | None = None,
    ) -> None:
        """Take where events go; without `learning` nobody learns from what people answer."""
        self._learning = learning
        self._mailbox = mailbox
        self._outbox = outbox
        self._status = status
        self._emergencies = emergencies
        self._wake_ups = wake_ups
        self._waiting = waiting
        self._answers = answers

    async def take(self, tenant: Tenant, event: Event) -> Taken:
        """Store what an event says and wake who must act."""
        company = tenant.company_id
        if isinstance(event, PatientMessage):
            await self._answers.replied(tenant, event)
            return await self._message(company, event)
        if isinstance(event, HumanTookOver):
            return await self._human(tenant, event)
        if isinstance(event, OwnEcho):
            return await self._echo(company, event)
        if isinstance(event, OwnershipChanged):
            await self._changed(tenant, event)
            return _ignored(event.conversation_id, "ownership")
        return _ignored(event.conversation_id, event.reason)

    async def _message(self, company: CompanyId, message: PatientMessage) -> Taken:
        if trace := carried():
            message = replace(message, trace=trace)
        if not await self._mailbox.accept(company, message):
            return _ignored(message.conversation_id, "duplicate")
        await self._wake_ups.answer(company, UserId(message.user_id))
        reason = "submitted" if message.submission else "customer_turn"
        return Taken(status="accepted", conversation_id=message.conversation_id, reason=reason)

    async def _echo(self, company: CompanyId, event: OwnEcho) -> Taken:
        await self._outbox.echoed(company, event.reply_key)
        if event.failed and await self._outbox.failed(company, event.reply_key):
            # The patient never got it: people see the failed message once the conversation is theirs.
            logger.error("reply_not_delivered", reply_key=event.reply_key, told=event.failed)
            await self._wake_ups.take_over(company, ConversationId(event.conversation_id))
        return _ignored(event.conversation_id, "own_echo")

    async def _human(self, tenant: Tenant, event: HumanTookOver) -> Taken:
        company = tenant.company_id
        conversation = ConversationId(event.conversation_id)
        await self._status.observe(company, conversation, event.ownership)
        await self._status.pause(company, conversation, by="human", at=event.at)
        if event.user_id:
            if await self._emergencies.seen(company, UserId(event.user_id)):
                await self._answers.wrote(company, event)
            await self._waiting.leave(company, UserId(event.user_id))
            if self._learning is not None:
                await self._learning.answered(
                    tenant, UserId(event.user_id), event.text, patient_name=event.patient_name
                )
        if event.ownership.status == "pending":
            # Chatwoot leaves it pending, and the next message would be ours again.
            await self._wake_ups.take_over(company, conversation)
        return _ignored(event.conversation_id, "human_took_over")

    async def _changed(self, tenant: Tenant, event: OwnershipChanged) -> None:
        company = tenant.company_id
        await self._status.observe(
            company,
            ConversationId(event.conversation_id),
            event.ownership,
            status_event=event.status_event,
        )
        if event.assigned and event.user_id:
            await self._answers.assigned(tenant, event)
        closing = event.status_event and event.ownership.status in {"resolved", "pending"}
        if closing and event.user_id:
            await self._waiting.leave(company, UserId(event.user_id))
            await self._close_emergency(company, UserId(event.user_id), event.ownership.at)

    async def _close_emergency(self, company: CompanyId, user: UserId, at: float) -> None:
        """Let the agents speak again, when a person resolved or gave back after the alarm."""
        found = await self._emergencies.find(company, user)
        if found is not None and at > datetime.fromisoformat(found["since"]).timestamp():
            await self._emergencies.close(company, user)
            await self._answers.resolve(company, user, by=CHATWOOT)


def _ignored(conversation: int | None, reason: str) -> Taken:
    return Taken(status="ignored", conversation_id=conversation, reason=reason)
