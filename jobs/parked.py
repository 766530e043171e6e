"""Work that cannot go on by itself: kept whole, shown with its reason, tried again or thrown away by a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from jobs.errors import UnknownWorkError, WorkBusyError
from jobs.mailbox import read_entry
from jobs.turn_in_hand import ParkedWork, dump_turn, read_parked
from jobs.wake_ups import WakeUps
from tenants import keys
from tenants.ids import CompanyId, TurnId, UserId

MOST = 500  # rows that a list shows

# The work goes back only when no other turn of that conversation is in hand.
_RETRY = """
if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 1 then return -1 end
if redis.call('HDEL', KEYS[1], ARGV[2]) == 0 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[3])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[4])
for at = 7, #ARGV, 2 do redis.call('ZADD', KEYS[4], ARGV[at], ARGV[at + 1]) end
redis.call('ZADD', KEYS[5], ARGV[6], ARGV[5])
return 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedTurn:
    """A row of the list: what waits, since when and why. It says nothing of what was written."""

    id: str
    company_id: CompanyId
    user_id: UserId
    conversation_id: int
    turn_id: TurnId
    stage: str
    reason: str
    attempts: int
    messages: int
    since: str
    """ISO 8601, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """How much waits, runs and is parked; mailboxes, not messages."""

    waiting: int
    running: int
    parked: int


class Parked:
    """The parked work of all companies."""

    def __init__(self, redis: Client, wake_ups: WakeUps, clock: Clock) -> None:
        """Take the connection, who wakes workers, and the clock."""
        self._redis = redis
        self._wake_ups = wake_ups
        self._clock = clock
        self._retry = redis.register_script(_RETRY)

    async def list(self, company: CompanyId | None = None) -> Sequence[ParkedTurn]:
        """Return what is parked, oldest first: of one company, or of all."""
        members = await awaitable(self._redis.zrange(keys.parked(), 0, -1))
        owners = [(member, *keys.parked_owner(member)) for member in members]
        chosen = [one for one in owners if company is None or one[1] == company][:MOST]
        async with self._redis.pipeline(transaction=False) as pipe:
            for _, owner, user, turn_id in chosen:
                pipe.hget(keys.parked_work(owner, user), turn_id)
            stored = await pipe.execute() if chosen else []
        return [
            _row(member, owner, user, read_parked(one))
            for (member, owner, user, _), one in zip(chosen, stored, strict=True)
            if one
        ]

    async def retry(self, work_id: str, company: CompanyId | None = None) -> None:
        """Put parked work back in hand, and wake a worker; raises UnknownWorkError, WorkBusyError."""
        owner, user, turn_id, work = await self._find(work_id, company)
        scored = [part for stored in work.entries for part in (_score(stored), stored)]
        done = await self._retry(
            keys=[
                keys.parked_work(owner, user),
                keys.parked(),
                keys.turn(owner, user),
                keys.mailbox(owner, user),
                keys.waiting_mailboxes(),
            ],
            args=[
                work.turn.conversation_id,
                turn_id,
                work_id,
                dump_turn(work.turn.without_retry()),
                keys.mailbox_member(owner, user),
                self._clock().timestamp(),
                *scored,
            ],
        )
        if done == -1:
            raise WorkBusyError("The conversation has another turn in hand.")
        if not done:
            raise UnknownWorkError("There is no such parked work.")
        await self._wake_ups.answer(owner, user)

    async def discard(self, work_id: str, company: CompanyId | None = None) -> None:
        """Throw parked work away for good; raises UnknownWorkError."""
        owner, user, turn_id, _ = await self._find(work_id, company)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hdel(keys.parked_work(owner, user), turn_id)
            pipe.zrem(keys.parked(), work_id)
            await pipe.execute()

    async def _find(
        self, work_id: str, company: CompanyId | None
    ) -> tuple[CompanyId, UserId, TurnId, ParkedWork]:
        try:
            owner, user, turn_id = keys.parked_owner(work_id)
        except ValueError as error:
            raise UnknownWorkError("There is no such parked work.") from error
        # A member of the index is certain to be an id of ours and no text that became a key.
        known = await awaitable(self._redis.zscore(keys.parked(), work_id))
        if known is None or (company is not None and owner != company):
            raise UnknownWorkError("There is no such parked work.")
        stored = await awaitable(self._redis.hget(keys.parked_work(owner, user), turn_id))
        if stored is None:
            raise UnknownWorkError("There is no such parked work.")
        return owner, user, turn_id, read_parked(stored)


class QueueView:
    """The inbox's work as an administrator sees it."""

    def __init__(self, redis: Client, parked: Parked) -> None:
        """Take the connection and the parked work."""
        self._redis = redis
        self.parked = parked

    async def counts(self, company: CompanyId | None = None) -> QueueCounts:
        """Count mailboxes that wait, turns that run, and work that is parked."""
        members = await awaitable(self._redis.zrange(keys.waiting_mailboxes(), 0, -1))
        owners = [keys.mailbox_owner(member) for member in members]
        chosen = [one for one in owners if company is None or one[0] == company]
        async with self._redis.pipeline(transaction=False) as pipe:
            for owner, user in chosen:
                pipe.exists(keys.thread_lock(owner, user))
            locked = await pipe.execute() if chosen else []
        running = sum(locked)
        index = await awaitable(self._redis.zrange(keys.parked(), 0, -1))
        parked = [one for one in index if company is None or keys.parked_owner(one)[0] == company]
        return QueueCounts(waiting=len(chosen) - running, running=running, parked=len(parked))


def _row(member: str, owner: CompanyId, user: UserId, work: ParkedWork) -> ParkedTurn:
    return ParkedTurn(
        id=member,
        company_id=owner,
        user_id=user,
        conversation_id=work.turn.conversation_id,
        turn_id=work.turn.turn_id,
        stage=work.turn.stage,
        reason=work.reason,
        attempts=work.turn.attempts,
        messages=len(work.entries),
        since=datetime.fromtimestamp(work.at, UTC).isoformat(),
    )


def _score(stored: str) -> float:
    message = read_entry(stored).message
    return message.message_id + 0.5 if message.submission else float(message.message_id)
