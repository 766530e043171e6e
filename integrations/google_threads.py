"""Google's client blocks and its connections are no two threads' at once: a few threads, a connection each."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import httplib2

THREADS = 16
TIMEOUT = 6  # seconds an answer may take

Answer = TypeVar("Answer")


class GoogleThreads:
    """The threads in which calls to Google run, for all companies of a process."""

    def __init__(self, *, threads: int = THREADS, timeout: float = TIMEOUT) -> None:
        """Start nothing yet: threads begin with the first calls."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="google")
        self._timeout = timeout
        self._own = threading.local()
        self._made: list[httplib2.Http] = []
        self._making = threading.Lock()

    async def run(self, call: Callable[[httplib2.Http], Answer]) -> Answer:
        """Call with the thread's own connections, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: call(self._http())
        )

    def close(self) -> None:
        """End the threads and their connections."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for http in self._made:
            http.close()

    def _http(self) -> httplib2.Http:
        http: httplib2.Http | None = getattr(self._own, "http", None)
        if http is None:
            http = httplib2.Http(timeout=self._timeout)
            # 308 means "resume the upload" to Google, not "moved".
            http.redirect_codes = frozenset(http.redirect_codes) - {308}
            self._own.http = http
            with self._making:
                self._made.append(http)
        return http
