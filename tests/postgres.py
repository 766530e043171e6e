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

with warnings.catch_warnings():
    # It looks for a folder of its own when it is imported.
    warnings.simplefilter("ignore")
    from pgserver._commands import POSTGRES_BIN_PATH
    from pgserver.postgres_server import get_server

START = 30  # seconds


class PostgresServer:
    """A PostgreSQL of its own, with its data in a folder of its own."""

    def __init__(self) -> None:
        """Start it."""
        # Not in pytest's folder, which is root's alone: started by root, PostgreSQL runs as another user.
        self._folder = Path(tempfile.mkdtemp(prefix="clinicdesk-postgres-"))
        self._server = get_server(self._folder / "data")

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
        """End it as a power cut would."""
        pid = self._server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        process = self._server.get_postmaster_info().process
        assert process is not None
        process.wait(START)

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
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)
