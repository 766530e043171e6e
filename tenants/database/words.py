"""What PostgreSQL says when it cannot serve, in words for an operator; never with what was written."""

import contextlib
from collections.abc import AsyncIterator

from sqlalchemy.exc import SQLAlchemyError

from tenants.errors import StoreUnavailableError

_WORDS = {
    "OperationalError": "PostgreSQL cannot be reached",
    "TimeoutError": "PostgreSQL does not answer in time",
    "InsufficientPrivilege": "the user in DATABASE_URL lacks a right; README says which it needs",
    "UndefinedTable": "tables are missing: run server.py migrate",
    "InvalidParameterValue": "the tables' roles are missing: run server.py migrate",
    "QueryCanceled": "PostgreSQL takes too long",
    "LockNotAvailable": "somebody else is writing this company; try again",
    "ReadOnlySqlTransaction": "PostgreSQL takes no writes",
    "DiskFull": "PostgreSQL's disk is full",
    "InvalidPassword": "PostgreSQL refuses the password in DATABASE_URL",
    "UntranslatableCharacter": "a text has a sign that PostgreSQL cannot keep",
}


@contextlib.asynccontextmanager
async def told() -> AsyncIterator[None]:
    """Turn what the database or the network says into a StoreUnavailableError in plain words."""
    try:
        yield
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        # Its own words may show what was written.
        kind = type(getattr(error, "orig", None) or error).__name__
        words = _WORDS.get(kind, f"PostgreSQL cannot be used now ({kind})")
        raise StoreUnavailableError(words) from error
