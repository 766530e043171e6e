"""The last warnings and errors of this process, for whoever looks at it from afar."""

from collections import deque
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KEPT = 200
LEVELS = frozenset({"warning", "error", "critical", "exception"})
LENGTH = 200  # characters of a fact


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEvent:
    """One line of the log. The log holds nothing that a patient wrote."""

    event: str
    level: str
    timestamp: str
    company_id: str | None = None
    facts: dict[str, str] = field(default_factory=dict)


class RecentLog:
    """A processor of structlog: lets everything pass and keeps the last that went wrong."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: deque[LoggedEvent] = deque(maxlen=KEPT)

    def __call__(
        self, _logger: Any, method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Keep an event that tells of a fault."""
        if method in LEVELS:
            facts = {
                name: str(value)[:LENGTH]
                for name, value in event.items()
                if isinstance(value, str | int | float)
                and name not in {"event", "level", "timestamp", "company_id"}
            }
            self._kept.append(
                LoggedEvent(
                    event=str(event.get("event", ""))[:LENGTH],
                    level=method,
                    timestamp=str(event.get("timestamp", "")),
                    company_id=event.get("company_id"),
                    facts=facts,
                )
            )
        return event

    def of(self, company_id: str | None = None) -> Sequence[LoggedEvent]:
        """Return what is kept, newest first: of one company, or all."""
        return [
            one
            for one in reversed(self._kept)
            if company_id is None or one.company_id == company_id
        ]
