"""How a batch of messages becomes what we want to say: the front desk, or fixed words when it cannot."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import structlog
from redis.exceptions import RedisError

from graph.replies import Reply, Turn
from integrations.chatwoot_events import PatientMessage
from jobs.fixed_words import sorry, words_for_staff
from jobs.front_desk import EmergencyText, FrontDesk
from jobs.mailbox import Entry
from jobs.media import Sent, cannot_read, doubted, marker, marks_of, unread_besides
from jobs.numbers import in_fixed_words, numbers_of
from jobs.reminder_answers import ReminderAnswers
from jobs.turn_in_hand import HandOver
from jobs.visit import Visit
from nodes.language import language_of
from nodes.router import graver
from safety.alarm import Alarm
from safety.going_on import goes_on
from tenants.ids import TurnId
from tenants.tenant import Language, Tenant
from tools.context import Context

logger = structlog.get_logger(__name__)

THINKING = 75.0  # seconds for a whole turn; the model's own time-outs are shorter
EMERGENCY = 3.0  # seconds until the fixed text goes out without the graph
TRIES = (0.3, 1.5)  # seconds before a failed turn is thought through again


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What we want to say and do."""

    text: str
    language: str
    agent: str = ""
    options: tuple[tuple[str, str], ...] = ()
    handover: HandOver | None = None
    acted: bool = False
    passages: tuple[str, ...] = ()
    """Ids of the chunks that it rests on."""
    blocked: tuple[str, ...] = ()
    """Kinds of claims for which a draft of the model's was stopped."""
    unanswered: str = ""
    """What documents were searched for in vain."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """What it adds to the company's counters."""
    heard_speech: bool = False
    """The patient sent a voice note."""
    heard: Mapping[str, str] = field(default_factory=dict)
    """By message: what its files say, for whoever reads the conversation."""
    label: str = ""
    note: str = ""
    """For the clinic's people, beside the answer."""


def context_of(tenant: Tenant, message: PatientMessage) -> Context:
    """Return who a turn is for. A hint of the browser counts when the company speaks that language."""
    return Context(
        company_id=tenant.company_id,
        user_id=message.user_id,
        conversation_id=message.conversation_id,
        channel=message.channel,
        language=message.language if message.language in tenant.languages else "",
        patient_name=message.patient_name,
        patient_phone=message.patient_phone,
    )


def alarmed(alarm: Alarm, *, take: bool = True) -> HandOver:
    """Return the hand-over that an alarm asks for."""
    return HandOver(
        reason=alarm.group,
        summary=" … ".join(alarm.evidence),
        urgent=True,
        alarm=alarm.group,
        level=alarm.level,
        take=take,
    )


