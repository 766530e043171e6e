"""Tells patients what staff changed about their appointments in the clinic's own calendar, each change once."""

from datetime import datetime, timedelta

import structlog

from agenda.appointment import Appointment
from agenda.staff_edits import StaffEdit
from integrations.errors import IntegrationError
from integrations.redis import awaitable
from jobs.reminder_words import change_of, unreachable
from jobs.reminders import DAYTIME, LIFE, await_answer
from jobs.thread_lock import EVERYTHING, ThreadLock
from jobs.unasked import Message, SpeaksFirst
from tenants import keys
from tenants.ids import TurnId, UserId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

URGENT = timedelta(hours=12)
"""A visit that was or is so near cannot wait for the morning."""


class StaffChanges(SpeaksFirst):
    """Goes through what a company's staff changed since the patients were told last."""

    async def tell(self, tenant: Tenant) -> int:
        """Tell a company's patients what changed and return how many were told."""
        edits = self._calendars.staff_edits_of(tenant)
        ledger = self._calendars.ledger_of(tenant)
        told = 0
        for appointment_id, edit in (await edits.noted()).items():
            entry = await ledger.anyones(appointment_id)
            if entry is None or not self._matters(tenant, entry.appointment, edit.start):
                await edits.told(appointment_id)
            elif self._may_speak(tenant, entry.appointment, edit.start):
                done = await self._once(tenant, entry.appointment, edit)
                if done is not None:
                    await edits.told(appointment_id)
                    told += done
        return told

    def _matters(self, tenant: Tenant, appointment: Appointment, before: datetime) -> bool:
        """Say whether there is somebody to tell, and something: moved to and fro is nothing."""
        changed = appointment.status == "cancelled" or appointment.start != before
        coming = max(appointment.start, before) > self._clock()
        reachable = appointment.patient.conversation_id and tenant.agenda.tell_staff_changes
        return bool(changed and coming and reachable)

    def _may_speak(self, tenant: Tenant, appointment: Appointment, before: datetime) -> bool:
        now = self._clock()
        awake = DAYTIME[0] <= now.astimezone(tenant.zone).time() < DAYTIME[1]
        return awake or min(appointment.start, before) - now < URGENT

    async def _once(self, tenant: Tenant, appointment: Appointment, edit: StaffEdit) -> bool | None:
        """Tell it under the patient's lock; None leaves it for the next round."""
        user = UserId(appointment.user_id)
        if await self._emergencies.is_open(tenant.company_id, user):
            return None
        lock = ThreadLock(self._redis, tenant.company_id, user)
        if not await lock.take():
            return None
        message = _message(tenant, appointment, edit)
        key = keys.reminder(tenant.company_id, appointment.appointment_id, edit.at, message.kind)
        try:
            state: str | None = await awaitable(self._redis.getset(key, "begun"))
            await self._redis.expire(key, LIFE)
            if state != "sent":
                if await self._unasked.say(tenant, appointment, message, fresh=state is None):
                    await await_answer(self._redis, tenant, appointment)
                await self._redis.set(key, "sent", ex=LIFE)
        except IntegrationError as error:
            logger.warning("change_not_told", company_id=tenant.company_id, detail=error.detail)
            return False if error.permanent else None
        finally:
            await lock.release(EVERYTHING)
        logger.info("change_told", company_id=tenant.company_id)
        return state != "sent"


def _message(tenant: Tenant, appointment: Appointment, edit: StaffEdit) -> Message:
    language = appointment.patient.language or tenant.language
    text, options = change_of(tenant, appointment, edit, language)
    where = appointment.patient.conversation_id
    return Message(
        turn_id=TurnId(f"{where}-{appointment.appointment_id}-{edit.at:x}-c"),
        kind="change",
        text=text,
        options=options,
        note=f"{unreachable(tenant.language, 'change')}\n\n{text}",
    )
