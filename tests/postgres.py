"""A PostgreSQL of this test run, started for the first test that asks."""

import asyncio
import contextlib
import os
import signal
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from integrations import postgres

START = 30  # seconds


class Server:
    """A PostgreSQL that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        """Start it, with its data in a folder."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pgserver import get_server

            self._server = get_server(folder)

    @property
    def url(self) -> str:
        """Its address, by a unix socket."""
        return str(self._server.get_uri())

    def kill(self) -> None:
        """End it as a power cut would."""
        pid = self._server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        self._server.get_postmaster_info().process.wait(START)

    def start(self) -> None:
        """Start it again where it was."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """End it for good."""
        self._server.cleanup()
