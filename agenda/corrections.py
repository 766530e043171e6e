"""Changes of what an appointment says of its patient, its time aside: the ledger first, then the calendar."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from agenda.appointment import Appointment
from agenda.calendar import Calendar
from agenda.errors import CalendarAwayError, UnknownAppointmentError
from agenda.ledger import Ledger
from tenants.ids import UserId


class Corrections:
    """One company's; what somebody else changed meanwhile stays."""

    def __init__(self, calendar: Calendar, ledger: Ledger) -> None:
        self._calendar = calendar
        self._ledger = ledger

    async def change(
        self, appointment_id: str, changed: Callable[[Appointment], Appointment]
    ) -> Appointment:
        """Write what a function makes of an appointment as it stands now; UnknownAppointmentError."""
        while True:
            entry = await self._ledger.anyones(appointment_id)
            if entry is None:
                raise UnknownAppointmentError(appointment_id)
            new = replace(entry, appointment=changed(entry.appointment))
            if await self._ledger.change(entry, new):
                with contextlib.suppress(CalendarAwayError):
                    # The ledger has it; the calendar shows it with the next change.
                    await self._calendar.amend(entry.event_id, new.appointment)
                return new.appointment

    async def of_patient(
        self, user: UserId, appointment_id: str, *, name: str, phone: str
    ) -> Sequence[Appointment]:
        """Set name or phone right on a patient's own coming appointment, or on all when none is named.

        Raises UnknownAppointmentError when there is none.
        """
        coming = [one.appointment for one in await self._ledger.coming(user)]
        meant = [one for one in coming if appointment_id in {"", one.appointment_id}]
        if not meant:
            raise UnknownAppointmentError(appointment_id)

        def told(appointment: Appointment) -> Appointment:
            if appointment.status != "booked":
                raise UnknownAppointmentError(appointment.appointment_id)
            patient = appointment.patient
            new = replace(patient, name=name or patient.name, phone=phone or patient.phone)
            return replace(appointment, patient=new)

        return [await self.change(one.appointment_id, told) for one in meant]
