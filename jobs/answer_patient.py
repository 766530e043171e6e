"""Answers one patient: one lock, one burst, one draft, one reply. The worker's main job."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import structlog

from integrations.clock import Clock
from integrations.redis import Client
from integrations.tracing import span
from jobs.attempt import Attempt
from jobs.delivery import Delivery
from jobs.drafting import Drafting
from jobs.ears import GLANCE, Ears
from jobs.errors import LostLockError
from jobs.front_desk import FrontDesk, Screen, Transcript
from jobs.glances import Glances
from jobs.in_reading import InReading
from jobs.lately import LINES, Lately
from jobs.left_to_people import LeftToPeople
from jobs.mailbox import Entry, Mailbox
from jobs.outbox import Outbox
from jobs.ownership import BotStatus
from jobs.pace import Pace, Speed
from jobs.readings import Reader
from jobs.thread_lock import EVERYTHING, ThreadLock
from jobs.turn_in_hand import InHand, TurnInHand, TurnsInHand, thinking
from jobs.visit import Visit
from safety.alarm import Alarm
from tenants.directory import Directory
from tenants.errors import UnknownCompanyError
from tenants.ids import CompanyId, ConversationId, UserId

logger = structlog.get_logger(__name__)

UNKNOWN_COMPANY = (
    300.0  # seconds until a mailbox of a company that is not served is looked at again
)


class AnswerPatient:
    """Empties mailboxes into answers."""

    def __init__(
        self,
        redis: Client,
        *,
        directory: Directory,
        mailbox: Mailbox,
        screen: Screen,
        transcript: Transcript,
        reader: Reader,
        drafting: Drafting,
        delivery: Delivery,
        outbox: Outbox,
        status: BotStatus,
        front_desk: FrontDesk,
        clock: Clock,
        pace: Pace,
        people: LeftToPeople,
    ) -> None:
        """Take what a turn needs from end to end."""
        self._pace = pace
        self._reader = reader
        self._people = people
        self._redis = redis
        self._glances = Glances(redis)
        self._directory = directory
        self._mailbox = mailbox
        self._screen = screen
        self._transcript = transcript
        self._drafting = drafting
        self._delivery = delivery
        self._outbox = outbox
        self._status = status
        self._front_desk = front_desk
        self._clock = clock

    async def run(self, company: CompanyId, user: UserId) -> None:
        """Do all that waits for a patient; returns at once when another worker is doing it.

        Raises RedisError when Redis goes away: the mailbox is swept later.
        """
        try:
            tenant = self._directory.find(company)
        except UnknownCompanyError:
            await self._mailbox.postpone(company, user, self._now() + UNKNOWN_COMPANY)
            return
        lock = ThreadLock(self._redis, company, user)
        turns = TurnsInHand(self._redis, lock, self._glances, company, user)
        found = await turns.take()
        if found is None:
            return
        try:
            async with asyncio.TaskGroup() as group:
                keeping = group.create_task(lock.keep())
                visit = Visit(
                    tenant=tenant,
                    user=user,
                    turns=turns,
                    ears=Ears(
                        turns,
                        self._screen,
                        InReading(self._reader, tenant, group),
                        Lately(partial(self._transcript.messages, tenant, user, limit=LINES)),
                        partial(self._people.know, tenant, user),
                    ),
                    asides=group,
                )
                try:
                    await self._everything(visit, lock, found)
                finally:
                    keeping.cancel()
                    visit.ears.files.stop()
        except* LostLockError as lost:
            logger.warning("thread_lock_lost", reason=str(lost.exceptions[0]))
        finally:
            await lock.release(EVERYTHING)

    async def _everything(self, visit: Visit, lock: ThreadLock, found: InHand | None) -> None:
        while True:
            turns, waiting = found or await visit.turns.load()
            found = None
            visit.ears.files.begin(_not_in_hand(waiting, turns))
            chosen = await self._next(visit, turns, waiting)
            if chosen is not None:
                with (
                    structlog.contextvars.bound_contextvars(
                        company_id=visit.tenant.company_id, conversation_id=chosen
                    ),
                    span("answer", _trace_of(waiting, chosen), conversation_id=chosen),
                ):
                    await self._answer(visit, chosen, turns.get(chosen), waiting)
                if lock.released or await lock.release_if_done():
                    return
                continue
            if pending := visit.ears.files.pending(waiting):
                # A conversation that rests may still hold a cry for help that is being heard.
                await asyncio.wait(pending, timeout=GLANCE)
                continue
            if turns:
                earliest = min(turn.next_try_at for turn in turns.values())
                await self._mailbox.postpone(visit.tenant.company_id, visit.user, earliest)
            if await lock.release(len(waiting)):
                return

    async def _next(
        self,
        visit: Visit,
        turns: Mapping[ConversationId, TurnInHand],
        waiting: Sequence[Entry],
    ) -> ConversationId | None:
        """Choose the conversation to go on with: one in danger, else the oldest that need not rest."""
        fresh = _not_in_hand(waiting, turns)
        for entry in fresh:
            if await visit.ears.alarm_in([entry]) is not None:
                return entry.conversation_id
        now = self._now()
        resting = {one for one, turn in turns.items() if turn.next_try_at > now}
        in_order = [*(entry.conversation_id for entry in waiting), *turns]
        return next((one for one in in_order if one not in resting), None)

    async def _answer(
        self,
        visit: Visit,
        conversation: ConversationId,
        turn: TurnInHand | None,
        waiting: Sequence[Entry],
    ) -> None:
        written = [entry for entry in waiting if entry.conversation_id == conversation]
        if turn is not None and turn.stage != "thinking":
            new = [entry for entry in written if entry.id not in turn.entries]
            alarm = await visit.ears.alarm_in(new)
            if alarm is None:
                await self._delivery.go_on(visit, turn, written)
            else:
                await self._interrupt(visit, turn, written, new)
            return
        if turn is not None:
            # A worker died while it thought: the same turn again is answered once.
            same = [entry for entry in written if entry.id in turn.entries]
            if not same:
                await visit.turns.finish(turn, ())
                return
            await self._think(visit, same, again=turn)
            return
        await self._think(visit, written)

    async def _interrupt(
        self, visit: Visit, turn: TurnInHand, written: Sequence[Entry], new: Sequence[Entry]
    ) -> None:
        """Answer an alarm before a turn that could not be sent yet; what that turn did is said after."""
        left = [part for part in turn.parts if part.key not in turn.done] if turn.acted else []
        alarm = await visit.ears.alarm_in(new)
        await self._think(visit, new, alarm=alarm, besides=replace(turn, parts=tuple(left)))
        logger.warning("turn_interrupted", turn_id=turn.turn_id, answered=len(written))

    async def _think(
        self,
        visit: Visit,
        begun: Sequence[Entry],
        *,
        again: TurnInHand | None = None,
        alarm: Alarm | None = None,
        besides: TurnInHand | None = None,
    ) -> None:
        """Get from messages to a draft that still fits when it is done, and send it."""
        superseded = again.superseded if again else 0
        attempt: Attempt | None = Attempt(
            batch=begun, again=again, alarm=alarm, besides=besides, superseded=superseded
        )
        while attempt is not None:
            attempt = await self._tried(visit, attempt)

    async def _tried(self, visit: Visit, begun: Attempt) -> Attempt | None:
        """Answer some messages; return what to think of instead when more was written meanwhile."""
        attempt = await self._heard(visit, begun)
        if attempt is None:
            return None
        batch = attempt.batch
        if not await self._ours(visit, batch):
            await self._people.leave(visit, batch, attempt.alarm)
            return None
        speed = await self._speed(visit, attempt)
        if speed == "flood":
            await self._people.flood(visit, batch)
            return None
        turn = attempt.again or thinking(batch, attempt.superseded, attempt.besides)
        await visit.turns.save(turn)
        visit.asides.create_task(self._outbox.typing(visit.tenant, turn, on=True))
        draft = await self._drafting.draft(
            visit, turn.turn_id, batch, attempt.alarm, without_model=speed == "busy"
        )
        if draft is None:
            # An alarm came in. If it is another conversation's, this one waits for its turn.
            await visit.turns.finish(turn, ())
            return None
        written = await visit.ears.written(turn.conversation_id)
        if draft.acted or not attempt.superseded_by(written, turn):
            await self._delivery.begin(visit, turn, draft, written)
            return None
        await self._front_desk.withdraw(visit.tenant, visit.user, turn.turn_id)
        await visit.turns.finish(turn, ())
        logger.info("draft_superseded", turn_id=turn.turn_id)
        return attempt.with_more(written)

    async def _heard(self, visit: Visit, attempt: Attempt) -> Attempt | None:
        """Hear the patient out, unless something is an alarm; None when one came in elsewhere."""
        ears, batch, again = visit.ears, attempt.batch, attempt.again
        conversation = batch[0].conversation_id
        alarm = attempt.alarm or await ears.alarm_in(batch)
        if alarm is None and again is None and not batch[-1].message.submission:
            batch = await ears.whole_burst(conversation, batch, visit.tenant.inbox)
            alarm = await ears.alarm_in(batch)
        if alarm is None:
            read = await ears.all_read(conversation, batch, more=again is None)
            if read is None:
                return None
            batch, alarm = read, await ears.alarm_in(read)
        return replace(attempt, batch=batch, alarm=alarm)

    async def _speed(self, visit: Visit, attempt: Attempt) -> Speed:
        new = attempt.uncounted
        return await self._pace.of(visit.tenant, visit.user, new) if new else "calm"

    async def _ours(self, visit: Visit, batch: Sequence[Entry]) -> bool:
        """Say whether the bot may speak, by what webhooks told; Chatwoot itself is asked before sending."""
        latest = max((entry.message.ownership for entry in batch), key=lambda one: one.at)
        company, conversation = visit.tenant.company_id, batch[-1].conversation_id
        return (await self._status.learn(company, conversation, latest)).ours(latest)

    def _now(self) -> float:
        return self._clock().timestamp()


def _trace_of(waiting: Sequence[Entry], conversation: ConversationId) -> str:
    """Return the trace of the last message of a conversation."""
    traces = (e.message.trace for e in reversed(waiting) if e.conversation_id == conversation)
    return next(traces, "")


def _not_in_hand(
    waiting: Sequence[Entry], turns: Mapping[ConversationId, TurnInHand]
) -> Sequence[Entry]:
    return [
        entry
        for entry in waiting
        if entry.conversation_id not in turns
        or entry.id not in turns[entry.conversation_id].entries
    ]
