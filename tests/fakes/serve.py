"""Serve a stand-in for an outside system on loopback, in the test's own event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp


@contextlib.asynccontextmanager
async def serve(
    app: ASGIApp,
    *,
    certificate: Path | None = None,
    protocol: type[asyncio.Protocol] | None = None,
) -> AsyncIterator[str]:
    """Yield the base URL, `http://127.0.0.1:<port>`, of an ASGI application.

    A `certificate`, key and chain in one file, has it speak TLS; a `protocol` is another than uvicorn's own.
    """
    # Named as TCP, or asyncio leaves Nagle's algorithm on and each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        http=protocol or "auto",
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=1,
        access_log=False,
        ssl_certfile=certificate,
    )
    server = uvicorn.Server(config)
    # Signals belong to the test run.
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment] # uvicorn has no switch for it.
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()
