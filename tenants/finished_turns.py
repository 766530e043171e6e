"""A turn that is done, without a word of it: what waits in Redis to be copied into PostgreSQL."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

Moment = tuple[int, int]
"""An entry's id in a stream: milliseconds, and its number among those of one millisecond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedTurn:
    """What one turn adds to its conversation."""

    patient: str
    """`tenants.ids.subject_of`: never the patient's own id."""
    at: str
    """ISO 8601, UTC."""
    conversation_id: str = ""
    """Chatwoot's display id; empty for whoever tries a company out."""
    channel: str = ""
    agent: str = ""
    language: str = ""
    messages: int = 0
    replies: int = 0
    milliseconds: int = 0
    """How long the answer was thought about."""
    booked: bool = False
    handed_over: bool = False
    emergency: bool = False

    def dumped(self) -> str:
        """Return the turn as JSON."""
        return json.dumps(asdict(self))


def loaded(text: str) -> FinishedTurn:
    """Read what `dumped` wrote, also what a later version of this program did."""
    known: Mapping[str, Any] = json.loads(text)
    return FinishedTurn(
        **{one.name: known[one.name] for one in fields(FinishedTurn) if one.name in known}
    )


def moment_of(entry_id: str) -> Moment:
    """Return an entry's id as numbers, which are ordered as entries are."""
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number)
