"""What staff changed in their own calendar and the patient does not know yet."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from agenda.appointment import Appointment
from agenda.stored import text_of
from integrations.clock import Clock
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.ids import CompanyId

REMEMBERED = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEdit:
    """How an appointment was before somebody of the staff changed it."""

    start: datetime
    staff_id: str
    at: int
    """When that was noticed, in seconds since 1970: names the edit."""


class StaffEdits:
    """One company's notes, by appointment: when it was before somebody of the staff changed it."""

    def __init__(self, redis: Client, company: CompanyId, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._key = keys.staff_edits(company)

    async def note(self, appointment: Appointment) -> None:
        """Note how an appointment stands before it is changed; the first note of several counts."""
        text = text_of(
            {
                "start": appointment.start.isoformat(),
                "staff_id": appointment.staff_id,
                "at": int(self._clock().timestamp()),
            }
        )
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hsetnx(self._key, appointment.appointment_id, text)
            pipe.expire(self._key, REMEMBERED)
            await pipe.execute()

    async def noted(self) -> Mapping[str, StaffEdit]:
        """Return what was noted, by appointment."""
        found: dict[str, str] = await awaitable(self._redis.hgetall(self._key))
        told = {appointment_id: json.loads(text) for appointment_id, text in found.items()}
        return {
            appointment_id: StaffEdit(
                start=datetime.fromisoformat(one["start"]),
                staff_id=str(one["staff_id"]),
                at=int(one["at"]),
            )
            for appointment_id, one in told.items()
        }

    async def told(self, appointment_id: str) -> None:
        """Cross out a note."""
        await awaitable(self._redis.hdel(self._key, appointment_id))
