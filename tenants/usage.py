"""What each company used and did, counted by its own days: tokens, money, messages, turns, seconds of voice."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from types import MappingProxyType

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tenants import keys
from tenants.directory import Directory
from tenants.errors import UnknownCompanyError
from tenants.ids import CompanyId, UserId

logger = structlog.get_logger(__name__)

LIFE = timedelta(days=400)
"""How long a day can be asked for."""
REMEMBERED = timedelta(days=3)
"""How long something that was counted is known, so that it is not counted again."""
MOST_TURNS = 10_000
"""Finished turns of a company that wait to be copied into PostgreSQL, while it is away."""
TURNS_LIFE = timedelta(days=30)
MOST_FIELDS = 400
"""Different counters of one day: once there are so many, new ones go to `<name>:other`."""
COST = "cost_micros"
"""Millionths of a US dollar; the only counter that is also kept by month."""
FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}(?::[^\s:]{1,40})?(?::[^\s]{1,80})?")
"""A name of ours, and up to two things that it is counted by: an agent, a model."""
WHITE = re.compile(r"\s")

Counts = Mapping[str, int]
Days = Mapping[date, Counts]

# KEYS: day, month, counted, patients, reservations, since, turns
# ARGV: most, life, mark's life, mark or '', patient or '', reservation or '', day,
#       turn or '', most turns, turns' life, how many of the following are added whatever is marked,
#       field, n ...
_ADD = """
local function add(first, last)
  if last < first then return end
  redis.call('SET', KEYS[6], ARGV[7], 'NX')
  local room = tonumber(ARGV[1]) - redis.call('HLEN', KEYS[1])
  for at = first, last, 2 do
    local field = ARGV[at]
    local name = string.match(field, '^([^:]+):')
    if redis.call('HINCRBY', KEYS[1], field, ARGV[at + 1]) == tonumber(ARGV[at + 1]) and name then
      if room > 0 then
        room = room - 1
      else
        redis.call('HDEL', KEYS[1], field)
        redis.call('HINCRBY', KEYS[1], name .. ':other', ARGV[at + 1])
      end
    end
    if field == 'cost_micros' then
      redis.call('HINCRBY', KEYS[2], field, ARGV[at + 1])
      redis.call('EXPIRE', KEYS[2], ARGV[2])
    end
  end
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
local always = 11 + 2 * tonumber(ARGV[11])
if ARGV[6] ~= '' then redis.call('ZREM', KEYS[5], ARGV[6]) end
add(12, always)
if ARGV[4] ~= '' and not redis.call('SET', KEYS[3], '1', 'NX', 'EX', ARGV[3]) then return 0 end
if ARGV[5] ~= '' then
  redis.call('PFADD', KEYS[4], ARGV[5])
  redis.call('EXPIRE', KEYS[4], ARGV[2])
end
if ARGV[8] ~= '' then
  redis.call('XADD', KEYS[7], 'MAXLEN', '~', ARGV[9], '*', 'turn', ARGV[8])
  redis.call('EXPIRE', KEYS[7], ARGV[10])
