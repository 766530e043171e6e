"""HTTP/1.1 without layers between: for the servers that every turn asks several times.

What httpx brings along (httpcore, h11, anyio) takes a millisecond of processor time for a request,
as much as all that LangGraph does in a turn of one agent. This keeps to what it promises: pools,
time-outs by kind, its exceptions, answers as streams.
"""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from typing import cast

import httpx

from integrations.direct_lines import Exchange, Line

PORTS: Mapping[str, int] = {"http": 80, "https": 443}
FORBIDDEN = (b"\r", b"\n", b"\0")

Origin = tuple[str, str, int, str]
"""Scheme, host, port, and the name that the certificate must have."""


class DirectTransport(httpx.AsyncBaseTransport):
    """Keeps connections and asks over them."""

    def __init__(self, trust: ssl.SSLContext, limits: httpx.Limits) -> None:
        """Take whose certificates are good and how many connections there may be."""
        self._trust = trust
        trust.set_alpn_protocols(["http/1.1"])
        self._room = asyncio.Semaphore(limits.max_connections or 1_000_000)
        self._most_idle = limits.max_keepalive_connections
        self._expiry = limits.keepalive_expiry
        self._idle: defaultdict[Origin, list[Line]] = defaultdict(list)
        self._retiring: dict[Line, asyncio.TimerHandle] = {}
        self._origins: dict[Line, Origin] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask, and return the answer as soon as its headers are there; raises httpx.TransportError."""
        seconds: Mapping[str, float | None] = request.extensions.get("timeout", {})
        head = _head(request)
        await self._admitted(seconds.get("pool"))
        line: Line | None = None
        try:
            line = await self._line(_origin(request), seconds.get("connect"))
            exchange = await _sent(line, head, request, seconds.get("write"))
            await exchange.answer(seconds.get("read"))
        except BaseException:
            self._release(line, lasting=False)
            raise
        return httpx.Response(
            exchange.status,
            headers=exchange.headers,
            stream=_Body(self, line, exchange, seconds.get("read")),
            extensions={"http_version": b"HTTP/1.1", "reason_phrase": exchange.reason},
        )

    async def aclose(self) -> None:
        """End every connection."""
        for line in list(self._origins):
            line.close()
        # Each tells that it is gone in the next round of the event loop.
        await asyncio.sleep(0)

    def done(self, line: Line, exchange: Exchange) -> None:
        """Take a connection back whose answer was read, or not to its end."""
        self._release(line, lasting=exchange.complete and exchange.lasting)

    async def _admitted(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._room.acquire()
        except TimeoutError as error:
            raise httpx.PoolTimeout("Every connection is in use.") from error

    async def _line(self, origin: Origin, seconds: float | None) -> Line:
        idle = self._idle[origin]
        while idle:
            line = idle.pop()
            self._retiring.pop(line).cancel()
            if not line.closed:
                return line
        scheme, host, port, name = origin
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                _, line = await loop.create_connection(
                    lambda: Line(self._forget),
                    host,
                    port,
                    ssl=self._trust if scheme == "https" else None,
                    server_hostname=name if scheme == "https" else None,
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout("The server cannot be reached in time.") from error
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        self._origins[line] = origin
        return line

    def _release(self, line: Line | None, *, lasting: bool) -> None:
        self._room.release()
        if line is None:
            return
        full = self._most_idle is not None and len(self._retiring) >= self._most_idle
        if not lasting or line.closed or full:
            line.close()
            return
        loop = asyncio.get_running_loop()
        self._retiring[line] = loop.call_later(self._expiry or 3600, line.close)
        self._idle[self._origins[line]].append(line)

    def _forget(self, line: Line) -> None:
        """Drop a connection that is gone."""
        origin = self._origins.pop(line, None)
        if (retiring := self._retiring.pop(line, None)) is not None:
            retiring.cancel()
        if origin is not None and line in self._idle[origin]:
            self._idle[origin].remove(line)
        if origin is not None and not self._idle[origin]:
            del self._idle[origin]


class _Body(httpx.AsyncByteStream):
    """The body of an answer, as it comes."""

    def __init__(
        self, transport: DirectTransport, line: Line, exchange: Exchange, seconds: float | None
    ) -> None:
        self._transport = transport
        self._line: Line | None = line
        self._exchange = exchange
        self._seconds = seconds

    async def __aiter__(self) -> AsyncIterator[bytes]:
        exchange = self._exchange
        while True:
            while exchange.pieces:
                piece = exchange.pieces.popleft()
                exchange.waiting -= len(piece)
                yield piece
            if exchange.complete or self._line is None:
                return
            if exchange.failure is not None:
                raise exchange.failure
            self._line.taken(exchange)
            await exchange.change(self._seconds)

    async def aclose(self) -> None:
        if self._line is not None:
            line, self._line = self._line, None
            self._transport.done(line, self._exchange)


async def _sent(line: Line, head: bytes, request: httpx.Request, seconds: float | None) -> Exchange:
    """Send a request, a body at hand together with its head."""
    without_body = request.method == "HEAD"
    stream = request.stream
    chunked = "transfer-encoding" in request.headers
    if isinstance(stream, httpx.ByteStream) and not chunked:
        exchange = line.begin(head + b"".join(stream), without_body=without_body)
        await line.room(seconds)
        return exchange
    exchange = line.begin(head, without_body=without_body)
    async for piece in cast("httpx.AsyncByteStream", stream):
        if exchange.answered or exchange.failure is not None:
            # It has heard enough.
            exchange.lasting = False
            return exchange
        if piece:
            line.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
            await line.room(seconds)
    if chunked:
        line.write(b"0\r\n\r\n")
    return exchange


def _origin(request: httpx.Request) -> Origin:
    url = request.url
    if url.scheme not in PORTS:
        raise httpx.UnsupportedProtocol(f"{url.scheme} is not asked.")
    host = url.raw_host.decode("ascii")
    name = request.extensions.get("sni_hostname") or host
    return url.scheme, host, url.port or PORTS[url.scheme], str(name)


def _head(request: httpx.Request) -> bytes:
    """Return request line and headers; raises httpx.LocalProtocolError for what would break out of them."""
    lines = [b"%b %b HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path)]
    for name, value in request.headers.raw:
        if any(one in name or one in value for one in FORBIDDEN):
            raise httpx.LocalProtocolError("A header has more than one line.")
        lines.append(b"%b: %b" % (name, value.strip()))
    return b"\r\n".join([*lines, b"", b""])
