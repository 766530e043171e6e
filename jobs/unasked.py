"""Speaks to a patient first, about an appointment: each message once, also when a process ends half-way."""

from dataclasses import dataclass

import structlog

from agenda.appointment import Appointment
from agenda.calendars import Calendars
from graph.conversations import line
from integrations.clock import Clock
from integrations.redis import Client
from jobs.front_desk import FrontDesk, Transcript
from jobs.outbox import Outbox, parts_of, reply_key
from jobs.turn_in_hand import Part, TurnInHand
from jobs.writing_window import WINDOWED
from nodes.emergency import Emergencies
from tenants.ids import ConversationId, TurnId, UserId
from tenants.tenant import Tenant
from tools.context import Context

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is said, and what instead where the channel no longer lets us write."""

    turn_id: TurnId
    kind: str
    """Names the line in the transcript: `reminder`, `change`."""
    text: str
    options: tuple[tuple[str, str], ...] = ()
    note: str = ""
    """For the clinic's people, past the channel's window; empty says nothing."""
    template: str = ""
    """The approved WhatsApp template that goes out past the window instead of the note."""
    values: tuple[str, ...] = ()
    """What fills the template's places, in order."""


class Unasked:
    """Sends what nobody asked for, and lets the thread know what was said."""

    def __init__(
        self, *, outbox: Outbox, front_desk: FrontDesk, transcript: Transcript, clock: Clock
    ) -> None:
        """Take what a message to a patient needs."""
        self._outbox = outbox
        self._front_desk = front_desk
        self._transcript = transcript
        self._clock = clock

    async def say(
        self, tenant: Tenant, appointment: Appointment, message: Message, *, fresh: bool
    ) -> bool:
        """Send what is missing of a message; False when the patient could not be written to.

        `fresh` says that nobody tried before; else each part is looked for first. Raises IntegrationError.
        """
        patient = appointment.patient
        turn = TurnInHand(
            turn_id=message.turn_id,
            conversation_id=ConversationId(patient.conversation_id),
            entries=(),
            channel=patient.channel or "api",
            language=patient.language or tenant.language,
        )
        shown = await self._outbox.show(tenant, turn.conversation_id)
        reachable = shown is None or shown.can_reply is not False or turn.channel not in WINDOWED
        parts = (
            parts_of(turn.turn_id, message.text, message.options, turn.channel)
            if reachable
            else _outside_window(turn, message)
        )
        for part in parts:
            if fresh or not await self._outbox.stored(tenant, turn, part.key, shown):
                await self._outbox.send(tenant, turn, part)
        if not parts or parts[0].kind == "note":
            return False
        await self._remember(tenant, appointment, turn, message)
        return True

    async def _remember(
        self, tenant: Tenant, appointment: Appointment, turn: TurnInHand, message: Message
    ) -> None:
        context = Context(
            company_id=tenant.company_id,
            user_id=appointment.user_id,
            conversation_id=turn.conversation_id,
            channel=turn.channel,
        )
        message_id = f"{turn.turn_id}.{message.kind}"
        await self._front_desk.remember(tenant, context, ((message_id, "fixed", message.text),))
        said = line(message_id, "assistant", message.text, moment=self._clock(), agent="schedule")
        await self._transcript.append(tenant, UserId(appointment.user_id), [said])


def _outside_window(turn: TurnInHand, message: Message) -> tuple[Part, ...]:
    """Return the approved template, or a note: somebody should call."""
    if message.template and turn.channel.startswith("whatsapp"):
        key = reply_key(turn.turn_id, "window")
        return (
            Part(
                key=key,
                kind="template",
                text=message.text,
                template=message.template,
                values=message.values,
            ),
        )
    if not message.note:
        return ()
    return (Part(key=reply_key(turn.turn_id, "note"), kind="note", text=message.note),)


class SpeaksFirst:
    """What everything that speaks to patients about their appointments, unasked, works with."""

    def __init__(
        self,
        redis: Client,
        *,
        calendars: Calendars,
        unasked: Unasked,
        emergencies: Emergencies,
        clock: Clock,
    ) -> None:
        """Take the agendas, and what speaks to patients."""
        self._redis = redis
        self._calendars = calendars
        self._unasked = unasked
        self._emergencies = emergencies
        self._clock = clock
