"""The only ways into the database: as one company, or as the directory, which reads definitions alone.

Both are roles that row-level security binds, taken for one transaction; whoever DATABASE_URL names
owns the tables and sees no row of them.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from tenants.database.migrating import migrate, needs_migration
from tenants.database.words import told
from tenants.errors import StoreUnavailableError
from tenants.ids import CompanyId

logger = structlog.get_logger(__name__)

APP, DIRECTORY = "clinicdesk_app", "clinicdesk_directory"
LIMIT = 10  # seconds for one transaction, whatever the server does
STATEMENT = "5s"
LOCK = "3s"
IDLE = "10s"
_ENTER = """
SELECT set_config('role', :role, true), set_config('clinicdesk.company', :company, true),
       set_config('statement_timeout', :statement, true), set_config('lock_timeout', :lock, true),
       set_config('idle_in_transaction_session_timeout', :idle, true)
"""


class Doors:
    """Opens transactions. Every one is bounded in time and raises StoreUnavailableError."""

    def __init__(self, engine: AsyncEngine, *, migrates: bool = True) -> None:
        """Take the pool of connections; none is opened yet. Old tables are brought up to date first."""
        self._engine = engine
        self._migrates = migrates
        self._ready = False

    @contextlib.asynccontextmanager
    async def of_company(
        self, company_id: CompanyId, limit: float = LIMIT
    ) -> AsyncIterator[AsyncConnection]:
        """Yield a transaction that sees and writes this company's rows, and no other's."""
        async with self._transaction(limit) as connection:
            await enter(connection, APP, company_id)
            yield connection

    @contextlib.asynccontextmanager
    async def of_directory(self, limit: float = LIMIT) -> AsyncIterator[AsyncConnection]:
        """Yield a transaction that reads all definitions and newest prompts, and writes nothing."""
        async with self._transaction(limit) as connection:
            await enter(connection, DIRECTORY)
            yield connection

    @contextlib.asynccontextmanager
    async def _transaction(self, limit: float) -> AsyncIterator[AsyncConnection]:
        if not self._ready:
            await self._prepare()
        async with told(), asyncio.timeout(limit), self._engine.begin() as connection:
            yield connection

    async def migrate(self) -> str:
        """Bring the tables up to date and return their revision."""
        revision = await migrate(self._engine)
        logger.info("database_migrated", revision=revision)
        return revision

    async def _prepare(self) -> None:
        # Also after a start without PostgreSQL; tables of a later program are left alone.
        if await needs_migration(self._engine):
            if not self._migrates:
                raise StoreUnavailableError(
                    "the tables are not up to date: run server.py migrate, or set MIGRATE_AT_START=true"
                )
            await self.migrate()
        self._ready = True


async def enter(connection: AsyncConnection, role: str, company_id: str = "") -> None:
    """Go on in this transaction as a role, for a company."""
    await connection.execute(
        text(_ENTER),
        {"role": role, "company": company_id, "statement": STATEMENT, "lock": LOCK, "idle": IDLE},
    )
