"""One thing that was looked at, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

PATIENCE = 8.0  # seconds for one outside system

State = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: State
    says: str
    todo: str = ""
