"""Serving HTTP for whoever starts us in a terminal: a greeting, a socket, an orderly end."""

import signal

import uvicorn
from starlette.types import ASGIApp

from integrations.listening import taken
from routes.connection import WaryProtocol
from routes.starting import ToldStart

SHUTDOWN = 30  # seconds until uvicorn cuts requests off


def greeting(url: str, key: str) -> str:
    """Return what a person who starts the server needs to know."""
    return (
        f"Clinicdesk listens on {url} (panel: {url}/panel, health: {url}/health)\n"
        f"Administrator's key: {key}\n"
        f"Talk to it: make chat, or\n"
        f"  curl -s {url}/api/webhook/test -H 'X-API-Key: {key}' \\\n"
        f"""    -d '{{"company_id": "benova", "user_id": "ana", "message": "hola"}}'"""
    )


def serve(app: ASGIApp, *, address: str, port: int, words: str) -> int:
    """Greet, serve until a signal comes, return the exit status; raises why it could not start or end."""
    sockets = taken("PORT", address, port)
    print(words, flush=True)  # noqa: T201 # For the person at the terminal.
    told = ToldStart(app)
    config = uvicorn.Config(
        told,
        host=address,
        port=port,
        http=WaryProtocol,
        server_header=False,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN,
    )
    server = uvicorn.Server(config)
    # uvicorn raises the signal that ended it once more; by then everything is done.
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: None)
    try:
        server.run(sockets=list(sockets))
    except SystemExit:
        if told.fault is None:
            raise
    if told.fault is not None:
        raise told.fault
    return 0 if server.started else 1
