"""Bring the tables to what this program knows: forward only, one process at a time."""

import asyncio
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from tenants.database.words import told
from tenants.errors import StoreUnavailableError

FOLDER = Path(__file__).parent / "migrations"
LOCK = 7_226_511_044  # any number; ours in every database
LOCK_WAIT = "30s"
LOOK = 10  # seconds
LIMIT = 600  # seconds for all steps
OLDEST = 150_000  # PostgreSQL 15: a view that keeps to its reader's rights


class NewerDatabaseError(StoreUnavailableError):
    """A later version of this program made the tables: they are left alone."""


async def migrate(engine: AsyncEngine) -> str:
    """Bring the tables up to date and return their revision; raises StoreUnavailableError."""
    async with told(), asyncio.timeout(LIMIT), engine.begin() as connection:
        if int((await connection.execute(text("SHOW server_version_num"))).scalar_one()) < OLDEST:
            raise StoreUnavailableError("PostgreSQL is too old: 15 or later is needed")
        await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'"))
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        return await connection.run_sync(_upgraded)


async def needs_migration(engine: AsyncEngine) -> bool:
    """Say whether tables are missing or old; raises NewerDatabaseError, StoreUnavailableError."""
    async with told(), asyncio.timeout(LOOK), engine.connect() as connection:
        current = await connection.run_sync(_current)
    script = _script()
    _refuse_newer(script, current)
    return current != script.get_current_head()


def _upgraded(connection: Connection) -> str:
    script = _script()
    current = _current(connection)
    _refuse_newer(script, current)
    with EnvironmentContext(
        _config(),
        script,
        fn=lambda revision, _: script._upgrade_revs("head", revision),  # noqa: SLF001 # As alembic's own command does.
    ) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()
    return script.get_current_head() or ""


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(script: ScriptDirectory, current: str | None) -> None:
    if current and current not in {one.revision for one in script.walk_revisions()}:
        raise NewerDatabaseError(
            f"the database is at revision {current}, which a later version of this program made;"
            " it was not touched"
        )


def _config() -> Config:
    config = Config()
    # A percent sign would begin an interpolation.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
