"""Every path of the API, put together from a process's parts."""

from collections.abc import Mapping

from starlette.applications import Starlette

from agenda.feeds import Feeds
from graph.replay import Replays
from jobs.inbox import Inbox
from jobs.parked import Parked, QueueView
from jobs.parts import Parts
from knowledge.health import examine
from knowledge.proposals import Proposals
from routes.access import Access, ApiKeys
from routes.application import mount
from routes.appointments import AppointmentRoutes
from routes.availability import AvailabilityRoutes
from routes.bot_status import BotStatusRoutes
from routes.companies import Companies
from routes.conversations import ConversationRoutes
from routes.document_care import DocumentCare
from routes.document_search import DocumentSearch
from routes.documents import DocumentRoutes
from routes.feeds import FeedRoutes
from routes.health import Health
from routes.health_checks import HealthChecks
from routes.proposals import ProposalRoutes
from routes.queue import QueueRoutes
from routes.replays import ReplayRoutes
from routes.webhook import webhook_routes
from tenants.ids import CompanyId


def mount_api(
    app: Starlette,
    parts: Parts,
    *,
    admin_key: str,
    bound_keys: Mapping[CompanyId, str],
    public_url: str,
    unsigned_allowed: bool,
) -> None:
    """Give the application its paths."""
    redis, directory, clock = parts.redis, parts.directory, parts.clock
    stored = ApiKeys(redis)
    access = Access(
        admin_key=admin_key, company_keys=bound_keys, stored=stored, directory=directory
    )
    checks = HealthChecks(
        redis=redis,
        library_health=lambda company: examine(redis, parts.documents, company),
        chatwoot_for=parts.chatwoot_of,
        clock=clock,
    )
    health = Health(access=access, directory=directory, checks=checks, clock=clock)
    inbox = Inbox(
        mailbox=parts.mailbox,
        outbox=parts.outbox,
        status=parts.bot_status,
        emergencies=parts.emergencies,
        wake_ups=parts.wake_ups,
    )
    conversations = ConversationRoutes(
        access=access,
        conversations=parts.conversations,
        try_out=parts.try_out(),
        front_desk=parts.front_desk,
        redis=redis,
    )
    companies = Companies(
        access=access,
        directory=directory,
        reloads=parts.reloads,
        stored=stored,
        clock=clock,
        public_url=public_url,
    )
    replays = Replays(parts.graphs, parts.checkpoints, redis)
    queue = QueueView(redis, Parked(redis, parts.wake_ups, clock))
    calendars = parts.calendars
    feeds = FeedRoutes(
        access=access,
        directory=directory,
        feeds=Feeds(redis),
        calendars=calendars,
        clock=clock,
        public_url=public_url,
    )
    mount(
        app,
        [
            *webhook_routes(
                directory=directory,
                inbox=inbox,
                clock=clock,
                unsigned_allowed=unsigned_allowed,
            ),
            *health.open_routes(),
            *health.routes(),
            *companies.routes(),
            *conversations.routes(),
            *ReplayRoutes(access=access, replays=replays).routes(),
            *BotStatusRoutes(access=access, status=parts.bot_status).routes(),
            *AvailabilityRoutes(access=access, calendars=calendars, clock=clock).routes(),
            *AppointmentRoutes(access=access, calendars=calendars, clock=clock).routes(),
            *feeds.routes(),
            *DocumentSearch(access=access, library_for=parts.library_of).routes(),
            *DocumentCare(
                access=access,
                redis=redis,
                documents=parts.documents,
                repair=parts.repair,
                gaps=parts.gaps,
                embedder=parts.embedder,
            ).routes(),
            *ProposalRoutes(
                access=access,
                proposals=Proposals(redis, parts.documents, parts.gaps, clock),
                wake_ups=parts.wake_ups,
            ).routes(),
            *DocumentRoutes(
                access=access,
                documents=parts.documents,
                uploads=parts.uploads,
                ingestion=parts.ingestion,
                wake_ups=parts.wake_ups,
            ).routes(),
            *QueueRoutes(access=access, queue=queue).routes(),
        ],
        at_root=[*health.open_routes(), *health.routes()],
    )
