"""What Google Calendar's refusals mean: which may be tried again, and which tell something about an event."""

import json
from datetime import timedelta
from typing import Any

from integrations.errors import IntegrationError
from integrations.google_credentials import SYSTEM

RATE_LIMITS = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "calendarUsageLimitsExceeded"}
)
"""Reasons of a 403 that pass; any other 403 means that we may not."""


class EventExistsError(IntegrationError):
    """The id is used already, also when its event was deleted."""


class EventGoneError(IntegrationError):
    """There is no such event, or no more."""


class EventChangedError(IntegrationError):
    """The event is no longer what we read."""


class SilentError(IntegrationError):
    """Nothing came back: no connection, or no answer in time."""


class SyncExpiredError(IntegrationError):
    """The sync token is too old: read everything again."""


def refusal(status: int, headers: Any, content: bytes) -> IntegrationError:
    """Return the error for an answer that is no success."""
    reason, said = _reason(content)
    detail = f"HTTP {status}: {reason or said}"
    if status == 409:
        return EventExistsError(SYSTEM, detail, permanent=True)
    if status == 410 and reason in {"fullSyncRequired", "updatedMinTooLongAgo"}:
        return SyncExpiredError(SYSTEM, detail, permanent=True)
    if status in {404, 410}:
        return EventGoneError(SYSTEM, detail, permanent=True)
    if status == 412:
        return EventChangedError(SYSTEM, detail, permanent=True)
    passing = status in {408, 429} or status >= 500 or (status == 403 and reason in RATE_LIMITS)
    return IntegrationError(
        SYSTEM, detail, permanent=not passing, retry_after=_retry_after(headers)
    )


def _reason(content: bytes) -> tuple[str, str]:
    """Return Google's word for what is wrong, and its sentence."""
    try:
        error = json.loads(content)["error"]
        errors = error.get("errors") or [{}]
        return str(errors[0].get("reason") or error.get("reason") or ""), str(
            error.get("message", "")
        )[:200]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", "no JSON"


def _retry_after(headers: Any) -> timedelta | None:
    seconds = str(headers.get("retry-after", ""))
    return timedelta(seconds=min(int(seconds), 3600)) if seconds.isdecimal() else None
