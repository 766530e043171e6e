"""Events sent to an address of the company's own, signed as Standard Webhooks are.

`webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}.{body}`, so
that libraries of every language can check it: https://www.standardwebhooks.com
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from integrations.errors import IntegrationError
from integrations.guarded_http import GuardedHttp

SYSTEM = "webhook"
PREFIX = "whsec_"
SECONDS = 6.0  # the next way waits for this one
PASSING = frozenset({408, 425, 429})


class SignedWebhook:
    """One receiver; the same id is the same event, however often it comes."""

    def __init__(self, url: str, secret: str, token: str, http: GuardedHttp) -> None:
        """Take the address, what signs (empty: nothing does) and what is shown as Bearer (or nothing)."""
        self._url = url
        self._secret = _bytes_of(secret)
        self._token = token
        self._http = http

    async def send(self, event_id: str, event: Mapping[str, object], *, now: datetime) -> None:
        """Send an event; raises IntegrationError unless it was taken with 2xx."""
        body = json.dumps(event, ensure_ascii=False).encode()
        stamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": stamp,
            "Idempotency-Key": event_id,
        }
        if self._secret:
            headers["webhook-signature"] = signature_of(self._secret, event_id, stamp, body)
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            status = await self._http.post(self._url, body, headers=headers, seconds=SECONDS)
        except IntegrationError as error:
            raise IntegrationError(SYSTEM, error.detail, permanent=error.permanent) from error
        if not 200 <= status < 300:
            permanent = status < 500 and status not in PASSING
            raise IntegrationError(SYSTEM, f"HTTP {status}", permanent=permanent)


def signature_of(secret: bytes, event_id: str, stamp: str, body: bytes) -> str:
    """Return what the header `webhook-signature` says of a body."""
    signed = f"{event_id}.{stamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()}"


def _bytes_of(secret: str) -> bytes:
    """Return a secret's bytes: base64 after `whsec_`, else as it is written."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
