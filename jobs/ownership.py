"""Whose a conversation is, as far as webhooks and operators told us: status, assignee, pauses.

Chatwoot's contract is the status: the bot speaks while it is `pending` and nobody is assigned.
Webhooks come in any order, so every fact carries Chatwoot's own time and an older one never wins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from integrations.chatwoot_events import Ownership
from integrations.clock import Clock
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.ids import CompanyId, ConversationId

KEEP = timedelta(days=60)
HUMAN_IS_THERE = 300.0  # seconds after a person wrote in which we leave even an emergency to them
UNKNOWN = Ownership()
Who = Literal["human", "handoff", "operator"]

# A person who sets `pending` gives the conversation back: that ends pauses which came from writing
# or from a hand-off, never an operator's. Without status events, the change itself is seen.
_OBSERVE = """
local function observe()
  local at = tonumber(ARGV[3])
  if at < tonumber(redis.call('HGET', KEYS[1], 'at') or '0') then return end
  local before = redis.call('HGET', KEYS[1], 'status')
  redis.call('HSET', KEYS[1], 'status', ARGV[1], 'human', ARGV[2], 'at', ARGV[3])
  redis.call('EXPIRE', KEYS[1], ARGV[5])
  local changed = ARGV[4] == '1' or (before and before ~= ARGV[1])
  if ARGV[1] == 'pending' and changed then
    redis.call('HSET', KEYS[1], 'given_at', ARGV[3])
    local who = redis.call('HGET', KEYS[2], 'by')
    local since = tonumber(redis.call('HGET', KEYS[2], 'at') or '0')
    if who and who ~= 'operator' and at > since then redis.call('DEL', KEYS[2]) end
  end
end
observe()
return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2])}
"""
# An operator's pause is not weakened by a person who writes as well, and a person's message that
# is delivered after the conversation was given back silences nobody.
_PAUSE = """
if ARGV[1] == 'human' then
  local given = tonumber(redis.call('HGET', KEYS[2], 'given_at') or '0')
  if given > tonumber(ARGV[2]) then return 0 end
end
local who = redis.call('HGET', KEYS[1], 'by')
if who ~= 'operator' or ARGV[1] == 'operator' then
  redis.call('HSET', KEYS[1], 'status', 'paused', 'by', ARGV[1], 'at', ARGV[2])
  redis.call('EXPIRE', KEYS[1], ARGV[3])
end
if ARGV[1] == 'human' then
  local wrote = tonumber(redis.call('HGET', KEYS[2], 'wrote_at') or '0')
  if tonumber(ARGV[2]) > wrote then redis.call('HSET', KEYS[2], 'wrote_at', ARGV[2]) end
  redis.call('EXPIRE', KEYS[2], ARGV[3])
end
return 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a conversation."""

    ownership: Ownership = UNKNOWN
    paused_by: str = ""
    """`human`, `handoff`, `operator`, or empty while the bot may speak."""
    paused_at: float = 0.0
    human_wrote_at: float = 0.0
    """When a person last wrote to the patient; unix seconds, 0 for never."""

    def ours(self, seen: Ownership = UNKNOWN) -> bool:
        """Say whether the bot may speak, given also what a message's own body said. Unknown means yes."""
        if self.paused_by:
            return False
        latest = seen if seen.status and seen.at >= self.ownership.at else self.ownership
        return latest.status in {"", "pending"} and not latest.human


class BotStatus:
    """Whether the bot may speak in a conversation, and who silenced it."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        """Take the connection and the clock."""
        self._redis = redis
        self._clock = clock
        self._observe = redis.register_script(_OBSERVE)
        self._pause = redis.register_script(_PAUSE)

    async def observe(
        self,
        company: CompanyId,
        conversation: ConversationId,
        ownership: Ownership,
        *,
        status_event: bool = False,
    ) -> None:
        """Remember status and assignee, unless something newer is known."""
        if ownership.status and ownership.at:
            await self._observed(company, conversation, ownership, status_event=status_event)

    async def learn(
        self, company: CompanyId, conversation: ConversationId, ownership: Ownership
    ) -> Standing:
        """Remember as `observe` does, and return all that is known, in one round trip."""
        if not ownership.status or not ownership.at:
            return await self.of(company, conversation)
        owned, paused = await self._observed(company, conversation, ownership, status_event=False)
        return _standing(_fields(owned), _fields(paused))

    async def pause(
        self,
        company: CompanyId,
        conversation: ConversationId,
        *,
        by: Who = "operator",
        at: float | None = None,
    ) -> None:
        """Silence the bot in a conversation. `at` is Chatwoot's time when a person wrote."""
        moment = self._clock().timestamp() if at is None else at
        await self._pause(
            keys=[keys.bot_status(company, conversation), keys.ownership(company, conversation)],
            args=[by, repr(moment), int(KEEP.total_seconds())],
        )

    async def resume(self, company: CompanyId, conversation: ConversationId) -> None:
        """Let the bot speak again, whoever silenced it; the status in Chatwoot still counts."""
        await awaitable(self._redis.delete(keys.bot_status(company, conversation)))

    async def of(self, company: CompanyId, conversation: ConversationId) -> Standing:
        """Return what is known of a conversation."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hgetall(keys.ownership(company, conversation))
            pipe.hgetall(keys.bot_status(company, conversation))
            owned, paused = await pipe.execute()
        return _standing(owned, paused)

    async def _observed(
        self,
        company: CompanyId,
        conversation: ConversationId,
        ownership: Ownership,
        *,
        status_event: bool,
    ) -> Any:
        return await self._observe(
            keys=[
                keys.ownership(company, conversation),
                keys.bot_status(company, conversation),
            ],
            args=[
                ownership.status,
                int(ownership.human),
                repr(ownership.at),
                int(status_event),
                int(KEEP.total_seconds()),
            ],
        )


def _fields(flat: Sequence[str]) -> Mapping[str, str]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _standing(owned: Mapping[str, str], paused: Mapping[str, str]) -> Standing:
    return Standing(
        ownership=Ownership(
            status=owned.get("status", ""),
            human=owned.get("human") == "1",
            at=float(owned.get("at", 0)),
        ),
        paused_by=paused.get("by", ""),
        paused_at=float(paused.get("at", 0)),
        human_wrote_at=float(owned.get("wrote_at", 0)),
    )
