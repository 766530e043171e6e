"""One connection to our server: whoever opens it and sends its headers a byte at a time is hung up on.

Uvicorn bounds the time between requests only, and httptools no headers at all.
"""

import asyncio
from typing import ClassVar

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

logger = structlog.get_logger(__name__)


class WaryProtocol(HttpToolsProtocol):
    """Speaks HTTP with whoever sends whole headers, of some size, in some seconds."""

    header_wait: ClassVar[float] = 10.0
    """Seconds from a connection, or from a request's first byte, to the end of its headers."""
    header_bytes: ClassVar[int] = 64_000
    """A little more than what the application answers with a word."""

    ignored_bytes: ClassVar[int] = 32_000_000
    """Of a body that was answered already: who is hung up on at once never reads the answer."""

    _deadline: asyncio.TimerHandle | None = None
    _received = 0
    _ignored = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # As uvicorn has it.
        """Begin to wait for headers."""
        super().connection_made(transport)
        self._wait()

    def on_message_begin(self) -> None:
        """Begin to wait for the next request's headers."""
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        """Stop waiting; what follows is a body, which the application bounds."""
        self._stop_waiting()
        self._ignored = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Let a body go by that is too large, and not for ever."""
        super().on_body(body)
        if self.cycle is not None and self.cycle.response_complete:
            self._ignored += len(body)
            if self._ignored > self.ignored_bytes:
                self._hang_up("body_without_end")

    def data_received(self, data: bytes) -> None:
        """Count what comes while headers are not whole."""
        super().data_received(data)
        if self._deadline is not None:
            self._received += len(data)
            if self._received > self.header_bytes:
                self._hang_up("headers_too_large")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop_waiting()
        self._received = 0
        self._deadline = self.loop.call_later(self.header_wait, self._hang_up, "headers_too_slow")

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _hang_up(self, reason: str) -> None:
        self._stop_waiting()
        logger.info("connection_refused", reason=reason)
        self.transport.abort()
