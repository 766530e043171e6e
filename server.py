"""Where Clinicdesk is put together: only here are settings read, connections opened, parts made.

`python server.py serve | worker`, and the commands of `commands/line.py`; `server:app` for any ASGI server;
`make_graph` and `checkpointer` for LangGraph Studio.
"""

import asyncio
import contextlib
import gc
import os
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Mapping

# Read when numpy is loaded. One thread multiplies our small matrices fastest; two wait for each
# other, 10 ms on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import uvicorn
from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError
from starlette.applications import Starlette

from agenda.calendars import Calendars
from agenda.rehearsal import RehearsalAgenda
from commands.companies import Storage
from commands.line import COMMANDS, Deployment
from graph.answer import FrontDesk
from graph.checkpoints import Checkpoints
from graph.compiled import CompiledGraphs
from graph.conversations import Conversations
from graph.emergencies import OpenEmergencies
from graph.studio import Studio, StudioDoors
from integrations import logs, tracing
from integrations import redis as redis_connection
from integrations.clock import utc_now
from integrations.counted_client import CountedClient
from integrations.embedded_redis import EmbeddedRedisError, embedded_redis
from integrations.errors import IntegrationError
from integrations.google_threads import GoogleThreads
from integrations.guarded_http import guarding
from integrations.light_embedder import LightEmbedder
from integrations.listening import CannotListenError, taken
from integrations.metrics import Metrics
from integrations.model_connections import connections
from integrations.rate_limits import RateLimits
from integrations.redis import RedisUnusableError
from integrations.settings import Settings
from jobs.attachments import Attachments
from jobs.chatwoots import Chatwoots
from jobs.company_stores import FOLDER, CompanyFolder, open_database, open_stores
from jobs.endless import endless
from jobs.live_turns import LiveTurns
from jobs.mailbox import Mailbox
from jobs.outbox import Outbox
from jobs.ownership import BotStatus
from jobs.parts import Parts
from jobs.patient_files import PatientFiles
from jobs.photos import Photos
from jobs.queue_depth import keep_measuring
from jobs.shipped import Shipped, shipped
from jobs.spoken_answers import Voice
from jobs.voice_notes import VoiceNotes
from jobs.wake_ups import WakeUps, open_queue
from jobs.work import work
from jobs.worker import stopped_by_signals
from knowledge.documents import Documents
from knowledge.embedders import ConfiguredEmbedders
from knowledge.gaps import Gaps
from knowledge.ingestion import Ingestion
from knowledge.library import CompanyLibrary
from knowledge.loading import Loading
from knowledge.mending import Mending
from knowledge.page_visits import PageVisits
from knowledge.reading.reader import Reader
from knowledge.rebuilding import Rebuilding
from knowledge.repair import Repair
from knowledge.shipped_vectors import shipped_vectors
from knowledge.sites import Sites
from knowledge.uploads import Uploads
from nodes.guided.model import GuidedModel
from routes.api import mount_api
from routes.application import Manners, application
from routes.body import in_words
from routes.connection import WaryProtocol
from routes.first_keys import UnusableKeyError, company_keys, generated_key
from routes.starting import ToldStart
from tenants import keys
from tenants.budget import Budget
from tenants.company_files import SHIPPED, CompanyFiles
from tenants.errors import TenantError
from tenants.file_store import FileStore
from tenants.json_directory import JsonDirectory
from tenants.prices import Prices
from tenants.reloads import Reloads
from tenants.sealing import Sealing
from tenants.shipped_documents import documents_with
from tenants.tenant import Tenant
from tenants.usage import Usage, zones_of
from tenants.webhook_tokens import WebhookTokens
from tools.desk import Desk

SHUTDOWN = 30  # seconds until uvicorn cuts requests off
UNUSABLE = (
    CannotListenError,
    EmbeddedRedisError,
    IntegrationError,
    RedisUnusableError,
    TenantError,
    UnusableKeyError,
)
"""What the operator can mend: said in words."""


def environment() -> Mapping[str, str]:
    """Return the variables that companies may read: `.env`'s, and above them the process's."""
    return {**{k: v for k, v in dotenv_values(".env").items() if v is not None}, **os.environ}


def revealed(secret: SecretStr | None) -> str | None:
    """Return what a setting hides from logs."""
    return secret.get_secret_value() if secret else None


