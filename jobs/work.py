"""A worker, put together from a process's parts."""

import asyncio
from typing import TypeVar

from jobs.agenda_upkeep import AgendaUpkeep
from jobs.answer_patient import AnswerPatient
from jobs.consents import Consents
from jobs.delivery import Delivery, Manners
from jobs.drafting import Drafting
from jobs.earlier_times import EarlierTimes
from jobs.handoff import HandOff
from jobs.ingest_documents import IngestDocuments
from jobs.left_to_people import LeftToPeople
from jobs.notices import Notices
from jobs.open_conversation import OpenConversation
from jobs.pace import Pace
from jobs.parts import Parts
from jobs.reminder_answers import ReminderAnswers
from jobs.reminders import Reminders
from jobs.runner import Runner
from jobs.staff_changes import StaffChanges
from jobs.unasked import SpeaksFirst, Unasked
from jobs.wake_ups import INGEST, open_queue
from jobs.worker import run_worker
from safety.emergency_texts import text_for
from tenants.tenant import Tenant

First = TypeVar("First", bound=SpeaksFirst)


def _drafting(parts: Parts) -> Drafting:
    return Drafting(
        front_desk=parts.answering.front_desk,
        emergency_text=text_for,
        reminded=ReminderAnswers(parts.redis, parts.calendars, parts.answering.emergencies),
    )


def _delivery(parts: Parts) -> Delivery:
    handoff = HandOff(
        chatwoots=parts.mail.chatwoots,
        outbox=parts.mail.outbox,
        status=parts.mail.bot_status,
        pager=parts.paging.pager,
        emergencies=parts.answering.emergencies,
        clock=parts.clock,
    )
    return Delivery(
        outbox=parts.mail.outbox,
        handoff=handoff,
        status=parts.mail.bot_status,
        transcript=parts.answering.conversations,
        front_desk=parts.answering.front_desk,
        clock=parts.clock,
        manners=Manners(),
        waiting=parts.waiting_room(),
        notices=Notices(Consents(parts.redis, parts.clock)),
        numbers=parts.numbers(),
        learning=parts.learning(),
    )


def answering(parts: Parts) -> AnswerPatient:
    """Return what empties mailboxes."""
    drafting, delivery = _drafting(parts), _delivery(parts)
    pace = Pace(parts.redis, parts.limits, parts.answering.emergencies)
    return AnswerPatient(
        parts.redis,
        directory=parts.directory,
        mailbox=parts.mail.mailbox,
        screen=parts.ground.shipped.red_flags,
        transcript=parts.answering.conversations,
        reader=parts.media.attachments,
        drafting=drafting,
        delivery=delivery,
        outbox=parts.mail.outbox,
        status=parts.mail.bot_status,
        front_desk=parts.answering.front_desk,
        clock=parts.clock,
        pace=pace,
        people=LeftToPeople(
            drafting=drafting,
            delivery=delivery,
            status=parts.mail.bot_status,
            emergencies=parts.answering.emergencies,
            pace=pace,
            numbers=parts.numbers(),
            waiting=parts.waiting_room(),
            clock=parts.clock,
        ),
    )


def upkeep_of(parts: Parts) -> AgendaUpkeep:
    """Return what looks after the agendas."""
    unasked = Unasked(
        outbox=parts.mail.outbox,
        front_desk=parts.answering.front_desk,
        transcript=parts.answering.conversations,
        clock=parts.clock,
    )
    reminders = _speaking_first(Reminders, parts, unasked)
    changes = _speaking_first(StaffChanges, parts, unasked)
    earlier = _speaking_first(EarlierTimes, parts, unasked)

    async def mend(tenant: Tenant) -> None:
        await parts.calendars.mending_of(tenant).run()

    async def follow(tenant: Tenant) -> None:
        if sync := parts.calendars.sync_of(tenant):
            await sync.run()

    tasks = (mend, follow, changes.tell, reminders.send_due, earlier.offer)
    return AgendaUpkeep(parts.redis, parts.directory, tasks)


def _speaking_first(kind: type[First], parts: Parts, unasked: Unasked) -> First:
    return kind(
        parts.redis,
        calendars=parts.calendars,
        unasked=unasked,
        emergencies=parts.answering.emergencies,
        clock=parts.clock,
    )


async def work(parts: Parts, stop: asyncio.Event, *, concurrency: int) -> None:
    """Answer patients until `stop` is set, then finish the turns in hand."""
    runner = Runner(
        parts.redis,
        answer_patient=answering(parts),
        mailbox=parts.mail.mailbox,
        clock=parts.clock,
        concurrency=concurrency,
        in_danger=parts.ground.shipped.red_flags.rules,
        metrics=parts.metrics,
    )
    ingest = IngestDocuments(parts.redis, parts.knowledge.ingestion, parts.directory, parts.clock)
    ingesting = asyncio.create_task(ingest.run_forever(), name="documents")
    upkeep = asyncio.create_task(upkeep_of(parts).keep(), name="agenda")
    paging = asyncio.create_task(parts.paging.paging.keep(), name="paging")
    try:
        with parts.mail.wake_ups.near(runner.begin):
            await run_worker(
                queue=open_queue(parts.ground.redis_url, waiting=True),
                runner=runner,
                open_conversation=OpenConversation(
                    directory=parts.directory, chatwoots=parts.mail.chatwoots
                ),
                stop=stop,
                others=[(INGEST, ingest.wake)],
            )
    finally:
        # What was embedded is kept; another process goes on.
        beside = {ingesting, upkeep, paging}
        for task in beside:
            task.cancel()
        await asyncio.wait(beside)
