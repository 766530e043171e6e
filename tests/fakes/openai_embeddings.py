"""OpenAI's embeddings on loopback: strict about requests, scripted in its faults."""

import base64
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from starlette.types import Receive, Scope, Send

from tests.fakes.hashing_embedder import HashingEmbedder

KNOWN = frozenset({"model", "input", "dimensions", "encoding_format", "user"})
MOST_TEXTS = 2048
MOST_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A scripted answer other than vectors."""

    status: int = 500
    retry_after: str = ""
    body: bytes | None = None
    """What is said instead of an error in words."""


@dataclass(slots=True)
class FakeEmbeddings:
    """The server: vectors of letters. `refusals` are used up first; `broken` holds until it is taken out."""

    dimensions: int = 1536
    refusals: deque[Refusal] = field(default_factory=deque)
    broken: Refusal | None = None
    only_numbers: bool = False
    """True: refuses base64, as some compatible servers do."""
    requests: list[dict[str, Any]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """Everything that was asked for, in order."""
        return [text for request in self.requests for text in request["input"]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        request: dict[str, Any] = json.loads(body)
        self.requests.append(request)
        refusal = self.broken or (self.refusals.popleft() if self.refusals else None)
        if refusal is None and (wrong := self._wrong_with(scope["path"], request)):
            refusal = Refusal(status=wrong)
        if refusal is not None:
            after = [(b"retry-after", refusal.retry_after.encode())] if refusal.retry_after else []
            said = refusal.body or b'{"error": {"message": "no", "type": "error"}}'
            await _send(send, refusal.status, said, after)
            return
        await _send(send, 200, json.dumps(await self._vectors(request)).encode(), [])

    def _wrong_with(self, path: str, request: dict[str, Any]) -> int:
        texts: Any = request.get("input")
        if not path.endswith("/embeddings"):
            return 404
        fits = isinstance(texts, list) and 0 < len(texts) <= MOST_TEXTS
        if (
            not fits
            or set(request) - KNOWN
            or not all(isinstance(one, str) and one for one in texts)
        ):
            return 400
        if sum(map(len, texts)) > MOST_CHARACTERS:
            return 400
        return 400 if self.only_numbers and request.get("encoding_format") == "base64" else 0

    async def _vectors(self, request: dict[str, Any]) -> dict[str, Any]:
        embedder = HashingEmbedder(dimensions=request.get("dimensions") or self.dimensions)
        rows = await embedder.passages(request["input"])
        short = request.get("encoding_format") == "base64"
        data = [
            {
                "object": "embedding",
                "index": at,
                "embedding": _short(row) if short else row.tolist(),
            }
            for at, row in enumerate(rows)
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return {"object": "list", "model": request["model"], "data": data, "usage": usage}


def _short(row: Any) -> str:
    return base64.b64encode(np.asarray(row, np.float32).tobytes()).decode()


async def _send(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    kind = [(b"content-type", b"application/json"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": kind})
    await send({"type": "http.response.body", "body": body})
