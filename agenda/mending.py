"""Brings calendar and ledger together again after a crash or while the calendar was away."""

from dataclasses import replace

import structlog

from agenda.calendar import Calendar
from agenda.errors import CalendarAwayError
from agenda.ledger import Entry, Ledger
from agenda.unfinished import Begun, Unfinished
from tenants.ids import CompanyId

logger = structlog.get_logger(__name__)


class Mending:
    """Settles one company's unfinished business; each step may be done twice without harm."""

    def __init__(
        self, company: CompanyId, *, calendar: Calendar, ledger: Ledger, unfinished: Unfinished
    ) -> None:
        """Take the company's records."""
        self._company = company
        self._calendar = calendar
        self._ledger = ledger
        self._unfinished = unfinished

    async def run(self) -> int:
        """Settle what is old enough and return how much; what the calendar cannot do now stays."""
        settled = 0
        for begun in await self._unfinished.old():
            try:
                outcome = await self._settled(begun)
            except CalendarAwayError:
                break
            await self._unfinished.end(begun.event_id)
            logger.info("booking_settled", company_id=self._company, outcome=outcome)
            settled += 1
        return settled

    async def _settled(self, begun: Begun) -> str:
        entry = await self._ledger.anyones(begun.appointment_id)
        if entry is None:
            return await self._unrecorded(begun)
        if entry.appointment.status != "cancelled" and entry.event_id == begun.event_id:
            if entry.leaving:
                await self._leave(entry)
                return "left"
            return "complete"
        # Cancelled, or another event is the appointment's: a move that was cut short or is done.
        await self._calendar.delete(begun.event_id)
        if entry.leaving == begun.event_id:
            await self._ledger.change(entry, replace(entry, leaving=""))
        return "removed"

    async def _unrecorded(self, begun: Begun) -> str:
        """Record a booking that came to the calendar and no further, unless nobody wants it."""
        event = await self._calendar.find(begun.event_id)
        wanted = event is not None and not begun.unwanted
        if event is not None and wanted and event.appointment.appointment_id == begun.event_id:
            await self._ledger.enter(Entry(appointment=event.appointment, event_id=event.event_id))
            return "recorded"
        await self._calendar.delete(begun.event_id)
        return "undone"

    async def _leave(self, entry: Entry) -> None:
        await self._calendar.delete(entry.leaving)
        await self._ledger.change(entry, replace(entry, leaving=""))
