"""What was said, for people to read: a patient's lines and ours, beside the thread the graph works on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from graph.checkpoints import Checkpoints
from integrations.clock import Clock
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.ids import TurnId, UserId
from tenants.tenant import Tenant

MOST_LINES = 1000
"""Lines that a patient's transcript keeps."""
LOOK_BACK = 200
"""Lines among which a line that comes again is known: a job that is run twice comes soon."""

Role = Literal["user", "assistant", "human_agent"]

# One script: whether a line is new, its place, the cap, both lives and the index belong together.
APPEND = """
local known = redis.call('LRANGE', KEYS[1], -tonumber(ARGV[1]), -1)
local added = 0
for i = 9, #ARGV, 2 do
    local head, seen = ARGV[i], false
    for _, line in ipairs(known) do
        if string.sub(line, 1, #head) == head then seen = true break end
    end
    if not seen then
        redis.call('RPUSH', KEYS[1], ARGV[i + 1])
        known[#known + 1] = ARGV[i + 1]
        added = added + 1
    end
end
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1)
redis.call('EXPIRE', KEYS[1], ARGV[3])
if added > 0 then redis.call('ZADD', KEYS[2], 'GT', ARGV[4], ARGV[5]) end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. (tonumber(ARGV[4]) - tonumber(ARGV[3])))
redis.call('EXPIRE', KEYS[2], ARGV[3])
if ARGV[6] ~= '' then
    redis.call('HSET', KEYS[3], 'conversation_id', ARGV[6], 'channel', ARGV[7])
    if ARGV[8] ~= '' then redis.call('HSET', KEYS[3], 'name', ARGV[8]) end
    redis.call('EXPIRE', KEYS[3], ARGV[3])
end
return added
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was said."""

    message_id: str
    """Unique in the conversation; a line that comes twice is kept once."""
    role: Role
    content: str
    timestamp: str
    """ISO 8601, UTC."""
    agent: str = ""
    """Which agent answered; empty for people."""
    passages: tuple[str, ...] = ()
    """Ids of the chunks of the company's documents that an answer rests on."""
    blocked: tuple[str, ...] = ()
    """Kinds of claims for which a draft of it was stopped: `price`, `hour` ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Where a patient last wrote to us."""

    conversation_id: int = 0
    """Chatwoot's display id; 0 while the patient never wrote there."""
    channel: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A patient's conversation in one row of a list."""

    user_id: UserId
    last_message: str
    last_role: Role
    last_updated: str
    message_count: int
    card: Card
    emergency: Mapping[str, str] | None
    """`group`, `level` and `since` of one that no human has closed."""


