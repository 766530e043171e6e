"""The turn in hand of each conversation, stored before anything is sent, so that a crash is finished."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import TypeAdapter

from integrations.redis import Client
from jobs.errors import LostLockError
from jobs.glances import Glances
from jobs.mailbox import Entry, read_entry
from jobs.thread_lock import LIFE, ThreadLock
from tenants import keys
from tenants.ids import CompanyId, ConversationId, TurnId, UserId

Stage = Literal["thinking", "sending", "handing_over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a reply; its key comes back in Chatwoot's echo."""

    key: str
    kind: Literal["text", "options", "template", "note", "voice"]
    text: str
    """Of a `voice`: what is written should it fail; empty beside words that are written anyway."""
    options: tuple[tuple[str, str], ...] = ()
    """Title and value of each button."""
    template: str = ""
    values: tuple[str, ...] = ()
    """What fills the template's places, in order."""
    spoken: str = ""
    """What a `voice` says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """How a conversation goes to the clinic's people, once the patient has the reply."""

    reason: str
    summary: str
    urgent: bool = False
    alarm: str = ""
    """The red flag's group, empty when there is none."""
    level: str = "emergency"
    """Of the red flag."""
    goes_on: bool = False
    """People are told, and the conversation stays the bot's: urgent, but no emergency."""
    take: bool = True
    """False when a person has the conversation already: it is marked, not moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnInHand:
    """What is being done for a conversation and how far it got."""

    turn_id: TurnId
    conversation_id: ConversationId
    entries: tuple[str, ...]
    """Ids of the messages that it answers."""
    stage: Stage = "thinking"
    channel: str = "api"
    language: str = "es"
    cc: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    done: tuple[str, ...] = ()
    """Keys of the parts and steps that Chatwoot has."""
    handover: HandOver | None = None
    agent: str = ""
    acted: bool = False
    passages: tuple[str, ...] = ()
    """Ids of the chunks that the answer rests on."""
    blocked: tuple[str, ...] = ()
    """Kinds of claims for which a draft of the answer was stopped."""
    heard_speech: bool = False
    """The patient sent a voice note."""
    heard: Mapping[str, str] = field(default_factory=dict)
    """By message: what its files say."""
    label: str = ""
    note: str = ""
    """For the clinic's people, beside the answer."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """What the answer adds to the company's counters."""
    last_message_id: int = 0
    superseded: int = 0
    attempts: int = 0
    next_try_at: float = 0.0
    """Unix seconds."""
    problem: str = ""
    """What went wrong at the last attempt."""

    @property
    def in_danger(self) -> bool:
        """True when it answers a red flag."""
        return self.handover is not None and bool(self.handover.alarm)

    def without_retry(self) -> "TurnInHand":
        """Return the turn as if it had not failed yet."""
        return replace(self, attempts=0, next_try_at=0.0, problem="")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedWork:
    """A turn that waits for a person, with everything needed to go on."""

    turn: TurnInHand
    entries: tuple[str, ...]
    """As Redis held them."""
    reason: str
    at: float
    """Unix seconds."""


InHand = tuple[Mapping[ConversationId, TurnInHand], Sequence[Entry]]
"""Turns by conversation, and every message that waits, in order."""

_TURN = TypeAdapter(TurnInHand)
_PARKED = TypeAdapter(ParkedWork)

_LOAD = "return {redis.call('HVALS', KEYS[1]), redis.call('ZRANGE', KEYS[2], 0, -1)}"
# Our own token is there when an answer was lost on its way and the command is sent again.
_TAKE = f"""
if not redis.call('SET', KEYS[3], ARGV[1], 'NX', 'PX', ARGV[2])
  and redis.call('GET', KEYS[3]) ~= ARGV[1] then return false end
{_LOAD}
"""
_SAVE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
return 1
"""
# ARGV: token, conversation, member of parked, turn id, parked work or '', now, member of mailboxes,
# entries ... Answers 2 when nothing is left to do: then the thread is unlocked as well.
_FINISH = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[2])
for at = 8, #ARGV do redis.call('ZREM', KEYS[3], ARGV[at]) end
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[4], ARGV[4], ARGV[5])
  redis.call('ZADD', KEYS[5], ARGV[6], ARGV[3])
