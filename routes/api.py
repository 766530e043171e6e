"""Every path of the API, put together from a process's parts."""

from collections.abc import Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from agenda.feeds import Feeds
from jobs.inbox import Inbox
from jobs.media_abilities import MediaAbilities
from jobs.parked import Parked, QueueView
from jobs.parts import Parts
from jobs.webhook_checks import WebhookChecks
from knowledge.health import examine
from routes.agenda_days import AgendaDays
from routes.application import Manners, mount
from routes.appointments import AppointmentRoutes
from routes.audit import AuditRoutes
from routes.availability import AvailabilityRoutes
from routes.companies import Companies
from routes.company_paths import company_paths
from routes.conversation_paths import analytics_of, conversation_paths
from routes.diagnostics import Diagnostics
from routes.docs import Docs
from routes.document_paths import document_paths
from routes.door import Door, door_of
from routes.feeds import FeedRoutes
from routes.health import Health, own_version
from routes.health_checks import HealthChecks
from routes.keys import KeyRoutes
from routes.metrics import MetricsRoutes
from routes.multimedia import MultimediaRoutes
from routes.on_call_findings import on_call_facts
from routes.page_links import PageLinks
from routes.pagerduty import PagerDutyRoutes
from routes.pages import PageRoutes
from routes.panel import Panel
from routes.queue import QueueRoutes
from routes.sessions import SessionRoutes
from routes.webhook import Webhook
from tenants.ids import CompanyId
from tenants.moved_tokens import MovedTokens

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
    door = door_of(
        parts,
        admin_key=admin_key,
        bound_keys=bound_keys,
        public_url=public_url,
        unsigned_allowed=unsigned_allowed,
        recent=app.state.recent,
    )
    health = _health(parts, door)
    paths = [
        *_inbox(parts, door),
        *health,
        *_diagnostics(parts, door),
        *_companies(parts, door),
        *conversation_paths(parts, door),
        *_agenda(parts, door),
        *document_paths(parts, door),
        *_multimedia(parts, door),
        *_pages(parts, door),
    ]
    described = [one for one in paths if isinstance(one, Route)]
    app.state.docs = docs = Docs(described, version=own_version(), open_paths=OPEN_PATHS)
    mount(
        app,
        [*paths, *docs.routes()],
        at_root=[*health, *_numbers(parts, door), *Panel(panel).routes()],
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


def _numbers(parts: Parts, door: Door) -> list[BaseRoute]:
    numbers = MetricsRoutes(
        access=door.access, metrics=parts.metrics, redis=parts.redis, clock=parts.clock
    )
    return [*numbers.routes()]


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
        *AgendaDays(access).routes(),
        *AppointmentRoutes(access=access, calendars=calendars, clock=clock).routes(),
        *feeds.routes(),
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
