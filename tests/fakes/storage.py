"""What a link may lead to: a storage that behaves badly, names that lead astray, a line that is watched."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route


class Names:
    """A resolver that knows some names, written `chat_example` for `chat.example`."""

    def __init__(self, **found: Sequence[str]) -> None:
        self.found = {name.replace("_", "."): list(addresses) for name, addresses in found.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, _port: int) -> Sequence[str]:
        """Return a name's addresses."""
        self.asked.append(host)
        if host not in self.found:
            raise OSError("no such name")
        return self.found[host]


class Turning:
    """A resolver that says something else each time it is asked, as one who rebinds a name does."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses
        self.asked = 0

    async def __call__(self, _host: str, _port: int) -> Sequence[str]:
        """Return the next address."""
        self.asked += 1
        return [self._addresses[self.asked - 1]]


class Line(httpx.AsyncBaseTransport):
    """A network that notes where it was asked to connect to."""

    def __init__(self, *, down: frozenset[str] = frozenset(), redirect: str = "") -> None:
        self._down = down
        self._redirect = redirect
        self.hosts: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, unless the address is down."""
        self.hosts.append(request.url.host)
        if request.url.host in self._down:
            raise httpx.ConnectError("down")
        if self._redirect:
            return httpx.Response(302, headers={"location": self._redirect}, stream=_Empty())
        return httpx.Response(200, stream=_Empty())


class _Empty(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b""


class Storage:
    """A web server with everything that a storage may do to us."""

    def __init__(self, content: bytes = b"OggS") -> None:
        self.content = content
        self.requests: list[Request] = []
        self.app = Starlette(
            routes=[
                Route("/file", self._file),
                Route("/to", self._to),
                Route("/endless", self._endless),
                Route("/slow", self._slow),
                Route("/status/{code:int}", self._status),
                Route("/packed", self._packed),
                Route("/loop", self._loop),
            ]
        )

    async def _file(self, request: Request) -> Response:
        self.requests.append(request)
        return Response(self.content, headers={"content-type": "Audio/OGG; codecs=opus"})

    async def _to(self, request: Request) -> Response:
        self.requests.append(request)
        return RedirectResponse(request.query_params["url"], 302)

    async def _loop(self, _request: Request) -> Response:
        return RedirectResponse("/loop", 302)

    async def _endless(self, _request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b"x" * 65536

        return StreamingResponse(pieces())

    async def _slow(self, _request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b"x"
                await asyncio.sleep(0.05)

        return StreamingResponse(pieces())

    async def _status(self, request: Request) -> Response:
        return Response(status_code=int(request.path_params["code"]))

    async def _packed(self, _request: Request) -> Response:
        return Response(b"\x1f\x8b", headers={"content-encoding": "gzip"})
