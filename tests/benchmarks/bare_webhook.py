"""The baseline of an acknowledgement: the same server and framework, a route that only reads JSON."""

import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.benchmarks.serving import serve_here


async def webhook(request: Request) -> JSONResponse:
    """Read the event and store nothing."""
    event = json.loads(await request.body())
    return JSONResponse({"status": "accepted", "conversation_id": event["conversation"]["id"]})


if __name__ == "__main__":
    serve_here(Starlette(routes=[Route("/{path:path}", webhook, methods=["POST"])]))
