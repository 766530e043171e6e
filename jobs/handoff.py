"""How a conversation goes to the clinic's people: a note, a label, a priority, whom it goes to, and last the status.

The status comes last, because it is what silences the bot: until then a failure is tried again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog

from integrations.chatwoot import Chatwoot
from integrations.clock import Clock
from integrations.errors import IntegrationError
from jobs.chatwoots import Chatwoots
from jobs.fixed_words import note_of
from jobs.front_desk import Pager
from jobs.outbox import Outbox, reply_key
from jobs.ownership import BotStatus
from jobs.turn_in_hand import HandOver, Part, TurnInHand
from nodes.emergency import Emergencies
from nodes.state import RaisedAlarm
from tenants.ids import UserId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

NOTE = "note"
MEDIA_NOTE = "media"
LABEL = "handoff"
Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """What people are told beside a conversation; `fresh` when nobody can have left it yet."""

    name: str
    text: str
    fresh: bool


class HandOff:
    """Carries out hand-overs, step by step; every step may be done twice without harm."""

    def __init__(
        self,
        *,
        chatwoots: Chatwoots,
        outbox: Outbox,
        status: BotStatus,
        pager: Pager,
        emergencies: Emergencies,
        clock: Clock,
    ) -> None:
        """Take what the steps need."""
        self._emergencies = emergencies
        self._chatwoots = chatwoots
        self._outbox = outbox
        self._status = status
        self._pager = pager
        self._clock = clock

    async def raise_alarm(self, tenant: Tenant, user: UserId, turn: TurnInHand) -> TurnInHand:
        """Page the clinic and mark the patient before anything can fail; done once a turn."""
        handover = turn.handover
        if handover is None or not handover.alarm or "page" in turn.done:
            return turn
        await self._pager.page(tenant, user, turn)
        raised = RaisedAlarm(
            group=handover.alarm, level=handover.level, evidence=[], source="inbox"
        )
        await self._emergencies.open(tenant.company_id, user, raised)
        return replace(turn, done=(*turn.done, "page"))

    async def point_out(self, tenant: Tenant, turn: TurnInHand, *, fresh: bool) -> None:
        """Mark a conversation and leave a note, where people should look at what was sent.

        Not `fresh`: somebody tried before, so look before leaving the note. Raises IntegrationError
        when it must be tried again.
        """
        if turn.label:
            chatwoot = self._chatwoots.of(tenant)
            await self._try(
                "label", lambda: chatwoot.add_labels(turn.conversation_id, [turn.label])
            )
        if turn.note:
            media = _Note(name=MEDIA_NOTE, text=turn.note, fresh=fresh)
            await self._try("note", lambda: self._leave(tenant, turn, media))

    async def carry_out(self, tenant: Tenant, turn: TurnInHand, *, fresh: bool) -> None:
        """Do every step; raises IntegrationError when any must be tried again, or the status was refused.

        Where somebody is in danger no step waits for another: the conversation is opened even while
        its note cannot be left. `fresh` as in `point_out`.
        """
        handover = turn.handover
        if handover is None:
            return
        chatwoot = self._chatwoots.of(tenant)
        failed: IntegrationError | None = None
        note = _Note(name=NOTE, text=note_of(handover, tenant.language), fresh=fresh)
        steps = [
            ("note", lambda: self._leave(tenant, turn, note)),
            *self._courtesies(tenant, turn, handover, chatwoot),
        ]
        for name, step in steps:
            try:
                await self._try(name, step)
            except IntegrationError as error:
                if not handover.alarm:
                    raise
                failed = failed or error
        if handover.take and not handover.goes_on:
            await chatwoot.set_status(turn.conversation_id, "open")
            await self._silence(tenant, turn)
        if failed is not None:
            raise failed
        logger.info("conversation_handed_over", urgent=handover.urgent, alarm=handover.alarm)

    async def _leave(self, tenant: Tenant, turn: TurnInHand, note: "_Note") -> None:
        """Leave a note once."""
        key = reply_key(turn.turn_id, note.name)
        if not note.fresh:
            shown = await self._outbox.show(tenant, turn.conversation_id)
            if await self._outbox.stored(tenant, turn, key, shown):
                return
        await self._outbox.send(tenant, turn, Part(key=key, kind="note", text=note.text))

    def _courtesies(
        self, tenant: Tenant, turn: TurnInHand, handover: HandOver, chatwoot: Chatwoot
    ) -> list[tuple[str, Step]]:
        """Return the steps without which the hand-over still counts, should Chatwoot refuse them for good."""
        where = turn.conversation_id
        label = tenant.emergency.label if handover.alarm else LABEL
        steps: list[tuple[str, Step]] = [("labels", lambda: chatwoot.add_labels(where, [label]))]
        if handover.urgent or handover.alarm:
            steps.append(("priority", lambda: chatwoot.set_priority(where, "urgent")))
        if not handover.take:
            return steps
        team = (tenant.emergency.team_id if handover.alarm else None) or tenant.chatwoot.team_id
        person = tenant.chatwoot.assignee_id
        if team is not None:
            steps.append(("team", lambda: chatwoot.assign_team(where, team)))
        # A person who is assigned has the conversation: then the agents could not go on.
        theirs = handover.goes_on or (handover.alarm and tenant.emergency.team_id)
        if person is not None and not theirs:
            steps.append(("assignee", lambda: chatwoot.assign(where, person)))
        return steps

    async def _try(self, name: str, step: Step) -> None:
        """Do a step that may be refused for good (an older Chatwoot, a team that is gone)."""
        try:
            await step()
        except IntegrationError as error:
            if not error.permanent:
                raise
            logger.warning("handoff_step_refused", step=name, detail=error.detail)

    async def _silence(self, tenant: Tenant, turn: TurnInHand) -> None:
        """Remember the hand-over ourselves: not every version tells bots about the status.

        The moment is Chatwoot's own, so that a person who gives back soon is believed.
        """
        standing = await self._status.of(tenant.company_id, turn.conversation_id)
        at = standing.ownership.at or self._clock().timestamp()
        await self._status.pause(tenant.company_id, turn.conversation_id, by="handoff", at=at)
