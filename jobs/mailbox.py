"""What patients wrote and nobody answered yet: the truth of the inbox, in Redis, ordered by message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from pydantic import TypeAdapter

from integrations.chatwoot_events import PatientMessage
from integrations.clock import Clock
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.ids import CompanyId, ConversationId, UserId

REMEMBER = timedelta(days=3)
"""How long a delivery is known, so that the same one is not taken twice."""
GRACE = 3.0  # seconds that a wake-up has before the sweep runs a mailbox itself

_ACCEPT = """
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3])
redis.call('ZADD', KEYS[3], 'NX', ARGV[5], ARGV[4])
redis.call('ZADD', KEYS[3], 'LT', ARGV[5], ARGV[4])
return 1
"""

_MESSAGE = TypeAdapter(PatientMessage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message that waits, with the very text that Redis holds for it."""

    id: str
    message: PatientMessage
    stored: str

    @property
    def conversation_id(self) -> ConversationId:
        """The conversation that the answer goes to."""
        return ConversationId(self.message.conversation_id)


def entry_id(message: PatientMessage) -> str:
    """Name a message within its company: its number, and the submitted values when there are any."""
    number = str(message.message_id)
    return f"{number}-{message.submission}" if message.submission else number


def read_entry(stored: str) -> Entry:
    """Return an entry from the text that Redis holds."""
    message = _MESSAGE.validate_json(stored)
    return Entry(id=entry_id(message), message=message, stored=stored)


class Mailbox:
    """The mailboxes of all companies."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        """Take the connection and the clock."""
        self._redis = redis
        self._clock = clock
        self._accept = redis.register_script(_ACCEPT)

    async def accept(self, company: CompanyId, message: PatientMessage) -> bool:
        """Keep a message for good, in one round trip; False when this delivery is known already."""
        user = UserId(message.user_id)
        event = "submitted" if message.submission else "message"
        # An answer to a button of ours stands just after the message that showed it.
        score = message.message_id + 0.5 if message.submission else message.message_id
        taken = await self._accept(
            keys=[
                keys.seen(company, event, message.message_id, message.submission),
                keys.mailbox(company, user),
                keys.waiting_mailboxes(),
            ],
            args=[
                int(REMEMBER.total_seconds()),
                score,
                _MESSAGE.dump_json(message, exclude_defaults=True).decode(),
                keys.mailbox_member(company, user),
                self._clock().timestamp() + GRACE,
            ],
        )
        return bool(taken)

    async def entries(self, company: CompanyId, user: UserId) -> Sequence[Entry]:
        """Return what waits, in the order in which it was written."""
        stored = await awaitable(self._redis.zrange(keys.mailbox(company, user), 0, -1))
        return [read_entry(one) for one in stored]

    async def count(self, company: CompanyId, user: UserId) -> int:
        """Return how many messages wait."""
        return int(await awaitable(self._redis.zcard(keys.mailbox(company, user))))

    async def due(self, most: int) -> Sequence[tuple[CompanyId, UserId]]:
        """Return mailboxes whose time has come, earliest first."""
        members = await awaitable(
            self._redis.zrangebyscore(
                keys.waiting_mailboxes(), "-inf", self._clock().timestamp(), start=0, num=most
            )
        )
        return [keys.mailbox_owner(member) for member in members]

    async def postpone(self, company: CompanyId, user: UserId, until: float) -> None:
        """Let a mailbox rest until a moment in unix seconds; a new message ends the rest."""
        member = keys.mailbox_member(company, user)
        await awaitable(self._redis.zadd(keys.waiting_mailboxes(), {member: until}, xx=True))
