"""How a draft reaches the patient and a conversation the clinic's people: in order, once, tried again, or parked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from integrations.clock import Clock
from integrations.errors import IntegrationError
from jobs.drafting import Draft
from jobs.front_desk import FrontDesk, Transcript
from jobs.handoff import HandOff
from jobs.learning import Learning
from jobs.mailbox import Entry
from jobs.minutes import Minutes
from jobs.notices import Notices
from jobs.numbers import Numbers
from jobs.outbox import Outbox, parts_of, reply_key
from jobs.ownership import BotStatus
from jobs.sending import Progress, Sending
from jobs.spoken_answers import wanted, with_voice
from jobs.turn_in_hand import ParkedWork, Part, TurnInHand
from jobs.visit import Visit
from jobs.waiting_room import WaitingRoom, Why

logger = structlog.get_logger(__name__)

DELAYS = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1500.0)
"""Seconds before each new attempt: ten within an hour, then the work is parked."""
ALARM_DELAYS = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
"""An emergency is tried until it is done, at most this far apart."""
ALARM_TRIES = 240
"""Even what Chatwoot refuses for good: a token or a conversation may come back within two hours."""
CALLED = "called"
"""Stands among what is done when people were called before the patient could be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How patient a delivery is; seconds."""

    delays: Sequence[float] = DELAYS
    alarm_delays: Sequence[float] = ALARM_DELAYS


class Delivery:
    """Sends turns in hand and finishes them."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        handoff: HandOff,
        status: BotStatus,
        transcript: Transcript,
        front_desk: FrontDesk,
        clock: Clock,
        manners: Manners,
        waiting: WaitingRoom,
        numbers: Numbers | None = None,
        notices: Notices | None = None,
        learning: Learning | None = None,
    ) -> None:
        """Take what sending needs, what counts it, and what notes questions without an answer."""
        self._waiting = waiting
        self._learning = learning
        self._numbers = numbers
        self._notices = notices
        self._handoff = handoff
        self._clock = clock
        self._manners = manners
        self.minutes = Minutes(
            transcript=transcript,
            front_desk=front_desk,
            clock=clock,
            numbers=numbers,
            notices=notices,
        )
        self._sending = Sending(
            outbox=outbox,
            status=status,
            front_desk=front_desk,
            minutes=self.minutes,
            clock=clock,
        )

    async def begin(
        self, visit: Visit, thinking: TurnInHand, draft: Draft, entries: Sequence[Entry]
    ) -> None:
        """Store a draft as what is to be sent, and send it."""
        parts = parts_of(thinking.turn_id, draft.text, draft.options, thinking.channel)
        turn = replace(
            thinking.without_retry(),
            stage="sending",
            language=draft.language,
            agent=draft.agent,
            acted=draft.acted,
            passages=draft.passages,
            blocked=draft.blocked,
            numbers=Counter(thinking.numbers) + Counter(draft.numbers),
            handover=draft.handover,
            heard_speech=draft.heard_speech,
            heard=draft.heard,
            label=draft.label,
            note=draft.note,
        )
        if wanted(visit.tenant, turn):
            key = reply_key(turn.turn_id, "voice")
            parts = with_voice(visit.tenant, turn, parts, draft.text, key)
        notice = await self._notice(visit, turn, draft)
        if draft.unanswered and self._learning is not None:
            await self._learning.unanswered(visit.tenant, visit.user, draft.unanswered)
        # What an interrupted turn had left to say comes after.
        turn = replace(turn, parts=(*notice, *parts, *thinking.parts))
        await visit.turns.save(turn)
        await self.go_on(visit, turn, entries, fresh=True)

    async def _notice(self, visit: Visit, turn: TurnInHand, draft: Draft) -> tuple[Part, ...]:
        if self._notices is None or not draft.text:
            return ()
        return await self._notices.parts_for(visit.tenant, visit.user, turn, draft.language)

    async def go_on(
        self, visit: Visit, turn: TurnInHand, entries: Sequence[Entry], *, fresh: bool = False
    ) -> None:
        """Do what is left of a turn. Not `fresh`: somebody tried before, so look before sending."""
        answered = [entry for entry in entries if entry.id in turn.entries]
        progress = Progress(turn)
        try:
            await self._deliver(visit, progress, answered, fresh=fresh)
        except IntegrationError as error:
            await self._failed(visit, progress.turn, answered, error)

    async def _deliver(
        self, visit: Visit, progress: Progress, answered: Sequence[Entry], *, fresh: bool
    ) -> None:
        progress.turn = await self._handoff.raise_alarm(visit.tenant, visit.user, progress.turn)
        if progress.turn.stage == "sending":
            try:
                await self._sending.send(visit, progress, answered, fresh=fresh)
            except IntegrationError as error:
                if not progress.turn.in_danger:
                    raise
                await self._call_people(visit, progress, error, fresh=fresh)
        alarm = progress.turn.in_danger
        if not alarm:
            await self._handoff.point_out(visit.tenant, progress.turn, fresh=fresh)
        if progress.turn.handover is not None:
            if progress.turn.stage != "handing_over":
                handing = replace(progress.turn, stage="handing_over", attempts=0)
                progress.turn = await visit.turns.save(handing)
            if CALLED not in progress.turn.done:
                await self._handoff.carry_out(visit.tenant, progress.turn, fresh=fresh)
            why: Why = "emergency" if alarm else "handoff"
            await self._waiting.enter(visit.tenant, visit.user, why)
        if alarm:
            await self._handoff.point_out(visit.tenant, progress.turn, fresh=fresh)
        await self.minutes.finish(visit, progress.turn, answered)

    async def _call_people(
        self, visit: Visit, progress: Progress, error: IntegrationError, *, fresh: bool
    ) -> None:
        """Hand over at once where the patient could not be told; only then try again to tell them.

        Raises what stood in the way, unless Chatwoot took the hand-over and refused the words for good.
        """
        turn = progress.turn
        logger.error("emergency_text_not_sent", turn_id=turn.turn_id, detail=error.detail)
        if CALLED not in turn.done:
            await self._handoff.carry_out(visit.tenant, turn, fresh=fresh)
            turn = progress.turn = replace(turn, done=(*turn.done, CALLED))
        if not error.permanent:
            raise error
        told = tuple(part for part in turn.parts if part.key in turn.done)
        progress.turn = replace(turn, parts=told)

    async def _failed(
        self,
        visit: Visit,
        turn: TurnInHand,
        answered: Sequence[Entry],
        error: IntegrationError,
    ) -> None:
        """Try again later, or park what cannot go on."""
        if self._numbers is not None:
            await self._numbers.not_yet(visit.tenant)
        now = self._clock().timestamp()
        delays = self._manners.alarm_delays if turn.in_danger else self._manners.delays
        spent = turn.attempts >= len(delays)
        hopeless = turn.attempts >= ALARM_TRIES and error.permanent
        if hopeless if turn.in_danger else spent or error.permanent:
            reason = f"{error.system}: {error.detail}"
            entries = tuple(entry.stored for entry in answered)
            parked = ParkedWork(turn=turn, entries=entries, reason=reason, at=now)
            await visit.turns.finish(turn, answered, parked)
            logger.error("turn_parked", turn_id=turn.turn_id, reason=reason, stage=turn.stage)
            return
        delay = delays[min(turn.attempts, len(delays) - 1)]
        if error.retry_after is not None:
            delay = max(delay, error.retry_after.total_seconds())
        later = replace(
            turn,
            attempts=turn.attempts + 1,
            next_try_at=now + delay,
            problem=f"{error.system}: {error.detail}",
        )
        await visit.turns.save(later)
        logger.warning("turn_postponed", turn_id=turn.turn_id, seconds=delay, problem=later.problem)