end
add(always + 1, #ARGV)
return 1
"""


class Usage:
    """The counters of all companies. Counting never stands in a patient's way."""

    def __init__(
        self,
        redis: Redis,
        clock: Callable[[], datetime],
        zone_of: Callable[[CompanyId], tzinfo],
    ) -> None:
        """Take the connection, the clock, and who knows by which clock a company's day begins."""
        self._redis = redis
        self._clock = clock
        self._zone_of = zone_of
        self._script = redis.register_script(_ADD)
        self._later: dict[tuple[CompanyId, date], Counter[str]] = {}

    def today(self, company: CompanyId) -> date:
        """Return the company's own day."""
        return self._clock().astimezone(self._zone_of(company)).date()

    async def add(
        self,
        company: CompanyId,
        day: date,
        counts: Counts,
        *,
        once: str = "",
        patient: UserId | str = "",
        release: str = "",
        turn: str = "",
        besides: Counts = MappingProxyType({}),
    ) -> bool:
        """Add to a day's counters in one round trip; False when what `once` names was counted before.

        `besides` is added all the same. `patient` is counted among those who wrote that day, `release` is a reservation that ends,
        `turn` is kept for PostgreSQL.
        Raises RedisError; ValueError for a counter whose name is no name.
        """
        added_always, added_once = _arguments(besides), _arguments(counts)
        life = int(LIFE.total_seconds())
        added = await self._script(
            keys=[
                keys.usage(company, day.isoformat()),
                keys.usage(company, month_of(day)),
                keys.counted(company, once),
                keys.patients(company, day.isoformat()),
                keys.reservations(company),
                keys.counted_since(company),
                keys.finished_turns(company),
            ],
            args=[
                MOST_FIELDS,
                life,
                int(REMEMBERED.total_seconds()),
                once,
                patient,
                release,
                day.isoformat(),
                turn,
                MOST_TURNS,
                int(TURNS_LIFE.total_seconds()),
                len(added_always) // 2,
                *added_always,
                *added_once,
            ],
        )
        return bool(added)

    async def count(
        self,
        company: CompanyId,
        counts: Counts,
        *,
        once: str = "",
        patient: UserId | str = "",
        turn: str = "",
    ) -> None:
        """Add to today's counters, and what was left for later; never raises for want of Redis."""
        today = self.today(company)
        left, written = self._later.pop((company, today), Counter()), False
        try:
            await self.add(
                company, today, counts, once=once, patient=patient, turn=turn, besides=left
            )
            written = True
        except (RedisError, OSError) as error:
            logger.warning("usage_not_counted", company_id=company, error=type(error).__name__)
            if not once:
                self.later(company, today, counts)
        finally:
            if not written and left:
                self.later(company, today, left)
        await self.flush(company)

    def later(self, company: CompanyId, day: date, counts: Counts) -> None:
        """Keep counts in memory until `flush`: a turn's calls are written together."""
        self._later.setdefault((company, day), Counter()).update(counts)

    async def flush(self, company: CompanyId | None = None) -> None:
        """Write what was left for later, of one company or of all; kept when Redis is away."""
        for owner, day in [one for one in self._later if company in {None, one[0]}]:
            counts, written = self._later.pop((owner, day), None), False
            if counts is None:
                continue
            try:
                await self.add(owner, day, counts)
                written = True
            except (RedisError, OSError) as error:
                logger.warning("usage_not_counted", company_id=owner, error=type(error).__name__)
                return
            finally:
                if not written:
                    self.later(owner, day, counts)

    async def between(self, company: CompanyId, first: date, last: date) -> Days:
        """Return the counters of each day from first to last, both included, in one round trip."""
        days = list(_days(first, last))
        async with self._redis.pipeline(transaction=False) as pipe:
            for day in days:
                pipe.hgetall(keys.usage(company, day.isoformat()))
            found = await pipe.execute()
        return {
            day: {field: int(count) for field, count in counts.items()}
            for day, counts in zip(days, found, strict=True)
        }

    async def of(self, wanted: Sequence[tuple[CompanyId, date]]) -> Sequence[Counts]:
        """Return the counters of companies' days, in the order they are asked for, in one round trip."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for company, day in wanted:
                pipe.hgetall(keys.usage(company, day.isoformat()))
            found = await pipe.execute()
        return [{field: int(count) for field, count in counts.items()} for counts in found]

    async def since(self, company: CompanyId) -> date | None:
        """Return the first day of which anything is known, or None."""
        found = await self._redis.get(keys.counted_since(company))
        return None if found is None else date.fromisoformat(str(found))

    async def patients(self, company: CompanyId, first: date, last: date) -> int:
        """Return about how many different patients wrote in those days (within 1 % or so)."""
        owned = [keys.patients(company, one.isoformat()) for one in _days(first, last)]
        return int(await self._redis.pfcount(*owned))


def zones_of(directory: Directory) -> Callable[[CompanyId], tzinfo]:
    """Return who knows each company's time zone: UTC for a company that is gone."""

    def zone_of(company: CompanyId) -> tzinfo:
        try:
            return directory.find(company).zone
        except UnknownCompanyError:
            return UTC

    return zone_of


def _arguments(counts: Counts) -> list[str | int]:
    """Return counters as a script takes them; raises ValueError for one whose name is no name."""
    arguments: list[str | int] = []
    for field, count in counts.items():
        if not FIELD.fullmatch(field) or count < 0:
            raise ValueError(f"no counter: {field[:60]!r}")
        if count:
            arguments += [field, count]
    return arguments


def by(name: str, first: str, second: str = "") -> str:
    """Return the counter of a name, counted by one thing or two: `by("tokens_in", agent, model)`."""
    parts = [name, WHITE.sub("_", first)[:40].replace(":", "_"), WHITE.sub("_", second)[:80]]
    return ":".join(one for one in parts if one)


def month_of(day: date) -> str:
    """Return the month of a day as keys have it: `2026-11`."""
    return day.isoformat()[:7]


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
