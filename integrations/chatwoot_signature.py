"""Whether a webhook was signed by somebody who knows a secret of the company."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=5)
"""Chatwoot takes the timestamp when it sends, so a delayed delivery is still fresh."""


class SignatureError(Exception):
    """The webhook is not signed, was signed with another secret, was changed, or is too old."""


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    """Return the header that Chatwoot sends for a body, `sha256=<hex>`."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


def verify(
    body: bytes, *, signature: str, timestamp: str, secrets: Sequence[str], now: datetime
) -> None:
    """Return when one of the secrets signed these very bytes lately; raises SignatureError."""
    if not signature or not timestamp:
        raise SignatureError("The webhook is not signed.")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 13):
        raise SignatureError("The signature's timestamp is no number.")
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        raise SignatureError("The signature is too old, or a clock is wrong.")
    given = signature.encode()
    # Every secret is tried, so that the time taken does not tell which one fits.
    matches = [
        hmac.compare_digest(signature_of(secret, timestamp, body).encode(), given)
        for secret in secrets
        if secret
    ]
    if not any(matches):
        raise SignatureError("The signature does not fit the body.")
