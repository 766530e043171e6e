"""What PagerDuty tells of its incidents: signed by a webhook subscription (version 3) of the company's own.

https://developer.pagerduty.com/docs/webhooks-overview, https://developer.pagerduty.com/docs/verifying-webhook-signatures
"""

import hashlib
import hmac
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

ANSWERS = frozenset({"incident.acknowledged", "incident.resolved"})
VERSION = "v1="


class UnsignedEventError(Exception):
    """Nobody who knows the subscription's secret sent these bytes."""


class UnreadableEventError(Exception):
    """The body is not what PagerDuty sends."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Incident(_Shape):
    incident_key: str | None = None


class _Event(_Shape):
    event_type: str
    data: _Incident = _Incident()


class _Body(_Shape):
    event: _Event


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEvent:
    """What happened to an incident."""

    answered: bool
    """Somebody acknowledged or resolved it."""
    key: str
    """The `dedup_key` under which it was opened; empty when it was opened by hand."""


def signature_of(secret: str, body: bytes) -> str:
    """Return one of the signatures that the header `X-PagerDuty-Signature` lists."""
    return VERSION + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def read_incident_event(body: bytes, *, signatures: str, secret: str) -> IncidentEvent:
    """Return what a body tells; raises UnsignedEventError and UnreadableEventError."""
    wanted = signature_of(secret, body).encode()
    # While a secret is changed each event is signed with both.
    given = [one.strip().encode() for one in signatures.split(",")]
    if not any(hmac.compare_digest(one, wanted) for one in given):
        raise UnsignedEventError("The signature does not fit the body.")
    try:
        event = _Body.model_validate_json(body).event
    except ValidationError as error:
        raise UnreadableEventError("The body is no event of PagerDuty's.") from error
    return IncidentEvent(answered=event.event_type in ANSWERS, key=event.data.incident_key or "")
