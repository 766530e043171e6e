"""Reads what Chatwoot sends, at a moment that stands still."""

from datetime import UTC, datetime
from typing import Any

from integrations.chatwoot_events import Event, PatientMessage
from integrations.chatwoot_webhook import read_event
from tests.fakes.chatwoot_payloads import raw

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def event_of(body: dict[str, Any]) -> Event:
    """Return what a body tells."""
    return read_event(raw(body), now=NOW)


def turn_of(body: dict[str, Any]) -> PatientMessage:
    """Return a body that is a patient's message."""
    event = event_of(body)
    assert isinstance(event, PatientMessage)
    return event
