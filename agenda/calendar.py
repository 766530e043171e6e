"""Where appointments are kept: what the agenda asks of any calendar, ours or one outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agenda.appointment import Appointment
from agenda.slots import BusyTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An appointment as it lies on a calendar: whom and what it occupies, buffers included."""

    event_id: str
    """Derived from the slot: two bookings of one slot have the same id, and the second is refused."""
    names: tuple[str, ...]
    """Ids of the staff member and of every resource."""
    start: datetime
    end: datetime
    appointment: Appointment


class Calendar(Protocol):
    """One company's calendar. Times that somebody entered by hand count as busy too.

    Any of these may raise CalendarAwayError; whether an insert was carried out is unknown then.
    """

    async def busy(self, names: Sequence[str], after: datetime, before: datetime) -> BusyTimes:
        """Return what is taken between two moments, by name, sorted by end."""
        ...

    async def insert(self, event: Event, *, instead_of: str = "") -> None:
        """Enter an event; the event that it replaces does not stand in its way.

        Raises SlotTakenError when its id or its time is taken, EventIdUsedError when its id was
        an event's that is gone.
        """
        ...

    async def find(self, event_id: str) -> Event | None:
        """Return an event, or None."""
        ...

    async def amend(self, event_id: str, appointment: Appointment) -> None:
        """Write what changed about an appointment onto its event; the time stays. Gone is fine."""
        ...

    async def delete(self, event_id: str) -> None:
        """Remove an event; one that is gone already is fine."""
        ...
