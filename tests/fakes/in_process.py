"""Reach a stand-in without a socket, time-outs included: for tests that are about something else than HTTP."""

import asyncio

import httpx
from starlette.types import ASGIApp


class InProcess(httpx.AsyncBaseTransport):
    """Carries requests to an ASGI application in the same event loop."""

    def __init__(self, app: ASGIApp) -> None:
        self._inner = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the application's answer, or give up as a client does."""
        try:
            async with asyncio.timeout(request.extensions["timeout"]["read"]):
                return await self._inner.handle_async_request(request)
        except TimeoutError as error:
            raise httpx.ReadTimeout("the stand-in is silent", request=request) from error
