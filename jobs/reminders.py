"""Reminds patients of what they booked: once a day before and once shortly before, wherever they wrote."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog

from agenda.appointment import Appointment
from agenda.front_office import Wanted
from integrations.errors import IntegrationError
from integrations.redis import Client, awaitable
from jobs.reminder_words import reminder_of, template_values, unreachable
from jobs.thread_lock import EVERYTHING, ThreadLock
from jobs.unasked import Message, SpeaksFirst
from tenants import keys
from tenants.ids import TurnId, UserId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

DAYTIME = time(7), time(21)  # by the company's clock; nobody is woken
MOST = 10_000  # appointments looked at in one round
LIFE = timedelta(days=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A reminder whose time has come."""

    appointment: Appointment
    hours: int

    @property
    def user(self) -> UserId:
        """Who is reminded."""
        return UserId(self.appointment.user_id)

    @property
    def turn_id(self) -> TurnId:
        """Name the reminder as a turn: an appointment that moved is reminded under another name."""
        where = self.appointment.patient.conversation_id
        start = int(self.appointment.start.timestamp())
        return TurnId(f"{where}-{self.appointment.appointment_id}-{start:x}-{self.hours}")


class Reminders(SpeaksFirst):
    """Sends what is due, each reminder once, also when a process ends half-way."""

    async def send_due(self, tenant: Tenant) -> int:
        """Send a company's reminders whose time has come and return how many went out."""
        now = self._clock()
        local = now.astimezone(tenant.zone).time()
        if not tenant.agenda.reminder_hours or not DAYTIME[0] <= local < DAYTIME[1]:
            return 0
        return sum([await self._send_once(tenant, one) for one in await self._due(tenant, now)])

    async def _due(self, tenant: Tenant, now: datetime) -> Sequence[Due]:
        furthest = timedelta(hours=max(tenant.agenda.reminder_hours))
        wanted = Wanted(after=now, before=now + furthest + timedelta(seconds=1), status="booked")
        office = self._calendars.front_office_of(tenant)
        _, coming = await office.page(wanted, offset=0, limit=MOST)
        found = [_due(one, now, tenant.agenda.reminder_hours) for one in coming]
        return [one for one in found if one is not None]

    async def _send_once(self, tenant: Tenant, due: Due) -> bool:
        start = int(due.appointment.start.timestamp())
        key = keys.reminder(
            tenant.company_id, due.appointment.appointment_id, start, str(due.hours)
        )
        state = await awaitable(self._redis.get(key))
        if state in {"sent", "refused"}:
            return False
        if await self._emergencies.is_open(tenant.company_id, due.user):
            return False
        lock = ThreadLock(self._redis, tenant.company_id, due.user)
        if not await lock.take():
            # The patient is being answered; the next round comes soon.
            return False
        try:
            if not await self._stands(tenant, due):
                return False
            await self._redis.set(key, "begun", ex=LIFE)
            await self._send(tenant, due, fresh=state is None)
            await self._redis.set(key, "sent", ex=LIFE)
        except IntegrationError as error:
            if error.permanent:
                await self._redis.set(key, "refused", ex=LIFE)
            logger.warning("reminder_not_sent", company_id=tenant.company_id, detail=error.detail)
            return False
        finally:
            await lock.release(EVERYTHING)
        logger.info("reminder_sent", company_id=tenant.company_id, hours=due.hours)
        return True

    async def _send(self, tenant: Tenant, due: Due, *, fresh: bool) -> None:
        language = due.appointment.patient.language or tenant.language
        text, options = reminder_of(tenant, due.appointment, language)
        message = Message(
            turn_id=due.turn_id,
            kind="reminder",
            text=text,
            options=options,
            note=f"{unreachable(tenant.language)}\n\n{text}",
            template=tenant.inbox.reminder_template,
            values=template_values(tenant, due.appointment, language),
        )
        if await self._unasked.say(tenant, due.appointment, message, fresh=fresh):
            await await_answer(self._redis, tenant, due.appointment)

    async def _stands(self, tenant: Tenant, due: Due) -> bool:
        """Look again under the patient's lock: it may have been cancelled or moved meanwhile."""
        entry = await self._calendars.ledger_of(tenant).anyones(due.appointment.appointment_id)
        if entry is None or entry.appointment.status != "booked":
            return False
        return entry.appointment.start == due.appointment.start


async def await_answer(
    redis: Client, tenant: Tenant, appointment: Appointment, *, slot_id: str = ""
) -> None:
    """Note that the patient's next words may answer what was said of an appointment, or an offer for it."""
    key = keys.reminded(tenant.company_id, UserId(appointment.user_id))
    note = {"appointment_id": appointment.appointment_id, "turn_id": ""}
    offer = {"slot_id": slot_id} if slot_id else {}
    await redis.set(key, json.dumps(note | offer), ex=timedelta(days=1 if slot_id else 2))


def _due(appointment: Appointment, now: datetime, hours_before: Sequence[int]) -> Due | None:
    """Return the reminder that an appointment needs now: the latest whose time has come."""
    begun = [one for one in hours_before if appointment.start - now <= timedelta(hours=one)]
    if not begun or not appointment.patient.conversation_id:
        return None
    hours = min(begun)
    if appointment.created_at >= appointment.start - timedelta(hours=hours):
        # Booked after that moment: nobody has forgotten it yet.
        return None
    return Due(appointment=appointment, hours=hours)