class Conversations:
    """The transcripts of all companies."""

    def __init__(self, redis: Client, checkpoints: Checkpoints, clock: Clock) -> None:
        self._redis = redis
        self._checkpoints = checkpoints
        self._clock = clock
        self._append = redis.register_script(APPEND)

    async def append(
        self, tenant: Tenant, user: UserId, lines: Sequence[Line], card: Card | None = None
    ) -> int:
        """Add lines, oldest first, and return how many were new; the card is of where they were said."""
        if not lines:
            return 0
        company, where = tenant.company_id, card or Card()
        arguments: list[str | int | float] = [
            LOOK_BACK,
            MOST_LINES,
            int(tenant.retention.total_seconds()),
            self._clock().timestamp(),
            user,
            where.conversation_id or "",
            where.channel,
            where.name,
        ]
        for line in lines:
            arguments += [_head(line), _written(line)]
        owned = [
            keys.conversation(company, user), keys.conversations(company), keys.card(company, user),
        ]  # fmt: skip
        return int(await self._append(keys=owned, args=arguments))

    async def page(
        self, tenant: Tenant, *, offset: int = 0, limit: int = 50
    ) -> tuple[int, Sequence[Conversation]]:
        """Return how many patients there are, and a page of them, latest first."""
        index = keys.conversations(tenant.company_id)
        oldest = self._clock().timestamp() - tenant.retention.total_seconds()
        async with self._redis.pipeline(transaction=False) as pipeline:
            # Nothing is removed here: a Redis that is full still answers who only reads.
            pipeline.zcount(index, oldest, "+inf")
            pipeline.zrange(
                index, "+inf", oldest, desc=True, byscore=True, offset=offset, num=limit
            )
            total, users = await pipeline.execute()
        return total, await self.rows(tenant, [UserId(one) for one in users])

    async def rows(self, tenant: Tenant, users: Sequence[UserId]) -> Sequence[Conversation]:
        """Return these patients' rows in this order, without those who have no lines."""
        company = tenant.company_id
        async with self._redis.pipeline(transaction=False) as pipeline:
            for user in users:
                pipeline.lindex(keys.conversation(company, user), -1)
                pipeline.llen(keys.conversation(company, user))
                pipeline.hgetall(keys.card(company, user))
                pipeline.get(keys.emergency(company, user))
            found = await pipeline.execute() if users else []
        parts = [found[start::4] for start in range(4)]
        return [
            _row(user, last, count, card, emergency)
            for user, last, count, card, emergency in zip(users, *parts, strict=True)
            if last
        ]

    async def count(self, tenant: Tenant) -> int:
        """Return how many patients' conversations are kept."""
        return int(await awaitable(self._redis.zcard(keys.conversations(tenant.company_id))))

    async def messages(
        self, tenant: Tenant, user: UserId, *, limit: int = MOST_LINES
    ) -> Sequence[Line]:
        """Return a patient's last lines, oldest first; empty when there are none."""
        key = keys.conversation(tenant.company_id, user)
        found = await awaitable(self._redis.lrange(key, -limit, -1))
        return [_read(one) for one in found]

    async def delete(self, tenant: Tenant, user: UserId) -> int:
        """Erase all that a patient said and all that was kept of it; return how many lines there were.

        Appointments stay: they are the clinic's. The caller holds the thread's lock.
        """
        company = tenant.company_id
        await self._checkpoints.of(tenant).adelete_thread(keys.thread_id(company, user))
        parked = await awaitable(self._redis.hkeys(keys.parked_work(company, user)))
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.llen(keys.conversation(company, user))
            pipeline.zrem(keys.conversations(company), user)
            pipeline.zrem(keys.waiting_room(company), user)
            pipeline.hdel(keys.waiting_reasons(company), user)
            pipeline.zrem(keys.waiting_mailboxes(), keys.mailbox_member(company, user))
            for turn_id in parked:
                pipeline.zrem(keys.parked(), keys.parked_member(company, user, TurnId(turn_id)))
            pipeline.unlink(
                keys.conversation(company, user),
                keys.mailbox(company, user),
                keys.turn(company, user),
                keys.emergency(company, user),
                keys.parked_work(company, user),
                keys.card(company, user),
            )
            count, *_ = await pipeline.execute()
        return int(count)


def line(
    message_id: str,
    role: Role,
    content: str,
    *,
    moment: datetime,
    agent: str = "",
    passages: Sequence[str] = (),
    blocked: Sequence[str] = (),
) -> Line:
    """Return a line said at a moment."""
    return Line(
        message_id=message_id,
        role=role,
        content=content,
        timestamp=moment.isoformat(),
        agent=agent,
        passages=tuple(passages),
        blocked=tuple(blocked),
    )


def _head(line: Line) -> str:
    return f'{{"message_id": {json.dumps(line.message_id)},'


def _written(line: Line) -> str:
    # The id stands first: by its beginning a line is known. Not ASCII-escaped: people read it too.
    return _head(line) + json.dumps(asdict(line), ensure_ascii=False)[len(_head(line)) :]


def _read(stored: str) -> Line:
    fields = json.loads(stored)
    lists = {name: tuple(fields.get(name, ())) for name in ("passages", "blocked")}
    return Line(**{**fields, **lists})


def _row(
    user: UserId, last: str, count: int, card: Mapping[str, str], emergency: str | None
) -> Conversation:
    line = _read(last)
    return Conversation(
        user_id=user,
        last_message=line.content,
        last_role=line.role,
        last_updated=line.timestamp,
        message_count=count,
        card=_card(card),
        emergency=_emergency(emergency),
    )


def _emergency(stored: str | None) -> Mapping[str, str] | None:
    if not stored:
        return None
    known = json.loads(stored)
    return {name: known[name] for name in ("group", "level", "since")}


def _card(stored: Mapping[str, str]) -> Card:
    return Card(
        conversation_id=int(stored.get("conversation_id", 0)),
        channel=stored.get("channel", ""),
        name=stored.get("name", ""),
    )
