"""What a company may spend on models: reserved before each call and settled after it, over all processes."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tenants import keys
from tenants.ids import CompanyId
from tenants.prices import MICROS, Prices
from tenants.tenant import Tenant
from tenants.usage import COST, LIFE, Counts, Usage, by, month_of

logger = structlog.get_logger(__name__)

STEP_DOWN = 800
"""Thousandths of a limit from which the cheapest model answers."""
LAPSE = timedelta(seconds=90)
"""After which a reservation counts no more: longer than any call, for processes that were killed."""
BLIND = timedelta(minutes=1)
"""How often, at most, the log says that budgets cannot be looked at."""

Step = Literal["full", "cheaper", "spent"]
STEPS: tuple[Step, ...] = ("full", "cheaper", "spent")

# What is reserved is walked: as many members as a company has calls under way.
_HELD = """
local held = 0
for _, one in ipairs(redis.call('ZRANGE', KEYS[3], '(' .. ARGV[1], '+inf', 'BYSCORE')) do
  held = held + tonumber(string.match(one, '^%d+'))
end
local share, left = 0, math.huge
for at = 1, 2 do
  local limit = ARGV[at + 1]
  if limit ~= '' then
    limit = tonumber(limit)
    local used = held + tonumber(redis.call('HGET', KEYS[at], 'cost_micros') or '0')
    left = math.min(left, limit - used)
    share = math.max(share, limit > 0 and math.floor(used * 1000 / limit) or 1000)
  end
end
"""
# KEYS: day, month, reservations. ARGV: now, daily, monthly, lapse, name, step-down, life, estimate ...
# Returns: which estimate was reserved (-1 for none), the step, 1 when the day sees that step first.
_RESERVE = (
    "redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[1])\n"
    + _HELD
    + """
local cheaper = share >= tonumber(ARGV[6])
local chosen, least = -1, nil
for at = 8, #ARGV do
  local estimate = tonumber(ARGV[at])
  if estimate <= left and (least == nil or (cheaper and estimate < least)) then
    chosen, least = at - 8, estimate
  end
end
local step = 0
if chosen < 0 then step = 2 elseif cheaper then step = 1 end
if chosen >= 0 and least > 0 then
  redis.call('ZADD', KEYS[3], ARGV[4], string.format('%d', least) .. ':' .. ARGV[5])
end
local first = 0
if step > 0 then
  local told = step == 1 and 'budget_cheaper' or 'budget_spent'
  first = redis.call('HSETNX', KEYS[1], told, 1)
  redis.call('EXPIRE', KEYS[1], ARGV[7])
end
return {chosen, step, first, least and string.format('%d', least) or '0'}
"""
)
_LOOK = _HELD + "return {string.format('%d', held), share}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Leave to make one call, and what is kept back for it."""

    company: CompanyId
    day: date
    """The day that pays."""
    chosen: int = 0
    """Which of the offers may be taken."""
    step: Step = "full"
    estimate: int = 0
    """Millionths of a dollar."""
    name: str = ""
    """The reservation; empty when nothing is kept back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a company's budget stands, in millionths of a dollar; a limit of None is none."""

    spent_today: int
    spent_this_month: int
    daily: int | None
    monthly: int | None
    reserved: int
    step: Step


