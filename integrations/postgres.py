"""The connection to PostgreSQL: few connections, every wait bounded. Loads its libraries when it is used."""

from typing import TYPE_CHECKING

from integrations.errors import IntegrationError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

CONNECTIONS = 4
POOL_WAIT = 3  # seconds for a free connection
CONNECT_TIMEOUT = 3  # seconds
RECYCLE = 300  # seconds after which a connection is made anew
SILENCE = 5_000  # milliseconds without an answer of the network, after which a connection is dead
SCHEMES = ("postgresql+psycopg://", "postgresql://", "postgres://")


def engine(url: str) -> "AsyncEngine":
    """Return what opens connections; none is opened yet. The caller disposes of it.

    Raises IntegrationError for an address that is none of PostgreSQL's; it never shows the password.
    """
    from sqlalchemy.exc import ArgumentError
    from sqlalchemy.ext.asyncio import create_async_engine

    scheme = next((one for one in SCHEMES if url.startswith(one)), None)
    if scheme is None:
        raise IntegrationError(
            "postgresql", "DATABASE_URL must begin with postgresql://", permanent=True
        )
    try:
        return create_async_engine(
            SCHEMES[0] + url.removeprefix(scheme),
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=POOL_WAIT,
            pool_pre_ping=True,
            pool_recycle=RECYCLE,
            # Errors would show what was written.
            hide_parameters=True,
            connect_args={
                "connect_timeout": CONNECT_TIMEOUT,
                "tcp_user_timeout": SILENCE,
                "application_name": "clinicdesk",
                # Poolers between us and the server keep no prepared statements.
                "prepare_threshold": None,
            },
        )
    except (ArgumentError, ValueError) as error:
        raise IntegrationError(
            "postgresql", "DATABASE_URL is no address", permanent=True
        ) from error
