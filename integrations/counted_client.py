"""An HTTP client that counts what it asks of one outside system."""

import time
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

Count = Callable[[str, str, float], None]
"""System, status or error class, seconds until the answer's headers."""


class CountedClient(httpx.AsyncClient):
    """An httpx client, with all that the environment says of proxies; whoever makes it closes it."""

    def __init__(self, system: str, count: Count, **options: Any) -> None:
        """Take the system's name and httpx's own options."""
        # All companies share it: what a server sets for one must not come along with another's request.
        jar = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        super().__init__(cookies=jar, **options)
        self._system = system
        self._count = count

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request and count how it went."""
        started, status = time.perf_counter(), "cancelled"
        try:
            answer = await super().send(request, **options)
            status = str(answer.status_code)
        except httpx.RequestError as error:
            status = type(error).__name__
            raise
        else:
            return answer
        finally:
            self._count(self._system, status, time.perf_counter() - started)
