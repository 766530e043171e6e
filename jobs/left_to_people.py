"""Messages that people answer: kept for them, counted, and no danger in them overlooked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from graph.emergencies import OpenEmergencies
from integrations.clock import Clock
from jobs.delivery import Delivery
from jobs.drafting import Drafting, alarmed
from jobs.mailbox import Entry
from jobs.media import own_words
from jobs.numbers import Numbers
from jobs.ownership import HUMAN_IS_THERE, BotStatus
from jobs.pace import Pace
from jobs.turn_in_hand import thinking
from jobs.visit import Visit
from jobs.waiting_room import WaitingRoom
from safety.alarm import Alarm
from safety.going_on import goes_on, told_before
from tenants.ids import UserId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)


class LeftToPeople:
    """Leaves to people what is theirs, or what is too much for us."""

    def __init__(
        self,
        *,
        drafting: Drafting,
        delivery: Delivery,
        status: BotStatus,
        emergencies: OpenEmergencies,
        pace: Pace,
        numbers: Numbers,
        waiting: WaitingRoom,
        clock: Clock,
    ) -> None:
        """Take who writes, who sends, and what is known of the conversation."""
        self._drafting = drafting
        self._delivery = delivery
        self._status = status
        self._emergencies = emergencies
        self._pace = pace
        self._numbers = numbers
        self._waiting = waiting
        self._clock = clock

    async def flood(self, visit: Visit, batch: Sequence[Entry]) -> None:
        """Keep what a patient writes without end for people, and say so once."""
        await self._delivery.minutes.overheard(visit, batch)
        draft = await self._pace.too_many(visit.tenant, visit.user, self._language(visit, batch))
        await self._delivery.begin(visit, thinking(batch), draft, batch)

    async def leave(self, visit: Visit, batch: Sequence[Entry], alarm: Alarm | None) -> None:
        """Keep silent where a person has the conversation, unless somebody is in danger."""
        await self._delivery.minutes.overheard(visit, batch)
        turn = thinking(batch)
        if alarm is None:
            logger.info("message_left_to_human", messages=len(batch))
            await self._numbers.left_to_people(visit.tenant, visit.user, turn.turn_id, len(batch))
            await self._waiting.enter(visit.tenant, visit.user, "wrote_again")
            await visit.turns.finish(turn, batch)
            return
        draft = self._drafting.fixed(visit.tenant, alarm, self._language(visit, batch))
        standing = await self._status.of(visit.tenant.company_id, turn.conversation_id)
        handover = alarmed(alarm, take=not standing.ownership.human)
        told = await self._told_lately(visit, alarm)
        await self._delivery.begin(
            visit, turn, replace(draft, handover=handover, text="" if told else draft.text), batch
        )

    async def know(self, tenant: Tenant, user: UserId, alarm: Alarm) -> bool:
        """Say whether people were told of an alarm with which the agents go on: then it is no new one."""
        if not goes_on(tenant, alarm.group, alarm.level):
            return False
        return told_before(tenant, alarm, await self._emergencies.find(tenant.company_id, user))

    async def _told_lately(self, visit: Visit, alarm: Alarm) -> bool:
        """Say whether the patient has just been told the same: once is clear, thrice is noise."""
        found = await self._emergencies.find(visit.tenant.company_id, visit.user)
        if found is None or found["group"] != alarm.group:
            return False
        since = datetime.fromisoformat(found["since"])
        return (self._clock() - since).total_seconds() < HUMAN_IS_THERE

    def _language(self, visit: Visit, batch: Sequence[Entry]) -> str:
        words = "\n".join(own_words(one.message, visit.ears.files.of(one)) for one in batch)
        return self._drafting.language_for(visit.tenant, words, batch[-1].message.language)
