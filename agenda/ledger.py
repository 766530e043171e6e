"""Whose appointment is which: the record of every booking, changed only from what was read."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from agenda.appointment import Appointment
from agenda.stored import appointment_fields, appointment_from, text_of
from integrations.clock import Clock
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.ids import UserId
from tenants.tenant import Tenant

AT_ONCE = 500  # entries in one round trip

# Writes only when the record is still what was read; counts the use of a slot that is left.
_CHANGE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[5])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[3])
redis.call('EXPIRE', KEYS[3], ARGV[5], 'GT')
if KEYS[4] then
    redis.call('INCR', KEYS[4])
    redis.call('EXPIRE', KEYS[4], ARGV[5])
    redis.call('SET', KEYS[5], '1', 'EX', ARGV[5])
end
return 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An appointment with the calendar events that are its own."""

    appointment: Appointment
    event_id: str
    leaving: str = ""
    """An event that was moved away from and must be deleted yet."""


class Ledger:
    """One company's appointments in Redis."""

    def __init__(self, redis: Client, tenant: Tenant, clock: Clock) -> None:
        self._redis = redis
        self._company = tenant.company_id
        self._zone = tenant.zone
        self._kept = tenant.kept_visits
        self._clock = clock
        self._change = redis.register_script(_CHANGE)

    async def uses(self, slot_id: str) -> int:
        """Return how often a slot was booked and freed again."""
        return int(await awaitable(self._redis.get(self._uses_key(slot_id))) or 0)

    async def use(self, slot_id: str) -> None:
        """Count a use of a slot that nobody recorded: its next event gets another id."""
        key = self._uses_key(slot_id)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.incr(key)
            pipe.expire(key, self._kept)
            await pipe.execute()

    async def find(self, user: UserId, appointment_id: str) -> Entry | None:
        """Return a patient's own entry; another patient's is None too."""
        text = await awaitable(self._redis.get(self._key(appointment_id)))
        entry = None if text is None else self._entry(text)
        return entry if entry is not None and entry.appointment.user_id == user else None

    async def anyones(self, appointment_id: str) -> Entry | None:
        """Return an entry whoever's it is: for the clinic's staff, never for a patient."""
        text = await awaitable(self._redis.get(self._key(appointment_id)))
        return None if text is None else self._entry(text)

    async def between(
        self, after: datetime, before: datetime, user: UserId | None = None
    ) -> AsyncIterator[Entry]:
        """Yield the entries that start in [after, before), earliest first, all patients' or one's."""
        index = (
            keys.appointments(self._company)
            if user is None
            else keys.user_appointments(self._company, user)
        )
        ids: list[str] = await awaitable(
            self._redis.zrange(
                index, int(after.timestamp()), f"({int(before.timestamp())}", byscore=True
            )
        )
        for start in range(0, len(ids), AT_ONCE):
            wanted = [self._key(one) for one in ids[start : start + AT_ONCE]]
            for text in await awaitable(self._redis.mget(wanted)):
                if text is not None:
                    yield self._entry(text)

    async def enter(self, entry: Entry) -> None:
        """Write a new entry with its indexes; the same entry twice is once."""
        appointment = entry.appointment
        start, kept = int(appointment.start.timestamp()), self._kept_for(appointment)
        mine = keys.user_appointments(self._company, UserId(appointment.user_id))
        ended = int((self._clock() - self._kept).timestamp())
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(self._key(appointment.appointment_id), _text(entry), ex=kept)
            pipe.zadd(keys.appointments(self._company), {appointment.appointment_id: start})
            pipe.zremrangebyscore(keys.appointments(self._company), "-inf", ended)
            pipe.zadd(mine, {appointment.appointment_id: start})
            pipe.expire(mine, kept, nx=True)
            pipe.expire(mine, kept, gt=True)
            await pipe.execute()

    async def change(self, old: Entry, new: Entry, *, freed_slot: str = "") -> bool:
        """Write a changed entry if nobody changed it since; False when somebody did."""
        appointment = new.appointment
        user = UserId(appointment.user_id)
        done = await self._change(
            keys=[
                self._key(appointment.appointment_id),
                keys.appointments(self._company),
                keys.user_appointments(self._company, user),
                *([self._uses_key(freed_slot), keys.freed(self._company)] if freed_slot else []),
            ],
            args=[
                _text(old),
                _text(new),
                appointment.appointment_id,
                int(appointment.start.timestamp()),
                self._kept_for(appointment),
            ],
        )
        return bool(done)

    async def coming(self, user: UserId) -> Sequence[Entry]:
        """Return a patient's booked entries that have not ended, earliest first."""
        now = self._clock()
        return [one for one in await self.visits(user) if one.appointment.end > now]

    async def visits(self, user: UserId) -> Sequence[Entry]:
        """Return a patient's booked entries, past ones too: what was cancelled or missed is none."""
        ids: list[str] = await awaitable(
            self._redis.zrange(keys.user_appointments(self._company, user), 0, -1)
        )
        if not ids:
            return []
        texts = await awaitable(self._redis.mget([self._key(one) for one in ids]))
        entries = [self._entry(text) for text in texts if text is not None]
        return [
            entry
            for entry in entries
            if entry.appointment.user_id == user and entry.appointment.status == "booked"
        ]

    async def wait(self, appointment_id: str) -> None:
        """Put an appointment on the list of those who want an earlier time; twice is once."""
        key = keys.waitlist(self._company)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.zadd(key, {appointment_id: self._clock().timestamp()}, nx=True)
            pipe.expire(key, self._kept)
            await pipe.execute()

    async def waiting(self) -> Sequence[str]:
        """Return the appointments on the list, the longest waiting first."""
        found: list[str] = await awaitable(self._redis.zrange(keys.waitlist(self._company), 0, -1))
        return found

    async def wait_no_more(self, appointment_id: str) -> None:
        """Take an appointment off the list."""
        await awaitable(self._redis.zrem(keys.waitlist(self._company), appointment_id))

    def _key(self, appointment_id: str) -> str:
        return keys.appointment(self._company, appointment_id)

    def _uses_key(self, slot_id: str) -> str:
        return keys.slot_uses(self._company, slot_id)

    def _kept_for(self, appointment: Appointment) -> int:
        """Return how many seconds from now an entry is kept: by our clock, Redis has its own."""
        return max(int((appointment.end + self._kept - self._clock()).total_seconds()), 1)

    def _entry(self, text: str) -> Entry:
        fields = json.loads(text)
        return Entry(
            appointment=appointment_from(fields["appointment"], self._zone),
            event_id=fields["event_id"],
            leaving=fields["leaving"],
        )


def _text(entry: Entry) -> str:
    return text_of(
        {
            "appointment": appointment_fields(entry.appointment),
            "event_id": entry.event_id,
            "leaving": entry.leaving,
        }
    )
