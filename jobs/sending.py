"""How a reply goes out: only while the bot may speak, part by part, looked for before it is sent again."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from integrations.chatwoot import Shown
from integrations.chatwoot_events import Ownership
from integrations.clock import Clock
from integrations.errors import IntegrationError
from jobs.fixed_words import words_for_staff
from jobs.front_desk import FrontDesk
from jobs.mailbox import Entry
from jobs.minutes import Minutes
from jobs.outbox import Outbox, reply_key
from jobs.ownership import HUMAN_IS_THERE, BotStatus
from jobs.turn_in_hand import Part, TurnInHand
from jobs.visit import Visit
from jobs.writing_window import within_window, written
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)


class Progress:
    """A turn as far as it got, so that a failure half-way is stored with what is done."""

    def __init__(self, turn: TurnInHand) -> None:
        """Begin with a turn as it was stored."""
        self.turn = turn


class Sending:
    """Sends the parts of a turn."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        status: BotStatus,
        front_desk: FrontDesk,
        minutes: Minutes,
        clock: Clock,
    ) -> None:
        """Take who sends, who knows whose the conversation is, and who takes back what is never sent."""
        self._outbox = outbox
        self._status = status
        self._front_desk = front_desk
        self._minutes = minutes
        self._clock = clock

    async def send(
        self, visit: Visit, progress: Progress, answered: Sequence[Entry], *, fresh: bool
    ) -> None:
        """Send what is left of a turn; raises IntegrationError with `progress` as far as it got."""
        tenant, turn = visit.tenant, progress.turn
        if all(part.key in turn.done for part in turn.parts):
            return
        shown = await self._shown(tenant, turn)
        if not fresh:
            turn = progress.turn = await self._looked_up(tenant, turn, shown)
            if all(part.key in turn.done for part in turn.parts):
                return
        if shown is not None and shown.human and turn.handover is not None:
            turn = progress.turn = replace(turn, handover=replace(turn.handover, take=False))
        if not await self._may_speak(tenant, turn, shown):
            progress.turn = await self._overtaken(visit, turn, answered)
            return
        progress.turn = within_window(tenant, turn, shown, answered)
        await self._speak(visit, progress)
        visit.asides.create_task(self._outbox.typing(tenant, turn, on=False))

    async def _shown(self, tenant: Tenant, turn: TurnInHand) -> Shown | None:
        """Return the conversation as Chatwoot has it; an alarm does not wait for that."""
        try:
            return await self._outbox.show(tenant, turn.conversation_id)
        except IntegrationError as error:
            if not turn.in_danger:
                raise
            logger.warning("conversation_not_shown", detail=error.detail)
            return None

    async def _speak(self, visit: Visit, progress: Progress) -> None:
        turn = progress.turn
        left = [part for part in turn.parts if part.key not in turn.done]
        refused: IntegrationError | None = None
        for part in left:
            try:
                await self._outbox.send(visit.tenant, progress.turn, part)
            except IntegrationError as error:
                if not error.permanent or not turn.in_danger:
                    raise
                # What comes after it may be what helps.
                refused = error
                continue
            progress.turn = replace(progress.turn, done=(*progress.turn.done, part.key))
            if part is not left[-1]:
                await visit.turns.save(progress.turn)
        if refused is not None:
            raise refused

    async def _looked_up(self, tenant: Tenant, turn: TurnInHand, shown: Shown | None) -> TurnInHand:
        """Mark the parts that Chatwoot has. They went out in order, so the first missing one ends the look."""
        for part in turn.parts:
            if part.key in turn.done:
                continue
            if not await self._outbox.stored(tenant, turn, part.key, shown):
                break
            turn = replace(turn, done=(*turn.done, part.key))
        return turn

    async def _may_speak(self, tenant: Tenant, turn: TurnInHand, shown: Shown | None) -> bool:
        company, conversation = tenant.company_id, turn.conversation_id
        seen = Ownership()
        if shown is not None:
            seen = Ownership(status=shown.status, human=shown.human, at=shown.updated_at)
        standing = await self._status.learn(company, conversation, seen)
        if turn.in_danger:
            return self._clock().timestamp() - standing.human_wrote_at >= HUMAN_IS_THERE
        if standing.paused_by:
            return False
        # What was just shown is the present; it needs no comparing of times.
        return replace(standing, ownership=seen).ours() if seen.status else standing.ours()

    async def _overtaken(
        self, visit: Visit, turn: TurnInHand, answered: Sequence[Entry]
    ) -> TurnInHand:
        """Say nothing to the patient, since a person has the conversation; tell that person what was done."""
        logger.info("reply_withheld", turn_id=turn.turn_id)
        left = [part for part in turn.parts if part.key not in turn.done]
        if turn.in_danger:
            return replace(turn, parts=())
        if turn.acted and left:
            words = words_for_staff("overtaken", visit.tenant.language)
            text = "\n\n".join([words, *written(left)])
            note = Part(key=reply_key(turn.turn_id, "late"), kind="note", text=text)
            await self._outbox.send(visit.tenant, turn, note)
        elif len(left) == len(turn.parts):
            await self._front_desk.withdraw(visit.tenant, visit.user, turn.turn_id)
            if answered:
                await self._minutes.overheard(visit, answered, turn.heard)
        return replace(turn, parts=(), handover=None)