class Budget:
    """The budgets of all companies."""

    def __init__(
        self, redis: Redis, clock: Callable[[], datetime], prices: Prices, usage: Usage
    ) -> None:
        """Take the connection, the clock, what models cost, and where what was spent is counted."""
        self._redis = redis
        self._clock = clock
        self.prices = prices
        self.usage = usage
        self._reserve = redis.register_script(_RESERVE)
        self._look = redis.register_script(_LOOK)
        self._blind_since: datetime | None = None
        self._told_at: datetime | None = None

    @property
    def blind_since(self) -> datetime | None:
        """When budgets could be looked at no more, or None while they can."""
        return self._blind_since

    async def reserve(self, tenant: Tenant, estimates: Sequence[int]) -> Grant | None:
        """Keep money back for one of several calls, the preferred first; None when none fits.

        Close to a limit the cheapest is chosen. Without limits nothing is asked. While Redis is away
        every call is granted: the patient comes first.
        """
        day = self.usage.today(tenant.company_id)
        free = Grant(company=tenant.company_id, day=day)
        if not tenant.budget.limited:
            return free
        now, name = self._clock(), secrets.token_hex(6)
        try:
            chosen, step, first, estimate = await self._reserve(
                keys=self._keys(tenant.company_id, day),
                args=[
                    now.timestamp(),
                    *_limits(tenant),
                    (now + LAPSE).timestamp(),
                    name,
                    STEP_DOWN,
                    int(LIFE.total_seconds()),
                    *estimates,
                ],
            )
        except (RedisError, OSError) as error:
            self._cannot_see(error)
            return free
        self._blind_since = None
        if first:
            logger.warning("budget_step", company_id=tenant.company_id, step=STEPS[step])
        if chosen < 0:
            return None
        held = f"{estimate}:{name}" if int(estimate) else ""
        return Grant(
            company=tenant.company_id,
            day=day,
            chosen=chosen,
            step=STEPS[step],
            estimate=int(estimate),
            name=held,
        )

    def beyond(self, tenant: Tenant) -> Grant:
        """Return leave for what is done whatever it costs; it is counted all the same."""
        day = self.usage.today(tenant.company_id)
        return Grant(company=tenant.company_id, day=day, step="spent")

    async def settle(self, grant: Grant, cost: int, counts: Counts) -> None:
        """Count what a call cost, with what else is counted of it, and end its reservation.

        Without a reservation it waits in memory for the turn's end; never raises for want of Redis.
        """
        spent = {COST: cost, **counts} if cost else dict(counts)
        if not grant.name:
            if spent:
                self.usage.later(grant.company, grant.day, spent)
            return
        try:
            await self.usage.add(grant.company, grant.day, spent, release=grant.name)
        except (RedisError, OSError) as error:
            # The reservation lapses by itself; what was spent must not be forgotten.
            self.usage.later(grant.company, grant.day, spent)
            self._cannot_see(error)

    def embedded(self, company: CompanyId, model: str, size: int) -> None:
        """Count bytes of text that were made vectors, at about four to a token; written with the next turn.

        Vectors cost so little that nothing is reserved for them.
        """
        tokens = -(-size // 4)
        cost = self.prices.tokens(model, sent=tokens)
        counts = {COST: cost, by(COST, "embedding", model): cost}
        today = self.usage.today(company)
        self.usage.later(company, today, {**counts, by("embedding_tokens", model): tokens})

    async def standing(self, tenant: Tenant) -> Standing:
        """Return how a company stands; raises RedisError."""
        day = self.usage.today(tenant.company_id)
        owned = self._keys(tenant.company_id, day)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hget(owned[0], COST)
            pipe.hget(owned[1], COST)
            today, month = await pipe.execute()
        looked: Any = await self._look(
            keys=owned, args=[self._clock().timestamp(), *_limits(tenant)]
        )
        step: Step = "full"
        if tenant.budget.limited and int(looked[1]) >= STEP_DOWN:
            step = "spent" if int(looked[1]) >= 1000 else "cheaper"
        daily, monthly = micros(tenant.budget.daily), micros(tenant.budget.monthly)
        return Standing(
            spent_today=int(today or 0),
            spent_this_month=int(month or 0),
            daily=daily,
            monthly=monthly,
            reserved=int(looked[0]),
            step=step,
        )

    @staticmethod
    def _keys(company: CompanyId, day: date) -> list[str]:
        return [
            keys.usage(company, day.isoformat()),
            keys.usage(company, month_of(day)),
            keys.reservations(company),
        ]

    def _cannot_see(self, error: Exception) -> None:
        now = self._clock()
        self._blind_since = self._blind_since or now
        if self._told_at is None or now - self._told_at >= BLIND:
            self._told_at = now
            logger.error("budget_not_checked", error=type(error).__name__)


def micros(dollars: Decimal | None) -> int | None:
    """Return dollars as millionths; None stays None."""
    return None if dollars is None else int(dollars * MICROS)


def _limits(tenant: Tenant) -> list[int | str]:
    chosen = tenant.budget.daily, tenant.budget.monthly
    return ["" if one is None else int(one * MICROS) for one in chosen]
