"""A PostgreSQL for tests, on a unix socket, that can be killed and started again."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped] # It comes with pgserver, without types.

with warnings.catch_warnings():
    # It looks for a folder of its own when it is imported.
    warnings.simplefilter("ignore")
    from pgserver import postgres_server
    from pgserver._commands import POSTGRES_BIN_PATH

START = 30  # seconds
_initdb = postgres_server.initdb  # type: ignore[attr-defined] # Imported there to be called.


def _initdb_in_memory(arguments: list[str], **more: Any) -> str:
    """Make a server's folder without waiting for the disk: most of what a start costs."""
    return str(_initdb([*arguments, "--no-sync"], **more))


postgres_server.initdb = _initdb_in_memory  # type: ignore[attr-defined] # As above.


class PostgresServer:
    """A PostgreSQL of its own, with its data in a folder of its own."""

    def __init__(self) -> None:
        """Start it."""
        # Not in pytest's folder, which is root's alone: started by root, PostgreSQL runs as another user.
        self._folder = Path(tempfile.mkdtemp(prefix="clinicdesk-postgres-"))
        self._server = postgres_server.get_server(self._folder / "data")
        # It outlives no machine.
        for name in ("fsync", "full_page_writes"):
            self.run(f"ALTER SYSTEM SET {name} = off")
        self.run("SELECT pg_reload_conf()")

    def url(self, database: str = "postgres") -> str:
        """Return a database's address."""
        return str(self._server.get_uri(database))

    def run(self, statement: str, database: str = "postgres") -> str:
        """Run a statement as the server's owner and return what psql prints."""
        psql = POSTGRES_BIN_PATH / "psql"
        ran = subprocess.run(
            [psql, self.url(database), "-Atqc", statement],
            check=True,
            capture_output=True,
            text=True,
        )
        return ran.stdout.strip()

    def kill(self) -> None:
        """End it in the middle of whatever it does: it has to recover when it starts again."""
        pid = self._server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)
        process = self._server.get_postmaster_info().process
        assert process is not None
        until = time.monotonic() + START
        with contextlib.suppress(psutil.NoSuchProcess):
            # Whoever adopted it may leave it unburied for seconds.
            while process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
                time.sleep(0.02)

    def start(self) -> None:
        """Start it again where it was; what it left in memory may have to go first."""
        until = time.monotonic() + START
        while time.monotonic() < until:
            with contextlib.suppress(subprocess.SubprocessError):
                self._server.ensure_postgres_running()
                return
            time.sleep(0.2)
        raise AssertionError("PostgreSQL does not start again")

    def stop(self) -> None:
        """End it for good."""
        self.kill()
        self._server.cleanup_mode = None
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)
