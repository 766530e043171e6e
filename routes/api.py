"""Every path of the API, put together from a process's parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from agenda.feeds import Feeds
from graph.replay import Replays
from integrations.recent_log import RecentLog
from jobs.consents import Consents
from jobs.inbox import Inbox
from jobs.media_abilities import MediaAbilities
from jobs.parked import Parked, QueueView
from jobs.parts import Parts
from jobs.webhook_checks import WebhookChecks
from knowledge.health import examine
from knowledge.proposals import Proposals
from knowledge.totals import totals_of
from routes.access import Access
from routes.analytics import Analytics, Held
from routes.application import Manners, mount
from routes.appointments import AppointmentRoutes
from routes.audit import AuditRoutes
from routes.audited import Audited
from routes.availability import AvailabilityRoutes
from routes.bot_status import BotStatusRoutes
from routes.companies import Companies
from routes.company_paths import company_paths
from routes.conversations import ConversationRoutes
from routes.diagnostics import Diagnostics
from routes.docs import Docs
from routes.document_care import DocumentCare
from routes.document_search import DocumentSearch
from routes.documents import DocumentRoutes
from routes.etags import tagged
from routes.feeds import FeedRoutes
from routes.health import Health, own_version
from routes.health_checks import HealthChecks
from routes.keys import KeyRoutes
from routes.limited import Limited
from routes.live_turns import LiveTurnRoutes
from routes.metrics import MetricsRoutes
from routes.multimedia import MultimediaRoutes
from routes.on_call_findings import on_call_facts
from routes.once import Once
from routes.page_links import PageLinks
from routes.pagerduty import PagerDutyRoutes
from routes.pages import PageRoutes
from routes.panel import Panel
from routes.privacy import PrivacyRoutes
from routes.proposals import ProposalRoutes
from routes.queue import QueueRoutes
from routes.replays import ReplayRoutes
from routes.sessions import SessionRoutes
from routes.webhook import Webhook
from tenants.api_keys import ApiKeys
from tenants.audit import Audit
from tenants.ids import CompanyId
from tenants.moved_tokens import MovedTokens
from tenants.sessions import Sessions
from tenants.tenant import Tenant

OPEN_PATHS = (
    "/health",
    "/webhook/chatwoot",
    "/webhook/chatwoot/{webhook_token}",
    "/agenda/ics/{token}.ics",
    "/webhook/pagerduty/{company_id}",
    "/pages/{page_id}/acknowledge",
    "/pages/{page_id}/called",
    "/session",
)
"""They need no key: a balancer asks the first, the others prove themselves."""
PANEL = Path(__file__).parent.parent / "panel" / "dist"
"""Where the panel's build puts its files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the paths need beyond the parts: who may call, and how we are reached from outside."""

    access: Access
    audit: Audit
    stored: ApiKeys
    sessions: Sessions
    public_url: str
    unsigned_allowed: bool
    recent: RecentLog


def mount_api(
    app: Starlette,
    parts: Parts,
    *,
    admin_key: str,
    bound_keys: Mapping[CompanyId, str],
    public_url: str,
    unsigned_allowed: bool,
    manners: Manners | None = None,
    panel: Path = PANEL,
) -> None:
    """Give the application its paths."""
    stored = ApiKeys(parts.redis, parts.clock)
    sessions = Sessions(parts.redis, parts.clock)
    audit = Audit(parts.redis, parts.clock)
    access = Access(
        admin_key=admin_key,
        company_keys=bound_keys,
        stored=stored,
        sessions=sessions,
        directory=parts.directory,
        clock=parts.clock,
        own_origin=public_url,
        layers=[
            Limited(parts.limits, parts.directory),
            tagged,
            Once(parts.redis, parts.clock),
            Audited(audit, parts.directory),
        ],
    )
    door = Door(
        access=access,
        audit=audit,
        stored=stored,
        sessions=sessions,
        public_url=public_url,
        unsigned_allowed=unsigned_allowed,
        recent=app.state.recent,
    )
    health = _health(parts, door)
    numbers = MetricsRoutes(
        access=access, metrics=parts.metrics, redis=parts.redis, clock=parts.clock
    )
    paths = [
        *_inbox(parts, door),
        *health,
        *_diagnostics(parts, door),
        *_companies(parts, door),
        *_conversations(parts, door),
        *_agenda(parts, door),
        *_documents(parts, door),
        *_multimedia(parts, door),
        *_pages(parts, door),
    ]
    described = [one for one in paths if isinstance(one, Route)]
    app.state.docs = docs = Docs(described, version=own_version(), open_paths=OPEN_PATHS)
    mount(
        app,
        [*paths, *docs.routes()],
        at_root=[*health, *numbers.routes(), *Panel(panel).routes()],
        manners=manners,
    )


def _health(parts: Parts, door: Door) -> list[BaseRoute]:
    checks = HealthChecks(
        redis=parts.redis,
        library_health=lambda company: examine(
            parts.redis, parts.knowledge.documents, company, loads=True
        ),
        chatwoot_for=parts.chatwoot_of,
        budget=parts.budget,
        on_call=lambda tenant: on_call_facts(tenant, parts.paging),
        clock=parts.clock,
    )
    health = Health(
        access=door.access,
        directory=parts.directory,
        checks=checks,
        models_answer=lambda: parts.metrics.answers("openai"),
        clock=parts.clock,
    )
    return [*health.open_routes(), *health.routes()]


def _queue(parts: Parts) -> QueueView:
    return QueueView(parts.redis, Parked(parts.redis, parts.mail.wake_ups, parts.clock))


