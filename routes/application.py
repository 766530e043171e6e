"""The Starlette application: every path under /api and /api/v1, errors in one shape, an id for each request."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from uuid import uuid4

import structlog
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from integrations.metrics import Metrics
from integrations.recent_log import RecentLog
from routes.bounds import Bounds, Hosts
from routes.cors import cors
from routes.error_table import STATUS
from routes.errors import REQUEST, ErrorAnswers
from routes.measured import Measured
from routes.security_headers import SecurityHeaders

PREFIXES = ("/api/v1", "/api")
REQUEST_ID = 64  # characters of a caller's own id that are kept

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the deployment meets browsers."""

    https: bool = False
    """Whether the world reaches us by https only."""
    origins: Sequence[str] = ()
    """Whose pages may call; none by default."""
    hosts: Sequence[str] = ()
    """For whom we answer; empty: for every name we are reached by."""


class RequestId:
    """Gives each request an id: the caller's X-Request-ID or a new one, in the log and in the answer."""

    def __init__(self, app: ASGIApp) -> None:
        """Take the application behind."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        kept = given.decode("latin-1")[:REQUEST_ID]
        request_id = kept if kept.isascii() and kept.isprintable() and kept else uuid4().hex
        scope[REQUEST] = request_id

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._app(scope, receive, answer)


def application(lifespan: Lifespan | None = None) -> Starlette:
    """Return the application, still without paths: `mount` adds them once their parts are open.

    What it counts is in `app.state.metrics`, what its log told of faults can be put in `app.state.recent`.
    """
    errors = ErrorAnswers(STATUS)
    metrics = Metrics()
    handlers = dict.fromkeys(STATUS, errors.expected)
    app = Starlette(
        middleware=[Middleware(Measured, metrics=metrics), Middleware(RequestId)],
        exception_handlers={
            **handlers,
            HTTPException: errors.http,
            Exception: errors.unexpected,
        },
        lifespan=lifespan,
    )
    app.state.metrics = metrics
    app.state.recent = RecentLog()
    return app


def mount(
    app: Starlette,
    routes: Sequence[BaseRoute],
    at_root: Sequence[BaseRoute],
    manners: Manners | None = None,
) -> None:
    """Add paths below /api and /api/v1, those that stand outside, and what is done around all of them."""
    manners = manners or Manners()
    app.router.routes[:] = [
        *at_root,
        *(Mount(prefix, routes=list(routes)) for prefix in PREFIXES),
    ]
    # Inside of what answers errors, so that these may raise.
    app.router.middleware_stack = Bounds(app.router.middleware_stack)
    if manners.hosts:
        app.router.middleware_stack = Hosts(app.router.middleware_stack, allowed=manners.hosts)
    app.user_middleware += [
        Middleware(SecurityHeaders, https=manners.https),
        *cors(manners.origins),
    ]
    # Put together anew for the next request; the lifespan is the only one so far.
    app.middleware_stack = None
