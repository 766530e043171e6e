"""Everything that a company's agenda holds of one patient: to hand it out, or to end it for good."""

from collections.abc import Sequence
from dataclasses import dataclass

from agenda.calendar import Calendar
from agenda.errors import AgendaError, CalendarAwayError
from agenda.front_office import FrontOffice
from agenda.ledger import Entry, Ledger
from integrations.clock import Clock
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.ids import UserId
from tenants.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What became of a patient's appointments."""

    removed: int
    cancelled: int
    """Of these, how many were still to come: their times are free again."""
    left: tuple[str, ...]
    """Appointments whose calendar could not be reached: ask again."""


class PatientRecords:
    """The appointments of one company's patients, whatever became of them."""

    def __init__(
        self,
        redis: Client,
        tenant: Tenant,
        *,
        calendar: Calendar,
        ledger: Ledger,
        office: FrontOffice,
        clock: Clock,
    ) -> None:
        """Take the company's calendar and records."""
        self._redis = redis
        self._company = tenant.company_id
        self._calendar = calendar
        self._ledger = ledger
        self._office = office
        self._clock = clock

    async def of(self, user: UserId) -> Sequence[Entry]:
        """Return a patient's appointments, cancelled and past ones too, earliest first."""
        ids: list[str] = await awaitable(
            self._redis.zrange(keys.user_appointments(self._company, user), 0, -1)
        )
        found = [await self._ledger.find(user, one) for one in ids]
        return [one for one in found if one is not None]

    async def erase(self, user: UserId) -> Erased:
        """Cancel what is to come and remove every record, here and on the calendar; twice is once."""
        removed, cancelled, left = 0, 0, []
        await awaitable(self._redis.hdel(keys.holds(self._company), user))
        for entry in await self.of(user):
            appointment = entry.appointment
            try:
                if appointment.status == "booked" and appointment.start > self._clock():
                    await self._office.cancel(appointment.appointment_id)
                    cancelled += 1
                for event_id in filter(None, (entry.event_id, entry.leaving)):
                    await self._calendar.delete(event_id)
            except (AgendaError, CalendarAwayError):
                left.append(appointment.appointment_id)
                continue
            await self._drop(user, appointment.appointment_id)
            removed += 1
        return Erased(removed=removed, cancelled=cancelled, left=tuple(left))

    async def _drop(self, user: UserId, appointment_id: str) -> None:
        company = self._company
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.unlink(keys.appointment(company, appointment_id))
            pipe.unlink(keys.earlier_offers(company, appointment_id))
            pipe.zrem(keys.appointments(company), appointment_id)
            pipe.zrem(keys.user_appointments(company, user), appointment_id)
            pipe.zrem(keys.waitlist(company), appointment_id)
            pipe.hdel(keys.staff_edits(company), appointment_id)
            await pipe.execute()