class Drafting:
    """Gets a draft for a batch, whatever happens: the patient always hears something."""

    def __init__(
        self,
        *,
        front_desk: FrontDesk,
        emergency_text: EmergencyText,
        emergency_seconds: float = EMERGENCY,
        tries: Sequence[float] = TRIES,
        reminded: ReminderAnswers | None = None,
    ) -> None:
        """Take who answers, and the approved texts."""
        self._reminded = reminded
        self._front_desk = front_desk
        self._emergency_text = emergency_text
        self._emergency_seconds = emergency_seconds
        self._tries = tries

    async def draft(
        self,
        visit: Visit,
        turn_id: TurnId,
        batch: Sequence[Entry],
        alarm: Alarm | None,
        *,
        without_model: bool = False,
    ) -> Draft | None:
        """Return a draft, or None when an alarm came in meanwhile: begin again with it.

        `without_model` has the guided agent answer: too much is written at once.
        Raises RedisError when the turn could not be done for want of Redis.
        """
        sent = [Sent(one, visit.ears.files.of(one)) for one in batch]
        said = [one.own_words for one in sent]
        language = self._language(visit.tenant, batch, said)
        marks = marks_of(visit.tenant, sent)
        if not any(one.entering(language) for one in sent):
            draft = await self._unreadable(visit, turn_id, sent, language)
            return replace(draft, **marks)
        context = replace(context_of(visit.tenant, batch[-1].message), without_model=without_model)
        turn = _turn_of(turn_id, context, sent, language)
        if alarm is not None:
            return replace(await self._in_danger(visit, turn, alarm, language), **marks)
        if drafted := await self._of_reminder(visit, turn, said, language):
            return replace(drafted, **marks)
        drafted = await self._thought_through(visit, turn, {one.id for one in batch}, language)
        return (
            None if drafted is None else replace(with_doubts(drafted, visit.tenant, sent), **marks)
        )

    def fixed(self, tenant: Tenant, alarm: Alarm, language: str, *, take: bool = True) -> Draft:
        """Return the approved words for an alarm, without the graph."""
        return Draft(
            text=self._emergency_text(tenant, alarm, cast("Language", language)),
            language=language,
            agent="emergency",
            handover=replace(
                alarmed(alarm, take=take), goes_on=goes_on(tenant, alarm.group, alarm.level)
            ),
            acted=True,
        )

    def _language(self, tenant: Tenant, batch: Sequence[Entry], said: Sequence[str]) -> str:
        return self.language_for(tenant, "\n".join(said), batch[-1].message.language)

    def language_for(self, tenant: Tenant, words: str, hint: str) -> str:
        """Return the language for fixed words: the patient's when it shows, else the company's."""
        told = hint if hint in tenant.languages else ""
        return language_of(words) or told or tenant.language

    async def _unreadable(
        self, visit: Visit, turn_id: TurnId, sent: Sequence[Sent], language: str
    ) -> Draft:
        text = cannot_read(sent[-1].entry.message, sent[-1].readings, visit.tenant, language)
        lines = [(one.entry.id, "user", marker(one.entry.message, language)) for one in sent]
        context = context_of(visit.tenant, sent[-1].entry.message)
        await self._front_desk.remember(
            visit.tenant, context, (*lines, (f"{turn_id}.fixed", "fixed", text))
        )
        return Draft(text=text, language=language, agent="support")

    async def _of_reminder(
        self, visit: Visit, turn: Turn, said: Sequence[str], language: str
    ) -> Draft | None:
        """Return what to say when a reminder was answered plainly, so that no model need read it."""
        if self._reminded is None:
            return None
        text = "\n".join(one for one in said if one)
        heard = await self._reminded.heard(visit.tenant, visit.user, turn.turn_id, text, language)
        if heard is None:
            return None
        lines = [(one, "user", words) for one, words in turn.messages]
        fixed = (f"{turn.turn_id}.fixed", "fixed", heard.text)
        await self._front_desk.remember(visit.tenant, turn.context, (*lines, fixed))
        return Draft(
            text=heard.text,
            language=language,
            agent="schedule",
            handover=heard.handover,
            acted=True,
            numbers=in_fixed_words("schedule", *heard.done),
        )

    async def _in_danger(self, visit: Visit, turn: Turn, alarm: Alarm, language: str) -> Draft:
        """Ask the graph, but not for long, and never let it lower the alarm."""
        try:
            async with asyncio.timeout(self._emergency_seconds):
                reply = await self._front_desk.answer(visit.tenant, turn)
        except Exception:  # The patient is in danger: whatever failed, the fixed text goes out.
            logger.exception("emergency_not_answered_by_graph", turn_id=turn.turn_id)
            return self.fixed(visit.tenant, alarm, language)
        lowered = alarm.level == "emergency" and reply.red_flag_level == "urgent"
        if not reply.red_flag or lowered:
            return self.fixed(visit.tenant, alarm, language)
        return _of_reply(visit.tenant, reply)

    async def _thought_through(
        self, visit: Visit, turn: Turn, known: Collection[str], language: str
    ) -> Draft | None:
        for delay in (*self._tries, None):
            try:
                reply = await self._asked(visit, turn, known)
            except RedisError:
                raise
            except Exception:  # What failed is logged, and the patient hears an apology.
                logger.exception("turn_failed", turn_id=turn.turn_id)
            else:
                return None if reply is None else _of_reply(visit.tenant, reply)
            if delay is not None:
                await asyncio.sleep(delay)
        return Draft(
            text=sorry(language),
            language=language,
            agent="support",
            handover=HandOver(reason=words_for_staff("failed", visit.tenant.language), summary=""),
        )

    async def _asked(self, visit: Visit, turn: Turn, known: Collection[str]) -> Reply | None:
        """Return the reply, or None when an alarm came in first: then the draft is undone."""
        async with asyncio.timeout(THINKING):
            work = asyncio.create_task(self._front_desk.answer(visit.tenant, turn))
            try:
                alarm = await visit.ears.alarm_during(work, known)
                if not alarm:
                    return await work
            finally:
                if not work.done():
                    work.cancel()
                    await asyncio.wait({work})
        await self._front_desk.withdraw(visit.tenant, visit.user, turn.turn_id)
        return None


def _turn_of(turn_id: TurnId, context: Context, sent: Sequence[Sent], language: str) -> Turn:
    """Return what the graph is given: words, and what files say beside them."""
    return Turn(
        turn_id=turn_id,
        context=replace(
            context,
            alarm=graver(*(read.alarm for one in sent for read in one.readings)),
            attached="\n\n".join(text for one in sent if (text := one.attached)),
        ),
        messages=tuple(
            (one.entry.id, one.entering(language) or marker(one.entry.message, language))
            for one in sent
        ),
        spoken={one.entry.id: one.spoken for one in sent if one.spoken},
        shown={one.entry.id: told for one in sent if (told := one.shown(language))},
    )


def with_doubts(draft: Draft, tenant: Tenant, sent: Sequence[Sent]) -> Draft:
    """Add to an answer what was not read, and before it what was hardly understood."""
    if draft.handover is not None:
        return draft
    text = draft.text
    if understood := doubted(sent, draft.language):
        text = f"{understood}\n\n{text}"
    if unread := [one for one in sent if one.unread]:
        text = f"{text}\n\n{unread_besides(unread[-1], tenant, draft.language)}"
    return replace(draft, text=text)


def _of_reply(tenant: Tenant, reply: Reply) -> Draft:
    wish = reply.handoff
    handover = None
    if wish is not None or reply.red_flag:
        handover = HandOver(
            reason=wish["reason"] if wish else reply.red_flag,
            summary=wish["summary"] if wish else "",
            urgent=bool(reply.red_flag) or bool(wish and wish["urgent"]),
            alarm=reply.red_flag,
            level=reply.red_flag_level or "emergency",
            goes_on=goes_on(tenant, reply.red_flag, reply.red_flag_level),
        )
    return Draft(
        text=reply.text,
        language=reply.language,
        agent=reply.agent,
        options=tuple((one["title"], one["value"]) for one in reply.options),
        handover=handover,
        # An emergency's words are never unsaid either.
        acted=reply.acted or bool(reply.red_flag),
        passages=reply.passages,
        blocked=reply.blocked,
        unanswered=reply.unanswered,
        numbers=numbers_of(reply),
    )
