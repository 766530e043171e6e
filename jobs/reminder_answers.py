"""A patient answers a reminder: confirmed or cancelled at once, without a model; anything else is for the agents."""

import json
from dataclasses import dataclass

from agenda.appointment import Appointment
from agenda.calendars import Calendars
from agenda.errors import AgendaError, NotNowError, TooLateError, UnknownAppointmentError
from integrations.redis import Client, awaitable
from jobs.reminder_words import Answer, answer_in, answered, declines, taken_up
from jobs.turn_in_hand import HandOver
from nodes.emergency import Emergencies
from tenants import keys
from tenants.ids import TurnId, UserId
from tenants.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is said back, and who must see to it."""

    text: str
    handover: HandOver | None = None
    done: tuple[str, ...] = ()
    """What is counted as done: `confirmations`, `cancellations`, `moves`."""


class ReminderAnswers:
    """Knows who was reminded of what; only the first words after a reminder answer it."""

    def __init__(self, redis: Client, calendars: Calendars, emergencies: Emergencies) -> None:
        """Take the agendas and who must not be bothered."""
        self._redis = redis
        self._calendars = calendars
        self._emergencies = emergencies

    async def heard(
        self, tenant: Tenant, user: UserId, turn_id: TurnId, text: str, language: str
    ) -> Heard | None:
        """Act on an answer and return what to say; None when the agents must read it.

        The same turn again does the same again; CalendarAwayError cannot happen.
        """
        key = keys.reminded(tenant.company_id, user)
        stored = await awaitable(self._redis.get(key))
        if stored is None:
            return None
        note = json.loads(stored)
        if note["turn_id"] not in {"", turn_id}:
            return None
        spent = json.dumps({**note, "turn_id": turn_id})
        await self._redis.set(key, spent, xx=True, keepttl=True)
        if await self._emergencies.is_open(tenant.company_id, user):
            return None
        if slot_id := note.get("slot_id"):
            return await self._offered(
                tenant, user, (str(note["appointment_id"]), str(slot_id)), text, language
            )
        wish = answer_in(text)
        if wish is None:
            return None
        try:
            return await self._done(tenant, user, str(note["appointment_id"]), wish, language)
        except (UnknownAppointmentError, NotNowError):
            # It was cancelled or moved since: the agents know.
            return None

    async def _done(
        self, tenant: Tenant, user: UserId, appointment_id: str, wish: Answer, language: str
    ) -> Heard:
        office = self._calendars.front_office_of(tenant)
        appointment = await office.find(appointment_id)
        if appointment.user_id != user:
            raise UnknownAppointmentError(appointment_id)
        if wish == "confirm":
            confirmed = await office.confirm(appointment_id)
            return Heard(
                text=answered(tenant, confirmed, "confirm", language), done=("confirmations",)
            )
        try:
            cancelled = await self._calendars.agenda_of(tenant).cancel(user, appointment_id)
        except TooLateError:
            return self._too_late(tenant, appointment, language)
        return Heard(text=answered(tenant, cancelled, "cancel", language), done=("cancellations",))

    async def _offered(
        self, tenant: Tenant, user: UserId, offer: tuple[str, str], text: str, language: str
    ) -> Heard | None:
        """Take an earlier time up, or leave it; whatever else is said is for the agents."""
        agenda = self._calendars.agenda_of(tenant)
        old = next(
            (one for one in await agenda.appointments_of(user) if one.appointment_id == offer[0]),
            None,
        )
        if old is None:
            return None
        if answer_in(text) != "confirm":
            await agenda.release(user)
            return Heard(text=taken_up(tenant, old, "kept", language)) if declines(text) else None
        try:
            moved = await agenda.move(user, *offer)
        except AgendaError:
            return Heard(text=taken_up(tenant, old, "gone", language))
        await self._calendars.ledger_of(tenant).wait_no_more(offer[0])
        return Heard(text=taken_up(tenant, moved, "moved", language), done=("moves",))

    def _too_late(self, tenant: Tenant, appointment: Appointment, language: str) -> Heard:
        wish = HandOver(
            reason=answered(tenant, appointment, "too_late", tenant.language), summary=""
        )
        return Heard(text=answered(tenant, appointment, "too_late", language), handover=wish)
