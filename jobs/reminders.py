"""Reminds patients of what they booked: once a day before and once shortly before, wherever they wrote."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog

from agenda.appointment import Appointment
from agenda.calendars import Calendars
from agenda.front_office import Wanted
from graph.conversations import line
from integrations.clock import Clock
from integrations.errors import IntegrationError
from integrations.redis import Client, awaitable
from jobs.delivery import WINDOWED
from jobs.front_desk import FrontDesk, Transcript
from jobs.outbox import Outbox, parts_of, reply_key
from jobs.reminder_words import reminder_of, unreachable
from jobs.thread_lock import EVERYTHING, ThreadLock
from jobs.turn_in_hand import Part, TurnInHand
from nodes.emergency import Emergencies
from tenants import keys
from tenants.ids import ConversationId, TurnId, UserId
from tenants.tenant import Tenant
from tools.context import Context

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


class Reminders:
    """Sends what is due, each reminder once, also when a process ends half-way."""

    def __init__(
        self,
        redis: Client,
        *,
        calendars: Calendars,
        outbox: Outbox,
        front_desk: FrontDesk,
        transcript: Transcript,
        emergencies: Emergencies,
        clock: Clock,
    ) -> None:
        """Take the agendas, and what a message to a patient needs."""
        self._redis = redis
        self._calendars = calendars
        self._outbox = outbox
        self._front_desk = front_desk
        self._transcript = transcript
        self._emergencies = emergencies
        self._clock = clock

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
        """Send the parts that are missing, and let the thread know what was said."""
        patient = due.appointment.patient
        turn = TurnInHand(
            turn_id=due.turn_id,
            conversation_id=ConversationId(patient.conversation_id),
            entries=(),
            channel=patient.channel or "api",
            language=patient.language or tenant.language,
        )
        shown = await self._outbox.show(tenant, turn.conversation_id)
        reachable = shown is None or shown.can_reply is not False or turn.channel not in WINDOWED
        text, options = reminder_of(tenant, due.appointment, turn.language)
        parts = (
            parts_of(turn.turn_id, text, options, turn.channel)
            if reachable
            else self._outside_window(tenant, turn, text)
        )
        for part in parts:
            if fresh or not await self._outbox.stored(tenant, turn, part.key, shown):
                await self._outbox.send(tenant, turn, part)
        if parts and parts[0].kind != "note":
            await self._remember(tenant, due, turn, text)

    def _outside_window(self, tenant: Tenant, turn: TurnInHand, text: str) -> tuple[Part, ...]:
        """Return the approved template, or a note: somebody should call."""
        template = tenant.inbox.reminder_template
        if template and turn.channel.startswith("whatsapp"):
            key = reply_key(turn.turn_id, "window")
            return (Part(key=key, kind="template", text=text, template=template),)
        note = f"{unreachable(tenant.language)}\n\n{text}"
        return (Part(key=reply_key(turn.turn_id, "note"), kind="note", text=note),)

    async def _remember(self, tenant: Tenant, due: Due, turn: TurnInHand, text: str) -> None:
        context = Context(
            company_id=tenant.company_id,
            user_id=due.user,
            conversation_id=turn.conversation_id,
            channel=turn.channel,
        )
        message_id = f"{turn.turn_id}.reminder"
        await self._front_desk.remember(tenant, context, ((message_id, "fixed", text),))
        said = line(message_id, "assistant", text, moment=self._clock(), agent="schedule")
        await self._transcript.append(tenant, due.user, [said])
        note = {"appointment_id": due.appointment.appointment_id, "turn_id": ""}
        await self._redis.set(
            keys.reminded(tenant.company_id, due.user), json.dumps(note), ex=timedelta(days=2)
        )


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
