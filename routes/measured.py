"""Counts every request by its path's template, around the whole application."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from integrations.metrics import Metrics
from integrations.tracing import span

UNKNOWN = "unknown"
"""Paths that nobody serves share a label: whoever tries them must not fill the memory."""


class Measured:
    """Middleware that counts and times."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Take the application behind and where its numbers go."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with span("request", _caller_trace(scope)) as traced:
            try:
                await self._app(scope, receive, answer)
            finally:
                served = "endpoint" in scope
                route = getattr(scope.get("route"), "path", UNKNOWN) if served else UNKNOWN
                method = scope["method"] if served else UNKNOWN
                traced.update_name(f"{method} {route}")
                traced.set_attribute("http.response.status_code", status)
                self._metrics.request(method, route, status, time.perf_counter() - started)


def _caller_trace(scope: Scope) -> str:
    """Return the trace that the caller began, or an empty string."""
    found = next((value for name, value in scope["headers"] if name == b"traceparent"), b"")
    return str(found.decode("latin-1"))
