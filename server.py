"""Where Clinicdesk is put together: only here are settings read, connections opened, parts made.

`python server.py serve | worker`, and the commands of `commands/line.py`; `server:app` for any ASGI server;
`make_graph` and `checkpointer` for LangGraph Studio.
"""

import asyncio
import contextlib
import gc
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Mapping

# Read when numpy is loaded. One thread multiplies our small matrices fastest; two wait for each
# other, 10 ms on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError
from starlette.applications import Starlette

from agenda.calendars import Calendars
from commands.companies import Storage
from commands.line import COMMANDS, Deployment
from commands.serving import greeting, serve
from graph.studio import Studio, StudioDoors
from integrations import logs, tracing
from integrations.clock import utc_now
from integrations.embedded_redis import EmbeddedRedisError, embedded_redis
from integrations.errors import IntegrationError
from integrations.google_threads import GoogleThreads
from integrations.listening import CannotListenError
from integrations.metrics import Metrics
from integrations.rate_limits import RateLimits
from integrations.redis import RedisUnusableError
from integrations.settings import Settings
from jobs.answering_parts import answering_of, desks_of
from jobs.company_stores import FOLDER, CompanyFolder, CompanyStores, open_database, open_stores
from jobs.endless import Work, beside, endless
from jobs.ground import Ground, open_ground
from jobs.knowledge_parts import KnowledgeParts, open_knowledge
from jobs.live_turns import LiveTurns
from jobs.mail_parts import MailParts, open_mail
from jobs.media_parts import open_media
from jobs.paging_parts import PagingParts, open_paging
from jobs.parts import Parts
from jobs.queue_depth import keep_measuring
from jobs.shipped import Shipped
from jobs.work import work
from jobs.worker import stopped_by_signals
from routes.api import mount_api
from routes.application import Manners, application
from routes.body import in_words
from routes.first_keys import UnusableKeyError, company_keys, generated_key
from tenants import keys
from tenants.budget import Budget
from tenants.company_files import SHIPPED, CompanyFiles
from tenants.errors import TenantError
from tenants.file_store import FileStore
from tenants.json_directory import JsonDirectory
from tenants.prices import Prices
from tenants.reloads import Reloads, marks_in
from tenants.sealing import Sealing
from tenants.shipped_documents import documents_with
from tenants.usage import Usage, zones_of
from tenants.webhook_tokens import WebhookTokens

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


async def companies_of(
    ground: Ground, settings: Settings, folder: CompanyFolder, variables: Mapping[str, str]
) -> tuple[CompanyStores, JsonDirectory, Reloads]:
    """Open where companies are kept and read them; raises InvalidCompanyError."""
    # Before they are read: what is announced meanwhile is read again.
    marks = await marks_in(ground.redis)
    stores = await open_stores(
        ground.stack,
        database_url=revealed(settings.database_url),
        migrates=settings.migrate_at_start,
        folder=folder,
        redis=ground.redis,
    )
    directory = await JsonDirectory.load(
        folder.files,
        variables,
        WebhookTokens(ground.redis),
        source=stores.source,
        sealing=folder.sealing,
    )
    return stores, directory, Reloads(ground.redis, directory, marks)


def budget_of(ground: Ground, settings: Settings, directory: JsonDirectory) -> tuple[Usage, Budget]:
    """Make what counts what companies use and what keeps them within their limits."""
    usage = Usage(ground.redis, utc_now, zones_of(directory))
    ground.stack.push_async_callback(usage.flush)
    prices = Prices.load(settings.model_prices_file)
    return usage, Budget(ground.redis, utc_now, prices, usage)


async def calendars_of(ground: Ground) -> Calendars:
    """Open what companies' calendars are reached by."""
    google = GoogleThreads()
    ground.stack.callback(google.close)
    return Calendars(ground.redis, utc_now, google, await ground.client("schedule"))


async def knowledge_of(
    ground: Ground,
    settings: Settings,
    folder: CompanyFolder,
    directory: JsonDirectory,
    budget: Budget,
) -> KnowledgeParts:
    """Open everything about documents."""
    return await open_knowledge(
        ground,
        directory.find,
        budget,
        hosts=settings.site_hosts,
        heals=settings.vectorstore_auto_recovery,
        shipped=lambda tenant: documents_with(folder.files, tenant.company_id),
    )


async def paging_of(
    ground: Ground, settings: Settings, directory: JsonDirectory, mail: MailParts
) -> PagingParts:
    """Open what wakes people."""
    return await open_paging(
        ground,
        directory=directory,
        chatwoots=mail.chatwoots,
        status=mail.bot_status,
        public_url=settings.shown_url,
        hosts=settings.on_call_hosts,
    )