def _diagnostics(parts: Parts, door: Door) -> list[BaseRoute]:
    return [
        *Diagnostics(
            access=door.access,
            parts=parts,
            queue=_queue(parts),
            recent=door.recent,
            public_url=door.public_url,
        ).routes()
    ]


def _inbox(parts: Parts, door: Door) -> list[BaseRoute]:
    inbox = Inbox(
        mailbox=parts.mail.mailbox,
        outbox=parts.mail.outbox,
        status=parts.mail.bot_status,
        emergencies=parts.answering.emergencies,
        wake_ups=parts.mail.wake_ups,
        waiting=parts.waiting_room(),
        answers=parts.paging.answers,
        learning=parts.learning(),
    )
    return [
        *Webhook(
            directory=parts.directory,
            moved=MovedTokens(parts.redis),
            inbox=inbox,
            checks=WebhookChecks(parts.redis),
            clock=parts.clock,
            unsigned_allowed=door.unsigned_allowed,
        ).routes(),
        *QueueRoutes(access=door.access, queue=_queue(parts)).routes(),
    ]


def _companies(parts: Parts, door: Door) -> list[BaseRoute]:
    companies = Companies(
        access=door.access,
        directory=parts.directory,
        reloads=parts.reloads,
        clock=parts.clock,
        public_url=door.public_url,
    )
    analytics = analytics_of(parts, door.access)
    keys = KeyRoutes(access=door.access, stored=door.stored, clock=parts.clock)
    sessions = SessionRoutes(
        access=door.access,
        sessions=door.sessions,
        directory=parts.directory,
        public_url=door.public_url,
    )
    return [
        *company_paths(parts, access=door.access, public_url=door.public_url),
        *companies.routes(),
        *analytics.routes(),
        *keys.routes(),
        *sessions.routes(),
        *AuditRoutes(access=door.access, audit=door.audit).routes(),
    ]


def analytics_of(parts: Parts, access: Access) -> Analytics:
    """Return what knows companies' numbers."""

    async def documents(tenant: Tenant) -> int:
        return (await totals_of(parts.redis, tenant.company_id)).documents

    async def gaps(tenant: Tenant) -> int:
        return await parts.knowledge.gaps.count(tenant.company_id)

    held = Held(conversations=parts.answering.conversations.count, documents=documents, gaps=gaps)
    return Analytics(access=access, usage=parts.usage, budget=parts.budget, held=held)


def _conversations(parts: Parts, door: Door) -> list[BaseRoute]:
    conversations = ConversationRoutes(
        access=door.access,
        conversations=parts.answering.conversations,
        try_out=parts.try_out(),
        front_desk=parts.answering.front_desk,
        redis=parts.redis,
        analytics=analytics_of(parts, door.access),
        waiting=parts.waiting_room(),
        answers=parts.paging.answers,
    )
    replays = Replays(parts.answering.graphs, parts.answering.checkpoints, parts.redis)
    return [
        *conversations.routes(),
        *LiveTurnRoutes(
            access=door.access, try_out=parts.try_out(), live_turns=parts.live_turns
        ).routes(),
        *ReplayRoutes(access=door.access, replays=replays).routes(),
        *PrivacyRoutes(
            access=door.access,
            data=parts.patient_data(),
            consents=Consents(parts.redis, parts.clock),
        ).routes(),
        *BotStatusRoutes(access=door.access, status=parts.mail.bot_status).routes(),
    ]


def _agenda(parts: Parts, door: Door) -> list[BaseRoute]:
    access, calendars, clock = door.access, parts.calendars, parts.clock
    feeds = FeedRoutes(
        access=access,
        directory=parts.directory,
        feeds=Feeds(parts.redis),
        calendars=calendars,
        clock=clock,
        public_url=door.public_url,
    )
    return [
        *AvailabilityRoutes(access=access, calendars=calendars, clock=clock).routes(),
        *AppointmentRoutes(access=access, calendars=calendars, clock=clock).routes(),
        *feeds.routes(),
    ]


def _documents(parts: Parts, door: Door) -> list[BaseRoute]:
    access = door.access
    proposals = Proposals(parts.redis, parts.knowledge.documents, parts.knowledge.gaps, parts.clock)
    care = DocumentCare(
        access=access,
        redis=parts.redis,
        documents=parts.knowledge.documents,
        repair=parts.knowledge.repair,
        gaps=parts.knowledge.gaps,
        embedders=parts.knowledge.embedders,
    )
    documents = DocumentRoutes(
        access=access,
        documents=parts.knowledge.documents,
        uploads=parts.knowledge.uploads,
        ingestion=parts.knowledge.ingestion,
        wake_ups=parts.mail.wake_ups,
    )
    return [
        *DocumentSearch(access=access, library_for=parts.library_of).routes(),
        *care.routes(),
        *ProposalRoutes(access=access, proposals=proposals, wake_ups=parts.mail.wake_ups).routes(),
        *documents.routes(),
    ]


def _pages(parts: Parts, door: Door) -> list[BaseRoute]:
    keyed = PageRoutes(access=door.access, paging=parts.paging, clock=parts.clock)
    links = PageLinks(
        access=door.access, paging=parts.paging, directory=parts.directory, keyed=keyed
    )
    pagerduty = PagerDutyRoutes(paging=parts.paging, directory=parts.directory)
    return [*keyed.routes(), *links.routes(), *pagerduty.routes()]


def _multimedia(parts: Parts, door: Door) -> list[BaseRoute]:
    multimedia = MultimediaRoutes(
        access=door.access,
        voice_notes=parts.media.voice_notes,
        photos=parts.media.photos,
        abilities=MediaAbilities(parts.media.voice_notes, parts.media.photos, parts.usage),
        try_out=parts.try_out(),
    )
    return [*multimedia.routes()]
