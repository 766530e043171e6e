"""Kept-alive HTTP connections that cost the sender next to nothing: the machine is for what is measured."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlsplit

IDLE = 3.0  # seconds; uvicorn hangs up after five


class Line:
    """One connection; one request at a time."""

    def __init__(self, url: str) -> None:
        """Take a base URL; the first request connects."""
        place = urlsplit(url)
        self._host, self._port = place.hostname or "", place.port or 80
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used = 0.0

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Send a body and return status and answer."""
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {path} HTTP/1.1\r\nHost: bench\r\n{told}Content-Length: {len(body)}\r\n\r\n"
        reader, writer = await self._connected()
        self._used = 0.0  # Until the answer is read: who is cut off leaves half of it behind.
        writer.write(head.encode() + body)
        answered = await reader.readuntil(b"\r\n\r\n")
        _, _, rest = answered.lower().partition(b"content-length:")
        said = await reader.readexactly(int(rest.partition(b"\r\n")[0]) if rest else 0)
        self._used = time.monotonic()
        return int(answered[9:12]), said

    async def close(self) -> None:
        """Hang up."""
        if self._ends is not None:
            self._ends[1].close()
            with contextlib.suppress(OSError):
                await self._ends[1].wait_closed()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._ends is None or time.monotonic() - self._used > IDLE:
            await self.close()
            self._ends = await asyncio.open_connection(self._host, self._port)
        return self._ends


class Lines:
    """Some connections to one server; who finds all busy waits."""

    def __init__(self, url: str, count: int) -> None:
        """Take a base URL and how many connections there may be."""
        self._lines = [Line(url) for _ in range(count)]
        self._free: asyncio.Queue[Line] = asyncio.Queue()
        for line in self._lines:
            self._free.put_nowait(line)

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Send a body over a free connection."""
        line = await self._free.get()
        try:
            return await line.post(path, body, headers)
        finally:
            self._free.put_nowait(line)

    async def close(self) -> None:
        """Hang up all."""
        for line in self._lines:
            await line.close()


@contextlib.asynccontextmanager
async def lines_to(url: str, count: int) -> AsyncIterator[Lines]:
    """Hold some connections to a server."""
    lines = Lines(url, count)
    try:
        yield lines
    finally:
        await lines.close()
