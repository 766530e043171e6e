"""Times that are kept for some minutes while a patient makes up their mind: one a patient."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agenda.opening import Stretch
from agenda.stored import text_of
from integrations.clock import Clock, utc_now
from integrations.redis import Client, awaitable
from integrations.shared_clock import SharedClock
from tenants import keys
from tenants.ids import CompanyId, UserId

# The hold's own moment of expiry decides, by Redis's clock; the key's only cleans up.
_TAKE = """
local user, shift, start, finish = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000 + shift
local names = {}
for _, name in ipairs(cjson.decode(ARGV[5])) do names[name] = true end
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
    local held = cjson.decode(all[i + 1])
    if held['until'] <= now then
        redis.call('HDEL', KEYS[1], all[i])
    elseif all[i] ~= user and held.start < finish and start < held['end'] then
        for _, name in ipairs(held.names) do
            if names[name] then return 0 end
        end
    end
end
local hold = cjson.decode(ARGV[6])
hold['until'] = now + tonumber(ARGV[8])
redis.call('HSET', KEYS[1], user, cjson.encode(hold))
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[7]) then redis.call('PEXPIRE', KEYS[1], ARGV[7]) end
return 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A piece of time of a staff member and resources that waits for one patient."""

    slot_id: str
    names: tuple[str, ...]
    time: Stretch
    until: datetime


class Holds:
    """One company's holds: all in one hash, so that one script can compare them."""

    def __init__(
        self, redis: Client, company: CompanyId, clock: Clock, machine: Clock = utc_now
    ) -> None:
        """Take the clock; a jump that the machine's clock makes too ends no hold and prolongs none."""
        self._redis = redis
        self._key = keys.holds(company)
        self._clock = SharedClock(redis, clock, machine)
        self._take = redis.register_script(_TAKE)

    async def take(
        self, user: UserId, slot_id: str, names: Sequence[str], time: Stretch, length: timedelta
    ) -> bool:
        """Keep a time for a patient instead of what they held; False when another holds part of it."""
        fields = {
            "slot_id": slot_id,
            "names": list(names),
            "start": time[0],
            "end": time[1],
        }
        done = await self._take(
            keys=[self._key],
            args=[
                user, self._clock.shift, time[0], time[1], json.dumps(list(names)),
                text_of(fields), int(length.total_seconds() * 1000) + 1000, length.total_seconds(),
            ],
        )  # fmt: skip
        return bool(done)

    async def release(self, user: UserId) -> None:
        """Let go of what a patient holds, if anything."""
        await awaitable(self._redis.hdel(self._key, user))

    async def live(self) -> Mapping[UserId, Hold]:
        """Return the holds that have not run out, by patient."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.time()
            pipe.hgetall(self._key)
            time, texts = await pipe.execute()
        now = self._clock.at(*time)
        found = {UserId(user): _hold(json.loads(text), now) for user, text in texts.items()}
        return {user: hold for user, hold in found.items() if hold.until > now}


def _hold(fields: dict[str, object], now: datetime) -> Hold:
    names, start, end = fields["names"], fields["start"], fields["end"]
    return Hold(
        slot_id=str(fields["slot_id"]),
        names=tuple(str(name) for name in names) if isinstance(names, list) else (),
        time=(int(str(start)), int(str(end))),
        until=datetime.fromtimestamp(float(str(fields["until"])), now.tzinfo),
    )
