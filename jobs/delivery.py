"""How a draft reaches the patient and a conversation the clinic's people: in order, once, tried again, or parked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog
from redis.exceptions import RedisError

from graph.conversations import Card, Line, line
from integrations.chatwoot import Shown
from integrations.chatwoot_events import Ownership
from integrations.clock import Clock
from integrations.errors import IntegrationError
from jobs.drafting import Draft, context_of
from jobs.fixed_words import words_for_staff
from jobs.front_desk import FrontDesk, Transcript
from jobs.handoff import HandOff
from jobs.learning import Learning
from jobs.mailbox import Entry
from jobs.media import own_words
from jobs.notices import Notices
from jobs.numbers import Numbers
from jobs.outbox import Outbox, parts_of, reply_key
from jobs.ownership import HUMAN_IS_THERE, BotStatus
from jobs.spoken_answers import wanted, with_voice
from jobs.turn_in_hand import ParkedWork, Part, TurnInHand
from jobs.visit import Visit
from jobs.waiting_room import WaitingRoom, Why
from jobs.writing_window import within_window, written
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

DELAYS = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1500.0)
"""Seconds before each new attempt: ten within an hour, then the work is parked."""
ALARM_DELAYS = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
"""An emergency is tried until it is done, at most this far apart."""
ALARM_TRIES = 240
"""Even what Chatwoot refuses for good: a token or a conversation may come back within two hours."""
CALLED = "called"
"""Stands among what is done when people were called before the patient could be told."""
SAID = frozenset({"text", "options", "voice"})
"""Kinds of parts that the patient hears or reads."""


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
        self._outbox = outbox
        self._handoff = handoff
        self._status = status
        self._transcript = transcript
        self._front_desk = front_desk
        self._clock = clock
        self._manners = manners

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
        progress = _Progress(turn)
        try:
            await self._deliver(visit, progress, answered, fresh=fresh)
        except IntegrationError as error:
            await self._failed(visit, progress.turn, answered, error)

    async def _deliver(
        self, visit: Visit, progress: "_Progress", answered: Sequence[Entry], *, fresh: bool
    ) -> None:
        progress.turn = await self._handoff.raise_alarm(visit.tenant, visit.user, progress.turn)
        if progress.turn.stage == "sending":
            try:
                await self._send(visit, progress, answered, fresh=fresh)
            except IntegrationError as error:
                if not _alarm(progress.turn):
                    raise
                await self._call_people(visit, progress, error)
        alarm = _alarm(progress.turn)
        if not alarm:
            await self._handoff.point_out(visit.tenant, progress.turn)
        if progress.turn.handover is not None:
            if progress.turn.stage != "handing_over":
                handing = replace(progress.turn, stage="handing_over", attempts=0)
                progress.turn = await visit.turns.save(handing)
            if CALLED not in progress.turn.done:
                await self._handoff.carry_out(visit.tenant, progress.turn)
            why: Why = "emergency" if alarm else "handoff"
            await self._waiting.enter(visit.tenant, visit.user, why)
        if alarm:
            await self._handoff.point_out(visit.tenant, progress.turn)
        await self._record(visit, progress.turn, answered)

    async def _call_people(
        self, visit: Visit, progress: "_Progress", error: IntegrationError
    ) -> None:
        """Hand over at once where the patient could not be told; only then try again to tell them.

        Raises what stood in the way, unless Chatwoot took the hand-over and refused the words for good.
        """
        turn = progress.turn
        logger.error("emergency_text_not_sent", turn_id=turn.turn_id, detail=error.detail)
        if CALLED not in turn.done:
            await self._handoff.carry_out(visit.tenant, turn)
            turn = progress.turn = replace(turn, done=(*turn.done, CALLED))
        if not error.permanent:
            raise error
        told = tuple(part for part in turn.parts if part.key in turn.done)
        progress.turn = replace(turn, parts=told)

    async def _send(
        self, visit: Visit, progress: "_Progress", answered: Sequence[Entry], *, fresh: bool
    ) -> None:
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
            if not _alarm(turn):
                raise
            logger.warning("conversation_not_shown", detail=error.detail)
            return None

    async def _speak(self, visit: Visit, progress: "_Progress") -> None:
        turn = progress.turn
        left = [part for part in turn.parts if part.key not in turn.done]
        refused: IntegrationError | None = None
        for part in left:
            try:
                await self._outbox.send(visit.tenant, progress.turn, part)
            except IntegrationError as error:
                if not error.permanent or not _alarm(turn):
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
        if _alarm(turn):
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
        if _alarm(turn):
            return replace(turn, parts=())
        if turn.acted and left:
            words = words_for_staff("overtaken", visit.tenant.language)
            text = "\n\n".join([words, *written(left)])
            note = Part(key=reply_key(turn.turn_id, "late"), kind="note", text=text)
            await self._outbox.send(visit.tenant, turn, note)
        elif len(left) == len(turn.parts):
            await self._front_desk.withdraw(visit.tenant, visit.user, turn.turn_id)
            if answered:
                await self.overheard(visit, answered, turn.heard)
        return replace(turn, parts=(), handover=None)

    async def _record(self, visit: Visit, turn: TurnInHand, answered: Sequence[Entry]) -> None:
        """Write down what was said, and forget the turn. A line that comes twice is kept once."""
        lines = lines_of(answered, turn.heard)
        text = "\n\n".join(written(one for one in turn.parts if one.kind in SAID))
        if text:
            moment = self._clock()
            said = line(
                f"{turn.turn_id}.reply",
                "assistant",
                text,
                moment=moment,
                agent=turn.agent,
                passages=turn.passages,
                blocked=turn.blocked,
            )
            lines.append(said)
        card = Card(
            conversation_id=turn.conversation_id,
            channel=turn.channel,
            name=answered[-1].message.patient_name if answered else "",
        )
        await self._transcript.append(visit.tenant, visit.user, lines, card)
        if self._notices is not None:
            await self._notices.told(visit.tenant, visit.user, turn)
        if self._numbers is not None:
            await self._numbers.turn(visit.tenant, visit.user, turn, answered)
        await visit.turns.finish(turn, answered)
        logger.info(
            "message_answered",
            turn_id=turn.turn_id,
            agent=turn.agent,
            parts=len(turn.parts),
            messages=len(answered),
            handed_over=turn.handover is not None,
        )

    async def overheard(
        self, visit: Visit, entries: Sequence[Entry], known: Mapping[str, str] | None = None
    ) -> None:
        """Keep what a patient wrote to a person, so that we know it when we are asked again.

        `known` is what files were found to say before.
        """
        context = context_of(visit.tenant, entries[-1].message)
        heard = {one.id: own_words(one.message, visit.ears.files.of(one)) for one in entries}
        heard |= known or {}
        lines = tuple((one.id, "user", heard[one.id]) for one in entries if heard[one.id])
        try:
            if lines:
                await self._front_desk.remember(visit.tenant, context, lines)
        except RedisError:
            raise
        except Exception:  # The people have the conversation; our memory of it may have a gap.
            logger.exception("message_not_remembered")
        card = Card(
            conversation_id=context.conversation_id,
            channel=context.channel,
            name=context.patient_name,
        )
        await self._transcript.append(visit.tenant, visit.user, lines_of(entries, heard), card)

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
        delays = self._manners.alarm_delays if _alarm(turn) else self._manners.delays
        spent = turn.attempts >= len(delays)
        hopeless = turn.attempts >= ALARM_TRIES and error.permanent
        if hopeless if _alarm(turn) else spent or error.permanent:
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


class _Progress:
    """A turn as far as it got, so that a failure half-way is stored with what is done."""

    def __init__(self, turn: TurnInHand) -> None:
        self.turn = turn


def _alarm(turn: TurnInHand) -> bool:
    return turn.handover is not None and bool(turn.handover.alarm)


def lines_of(entries: Sequence[Entry], heard: Mapping[str, str]) -> list[Line]:
    """Return a patient's messages as lines of the transcript, with what their files say."""
    return [
        Line(
            message_id=entry.id,
            role="user",
            content=heard.get(entry.id)
            or entry.message.text
            or " ".join(f"[{one.kind}]" for one in entry.message.attachments),
            timestamp=entry.message.created_at,
        )
        for entry in entries
    ]
