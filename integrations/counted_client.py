"""An HTTP client that counts what it asks of one outside system."""

import asyncio
import ssl
import time
from collections.abc import Callable
from typing import Any
from urllib.request import getproxies

import httpx

from integrations.aiohttp_transport import AiohttpTransport

Count = Callable[[str, str, float], None]
"""System, status or error class, seconds until the answer's headers."""


LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=5)
"""As httpx has them."""
LARGEST = 64_000_000  # bytes of an answer, unpacked
LONGEST = 180.0  # seconds for a whole answer, however it drips


class _NoCookies(httpx.Cookies):
    """Keeps none, and does not look for them: that cost more than the rest of reading an answer.

    All companies share a client: what a server sets for one must not come along with another's request.
    """

    def extract_cookies(self, response: httpx.Response) -> None:
        """Leave them."""


class CountedClient(httpx.AsyncClient):
    """An httpx client, with all that the environment says of proxies; whoever makes it closes it.

    Many of the servers are clinics' own: an answer without end would cost all companies the memory.
    """

    def __init__(self, system: str, count: Count, **options: Any) -> None:
        """Take the system's name and httpx's own options."""
        if "transport" not in options and "all" not in getproxies():
            # Proxies of the environment are asked the way httpx has it; they are more exact than `all`.
            trust = options.get("verify", True)
            direct = AiohttpTransport(
                trust if isinstance(trust, ssl.SSLContext) else httpx.create_ssl_context(),
                options.get("limits", LIMITS),
            )
            options["mounts"] = {"all://": direct}
        super().__init__(**options)
        self._cookies = _NoCookies()
        self._system = system
        self._count = count

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request and count how it went."""
        started, status = time.perf_counter(), "cancelled"
        try:
            answer = await self._bounded(request, **options)
            status = str(answer.status_code)
        except httpx.RequestError as error:
            status = type(error).__name__
            raise
        else:
            return answer
        finally:
            self._count(self._system, status, time.perf_counter() - started)

    async def _bounded(
        self, request: httpx.Request, *, stream: bool = False, **options: Any
    ) -> httpx.Response:
        if stream:
            return await super().send(request, stream=True, **options)
        try:
            async with asyncio.timeout(LONGEST):
                answer = await super().send(request, stream=True, **options)
                try:
                    answer._content = await _whole(answer)  # noqa: SLF001 # As httpx's own aread does.
                finally:
                    await answer.aclose()
        except TimeoutError as error:
            raise httpx.ReadTimeout("The answer does not end.", request=request) from error
        return answer


async def _whole(answer: httpx.Response) -> bytes:
    content = bytearray()
    async for piece in answer.aiter_bytes():
        content += piece
        if len(content) > LARGEST:
            raise httpx.ReadError("The answer is too large.", request=answer.request)
    return bytes(content)
