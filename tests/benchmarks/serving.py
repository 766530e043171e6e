"""How a stand-in serves as a process of its own: on a free port that it prints first."""

import logging
import socket
import sys

import uvicorn
from starlette.types import ASGIApp


def serve_here(app: ASGIApp) -> None:
    """Serve until the process is ended."""
    # Named as TCP, or asyncio leaves Nagle's algorithm on and each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(1024)
    # Who is cut off in the middle at the end of a benchmark is no news.
    logging.disable(logging.CRITICAL)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(app, log_config=None, lifespan="off", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])