def folder_of(settings: Settings) -> CompanyFolder:
    """Return where companies are described in files; raises InvalidCompanyError for a short SECRET_KEY."""
    older = settings.extended_config_file if settings.extended_config_enabled else None
    return CompanyFolder(
        files=CompanyFiles(
            folder=settings.companies_dir or SHIPPED,
            companies_file=settings.companies_config_file,
            extended_file=older,
        ),
        store=FileStore(settings.data_dir / FOLDER, utc_now),
        sealing=Sealing(revealed(settings.secret_key)),
        clock=utc_now,
    )


@contextlib.asynccontextmanager
async def storage_of(settings: Settings) -> AsyncIterator[Storage]:
    """Open where companies are kept, and nothing else; tables are brought up to date when asked only."""
    async with contextlib.AsyncExitStack() as stack:
        folder = folder_of(settings)
        url = revealed(settings.database_url)
        migrates = settings.migrate_at_start
        database = (
            await open_database(stack, url, migrates=migrates, folder=folder) if url else None
        )
        yield Storage(folder=folder, database=database)


@contextlib.asynccontextmanager
async def redis_of(settings: Settings) -> AsyncIterator[str]:
    """Yield the address of Redis, after starting our own when none is set; raises EmbeddedRedisError."""
    if settings.redis_url is not None:
        yield settings.redis_url.get_secret_value()
        return
    async with embedded_redis(settings.data_dir / "redis") as url:
        yield url


@contextlib.asynccontextmanager
async def parts_of(
    settings: Settings,
    variables: Mapping[str, str],
    metrics: Metrics | None = None,
    ready: Shipped | None = None,
) -> AsyncIterator[Parts]:
    """Open everything, yield it, close it in the opposite order; companies read the variables.

    What ships is read unless it is ready. Raises EmbeddedRedisError, RedisUnusableError, InvalidCompanyError.
    """
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(redis_of(settings))
        redis = redis_connection.connect(url)
        stack.push_async_callback(redis_connection.close, redis)
        facts = await redis_connection.check(redis)
        metrics = metrics or Metrics()
        ready = ready or stack.enter_context(shipped())
        embedder, nearest, red_flags = ready.embedder, ready.nearest, ready.red_flags
        models_http = await stack.enter_async_context(connections(metrics.outside, ready.trust))
        chatwoot_http = await stack.enter_async_context(
            CountedClient("chatwoot", metrics.outside, verify=ready.trust)
        )
        queue = open_queue(url)
        stack.push_async_callback(queue.disconnect)

        folder = folder_of(settings)
        companies = await open_stores(
            stack,
            database_url=revealed(settings.database_url),
            migrates=settings.migrate_at_start,
            folder=folder,
            redis=redis,
        )
        directory = await JsonDirectory.load(
            folder.files,
            variables,
            WebhookTokens(redis),
            source=companies.source,
            sealing=folder.sealing,
        )
        usage = Usage(redis, utc_now, zones_of(directory))
        stack.push_async_callback(usage.flush)
        budget = Budget(redis, utc_now, Prices.load(settings.model_prices_file), usage)
        light = LightEmbedder()
        stack.callback(light.close)
        embedders = ConfiguredEmbedders(
            redis, directory.find, embedder, light, models_http, budget=budget
        )
        known = {embedder.model: shipped_vectors(embedder.model)}
        documents = Documents(redis, embedders, utc_now, known)
        uploads = Uploads(redis, utc_now)
        sites = Sites(
            redis, await stack.enter_async_context(guarding(settings.site_hosts, ready.trust))
        )
        repair = Repair(redis, documents)
        heals = settings.vectorstore_auto_recovery
        mending = Mending(redis, documents, repair, automatic=heals)
        gaps = Gaps(redis, utc_now)
        emergencies = OpenEmergencies(redis, utc_now, usage)
        checkpoints = Checkpoints(redis)

        google = GoogleThreads()
        stack.callback(google.close)
        schedules_http = await stack.enter_async_context(
            CountedClient("schedule", metrics.outside, verify=ready.trust)
        )
        calendars = Calendars(redis, utc_now, google, schedules_http)

        def desk_for(tenant: Tenant, rehearsal: bool) -> Desk:
            agenda = calendars.agenda_of(tenant)
            return Desk(
                tenant=tenant,
                library=CompanyLibrary(
                    tenant, redis, embedders, gaps=None if rehearsal else gaps, heals=heals
                ),
                agenda=RehearsalAgenda(agenda, tenant, utc_now) if rehearsal else agenda,
                clock=utc_now,
            )

        graphs = CompiledGraphs(
            desk_for=desk_for,
            guided_for=GuidedModel,
            screen=red_flags,
            nearest=nearest,
            emergencies=emergencies,
            checkpoints=checkpoints,
            http=models_http,
            metrics=metrics,
            budget=budget,
        )
        live_turns = LiveTurns()
        stack.push_async_callback(live_turns.close)
        chatwoots = Chatwoots(chatwoot_http)
        voice = Voice(redis, http=models_http, budget=budget, clock=utc_now)
        photos = Photos(redis, http=models_http, screen=red_flags, budget=budget, clock=utc_now)
        voice_notes, files_read = (
            VoiceNotes(redis, http=models_http, screen=red_flags, budget=budget, clock=utc_now),
            PatientFiles(red_flags),
        )
        yield Parts(
            redis=redis,
            redis_url=url,
            redis_facts=facts,
            directory=directory,
            reloads=Reloads(redis, directory),
            companies=companies,
            sealing=folder.sealing,
            documents=documents,
            uploads=uploads,
            ingestion=Ingestion(
                redis,
                documents,
                uploads,
                reader=Reader(),
                mending=mending,
                rebuilding=Rebuilding(redis, documents, embedders),
                clock=utc_now,
                visits=PageVisits(redis, uploads, sites, utc_now),
            ),
            repair=repair,
            gaps=gaps,
            calendars=calendars,
            loading=Loading(
                redis,
                documents,
                lambda tenant: documents_with(folder.files, tenant.company_id),
                restores=heals,
            ),
            embedder=embedder,
            embedders=embedders,
            nearest=nearest,
            red_flags=red_flags,
            emergencies=emergencies,
            checkpoints=checkpoints,
            graphs=graphs,
            front_desk=FrontDesk(
                graphs=graphs,
                checkpoints=checkpoints,
                emergencies=emergencies,
                screen=red_flags,
                metrics=metrics,
                usage=usage,
            ),
            conversations=Conversations(redis, checkpoints, utc_now),
            chatwoots=chatwoots,
            mailbox=Mailbox(redis, utc_now),
            outbox=Outbox(redis, chatwoots, metrics=metrics, voice=voice),
            bot_status=BotStatus(redis, utc_now),
            wake_ups=WakeUps(queue),
            models_http=models_http,
            photos=photos,
            patient_files=files_read,
            voice_notes=voice_notes,
            attachments=Attachments(
                await stack.enter_async_context(guarding(settings.media_hosts, ready.trust)),
                voice=voice_notes,
                photos=photos,
                files=files_read,
                hosts=settings.media_hosts,
            ),
            voice=voice,
            clock=utc_now,
            metrics=metrics,
            usage=usage,
            budget=budget,
            limits=RateLimits(redis, keys.rate_limits()),
            live_turns=live_turns,
        )


