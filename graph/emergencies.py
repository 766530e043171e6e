"""Who is in an emergency that no human has closed: kept in Redis, so that every process knows."""

import json
from datetime import timedelta
from typing import cast

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from nodes.state import RaisedAlarm
from tenants import keys
from tenants.ids import CompanyId, UserId

LIFE = timedelta(hours=72)
"""An emergency that everybody forgot to close ends itself; each new red flag renews it."""


class OpenEmergencies:
    """The emergencies of all companies."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock

    async def open(self, company: CompanyId, user: UserId, alarm: RaisedAlarm) -> None:
        """Mark a patient; the latest alarm is the one that is kept."""
        value = json.dumps(
            {"group": alarm["group"], "level": alarm["level"], "since": self._clock().isoformat()}
        )
        await awaitable(self._redis.set(keys.emergency(company, user), value, ex=LIFE))

    async def is_open(self, company: CompanyId, user: UserId) -> bool:
        """Tell whether no human has closed the patient's emergency yet."""
        return bool(await awaitable(self._redis.exists(keys.emergency(company, user))))

    async def find(self, company: CompanyId, user: UserId) -> dict[str, str] | None:
        """Return the open emergency as `group`, `level` and `since` (ISO), or None."""
        found = await awaitable(self._redis.get(keys.emergency(company, user)))
        return cast("dict[str, str]", json.loads(found)) if found else None

    async def close(self, company: CompanyId, user: UserId) -> bool:
        """Close a patient's emergency; False when none was open."""
        return bool(await awaitable(self._redis.delete(keys.emergency(company, user))))


class RehearsedEmergencies:
    """Sees the open emergencies and marks none: a rehearsal endangers nobody."""

    def __init__(self, real: OpenEmergencies) -> None:
        self._real = real

    async def open(self, company: CompanyId, user: UserId, alarm: RaisedAlarm) -> None:
        """Mark nobody."""

    async def is_open(self, company: CompanyId, user: UserId) -> bool:
        """Tell what is really open."""
        return await self._real.is_open(company, user)
