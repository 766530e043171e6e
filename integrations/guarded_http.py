"""Fetches what strangers link to: resolves names itself, connects only where anybody may, keeps to limits."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import httpx

from integrations.addresses import Address, address_of, is_forbidden_to_all, is_open
from integrations.errors import IntegrationError
from integrations.places import SYSTEM, Place, next_place, place_of

REDIRECTS = 5
CONNECT = 3.0  # seconds for one address
READ = 10.0  # seconds between two pieces
PASSING = frozenset({404, 408, 425, 429, 500, 502, 503, 504})
"""Statuses that may be others soon. A file can be linked to before it is stored: 404 is one of them."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to addresses; raises OSError when there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file, whole."""

    content: bytes
    content_type: str
    """What the server called it, in lower case and without parameters; never believe it."""
    url: str
    """Where it was in the end. It opens the file for whoever has it: never log it."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return a host's addresses as the system knows them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@contextlib.asynccontextmanager
async def guarding(
    allowed: Collection[str], trust: ssl.SSLContext | None = None
) -> AsyncIterator["GuardedHttp"]:
    """Open who fetches, for as long as a process runs."""
    http = GuardedHttp(allowed=allowed, trust=trust)
    try:
        yield http
    finally:
        await http.aclose()


class GuardedHttp:
    """Gets files by links that others chose.

    A name is resolved once, each of its addresses is judged, and the connection goes to the judged
    address: what the name means a moment later changes nothing. Redirects are judged alike.
    """

    def __init__(
        self,
        *,
        resolve: Resolve = resolve,
        allowed: Collection[str] = (),
        trust: ssl.SSLContext | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Take the hosts (`host` or `host:port`) that may be private, whoever asks."""
        self._resolve = resolve
        self._allowed = frozenset(one.strip().lower() for one in allowed)
        # No connection is used twice: one that was proven to be a host's must not serve another's.
        self._transport = transport or httpx.AsyncHTTPTransport(
            verify=trust or True, limits=httpx.Limits(max_keepalive_connections=0), trust_env=False
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def fetch(
        self,
        url: str,
        *,
        allowed: Collection[str] = (),
        headers: Mapping[str, str] | None = None,
        limit_bytes: int,
        seconds: float,
        same_host: bool = False,
    ) -> Fetched:
        """Return what is behind a link; raises IntegrationError, permanent when it will never be there.

        `allowed` may be private as well. `headers` go to the link's own host and to no other;
        `same_host`: nor is anything else asked of another.
        """
        known = self._allowed | {one.lower() for one in allowed}
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(
                    url, known, dict(headers or {}), limit_bytes, same_host=same_host
                )
        except TimeoutError as error:
            raise IntegrationError(SYSTEM, f"not within {seconds:g} s", permanent=False) from error

    async def post(
        self, url: str, content: bytes, *, headers: Mapping[str, str], seconds: float
    ) -> int:
        """Send a body and return the status of the answer, which is not read; no redirect is followed.

        Raises IntegrationError when there is no answer, permanent when there will never be one.
        """
        place = place_of(url, self._allowed)
        try:
            async with asyncio.timeout(seconds):
                addresses = await self._addresses(place)
                answer = await self._answer(place, headers, addresses, content=content)
                await answer.aclose()
        except TimeoutError as error:
            raise IntegrationError(SYSTEM, f"not within {seconds:g} s", permanent=False) from error
        return answer.status_code

    async def _follow(
        self,
        url: str,
        known: Collection[str],
        headers: Mapping[str, str],
        limit: int,
        *,
        same_host: bool,
    ) -> Fetched:
        first = place = place_of(url, known)
        for _ in range(REDIRECTS + 1):
            own = headers if place.same_as(first) else {}
            async with self._open(place, own) as answer:
                if not answer.has_redirect_location:
                    return await _body(answer, str(place.url), limit)
                place = next_place(place, answer.headers["location"], known)
            if same_host and place.host != first.host:
                raise IntegrationError(SYSTEM, "redirected to another host", permanent=True)
        raise IntegrationError(SYSTEM, f"more than {REDIRECTS} redirects", permanent=True)

    @contextlib.asynccontextmanager
    async def _open(
        self, place: Place, headers: Mapping[str, str]
    ) -> AsyncIterator[httpx.Response]:
        """Open a link at the first of its judged addresses that answers."""
        answer = await self._answer(place, headers, await self._addresses(place))
        try:
            yield answer
        except httpx.HTTPError as error:
            raise IntegrationError(SYSTEM, type(error).__name__, permanent=False) from error
        finally:
            await answer.aclose()

    async def _answer(
        self,
        place: Place,
        headers: Mapping[str, str],
        addresses: Sequence[Address],
        *,
        content: bytes | None = None,
    ) -> httpx.Response:
        """Ask for a link, or send it a body, at the first address that takes a connection."""
        reason: Exception | None = None
        for address in addresses:
            request = httpx.Request(
                "GET" if content is None else "POST",
                place.url.copy_with(host=str(address)),
                content=content,
                headers={
                    **headers,
                    "Host": place.url.netloc.decode("ascii"),
                    "Accept": "*/*",
                    # A body that unpacks to more than it is could not be bounded by its length.
                    "Accept-Encoding": "identity",
                    "User-Agent": "Clinicdesk",
                },
                extensions={
                    "sni_hostname": place.host,
                    "timeout": {"connect": CONNECT, "read": READ, "write": READ, "pool": READ},
                },
            )
            try:
                return await self._transport.handle_async_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                reason = error
            except httpx.HTTPError as error:
                raise IntegrationError(SYSTEM, type(error).__name__, permanent=False) from error
        raise IntegrationError(SYSTEM, type(reason).__name__, permanent=False) from reason

    async def _addresses(self, place: Place) -> Sequence[Address]:
        """Return where a host is; one address that is not open to all spoils the name."""
        try:
            found = [address_of(one) for one in await self._resolve(place.host, place.port)]
        except (OSError, UnicodeError) as error:
            raise IntegrationError(SYSTEM, "the host has no address", permanent=False) from error
        except ValueError as error:
            raise IntegrationError(SYSTEM, "the host has no address", permanent=True) from error
        if not found:
            raise IntegrationError(SYSTEM, "the host has no address", permanent=False)
        for one in found:
            if is_forbidden_to_all(one) or not (place.private or is_open(one)):
                raise IntegrationError(
                    SYSTEM, "the link leads to a private address", permanent=True
                )
        return found


async def _body(answer: httpx.Response, url: str, limit: int) -> Fetched:
    """Read a body as far as it may go."""
    if answer.status_code != 200:
        permanent = answer.status_code not in PASSING
        raise StatusError(answer.status_code, permanent=permanent)
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise IntegrationError(SYSTEM, "the file comes packed", permanent=True)
    told = answer.headers.get("content-length", "")
    if told.isdecimal() and int(told) > limit:
        raise TooLargeError(limit)
    content = bytearray()
    async for piece in answer.aiter_raw():
        content += piece
        if len(content) > limit:
            raise TooLargeError(limit)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Fetched(content=bytes(content), content_type=kind[:100], url=url)


class TooLargeError(IntegrationError):
    """The file is larger than it may be."""

    def __init__(self, limit: int) -> None:
        super().__init__(SYSTEM, f"more than {limit} bytes", permanent=True)


class StatusError(IntegrationError):
    """The server answered with something else than a file."""

    def __init__(self, status: int, *, permanent: bool) -> None:
        """Keep the status of the answer."""
        super().__init__(SYSTEM, f"HTTP {status}", permanent=permanent)
        self.status = status
