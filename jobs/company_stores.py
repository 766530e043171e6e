"""Where companies are kept, opened: PostgreSQL when there is an address, else files below DATA_DIR."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from integrations.clock import Clock
from integrations.redis import Client
from tenants.company_files import CompanyFiles
from tenants.company_store import CompanyRecord, CompanyStore
from tenants.directory_sources import FileSource, Source
from tenants.file_store import FileStore
from tenants.ids import CompanyId
from tenants.sealing import Sealing
from tenants.store_moves import described

FOLDER = "companies"
"""Below DATA_DIR."""


async def _nothing(_refresh: Callable[[], Awaitable[object]]) -> None:
    """Watch nothing: what files hold changes only through us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyStores:
    """What is written to, what is read from, and who looks whether it changed."""

    store: CompanyStore
    source: Source
    described: Callable[[], Awaitable[Mapping[CompanyId, CompanyRecord]]]
    """Returns all companies that files describe."""
    watch: Callable[[Callable[[], Awaitable[object]]], Awaitable[None]] = _nothing


async def open_stores(
    stack: contextlib.AsyncExitStack,
    *,
    database_url: str | None,
    migrates: bool,
    files: CompanyFiles,
    data_dir: Path,
    redis: Client,
    sealing: Sealing,
    clock: Clock,
) -> CompanyStores:
    """Open where companies are kept; nothing is asked of PostgreSQL yet. Raises IntegrationError."""
    beside = FileStore(data_dir / FOLDER, clock)

    async def by_files() -> Mapping[CompanyId, CompanyRecord]:
        return await described(files, beside, sealing, clock)

    if database_url is None:
        return CompanyStores(store=beside, source=FileSource(beside), described=by_files)

    # Loaded only where there is a database.
    from integrations import postgres
    from tenants.database.cache import CompanyCache
    from tenants.database.doors import Doors
    from tenants.database.source import PostgresSource
    from tenants.database.store import PostgresStore

    engine = postgres.engine(database_url)
    stack.push_async_callback(engine.dispose)
    store = PostgresStore(Doors(engine, migrates=migrates), clock, by_files)
    source = PostgresSource(store, FileSource(beside), CompanyCache(redis))
    return CompanyStores(store=store, source=source, described=by_files, watch=source.watch)
