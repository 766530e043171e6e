"""How large and how slow a request may be before it is cut off, on every path, and for whom we answer."""

import asyncio
import re
from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from routes.errors import HeadersTooLargeError, InvalidHostError, SlowBodyError, TooLargeError

MEGABYTE = 1_000_000
LARGEST = 8 * MEGABYTE  # of a body; most handlers take less
LARGEST_FILE = 102 * MEGABYTE  # of a body that carries files: the largest a company may allow
_FILES = re.compile(r"/api(/v1)?/(documents|multimedia)(/|$)")
HEADERS = 32_000  # bytes of all headers
HEADER_LINES = 100
LAST_PAGE = 1_000_000  # of any list: Redis counts no further than 64 bits
IDLE = 30.0  # seconds without a byte of a body that was promised
_ALWAYS = re.compile(r"/health$|^/metrics$|/api(/v1)?/webhook/chatwoot")
"""Balancers and Prometheus ask by address, and Chatwoot would give a conversation up: any host is right there."""


class Bounds:
    """Refuses what is too large, and stops waiting for what is too slow."""

    def __init__(self, app: ASGIApp, *, idle: float = IDLE) -> None:
        """Take the application behind, and the seconds to wait for the next byte."""
        self._app = app
        self._idle = idle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = LARGEST_FILE if _FILES.match(scope["path"]) else LARGEST
        _look_at_headers(scope["headers"], most)
        taken, whole = 0, False

        async def bounded() -> Message:
            nonlocal taken, whole
            if whole:
                # What is waited for now is the caller's going away.
                return await receive()
            try:
                async with asyncio.timeout(self._idle):
                    message = await receive()
            except TimeoutError as error:
                raise SlowBodyError(f"No byte of the body came for {self._idle:g} s.") from error
            taken += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if taken > most:
                raise TooLargeError(f"The body has more than the {most} bytes that are taken here.")
            return message

        await self._app(scope, bounded, send)


def _look_at_headers(headers: Sequence[tuple[bytes, bytes]], most: int) -> None:
    size = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > HEADER_LINES or size > HEADERS:
        raise HeadersTooLargeError(f"Headers of {HEADERS} bytes and {HEADER_LINES} lines at most.")
    announced = next((value for name, value in headers if name == b"content-length"), b"")
    if announced.isdigit() and int(announced) > most:
        raise TooLargeError(f"The body has {int(announced)} bytes; {most} are taken here.")


class Hosts:
    """Answers for hosts of a list only; `*.clinic.example` is every name below."""

    def __init__(self, app: ASGIApp, *, allowed: Sequence[str]) -> None:
        """Take the application behind and the hosts."""
        self._app = app
        self._exact = {one for one in allowed if not one.startswith("*.")}
        self._below = tuple(one[1:] for one in allowed if one.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and not _ALWAYS.search(scope["path"]):
            named = next((value for name, value in scope["headers"] if name == b"host"), b"")
            host = named.decode("latin-1").lower().partition(":")[0]
            if host not in self._exact and not host.endswith(self._below or ("\0",)):
                raise InvalidHostError("We do not answer for this host.")
        await self._app(scope, receive, send)