def settle() -> None:
    """Spare the garbage collector what was made at start: a round of it all takes a tenth of a second."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Open everything before the first request; finish the turns in hand after the last."""
    settings = Settings()
    key = settings.api_key.get_secret_value() if settings.api_key else None
    async with (
        parts_of(settings, environment(), app.state.metrics) as parts,
        asyncio.TaskGroup() as group,
    ):
        companies = [one.company_id for one in parts.directory.companies()]
        mount_api(
            app,
            parts,
            admin_key=key or generated_key(settings.data_dir),
            bound_keys=company_keys(environment(), companies),
            public_url=settings.shown_url,
            unsigned_allowed=settings.webhook_unsigned,
            manners=Manners(
                https=settings.shown_url.startswith("https:"),
                origins=settings.origins,
                hosts=settings.hosts,
            ),
        )
        stop = asyncio.Event()
        worker = None
        if settings.worker_in_server:
            concurrency = settings.worker_concurrency
            worker = group.create_task(
                endless("worker", lambda: work(parts, stop, concurrency=concurrency))
            )
        for_ever = [
            group.create_task(endless(name, begin))
            for name, begin in (
                ("documents", lambda: parts.loading.keep(parts.directory.companies)),
                ("warming", parts.warm),
                ("reloads", parts.reloads.watch),
                ("companies", parts.watch_companies),
            )
        ]
        settle()
        try:
            yield
        finally:
            stop.set()
            for task in for_ever:
                task.cancel()
            if worker is not None:
                await worker


app = application(lifespan)


