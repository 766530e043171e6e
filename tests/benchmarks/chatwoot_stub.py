"""A Chatwoot that costs little: shows conversations, stores replies, echoes them as webhooks.

`python -m tests.benchmarks.chatwoot_stub [server's URL]`. For each reply a line goes to standard
output: the conversation and the monotonic nanosecond at which the reply was stored.
"""

import asyncio
import contextlib
import itertools
import json
import sys
import time
from datetime import UTC, datetime
from typing import Any

from starlette.types import Receive, Scope, Send

from tests.benchmarks.line import Lines
from tests.benchmarks.patients import SECRET, path_of, place_of
from tests.benchmarks.serving import serve_here
from tests.fakes.chatwoot_payloads import (  # fmt: skip
    BOT,
    conversation_event,
    conversation_of,
    message,
    raw,
    signed,
)

CONNECTIONS = 8


class ChatwootStub:
    """The application."""

    def __init__(self, server: str) -> None:
        """Take where webhooks go; empty: nowhere."""
        self._server = server
        self._numbers = itertools.count(50_000_001)
        self._lines: Lines | None = None
        self._deliveries: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request: `/api/v1/accounts/{account}/conversations/{conversation}[/what]`."""
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        _, _, _, _, account, _, conversation, *what = scope["path"].split("/")
        if scope["method"] == "GET":
            answer = conversation_of(place_of(int(conversation), int(account)))
        elif what == ["messages"]:
            answer = self._stored(int(account), int(conversation), json.loads(body))
        else:
            answer = {}
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _stored(self, account: int, conversation: int, body: dict[str, Any]) -> dict[str, Any]:
        stored = {"id": next(self._numbers), "message_type": 1, "status": "sent", **body}
        if not body.get("private"):
            sys.stdout.write(f"{conversation} {time.monotonic_ns()}\n")
            sys.stdout.flush()
        if self._server:
            task = asyncio.create_task(self._echo(account, conversation, stored))
            self._deliveries.add(task)
            task.add_done_callback(self._deliveries.discard)
        return stored

    async def _echo(self, account: int, conversation: int, stored: dict[str, Any]) -> None:
        """Send what a bot's own message makes Chatwoot send: itself, noise twice, its delivery."""
        if self._lines is None:
            self._lines = Lines(self._server, CONNECTIONS)
        place, now = place_of(conversation, account), datetime.now(UTC)
        told: dict[str, Any] = {
            "number": stored["id"],
            "content": stored["content"],
            "kind": "outgoing",
            "sender": BOT,
            "attributes": stored["content_attributes"],
            "written": now,
        }
        changed = [{"waiting_since": {"previous_value": None}}]
        noise = conversation_event(place, "conversation_updated", changed)
        for one in (
            message(place, **told),
            noise,
            noise,
            message(place, event="message_updated", **told),
        ):
            body = raw(one)
            with contextlib.suppress(OSError, EOFError):  # The server ends before we do.
                await self._lines.post(path_of(account), body, signed(body, SECRET, now))


if __name__ == "__main__":
    serve_here(ChatwootStub(sys.argv[1] if len(sys.argv) > 1 else ""))