def live_turns_of(ground: Ground) -> LiveTurns:
    """Make what holds turns that are told as they come; ended when the process ends."""
    live_turns = LiveTurns()
    ground.stack.push_async_callback(live_turns.close)
    return live_turns


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
        ground = await open_ground(stack, url, metrics, ready, utc_now)
        folder = folder_of(settings)
        stores, directory, reloads = await companies_of(ground, settings, folder, variables)
        usage, budget = budget_of(ground, settings, directory)
        knowledge = await knowledge_of(ground, settings, folder, directory, budget)
        calendars = await calendars_of(ground)
        heals = settings.vectorstore_auto_recovery
        desk_for = desks_of(ground, knowledge, calendars, heals=heals)
        media = await open_media(ground, budget, hosts=settings.media_hosts)
        mail = await open_mail(ground, media.voice)
        yield Parts(
            ground=ground,
            directory=directory,
            reloads=reloads,
            companies=stores,
            sealing=folder.sealing,
            usage=usage,
            budget=budget,
            limits=RateLimits(ground.redis, keys.rate_limits()),
            knowledge=knowledge,
            calendars=calendars,
            answering=answering_of(ground, desk_for, usage, budget),
            media=media,
            mail=mail,
            paging=await paging_of(ground, settings, directory, mail),
            live_turns=live_turns_of(ground),
        )


def settle() -> None:
    """Spare the garbage collector what was made at start: a round of it all takes a tenth of a second."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Open everything before the first request; finish the turns in hand after the last."""
    settings = Settings()
    async with parts_of(settings, environment(), app.state.metrics) as parts:
        companies = [one.company_id for one in parts.directory.companies()]
        mount_api(
            app,
            parts,
            admin_key=revealed(settings.api_key) or generated_key(settings.data_dir),
            bound_keys=company_keys(environment(), companies),
            public_url=settings.shown_url,
            unsigned_allowed=settings.webhook_unsigned,
            manners=Manners(
                https=settings.shown_url.startswith("https:"),
                origins=settings.origins,
                hosts=settings.hosts,
            ),
        )
        loading = {"documents": lambda: parts.knowledge.loading.keep(parts.directory.companies)}
        async with beside({**loading, **upkeep_of(parts)}), working(settings, parts):
            settle()
            yield


@contextlib.asynccontextmanager
async def working(settings: Settings, parts: Parts) -> AsyncIterator[None]:
    """Answer patients beside the block, if this process is to; finish the turns in hand at its end."""
    if not settings.worker_in_server:
        yield
        return
    stop, concurrency = asyncio.Event(), settings.worker_concurrency
    async with asyncio.TaskGroup() as group:
        group.create_task(endless("worker", lambda: work(parts, stop, concurrency=concurrency)))
        try:
            yield
        finally:
            stop.set()


def upkeep_of(parts: Parts) -> Mapping[str, Work]:
    """Return what every process does beside its own work."""
    return {
        "warming": parts.warm,
        "reloads": parts.reloads.watch,
        "companies": parts.watch_companies,
    }


app = application(lifespan)


@contextlib.asynccontextmanager
async def open_studio() -> AsyncIterator[Studio]:
    """Open what LangGraph Studio works with."""
    async with parts_of(Settings(), environment()) as parts:
        yield Studio(
            graphs=parts.answering.graphs,
            checkpoints=parts.answering.checkpoints,
            directory=parts.directory,
            redis=parts.redis,
        )


doors = StudioDoors(open_studio)
make_graph = doors.make_graph
checkpointer = doors.checkpointer


async def _worker(settings: Settings) -> int:
    async with (
        parts_of(settings, environment()) as parts,
        stopped_by_signals() as stop,
        contextlib.AsyncExitStack() as stack,
    ):
        if settings.metrics_port is not None:
            stack.callback(parts.metrics.serve(settings.address, settings.metrics_port))
        measuring = {"numbers": lambda: keep_measuring(parts.redis, parts.metrics, parts.clock)}
        async with beside({**measuring, **upkeep_of(parts)}):
            settle()
            await work(parts, stop, concurrency=settings.worker_concurrency)
    return 0


def _shown_key(settings: Settings) -> str:
    return "the API_KEY that you set" if settings.api_key else generated_key(settings.data_dir)


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
            words = greeting(settings.shown_url, _shown_key(settings))
            return serve(app, address=settings.address, port=settings.port, words=words)
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
