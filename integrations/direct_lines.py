"""One connection of HTTP/1.1 on the event loop: what is asked goes out at once, what comes is cut by C code."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import cast

import httpx
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

LARGEST_HEAD = 128 * 1024  # bytes of a status line and headers
MUCH = 256 * 1024  # bytes of an answer that nobody took yet: then its server has to wait


class Exchange:
    """A request under way on a line, and what came back so far."""

    def __init__(self, *, without_body: bool) -> None:
        """Begin; `without_body` is for HEAD, whose answer has none whatever its headers say."""
        self.without_body = without_body
        self.status = 0
        self.reason = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.answered = False
        self.complete = False
        self.lasting = False
        """The line may be used again once the answer is complete."""
        self.pieces: deque[bytes] = deque()
        self.waiting = 0
        """Bytes in `pieces`."""
        self.failure: httpx.TransportError | None = None
        self._changed: asyncio.Future[None] | None = None

    async def answer(self, seconds: float | None) -> None:
        """Wait for the headers; raises httpx.TransportError."""
        while not self.answered:
            if self.failure is not None:
                raise self.failure
            await self.change(seconds)

    async def change(self, seconds: float | None) -> None:
        """Wait until something came; raises httpx.ReadTimeout."""
        self._changed = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await self._changed
        except TimeoutError as error:
            raise httpx.ReadTimeout("No answer in time.") from error
        finally:
            self._changed = None

    def wake(self) -> None:
        """Tell whoever waits that something came."""
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)


class Line(asyncio.Protocol):
    """A connection to one server, asked one thing after the other."""

    def __init__(self, gone: Callable[["Line"], None]) -> None:
        """Take who wants to know when the connection is gone."""
        self.closed = False
        self._gone = gone
        self._transport: asyncio.Transport | None = None
        self._parser = HttpResponseParser(self)
        self._exchange = Exchange(without_body=True)
        self._exchange.complete = True
        self._head = 0
        self._sized = False
        """The answer says where it ends."""
        self._writable: asyncio.Future[None] | None = None
        self._full = False
        self._held = False
        """The server has to wait until what came was taken."""

    @property
    def _open(self) -> asyncio.Transport | None:
        """The transport, while anything can be done with it."""
        transport = self._transport
        return None if transport is None or self.closed or transport.is_closing() else transport

    def begin(self, request: bytes, *, without_body: bool) -> Exchange:
        """Send the head of a request, and its body where that is at hand."""
        self._exchange = Exchange(without_body=without_body)
        self.write(request)
        return self._exchange

    def write(self, data: bytes) -> None:
        """Send more; nothing when the server has gone, which reading will tell."""
        if self._open is not None:
            self._open.write(data)

    async def room(self, seconds: float | None) -> None:
        """Wait until the server takes more; raises httpx.WriteTimeout."""
        if not self._full or self.closed:
            return
        self._writable = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await self._writable
        except TimeoutError as error:
            raise httpx.WriteTimeout("The server takes no more.") from error
        finally:
            self._writable = None

    def taken(self, exchange: Exchange) -> None:
        """Let the server go on when what came was taken."""
        if self._held and exchange.waiting < MUCH and self._open is not None:
            self._held = False
            self._open.resume_reading()

    def close(self) -> None:
        """End the connection."""
        self.closed = True
        if self._transport is not None:
            self._transport.abort()

    # What the event loop tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        # uvloop's own are none of asyncio's classes.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Read what came; a server that speaks unasked is not asked again."""
        exchange = self._exchange
        if exchange.complete:
            self._fail(httpx.RemoteProtocolError("The server spoke unasked."))
            return
        self._head += 0 if exchange.answered else len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._fail(httpx.RemoteProtocolError(f"No HTTP: {type(error).__name__}."))
            return
        if self._head > LARGEST_HEAD:
            self._fail(httpx.RemoteProtocolError("The headers are too large."))
            return
        if exchange.waiting >= MUCH and self._open is not None:
            self._held = True
            self._open.pause_reading()
        exchange.wake()

    def eof_received(self) -> bool:
        """End an answer that lasts until the connection ends."""
        exchange = self._exchange
        if exchange.answered and not self._sized:
            exchange.complete = True
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """Fail what is under way."""
        if error is None and not self.closed:
            self._fail(httpx.RemoteProtocolError("The server hung up."))
        else:
            self._fail(httpx.ReadError(type(error).__name__ if error else "The line was closed."))
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._gone(self)

    def pause_writing(self) -> None:
        """Take note that the server takes no more for now."""
        self._full = True

    def resume_writing(self) -> None:
        """Go on writing."""
        self._full = False
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)

    # What the parser tells.

    def on_message_begin(self) -> None:
        """Forget an answer that was only announced (`100 Continue`)."""
        exchange = self._exchange
        if exchange.complete:
            # More than was asked for: the answer stands, the line is not to be used again.
            exchange.lasting = False
            return
        exchange.headers, self._sized = [], False

    def on_status(self, status: bytes) -> None:
        """Keep the reason phrase."""
        self._exchange.reason = status

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        self._exchange.headers.append((name, value))
        self._sized |= name.lower() in {b"content-length", b"transfer-encoding"}

    def on_headers_complete(self) -> None:
        """Let the answer be read, unless it is only announced."""
        exchange, status = self._exchange, self._parser.get_status_code()
        if status >= 200 and not exchange.complete:
            exchange.status, exchange.answered, self._head = status, True, 0
            exchange.complete = exchange.without_body

    def on_body(self, body: bytes) -> None:
        """Keep a piece."""
        exchange = self._exchange
        if not exchange.complete:
            exchange.pieces.append(body)
            exchange.waiting += len(body)

    def on_message_complete(self) -> None:
        """End the answer."""
        exchange = self._exchange
        if exchange.answered and not exchange.complete:
            exchange.complete = True
            exchange.lasting = self._parser.should_keep_alive()

    def _fail(self, failure: httpx.TransportError) -> None:
        exchange = self._exchange
        if exchange.complete:
            exchange.lasting = False
        else:
            exchange.failure = exchange.failure or failure
        exchange.wake()
        self.close()
