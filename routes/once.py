"""`Idempotency-Key`: a POST that is sent again, after a time-out say, is answered as before and done once.

Answers are kept for a day, sealed with a key that is made of the caller's own API key (of a session its
token) and of the idempotency key. Whoever reads Redis reads no patient's name and no new API key there.
"""

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from routes.access import Caller, Handler, secret_of
from routes.actions import SIGN_IN, action_of
from routes.body import raw_body
from routes.bounds import LARGEST_FILE
from routes.errors import (
    AnswerLostError,
    InvalidRequestError,
    KeyReusedError,
    StillRunningError,
)
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import COMPANY_ID

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

HEADER = "idempotency-key"
REPLAYED = "Idempotent-Replayed"
SHAPE = re.compile(r"[\x21-\x7e]{1,255}")
KEPT = timedelta(hours=24)
RUNNING = timedelta(minutes=5)
"""How long a request that died with its process blocks its key."""
LARGEST = 64_000  # bytes of an answer that is kept; of a larger one only that it was done
MOST = 2_000  # answers of one company; the oldest go first
LARGE = 100_000  # bytes from which a body is hashed beside the event loop
_BOUNDARY = re.compile(rb'boundary="?([^";,]+)')


class Once:
    """Runs a handler once for each idempotency key of a caller."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        """Take the connection and the clock."""
        self._redis = redis
        self._clock = clock

    async def __call__(self, request: Request, caller: Caller, handler: Handler) -> Response:
        """Return the handler's answer, or the one it gave before. Raises KeyReusedError, StillRunningError."""
        given = idempotency_key(request)
        action = action_of(request)
        if given is None or request.method != "POST" or action.streams or action == SIGN_IN:
            return await handler(request, caller)
        body = await raw_body(request, LARGEST_FILE)
        if len(body) > LARGE:
            asked = await asyncio.to_thread(_asked, request, caller, given, body)
        else:
            asked = _asked(request, caller, given, body)
        began = json.dumps({"print": asked.print})
        before = await awaitable(self._redis.set(asked.key, began, nx=True, get=True, ex=RUNNING))
        if before is not None:
            return _again(json.loads(before), asked)
        response = None
        try:
            response = await handler(_with_body(request, body), caller)
        finally:
            if response is None or response.status_code >= 400:
                # Nothing was done, so the caller may try again with the same key.
                await asyncio.shield(awaitable(self._redis.delete(asked.key)))
        if response.status_code < 400:
            await asyncio.shield(self._keep(asked, response))
        return response

    async def _keep(self, asked: "_Asked", response: Response) -> None:
        record: dict[str, object] = {"print": asked.print, "status": response.status_code}
        content = getattr(response, "body", None)
        if isinstance(content, bytes) and len(content) <= LARGEST:
            record["type"] = response.headers.get("content-type", "")
            record["sealed"] = _box(asked.seal).encrypt(content).decode("ascii")
        index, now = keys.answered_index(asked.company), self._clock().timestamp()
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(asked.key, json.dumps(record), ex=KEPT)
            pipe.zadd(index, {asked.key: now})
            pipe.expire(index, KEPT)
            pipe.zremrangebyscore(index, 0, now - KEPT.total_seconds())
            pipe.zrange(index, 0, -MOST - 1)
            *_, oldest = await pipe.execute()
        if oldest:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.delete(*oldest)
                pipe.zrem(index, *oldest)
                await pipe.execute()


def idempotency_key(request: Request) -> str | None:
    """Return the key that names a request; raises InvalidRequestError for what can be none."""
    given = request.headers.get(HEADER)
    if given is not None and not SHAPE.fullmatch(given):
        raise InvalidRequestError("Idempotency-Key: 1 to 255 visible characters of ASCII")
    return given


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A request with an idempotency key: where its answer is kept, what it asks, what seals it."""

    company: CompanyId | None
    key: str
    print: str
    """Tells one request from another."""
    seal: bytes


def _asked(request: Request, caller: Caller, given: str, body: bytes) -> _Asked:
    # A form's boundary is new each time it is sent.
    if boundary := _BOUNDARY.search(request.headers.get("content-type", "").encode("latin-1")):
        body = body.replace(boundary[1], b"boundary")
    company = _company_of(request, caller)
    what = f"{request.url.path}?{request.url.query}\0{request.headers.get('x-company-id', '')}\0"
    whose = f"{secret_of(request)}\0{given}".encode()
    return _Asked(
        company=company,
        key=keys.answered(company, hashlib.sha256(b"name\0" + whose).hexdigest()),
        print=hashlib.sha256(what.encode() + body).hexdigest(),
        seal=base64.urlsafe_b64encode(hashlib.sha256(b"seal\0" + whose).digest()),
    )


def _again(record: Mapping[str, Any], asked: _Asked) -> Response:
    if record["print"] != asked.print:
        raise KeyReusedError("Idempotency-Key: was sent with another request before")
    if "status" not in record:
        raise StillRunningError("The first request with this Idempotency-Key is still running.")
    if "sealed" not in record:
        raise AnswerLostError("This was done; its answer was too large to keep.")
    return Response(
        _box(asked.seal).decrypt(record["sealed"]),
        status_code=record["status"],
        headers={"Content-Type": record["type"], REPLAYED: "true"},
    )


def _company_of(request: Request, caller: Caller) -> CompanyId | None:
    """Return the company under whose keys the answer is kept: the caller's own, or one that an administrator names."""
    named = caller.company_id or (
        request.path_params.get("company_id")
        or request.headers.get("x-company-id")
        or request.query_params.get("company_id")
    )
    return CompanyId(named) if named and COMPANY_ID.fullmatch(named) else None


def _with_body(request: Request, body: bytes) -> Request:
    read = False

    async def receive() -> Message:
        nonlocal read
        if read:
            return await request.receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, receive)


def _box(seal: bytes) -> "Fernet":
    # Loaded by the first who needs it.
    from cryptography.fernet import Fernet

    return Fernet(seal)
