"""What a search finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk of one of the company's documents, with how well it fits (0 to about 1)."""

    chunk_id: str
    document_id: str
    title: str
    text: str
    score: float
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)
