"""What staff did in Google by hand to appointments of ours: deleted ones end, moved ones follow."""

from dataclasses import replace

import structlog

from agenda.google_events import Fields, times_of
from agenda.ledger import Entry, Ledger
from agenda.local_calendar import LocalCalendar
from agenda.slots import slot_id_of
from agenda.staff_edits import StaffEdits
from integrations.google_calendar import GoogleCalendars
from integrations.google_errors import SyncExpiredError
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)


class GoogleSync:
    """Reads what changed on one company's calendars since the last look, and tells the ledger."""

    def __init__(
        self,
        redis: Client,
        google: GoogleCalendars,
        *,
        local: LocalCalendar,
        ledger: Ledger,
        edits: StaffEdits,
        tenant: Tenant,
    ) -> None:
        """Take the company's door to Google and its records here."""
        self._edits = edits
        self._redis = redis
        self._google = google
        self._local = local
        self._ledger = ledger
        self._tenant = tenant
        self._tokens = keys.sync_tokens(tenant.company_id)

    async def run(self) -> int:
        """Follow every calendar and return how many appointments changed; raises IntegrationError."""
        calendars = sorted({one.calendar_id for one in self._tenant.staff if one.calendar_id})
        return sum([await self._follow(calendar) for calendar in calendars])

    async def _follow(self, calendar: str) -> int:
        token = await awaitable(self._redis.hget(self._tokens, calendar)) or ""
        try:
            changed, next_token = await self._google.changes(calendar, token)
        except SyncExpiredError:
            changed, next_token = await self._google.changes(calendar, "")
        followed = [await self._noticed(one) for one in changed]
        # Only what was followed to its end is not read again.
        await awaitable(self._redis.hset(self._tokens, calendar, next_token))
        return sum(followed)

    async def _noticed(self, fields: Fields) -> bool:
        """Compare an event with our record of it; True when staff changed it."""
        event = await self._local.find(fields["id"])
        if event is None:
            return False
        entry = await self._ledger.anyones(event.appointment.appointment_id)
        if entry is None or entry.event_id != fields["id"] or entry.appointment.status != "booked":
            return False
        if fields["status"] == "cancelled":
            return await self._ended(entry)
        return await self._moved(entry, fields)

    async def _ended(self, entry: Entry) -> bool:
        await self._edits.note(entry.appointment)
        ended = replace(entry, appointment=replace(entry.appointment, status="cancelled"))
        if not await self._ledger.change(entry, ended, freed_slot=entry.appointment.slot_id):
            return False
        await self._local.delete(entry.event_id)
        logger.info("appointment_cancelled_in_google", company_id=self._tenant.company_id)
        return True

    async def _moved(self, entry: Entry, fields: Fields) -> bool:
        old = entry.appointment
        start, end = times_of(self._tenant, fields)
        if (start, end) == (old.start, old.end):
            return False
        slot_id = slot_id_of(self._tenant.company_id, old.treatment_id, old.staff_id, start)
        moved = replace(old, start=start, end=end, slot_id=slot_id, confirmed=False)
        # Noted before it is changed: a process that ends in between notes it again.
        await self._edits.note(old)
        # The old time's next event needs another id: this one still exists, elsewhere in time.
        freed = old.slot_id if slot_id != old.slot_id else ""
        if not await self._ledger.change(
            entry, replace(entry, appointment=moved), freed_slot=freed
        ):
            return False
        await self._local.amend(entry.event_id, moved)
        logger.info("appointment_moved_in_google", company_id=self._tenant.company_id)
        return True
