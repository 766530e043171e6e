"""Offers times that became free to those who wait for an earlier one: in turn, each kept for one patient."""

from datetime import timedelta

import structlog

from agenda.appointment import Appointment, Slot
from agenda.booked_agenda import BookedAgenda
from agenda.errors import SlotTakenError
from agenda.visits import Visitor
from integrations.errors import IntegrationError
from integrations.redis import awaitable
from jobs.reminder_words import offer_of
from jobs.reminders import DAYTIME, await_answer
from jobs.thread_lock import EVERYTHING, ThreadLock
from jobs.unasked import Message, SpeaksFirst
from tenants import keys
from tenants.ids import TurnId, UserId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

LOOKED_AT = 50  # free slots among which one is chosen
REMEMBERED = timedelta(days=90)


class EarlierTimes(SpeaksFirst):
    """Goes through a company's waitlist whenever a time has become free."""

    async def offer(self, tenant: Tenant) -> int:
        """Offer what is free now to those who wait, the longest waiting first; return how many."""
        local = self._clock().astimezone(tenant.zone).time()
        if not DAYTIME[0] <= local < DAYTIME[1]:
            return 0
        freed = keys.freed(tenant.company_id)
        if not await awaitable(self._redis.getdel(freed)):
            return 0
        ledger = self._calendars.ledger_of(tenant)
        offered = open_offers = 0
        for appointment_id in await ledger.waiting():
            entry = await ledger.anyones(appointment_id)
            if entry is None or not self._may_move(tenant, entry.appointment):
                await ledger.wait_no_more(appointment_id)
            elif await self._busy_with_us(tenant, entry.appointment):
                open_offers += 1
            elif await self._offered(tenant, entry.appointment):
                offered += 1
        if offered or open_offers:
            # What nobody takes up goes to the next in turn.
            await self._redis.set(freed, "1", ex=timedelta(days=1))
        return offered

    def _may_move(self, tenant: Tenant, appointment: Appointment) -> bool:
        lead = appointment.start - self._clock()
        return appointment.status == "booked" and lead > tenant.agenda.cancel_notice

    async def _busy_with_us(self, tenant: Tenant, appointment: Appointment) -> bool:
        """Say whether a patient has an offer or a booking in hand, or other cares."""
        user = UserId(appointment.user_id)
        return await self._calendars.agenda_of(tenant).holds(
            user
        ) or await self._emergencies.is_open(tenant.company_id, user)

    async def _offered(self, tenant: Tenant, appointment: Appointment) -> bool:
        """Keep the earliest time that was not offered yet, and say so; False when there is none."""
        if not appointment.patient.conversation_id:
            return False
        agenda, user = self._calendars.agenda_of(tenant), UserId(appointment.user_id)
        seen = keys.earlier_offers(tenant.company_id, appointment.appointment_id)
        slot = await self._free(agenda, appointment, seen)
        if slot is None:
            return False
        lock = ThreadLock(self._redis, tenant.company_id, user)
        if not await lock.take():
            return False
        try:
            await agenda.hold(user, slot.slot_id, _visitor(appointment))
            # Noted before it is said: an offer may be lost with a process, never made twice.
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.sadd(seen, slot.slot_id)
                pipe.expire(seen, REMEMBERED)
                await pipe.execute()
            told = await self._tell(tenant, appointment, slot)
            if not told:
                await agenda.release(user)
        except SlotTakenError:
            return False
        except IntegrationError as error:
            logger.warning("offer_not_sent", company_id=tenant.company_id, detail=error.detail)
            await agenda.release(user)
            return False
        finally:
            await lock.release(EVERYTHING)
        return told

    async def _free(self, agenda: BookedAgenda, appointment: Appointment, seen: str) -> Slot | None:
        slots = await agenda.free_slots(
            appointment.treatment_id,
            self._clock(),
            appointment.start,
            limit=LOOKED_AT,
            each_start_once=True,
            visitor=_visitor(appointment),
        )
        offered: set[str] = await awaitable(self._redis.smembers(seen))
        return next((one for one in slots if one.slot_id not in offered), None)

    async def _tell(self, tenant: Tenant, appointment: Appointment, slot: Slot) -> bool:
        """Send the offer; False when the channel no longer lets us write."""
        patient = appointment.patient
        start = int(slot.start.timestamp())
        message = Message(
            turn_id=TurnId(f"{patient.conversation_id}-{appointment.appointment_id}-{start:x}-0"),
            kind="offer",
            text=offer_of(tenant, appointment, slot, patient.language or tenant.language),
        )
        if not await self._unasked.say(tenant, appointment, message, fresh=True):
            return False
        await await_answer(self._redis, tenant, appointment, slot_id=slot.slot_id)
        return True


def _visitor(appointment: Appointment) -> Visitor:
    return Visitor(
        user=UserId(appointment.user_id),
        name=appointment.patient.name,
        giving_up=appointment.appointment_id,
    )
