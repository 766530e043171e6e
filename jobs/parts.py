"""Everything that a process of ours works with, open: made in server.py, handed to routes and commands."""

import asyncio
import importlib
from dataclasses import dataclass

import structlog

from agenda.calendars import Calendars
from integrations.chatwoot import Chatwoot
from integrations.clock import Clock
from integrations.errors import IntegrationError
from integrations.metrics import Metrics
from integrations.rate_limits import RateLimits
from integrations.redis import Client
from jobs.answering_parts import AnsweringParts
from jobs.company_stores import CompanyStores
from jobs.copied_conversations import CopiedConversations
from jobs.erasure import PatientData
from jobs.ground import Ground
from jobs.knowledge_parts import KnowledgeParts
from jobs.learning import Learning
from jobs.live_turns import LiveTurns
from jobs.mail_parts import MailParts
from jobs.media_parts import MediaParts
from jobs.numbers import Numbers
from jobs.paging_parts import PagingParts
from jobs.try_out import TryOut
from jobs.waiting_room import WaitingRoom
from knowledge.library import CompanyLibrary
from tenants.budget import Budget
from tenants.json_directory import JsonDirectory
from tenants.reloads import Reloads
from tenants.sealing import Sealing
from tenants.tenant import Tenant
from tenants.usage import Usage

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that a process of ours works with, open."""

    ground: Ground
    directory: JsonDirectory
    reloads: Reloads
    companies: CompanyStores
    sealing: Sealing
    usage: Usage
    budget: Budget
    limits: RateLimits
    knowledge: KnowledgeParts
    calendars: Calendars
    answering: AnsweringParts
    media: MediaParts
    mail: MailParts
    paging: PagingParts
    live_turns: LiveTurns

    @property
    def redis(self) -> Client:
        """The connection."""
        return self.ground.redis

    @property
    def clock(self) -> Clock:
        """The time."""
        return self.ground.clock

    @property
    def metrics(self) -> Metrics:
        """The numbers of this process."""
        return self.ground.metrics

    async def watch_companies(self) -> None:
        """Follow PostgreSQL, where there is one, and copy into it what Redis knows, for ever."""
        database = self.companies.database
        if database is None:
            return
        # Loaded only where there is a database.
        from jobs.database_copies import DatabaseCopies

        copies = DatabaseCopies(
            self.redis,
            served=self.directory.companies,
            store=database.store,
            copies=database.copies,
            usage=self.usage,
            clock=self.clock,
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(self.companies.watch(self.directory.refresh))
            group.create_task(copies.keep())

    def numbers(self) -> Numbers:
        """Return what counts turns."""
        return Numbers(self.usage, self.clock, keeps_turns=self.companies.database is not None)

    def patient_data(self) -> PatientData:
        """Return all that is kept of patients."""
        database = self.companies.database
        return PatientData(
            self.redis,
            conversations=self.answering.conversations,
            calendars=self.calendars,
            clock=self.clock,
            gaps=self.knowledge.gaps,
            copied=CopiedConversations(self.redis, database.copies) if database else None,
        )

    def waiting_room(self) -> WaitingRoom:
        """Return who waits for people."""
        return WaitingRoom(self.redis, self.clock)

    def learning(self) -> Learning:
        """Return what makes proposals of people's answers."""
        return Learning(self.redis, self.knowledge.documents, self.knowledge.gaps, self.clock)

    def try_out(self) -> TryOut:
        """Return what answers a tester at once."""
        return TryOut(
            redis=self.redis,
            front_desk=self.answering.front_desk,
            conversations=self.answering.conversations,
            clock=self.clock,
            numbers=self.numbers(),
        )

    async def warm(self) -> None:
        """Load what the first patient should not wait for; without the embedder words decide alone."""
        if any(one.model.api_key for one in self.directory.companies()):
            # Most of a second to import: in a thread, and only where a model speaks.
            await asyncio.to_thread(importlib.import_module, "integrations.openai")
        await self.limits.warm()
        try:
            await self.ground.shipped.embedder.warm()
            await self.ground.shipped.red_flags.warm()
            await self.ground.shipped.nearest.warm()
        except IntegrationError as error:
            logger.warning("embedder_not_ready", reason=error.detail)

    def library_of(self, tenant: Tenant) -> CompanyLibrary:
        """Return a company's documents as they are searched."""
        return CompanyLibrary(tenant, self.redis, self.knowledge.embedders, loads=True)

    def chatwoot_of(self, tenant: Tenant) -> Chatwoot | None:
        """Return a company's Chatwoot client, or None when it is not connected."""
        try:
            return self.mail.chatwoots.of(tenant)
        except IntegrationError:
            return None
