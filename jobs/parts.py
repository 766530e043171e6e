"""Everything that a process of ours works with, open: made in server.py, handed to routes and commands."""

import asyncio
import importlib
from dataclasses import dataclass

import httpx
import structlog

from agenda.calendars import Calendars
from graph.answer import FrontDesk
from graph.checkpoints import Checkpoints
from graph.compiled import CompiledGraphs
from graph.conversations import Conversations
from graph.emergencies import OpenEmergencies
from integrations.chatwoot import Chatwoot
from integrations.clock import Clock
from integrations.errors import IntegrationError
from integrations.local_embedder import LocalEmbedder
from integrations.metrics import Metrics
from integrations.rate_limits import RateLimits
from integrations.redis import Client, RedisFacts
from jobs.attachments import Attachments
from jobs.chatwoots import Chatwoots
from jobs.company_stores import CompanyStores
from jobs.copied_conversations import CopiedConversations
from jobs.erasure import PatientData
from jobs.learning import Learning
from jobs.live_turns import LiveTurns
from jobs.mailbox import Mailbox
from jobs.numbers import Numbers
from jobs.outbox import Outbox
from jobs.ownership import BotStatus
from jobs.paging_parts import PagingParts
from jobs.patient_files import PatientFiles
from jobs.photos import Photos
from jobs.spoken_answers import Voice
from jobs.try_out import TryOut
from jobs.voice_notes import VoiceNotes
from jobs.waiting_room import WaitingRoom
from jobs.wake_ups import WakeUps
from knowledge.documents import Documents
from knowledge.embedders import Embedders
from knowledge.gaps import Gaps
from knowledge.ingestion import Ingestion
from knowledge.library import CompanyLibrary
from knowledge.loading import Loading
from knowledge.repair import Repair
from knowledge.uploads import Uploads
from nodes.nearest_agent import NearestAgent
from safety.red_flags import RedFlags
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

    redis: Client
    redis_url: str
    redis_facts: RedisFacts
    directory: JsonDirectory
    reloads: Reloads
    companies: CompanyStores
    sealing: Sealing
    documents: Documents
    uploads: Uploads
    ingestion: Ingestion
    repair: Repair
    gaps: Gaps
    calendars: Calendars
    loading: Loading
    embedder: LocalEmbedder
    embedders: Embedders
    nearest: NearestAgent
    red_flags: RedFlags
    emergencies: OpenEmergencies
    checkpoints: Checkpoints
    graphs: CompiledGraphs
    front_desk: FrontDesk
    conversations: Conversations
    chatwoots: Chatwoots
    mailbox: Mailbox
    outbox: Outbox
    bot_status: BotStatus
    wake_ups: WakeUps
    models_http: httpx.AsyncClient
    photos: Photos
    patient_files: PatientFiles
    voice_notes: VoiceNotes
    attachments: Attachments
    voice: Voice
    clock: Clock
    metrics: Metrics
    usage: Usage
    budget: Budget
    limits: RateLimits
    live_turns: LiveTurns
    paging: PagingParts

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
            conversations=self.conversations,
            calendars=self.calendars,
            clock=self.clock,
            gaps=self.gaps,
            copied=CopiedConversations(self.redis, database.copies) if database else None,
        )

    def waiting_room(self) -> WaitingRoom:
        """Return who waits for people."""
        return WaitingRoom(self.redis, self.clock)

    def learning(self) -> Learning:
        """Return what makes proposals of people's answers."""
        return Learning(self.redis, self.documents, self.gaps, self.clock)

    def try_out(self) -> TryOut:
        """Return what answers a tester at once."""
        return TryOut(
            redis=self.redis,
            front_desk=self.front_desk,
            conversations=self.conversations,
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
            await self.embedder.warm()
            await self.red_flags.warm()
            await self.nearest.warm()
        except IntegrationError as error:
            logger.warning("embedder_not_ready", reason=error.detail)

    def library_of(self, tenant: Tenant) -> CompanyLibrary:
        """Return a company's documents as they are searched."""
        return CompanyLibrary(tenant, self.redis, self.embedders, loads=True)

    def chatwoot_of(self, tenant: Tenant) -> Chatwoot | None:
        """Return a company's Chatwoot client, or None when it is not connected."""
        try:
            return self.chatwoots.of(tenant)
        except IntegrationError:
            return None
