"""PagerDuty's Events API v2: an incident opened, acknowledged and resolved under a key of ours.

https://developer.pagerduty.com/docs/send-alert-event
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import httpx

from integrations.errors import IntegrationError

SYSTEM = "pagerduty"
TIMEOUT = httpx.Timeout(6.0, connect=3.0)  # seconds; the next way waits for this one
PASSING = frozenset({408, 425, 429})
SUMMARY = 1024  # characters that PagerDuty takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What whoever is on call reads."""

    summary: str
    source: str
    """What it is about: the company."""
    kind: str
    at: datetime
    client: str
    link: str
    """Opens what has to be seen to."""
    acknowledge: str
    """Acknowledges it on our side."""


class PagerDuty:
    """One integration of one service; the same event under the same key is one incident."""

    def __init__(self, endpoint: str, routing_key: str, http: httpx.AsyncClient) -> None:
        """Take where the API is and the integration's key; whoever opened the client closes it."""
        self._url = f"{endpoint.rstrip('/')}/v2/enqueue"
        self._routing_key = routing_key
        self._http = http

    async def trigger(self, key: str, incident: Incident) -> None:
        """Open an incident, or remind of the one that is open; raises IntegrationError."""
        links = [{"href": incident.link, "text": incident.client}] if incident.link else []
        await self._send(
            "trigger",
            key,
            {
                "client": incident.client,
                "client_url": incident.link or incident.acknowledge,
                "links": [*links, {"href": incident.acknowledge, "text": "Acknowledge"}],
                "payload": {
                    "summary": incident.summary[:SUMMARY],
                    "source": incident.source,
                    "severity": "critical",
                    "timestamp": incident.at.isoformat(),
                    "component": "clinicdesk",
                    "group": incident.source,
                    "class": incident.kind,
                },
            },
        )

    async def change(self, key: str, action: Literal["acknowledge", "resolve"]) -> None:
        """Acknowledge or resolve an incident; one that there is not is fine. Raises IntegrationError."""
        await self._send(action, key, {})

    async def _send(self, action: str, key: str, more: dict[str, object]) -> None:
        body = {"routing_key": self._routing_key, "event_action": action, "dedup_key": key, **more}
        try:
            answer = await self._http.post(self._url, json=body, timeout=TIMEOUT)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise IntegrationError(SYSTEM, type(error).__name__, permanent=False) from error
        status = answer.status_code
        if answer.is_success:
            return
        seconds = answer.headers.get("retry-after", "")
        raise IntegrationError(
            SYSTEM,
            f"HTTP {status}",
            permanent=status < 500 and status not in PASSING,
            retry_after=timedelta(seconds=min(int(seconds), 3600)) if seconds.isdecimal() else None,
        )
