"""A company's calendar in a scheduling service of its own, by the contract in `integrations/schedule_service.py`."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime

import structlog

from agenda.appointment import Appointment
from agenda.calendar import Event
from agenda.errors import CalendarAwayError, SlotTakenError
from agenda.slots import BusyTimes
from agenda.stored import appointment_fields, appointment_from
from integrations.errors import IntegrationError
from integrations.schedule_service import ScheduleService, StoredEvent, TakenError
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)


class ServiceCalendar:
    """Implements `agenda.calendar.Calendar`; the service alone decides what is taken."""

    def __init__(self, service: ScheduleService | None, tenant: Tenant) -> None:
        """Take the company's door to the service; None refuses everything."""
        self._service = service
        self._tenant = tenant

    async def busy(self, names: Sequence[str], after: datetime, before: datetime) -> BusyTimes:
        """Return what the service says is taken."""
        with self._asking() as service:
            found = await service.busy(names, after, before)
        return {
            name: sorted(
                (
                    (int(one.start.timestamp()), int(one.end.timestamp()))
                    for one in found.get(name, ())
                ),
                key=lambda time: time[1],
            )
            for name in names
        }

    async def insert(self, event: Event, *, instead_of: str = "") -> None:
        """Enter an event; SlotTakenError when the service says so."""
        stored = StoredEvent(
            names=list(event.names),
            start=event.start,
            end=event.end,
            appointment=appointment_fields(event.appointment),
        )
        try:
            with self._asking() as service:
                await service.enter(event.event_id, stored, instead_of=instead_of)
        except TakenError as error:
            raise SlotTakenError(event.appointment.slot_id) from error

    async def find(self, event_id: str) -> Event | None:
        """Return an event, or None."""
        with self._asking() as service:
            stored = await service.find(event_id)
        if stored is None:
            return None
        zone = self._tenant.zone
        return Event(
            event_id=event_id,
            names=tuple(stored.names),
            start=stored.start.astimezone(zone),
            end=stored.end.astimezone(zone),
            appointment=appointment_from(stored.appointment, zone),
        )

    async def amend(self, event_id: str, appointment: Appointment) -> None:
        """Write what changed about an appointment onto its event."""
        with self._asking() as service:
            await service.amend(event_id, appointment_fields(appointment))

    async def delete(self, event_id: str) -> None:
        """Remove an event; gone is fine."""
        with self._asking() as service:
            await service.remove(event_id)

    @contextlib.contextmanager
    def _asking(self) -> Iterator[ScheduleService]:
        """Turn what goes wrong at the service into what the agenda knows."""
        if self._service is None:
            raise CalendarAwayError("SCHEDULE_SERVICE_URL is not set")
        try:
            yield self._service
        except TakenError:
            raise
        except (IntegrationError, KeyError, ValueError) as error:
            logger.warning(
                "calendar_away",
                company_id=self._tenant.company_id,
                detail=getattr(error, "detail", type(error).__name__),
            )
            raise CalendarAwayError from error