@contextlib.asynccontextmanager
async def open_studio() -> AsyncIterator[Studio]:
    """Open what LangGraph Studio works with."""
    async with parts_of(Settings(), environment()) as parts:
        yield Studio(
            graphs=parts.graphs,
            checkpoints=parts.checkpoints,
            directory=parts.directory,
            redis=parts.redis,
        )


doors = StudioDoors(open_studio)
make_graph = doors.make_graph
checkpointer = doors.checkpointer


def greeting(settings: Settings) -> str:
    """Return what a person who starts the server needs to know."""
    url = settings.shown_url
    key = "the API_KEY that you set" if settings.api_key else generated_key(settings.data_dir)
    return (
        f"Clinicdesk listens on {url} (health: {url}/health)\n"
        f"Administrator's key: {key}\n"
        f"Talk to it: make chat, or\n"
        f"  curl -s {url}/api/webhook/test -H 'X-API-Key: {key}' \\\n"
        f"""    -d '{{"company_id": "benova", "user_id": "ana", "message": "hola"}}'"""
    )


def serve(settings: Settings) -> int:
    """Serve HTTP, with a worker in this process unless WORKER_IN_SERVER=false; raises what UNUSABLE has."""
    sockets = taken("PORT", settings.address, settings.port)
    print(greeting(settings), flush=True)  # noqa: T201 # For the person at the terminal.
    told = ToldStart(app)
    config = uvicorn.Config(
        told,
        host=settings.address,
        port=settings.port,
        http=WaryProtocol,
        server_header=False,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN,
    )
    server = uvicorn.Server(config)
    # uvicorn raises the signal that ended it once more; by then everything is done.
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: None)
    try:
        server.run(sockets=list(sockets))
    except SystemExit:
        if told.fault is None:
            raise
    if told.fault is not None:
        raise told.fault
    return 0 if server.started else 1


async def _worker(settings: Settings) -> int:
    async with (
        parts_of(settings, environment()) as parts,
        stopped_by_signals() as stop,
        contextlib.AsyncExitStack() as stack,
    ):
        if settings.metrics_port is not None:
            stack.callback(parts.metrics.serve(settings.address, settings.metrics_port))
        beside = [
            asyncio.create_task(endless(name, begin))
            for name, begin in (
                ("warming", parts.warm),
                ("reloads", parts.reloads.watch),
                ("companies", parts.watch_companies),
                ("numbers", lambda: keep_measuring(parts.redis, parts.metrics, parts.clock)),
            )
        ]
        settle()
        await work(parts, stop, concurrency=settings.worker_concurrency)
        for task in beside:
            task.cancel()
    return 0


def deployment_of(settings: Settings) -> Deployment:
    """Return what a command needs to know."""
    return Deployment(
        open_parts=lambda: parts_of(settings, environment()),
        shown_url=settings.shown_url,
        address=settings.address,
        port=settings.port,
        has_key=settings.api_key is not None,
        embedded=settings.redis_url is None,
        open_redis=lambda: redis_of(settings),
        open_storage=lambda: storage_of(settings),
    )


def run(arguments: Namespace) -> int:
    """Run a command and return the process's exit status."""
    settings = Settings()
    quiet = arguments.command not in {"serve", "worker"}
    logs.set_up("ERROR" if quiet else settings.log_level, settings.log_format, app.state.recent)
    with contextlib.ExitStack() as stack:
        if settings.otel_exporter_otlp_endpoint:
            stack.callback(tracing.set_up(settings.otel_service_name))
        if arguments.command == "serve":
            return serve(settings)
        if arguments.command == "worker":
            return asyncio.run(_worker(settings))
    command = next(one for one in COMMANDS if one.name == arguments.command)
    return asyncio.run(command.run(deployment_of(settings), arguments))


def main() -> int:
    """Read the command line; what is set up wrong is said in words, without a traceback."""
    parser = ArgumentParser(
        prog="server.py", description="Clinicdesk, the AI front desk of clinics."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve HTTP and answer patients")
    commands.add_parser("worker", help="answer patients, without HTTP")
    for command in COMMANDS:
        command.arguments(commands.add_parser(command.name, help=command.about))
    try:
        return run(parser.parse_args())
    except ValidationError as error:
        print(f"Settings: {in_words(error)}", file=sys.stderr)  # noqa: T201
    except UNUSABLE as error:
        print(error, file=sys.stderr)  # noqa: T201
    except KeyboardInterrupt:
        pass
    return 1


if __name__ == "__main__":
    sys.exit(main())
