"""What was begun on a calendar and not recorded yet: written first, crossed out last, so that a crash is healed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agenda.stored import text_of
from integrations.clock import Clock
from integrations.redis import Client, awaitable
from integrations.shared_clock import SharedClock
from tenants import keys
from tenants.ids import CompanyId

SETTLED = timedelta(minutes=2)
"""Longer than any booking takes, hold and time-outs included: what is older has nobody at work on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An event that somebody began to enter or to remove."""

    event_id: str
    appointment_id: str
    at: datetime
    unwanted: bool
    """The patient was told that it failed: if the event exists after all, it goes."""


class Unfinished:
    """One company's notes about its calendar."""

    def __init__(self, redis: Client, company: CompanyId, clock: Clock) -> None:
        self._redis = redis
        self._key = keys.unfinished(company)
        self._clock = SharedClock(redis, clock)

    async def begin(self, event_id: str, appointment_id: str, *, unwanted: bool = False) -> None:
        """Note that an event is about to be entered or removed."""
        note = {
            "appointment_id": appointment_id,
            "at": (await self._clock.now()).timestamp(),
            "unwanted": unwanted,
        }
        await awaitable(self._redis.hset(self._key, event_id, text_of(note)))

    async def end(self, *event_ids: str) -> None:
        """Cross out what calendar and ledger agree on."""
        await awaitable(self._redis.hdel(self._key, *event_ids))

    async def old(self) -> Sequence[Begun]:
        """Return what nobody is at work on any more."""
        found: dict[str, str] = await awaitable(self._redis.hgetall(self._key))
        now = await self._clock.now()
        begun = [_begun(event_id, json.loads(text), now) for event_id, text in found.items()]
        return [one for one in begun if one.at <= now - SETTLED]


def _begun(event_id: str, note: dict[str, str], now: datetime) -> Begun:
    return Begun(
        event_id=event_id,
        appointment_id=str(note["appointment_id"]),
        at=datetime.fromtimestamp(float(note["at"]), now.tzinfo),
        unwanted=bool(note["unwanted"]),
    )
