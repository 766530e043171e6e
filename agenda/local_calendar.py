"""The calendar that comes with Clinicdesk: events in Redis, entered by one atomic script."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agenda.appointment import Appointment
from agenda.calendar import Event
from agenda.errors import SlotTakenError
from agenda.opening import Stretch
from agenda.slots import BusyTimes
from agenda.stored import appointment_fields, appointment_from, text_of
from integrations.clock import Clock
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.tenant import Tenant

LONGEST = timedelta(days=4)  # a day's treatment with a day of buffer on either side, and more

# A busy time is the member `start end event` of a sorted set, scored by its end.
_INSERT = """
local start, finish, event, replaced = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
for name = 2, #KEYS do
    for _, member in ipairs(redis.call('ZRANGE', KEYS[name], '(' .. start, '+inf', 'BYSCORE')) do
        local from, _, other = string.match(member, '^(%S+) (%S+) (%S+)$')
        if tonumber(from) < finish and other ~= replaced then return 0 end
    end
end
for name = 2, #KEYS do
    redis.call('ZADD', KEYS[name], finish, start .. ' ' .. finish .. ' ' .. event)
    redis.call('ZREMRANGEBYSCORE', KEYS[name], '-inf', ARGV[7])
end
redis.call('SET', KEYS[1], ARGV[5], 'EX', ARGV[6])
return 1
"""


class LocalCalendar:
    """One company's calendar in Redis."""

    def __init__(self, redis: Client, tenant: Tenant, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._company = tenant.company_id
        self._zone = tenant.zone
        self._kept = tenant.kept_visits
        self._insert = redis.register_script(_INSERT)

    async def busy(self, names: Sequence[str], after: datetime, before: datetime) -> BusyTimes:
        """Return what is taken between two moments, by name, in one round trip."""
        first, last = int(after.timestamp()), int(before.timestamp())
        async with self._redis.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.zrange(
                    keys.calendar(self._company, name),
                    f"({first}",
                    int((before + LONGEST).timestamp()),
                    byscore=True,
                )
            answers: list[list[str]] = await pipe.execute()
        return {
            name: [time for time in map(_stretch, members) if time[0] < last]
            for name, members in zip(names, answers, strict=True)
        }

    async def insert(self, event: Event, *, instead_of: str = "") -> None:
        """Enter an event if neither its id nor its time is taken; raises SlotTakenError."""
        start, end = int(event.start.timestamp()), int(event.end.timestamp())
        now = self._clock()
        kept = max(int((event.end + self._kept - now).total_seconds()), 1)
        long_ago = int((now - self._kept).timestamp())
        done = await self._insert(
            keys=[
                keys.calendar_event(self._company, event.event_id),
                *(keys.calendar(self._company, name) for name in event.names),
            ],
            args=[start, end, event.event_id, instead_of, _text(event), kept, long_ago],
        )
        if not done:
            raise SlotTakenError(event.appointment.slot_id)

    async def find(self, event_id: str) -> Event | None:
        """Return an event, or None."""
        text = await awaitable(self._redis.get(keys.calendar_event(self._company, event_id)))
        if text is None:
            return None
        fields = json.loads(text)
        return Event(
            event_id=event_id,
            names=tuple(fields["names"]),
            start=datetime.fromtimestamp(fields["start"], UTC).astimezone(self._zone),
            end=datetime.fromtimestamp(fields["end"], UTC).astimezone(self._zone),
            appointment=appointment_from(fields["appointment"], self._zone),
        )

    async def amend(self, event_id: str, appointment: Appointment) -> None:
        """Write what changed about an appointment onto its event."""
        event = await self.find(event_id)
        if event is None:
            return
        text = _text(replace(event, appointment=appointment))
        key = keys.calendar_event(self._company, event_id)
        await awaitable(self._redis.set(key, text, xx=True, keepttl=True))

    async def delete(self, event_id: str) -> None:
        """Remove an event and its busy times; one that is gone already is fine."""
        event = await self.find(event_id)
        if event is None:
            return
        member = f"{int(event.start.timestamp())} {int(event.end.timestamp())} {event_id}"
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(keys.calendar_event(self._company, event_id))
            for name in event.names:
                pipe.zrem(keys.calendar(self._company, name), member)
            await pipe.execute()


def _stretch(member: str) -> Stretch:
    start, end, _ = member.split(" ", 2)
    return int(start), int(end)


def _text(event: Event) -> str:
    return text_of(
        {
            "names": list(event.names),
            "start": int(event.start.timestamp()),
            "end": int(event.end.timestamp()),
            "appointment": appointment_fields(event.appointment),
        }
    )
