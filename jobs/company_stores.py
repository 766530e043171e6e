"""Where companies are kept, opened: PostgreSQL when there is an address, else files below DATA_DIR."""

import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrations.clock import Clock
from integrations.redis import Client
from tenants.company_files import CompanyFiles
from tenants.company_store import CompanyRecord, CompanyStore
from tenants.directory_sources import FileSource, Source
from tenants.file_store import FileStore
from tenants.ids import CompanyId
from tenants.sealing import Sealing
from tenants.store_moves import described

if TYPE_CHECKING:
    from tenants.database.copies import Copies
    from tenants.database.doors import Doors
    from tenants.database.store import PostgresStore

FOLDER = "companies"
"""Below DATA_DIR."""

Refresh = Callable[[], Awaitable[object]]


async def _nothing(_refresh: Refresh) -> None:
    """Watch nothing: what files hold changes only through us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFolder:
    """The operator's files, and what staff wrote over them."""

    files: CompanyFiles
    store: FileStore
    sealing: Sealing
    clock: Clock

    async def described(self) -> Mapping[CompanyId, CompanyRecord]:
        """Return all companies that both describe; raises InvalidCompanyError."""
        return await described(self.files, self.store, self.sealing, self.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """PostgreSQL, open."""

    doors: "Doors"
    store: "PostgresStore"

    @property
    def copies(self) -> "Copies":
        """What is copied into it from Redis."""
        from tenants.database.copies import Copies

        return Copies(self.doors)

    async def migrate(self) -> str:
        """Bring the tables up to date and return their revision; raises StoreUnavailableError."""
        return await self.doors.migrate()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyStores:
    """What is written to, what is read from, and who looks whether it changed."""

    store: CompanyStore
    source: Source
    folder: CompanyFolder
    database: Database | None = None
    watch: Callable[[Refresh], Coroutine[None, None, None]] = _nothing


async def open_stores(
    stack: contextlib.AsyncExitStack,
    *,
    database_url: str | None,
    migrates: bool,
    folder: CompanyFolder,
    redis: Client,
) -> CompanyStores:
    """Open where companies are kept; nothing is asked of PostgreSQL yet. Raises IntegrationError."""
    files = FileSource(folder.store)
    if database_url is None:
        return CompanyStores(store=folder.store, source=files, folder=folder)

    from tenants.database.cache import CompanyCache
    from tenants.database.source import PostgresSource

    database = await open_database(stack, database_url, migrates=migrates, folder=folder)
    source = PostgresSource(database.store, files, CompanyCache(redis))
    return CompanyStores(
        store=database.store, source=source, folder=folder, database=database, watch=source.watch
    )


async def open_database(
    stack: contextlib.AsyncExitStack, database_url: str, *, migrates: bool, folder: CompanyFolder
) -> Database:
    """Open PostgreSQL alone; nothing is asked of it yet. Raises IntegrationError."""
    # Loaded only where there is a database.
    from integrations import postgres
    from tenants.database.doors import Doors
    from tenants.database.store import PostgresStore

    engine = postgres.engine(database_url)
    stack.push_async_callback(engine.dispose)
    doors = Doors(engine, migrates=migrates)
    return Database(doors=doors, store=PostgresStore(doors, folder.clock, folder.described))
