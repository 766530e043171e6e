"""A company's calendar in Google: staff with a calendar id are booked there, rooms and devices here."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from agenda.appointment import Appointment
from agenda.calendar import Event
from agenda.errors import CalendarAwayError, EventIdUsedError, SlotTakenError
from agenda.google_events import (
    Fields,
    blocks,
    body_of,
    is_ours,
    occupied_by,
    private,
    taken,
    times_of,
    words_of,
)
from agenda.local_calendar import LocalCalendar
from agenda.slots import BusyTimes
from integrations.errors import IntegrationError
from integrations.google_calendar import GoogleCalendars
from integrations.google_errors import EventChangedError, EventExistsError, EventGoneError
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

TRIES = 3  # to change an event that others change too
BUFFER = timedelta(days=1)  # how far outside a search our own buffers can reach into it


@contextlib.contextmanager
def away(company_id: str) -> Iterator[None]:
    """Turn what went wrong at Google into what the agenda knows."""
    try:
        yield
    except IntegrationError as error:
        logger.warning(
            "calendar_away", company_id=company_id, detail=error.detail, permanent=error.permanent
        )
        raise CalendarAwayError from error


class GoogleCalendar:
    """Implements `agenda.calendar.Calendar`.

    Each event has a copy in our own calendar, written first: it says on whose Google calendar the
    event lies, and takes the time of rooms and devices, which have no calendar there.
    """

    def __init__(self, google: GoogleCalendars, local: LocalCalendar, tenant: Tenant) -> None:
        """Take the company's door to Google and its calendar here."""
        self._google = google
        self._local = local
        self._tenant = tenant
        self._calendars = {one.id: one.calendar_id for one in tenant.staff if one.calendar_id}

    async def busy(self, names: Sequence[str], after: datetime, before: datetime) -> BusyTimes:
        """Return what is taken: here, by Google's freeBusy, and by events that freeBusy leaves out."""
        kept = await self._local.busy(names, after, before)
        there = {name: self._calendars[name] for name in names if name in self._calendars}
        if not there:
            return kept
        calendars = sorted(set(there.values()))
        with away(self._tenant.company_id):
            busy, listed = await asyncio.gather(
                self._google.busy(calendars, after, before),
                asyncio.gather(
                    *(self._events(one, after - BUFFER, before + BUFFER) for one in calendars)
                ),
            )
        events = dict(zip(calendars, listed, strict=True))
        found = {one: taken(self._tenant, events[one], busy.get(one, ())) for one in calendars}
        return {**kept, **{name: found[calendar] for name, calendar in there.items()}}

    async def insert(self, event: Event, *, instead_of: str = "") -> None:
        """Enter an event here, then at Google, and look that nobody was faster; SlotTakenError."""
        calendar = self._calendar_of(event)
        await self._forget_failed(event, calendar)
        here = tuple(name for name in event.names if name not in self._calendars)
        await self._local.insert(replace(event, names=here), instead_of=instead_of)
        if calendar is None:
            return
        try:
            with away(self._tenant.company_id):
                await self._entered(calendar, event)
        except (SlotTakenError, EventIdUsedError):
            await self._local.delete(event.event_id)
            raise
        if await self._met(calendar, event, instead_of):
            await self.delete(event.event_id)
            raise SlotTakenError(event.appointment.slot_id)

    async def find(self, event_id: str) -> Event | None:
        """Return an event as it stands now: None when staff deleted it, moved when they moved it."""
        event = await self._local.find(event_id)
        calendar = self._calendar_of(event) if event else None
        if event is None or calendar is None:
            return event
        with away(self._tenant.company_id):
            fields = await self._google.get(calendar, event_id)
        if fields is None or fields["status"] == "cancelled":
            return None
        start, end = times_of(self._tenant, fields)
        first, last = occupied_by(self._tenant, fields)
        return replace(
            event,
            names=(event.appointment.staff_id, *event.names),
            start=datetime.fromtimestamp(first, self._tenant.zone),
            end=datetime.fromtimestamp(last, self._tenant.zone),
            appointment=replace(event.appointment, start=start, end=end),
        )

    async def amend(self, event_id: str, appointment: Appointment) -> None:
        """Write what changed about an appointment onto its event."""
        await self._local.amend(event_id, appointment)
        event = await self._local.find(event_id)
        calendar = self._calendar_of(event) if event else None
        if calendar is None:
            return
        with away(self._tenant.company_id), contextlib.suppress(EventGoneError):
            await self._patched(calendar, event_id, words_of(self._tenant, appointment))

    async def delete(self, event_id: str) -> None:
        """Remove an event at Google, then here; gone is fine."""
        event = await self._local.find(event_id)
        calendar = self._calendar_of(event) if event else None
        # Without our copy the event may lie on any of them.
        unsure = [] if event else sorted(set(self._calendars.values()))
        with away(self._tenant.company_id):
            for one in [calendar] if calendar else unsure:
                await self._google.delete(one, event_id)
        await self._local.delete(event_id)

    def _calendar_of(self, event: Event) -> str | None:
        return self._calendars.get(event.appointment.staff_id)

    async def _events(self, calendar: str, after: datetime, before: datetime) -> list[Fields]:
        return await self._google.between(calendar, after, before)

    async def _forget_failed(self, event: Event, calendar: str | None) -> None:
        """Remove a copy here that never came to Google, or was deleted there since.

        Whoever enters an event holds its time, so no other process is entering it now.
        """
        if calendar is None or await self._local.find(event.event_id) is None:
            return
        if await self.find(event.event_id) is None:
            await self._local.delete(event.event_id)

    async def _entered(self, calendar: str, event: Event) -> None:
        """Insert; an event that is there already may be this very one, from a try before."""
        try:
            await self._google.insert(calendar, body_of(self._tenant, event))
        except EventExistsError:
            fields = await self._google.get(calendar, event.event_id)
        else:
            return
        if fields is not None and fields["status"] == "cancelled":
            raise EventIdUsedError(event.event_id)
        if fields is None or not self._same(fields, event):
            raise SlotTakenError(event.appointment.slot_id)

    def _same(self, fields: Fields, event: Event) -> bool:
        told = private(fields)
        return (
            is_ours(self._tenant, fields)
            and told.get("patient") == event.appointment.user_id
            and told.get("appointment") == event.appointment.appointment_id
        )

    async def _met(self, calendar: str, event: Event, instead_of: str) -> bool:
        """Say whether another event lies in the same time: somebody wrote it at the same moment."""
        try:
            found = await self._events(calendar, event.start - BUFFER, event.end + BUFFER)
        except IntegrationError as error:
            # It was free a moment ago and is ours now; only this last look is missing.
            logger.warning(
                "booking_not_verified", company_id=self._tenant.company_id, detail=error.detail
            )
            return False
        own = {event.event_id, instead_of}
        first, last = int(event.start.timestamp()), int(event.end.timestamp())
        times = [
            occupied_by(self._tenant, one)
            for one in found
            if one.get("recurringEventId", one["id"]) not in own
            and blocks(one, self._tenant.agenda.all_day_events)
        ]
        return any(start < last and first < end for start, end in times)

    async def _patched(self, calendar: str, event_id: str, words: Fields) -> None:
        for attempt in range(1, TRIES + 1):
            fields = await self._google.get(calendar, event_id)
            if fields is None or fields["status"] == "cancelled":
                return
            try:
                await self._google.patch(calendar, event_id, words, fields["etag"])
            except EventChangedError:
                # Staff changed something else meanwhile; ours goes on top of theirs.
                if attempt == TRIES:
                    raise
            else:
                return