end
if redis.call('ZCARD', KEYS[3]) > 0 or redis.call('EXISTS', KEYS[2]) == 1 then return 1 end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[6], ARGV[7])
return 2
"""
DONE = 2


def turn_id_for(batch: Sequence[Entry]) -> TurnId:
    """Name the turn that answers a batch: its conversation, its last message and how many they are."""
    last = batch[-1]
    return TurnId(f"{last.conversation_id}-{last.id}-{len(batch)}")


def thinking(
    batch: Sequence[Entry], superseded: int = 0, besides: TurnInHand | None = None
) -> TurnInHand:
    """Return the turn that answers a batch, and with it what an interrupted turn had left."""
    last = batch[-1].message
    return TurnInHand(
        turn_id=turn_id_for(batch),
        conversation_id=ConversationId(last.conversation_id),
        entries=(*(besides.entries if besides else ()), *(entry.id for entry in batch)),
        channel=last.channel,
        cc=last.cc,
        parts=besides.parts if besides else (),
        done=besides.done if besides else (),
        numbers=besides.numbers if besides and besides.acted else {},
        last_message_id=max(entry.message.message_id for entry in batch),
        superseded=superseded,
    )


def dump_parked(work: ParkedWork) -> str:
    """Return parked work as JSON."""
    return _PARKED.dump_json(work, exclude_defaults=True).decode()


def read_parked(stored: str) -> ParkedWork:
    """Return parked work from JSON."""
    return _PARKED.validate_json(stored)


def dump_turn(turn: TurnInHand) -> str:
    """Return a turn as JSON."""
    return _TURN.dump_json(turn, exclude_defaults=True).decode()


class TurnsInHand:
    """One patient's turns and mailbox, written only while the lock is ours."""

    def __init__(
        self,
        redis: Client,
        lock: ThreadLock,
        glances: Glances,
        company: CompanyId,
        user: UserId,
    ) -> None:
        """Take the connection, the lock, who looks into mailboxes, and whose turns they are."""
        self._redis = redis
        self._lock = lock
        self._glances = glances
        self._company = company
        self._user = user
        self._take = redis.register_script(_TAKE)
        self._load = redis.register_script(_LOAD)
        self._save = redis.register_script(_SAVE)
        self._finish = redis.register_script(_FINISH)

    async def take(self) -> InHand | None:
        """Lock the thread and load what there is to do, in one step; None when somebody else has it."""
        arguments: list[str | int] = [self._lock.token, int(LIFE * 1000)]
        found = await self._take(keys=[*self._keys, self._lock.key], args=arguments)
        return None if found is None else _read(found)

    async def load(self) -> InHand:
        """Return the turns by conversation, and every message that waits, in order."""
        return _read(await self._load(keys=self._keys))

    async def waiting(self) -> int:
        """Return how many messages are in the mailbox."""
        return await self._glances.count(keys.mailbox(self._company, self._user))

    async def save(self, turn: TurnInHand) -> TurnInHand:
        """Store a turn and return it; raises LostLockError."""
        saved = await self._save(
            keys=[self._lock.key, keys.turn(self._company, self._user)],
            args=[self._lock.token, turn.conversation_id, dump_turn(turn)],
        )
        if not saved:
            raise LostLockError("the turn could not be stored")
        return turn

    async def finish(
        self, turn: TurnInHand, entries: Sequence[Entry], parked: ParkedWork | None = None
    ) -> None:
        """Forget a turn and what it answered, or park both, in one step; raises LostLockError.

        The same step unlocks the thread when nothing is left to do, so it comes last.
        """
        finished = await self._finish(
            keys=[
                self._lock.key,
                keys.turn(self._company, self._user),
                keys.mailbox(self._company, self._user),
                keys.parked_work(self._company, self._user),
                keys.parked(),
                keys.waiting_mailboxes(),
            ],
            args=[
                self._lock.token,
                turn.conversation_id,
                keys.parked_member(self._company, self._user, turn.turn_id),
                turn.turn_id,
                dump_parked(parked) if parked else "",
                parked.at if parked else 0,
                keys.mailbox_member(self._company, self._user),
                *(one.stored for one in entries),
            ],
        )
        if not finished:
            raise LostLockError("the turn could not be recorded")
        self._lock.released = finished == DONE

    @property
    def _keys(self) -> list[str]:
        return [keys.turn(self._company, self._user), keys.mailbox(self._company, self._user)]


def _read(found: tuple[Sequence[str], Sequence[str]]) -> InHand:
    stored, waiting = found
    turns = [_TURN.validate_json(one) for one in stored]
    return {turn.conversation_id: turn for turn in turns}, [read_entry(one) for one in waiting]
