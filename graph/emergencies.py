"""Who is in an emergency that no human has closed: kept in Redis, so that every process knows."""

import json
from datetime import datetime, timedelta

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from nodes.state import RaisedAlarm
from tenants import keys
from tenants.histogram import bucket
from tenants.ids import CompanyId, UserId
from tenants.usage import Usage, by

LIFE = timedelta(hours=72)
"""An emergency that everybody forgot to close ends itself; each new red flag renews it."""

# A red flag after a person has seen the patient is a new emergency; one before is the same.
_OPEN = """
local known = redis.call('GET', KEYS[1])
local before = known and cjson.decode(known) or {}
local same = before['since'] and not before['seen']
local first = same and (before['first'] or before['since']) or ARGV[3]
local level = before['level'] == 'emergency' and 'emergency' or ARGV[2]
local now = {group = ARGV[1], level = level, since = ARGV[3], first = first}
redis.call('SET', KEYS[1], cjson.encode(now), 'EX', ARGV[4])
return same and 0 or 1
"""
_SEEN = """
local known = redis.call('GET', KEYS[1])
if not known then return false end
local found = cjson.decode(known)
if ARGV[2] == '1' then redis.call('DEL', KEYS[1]) end
if found['seen'] then return '' end
found['seen'] = ARGV[1]
if ARGV[2] ~= '1' then redis.call('SET', KEYS[1], cjson.encode(found), 'KEEPTTL') end
return found['first'] or found['since']
"""


class OpenEmergencies:
    """The emergencies of all companies."""

    def __init__(self, redis: Client, clock: Clock, usage: Usage | None = None) -> None:
        """Take the connection, the clock, and what counts emergencies."""
        self._redis = redis
        self._clock = clock
        self._usage = usage
        self._open = redis.register_script(_OPEN)
        self._seen = redis.register_script(_SEEN)

    async def open(self, company: CompanyId, user: UserId, alarm: RaisedAlarm) -> None:
        """Mark a patient; of two alarms the latest group and the graver level are kept."""
        new = await self._open(
            keys=[keys.emergency(company, user)],
            args=[
                alarm["group"],
                alarm["level"],
                self._clock().isoformat(),
                int(LIFE.total_seconds()),
            ],
        )
        if new and self._usage is not None:
            counts = {"emergencies": 1, by("emergencies", alarm["group"]): 1}
            await self._usage.count(company, counts)

    async def seen(self, company: CompanyId, user: UserId) -> bool:
        """Note that a person wrote to a patient in an emergency; False when there is none."""
        return await self._acknowledge(company, user, close=False)

    async def is_open(self, company: CompanyId, user: UserId) -> bool:
        """Tell whether no human has closed the patient's emergency yet."""
        return bool(await awaitable(self._redis.exists(keys.emergency(company, user))))

    async def find(self, company: CompanyId, user: UserId) -> dict[str, str] | None:
        """Return the open emergency as `group`, `level` and `since` (ISO), or None."""
        found = await awaitable(self._redis.get(keys.emergency(company, user)))
        if not found:
            return None
        known = json.loads(found)
        return {name: known[name] for name in ("group", "level", "since")}

    async def close(self, company: CompanyId, user: UserId) -> bool:
        """Close a patient's emergency; False when none was open."""
        return await self._acknowledge(company, user, close=True)

    async def _acknowledge(self, company: CompanyId, user: UserId, *, close: bool) -> bool:
        """Count how long a patient waited until a person saw to them: the first time only."""
        now = self._clock()
        first = await self._seen(
            keys=[keys.emergency(company, user)], args=[now.isoformat(), int(close)]
        )
        if first and self._usage is not None:
            waited = max((now - datetime.fromisoformat(first)).total_seconds(), 0) * 1000
            await self._usage.count(
                company,
                {
                    "acknowledged": 1,
                    "acknowledged_ms_sum": round(waited),
                    by("acknowledged_ms", bucket(waited)): 1,
                },
            )
        return first is not None


class RehearsedEmergencies:
    """Sees the open emergencies and marks none: a rehearsal endangers nobody."""

    def __init__(self, real: OpenEmergencies) -> None:
        self._real = real

    async def open(self, company: CompanyId, user: UserId, alarm: RaisedAlarm) -> None:
        """Mark nobody."""

    async def is_open(self, company: CompanyId, user: UserId) -> bool:
        """Tell what is really open."""
        return await self._real.is_open(company, user)

    async def find(self, company: CompanyId, user: UserId) -> dict[str, str] | None:
        """Return what is really open."""
        return await self._real.find(company, user)
