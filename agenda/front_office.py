"""One company's agenda as its staff work with it: every patient's appointments, bound by no notice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agenda.appointment import Appointment, Patient, Status
from agenda.booked_agenda import BookedAgenda
from agenda.calendar import Calendar
from agenda.corrections import Corrections
from agenda.errors import NotNowError, UnknownAppointmentError
from agenda.ledger import Entry, Ledger
from integrations.clock import Clock
from tenants.ids import UserId
from tenants.tenant import Tenant


def unhurried(tenant: Tenant) -> Tenant:
    """Return the company as its staff see it: they may act until an appointment begins."""
    rules = tenant.agenda.model_copy(
        update={"minimum_notice": timedelta(0), "cancel_notice": timedelta(0)}
    )
    return tenant.model_copy(update={"agenda": rules})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which appointments: those that start in [after, before)."""

    after: datetime
    before: datetime
    user: UserId | None = None
    status: Status | None = None
    staff_id: str = ""

    def takes(self, appointment: Appointment) -> bool:
        """Say whether an appointment is one of them, its time aside."""
        return (
            (self.user is None or appointment.user_id == self.user)
            and (self.status is None or appointment.status == self.status)
            and (not self.staff_id or appointment.staff_id == self.staff_id)
        )


class FrontOffice:
    """What the people of a clinic do with appointments: same engine, same holds as the patients'."""

    def __init__(
        self,
        agenda: BookedAgenda,
        *,
        company: Tenant,
        calendar: Calendar,
        ledger: Ledger,
        clock: Clock,
    ) -> None:
        """Take the `unhurried` company with its agenda, and the records behind it."""
        self.company = company
        self.agenda = agenda
        self._corrections = Corrections(calendar, ledger)
        self._ledger = ledger
        self._clock = clock

    async def page(
        self, wanted: Wanted, *, offset: int, limit: int
    ) -> tuple[int, Sequence[Appointment]]:
        """Return how many there are, and one page of them, earliest first."""
        found = [
            entry.appointment
            async for entry in self._ledger.between(wanted.after, wanted.before, wanted.user)
            if wanted.takes(entry.appointment)
        ]
        return len(found), found[offset : offset + limit]

    async def find(self, appointment_id: str) -> Appointment:
        """Return an appointment; UnknownAppointmentError."""
        return (await self._entry(appointment_id)).appointment

    async def book(
        self, user: UserId, slot_id: str, patient: Patient, *, exempt: bool = False
    ) -> Appointment:
        """Book an offered slot for a patient as they would; `exempt` is from the rules between visits."""
        if not patient.conversation_id:
            patient = await self._where_they_write(user, patient)
        return await self.agenda.book(user, slot_id, patient, exempt=exempt)

    async def _where_they_write(self, user: UserId, patient: Patient) -> Patient:
        """Let reminders find who wrote to us before: their latest visit says where that was."""
        for entry in reversed(await self._ledger.visits(user)):
            if (known := entry.appointment.patient).conversation_id:
                return replace(
                    patient,
                    conversation_id=known.conversation_id,
                    channel=known.channel,
                    language=known.language,
                )
        return patient

    async def move(self, appointment_id: str, slot_id: str, *, exempt: bool = False) -> Appointment:
        """Move an appointment to an offered slot; NotNowError once it is cancelled or has begun."""
        appointment = await self._standing(appointment_id)
        user = UserId(appointment.user_id)
        return await self.agenda.move(user, appointment_id, slot_id, exempt=exempt)

    async def cancel(self, appointment_id: str) -> Appointment:
        """Cancel an appointment that has not begun; twice is once; NotNowError after a no-show."""
        appointment = await self.find(appointment_id)
        if appointment.status == "no_show":
            raise NotNowError(appointment_id)
        return await self.agenda.cancel(UserId(appointment.user_id), appointment_id)

    async def mark(self, appointment_id: str, *, came: bool) -> Appointment:
        """Note that a patient did not come, or take that back; NotNowError before it begins."""

        def marked(appointment: Appointment) -> Appointment:
            if appointment.status == "cancelled" or appointment.start > self._clock():
                raise NotNowError(appointment_id)
            return replace(appointment, status="booked" if came else "no_show")

        return await self._corrections.change(appointment_id, marked)

    async def confirm(self, appointment_id: str) -> Appointment:
        """Note that the patient said they come; NotNowError once it is cancelled."""

        def confirmed(appointment: Appointment) -> Appointment:
            if appointment.status != "booked":
                raise NotNowError(appointment_id)
            return replace(appointment, confirmed=True)

        return await self._corrections.change(appointment_id, confirmed)

    async def note(self, appointment_id: str, notes: str) -> Appointment:
        """Replace the notes of an appointment."""

        def noted(appointment: Appointment) -> Appointment:
            return replace(appointment, patient=replace(appointment.patient, notes=notes))

        return await self._corrections.change(appointment_id, noted)

    async def _standing(self, appointment_id: str) -> Appointment:
        appointment = await self.find(appointment_id)
        if appointment.status != "booked":
            raise NotNowError(appointment_id)
        return appointment

    async def _entry(self, appointment_id: str) -> Entry:
        entry = await self._ledger.anyones(appointment_id)
        if entry is None:
            raise UnknownAppointmentError(appointment_id)
        return entry
