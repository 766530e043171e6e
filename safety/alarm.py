"""What a red flag is: the value that every other part of the product acts on."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["emergency", "urgent"]
Group = Literal[
    "vision",
    "occlusion",
    "allergy",
    "breathing",
    "toxicity",
    "bleeding",
    "infection",
    "stroke",
    "self_harm",
    "unconscious",
    "burn",
    "airway",
    "ingestion",
    "pregnancy",
    "clot",
    "toothache",
    "photo",
    "help",
]
GROUPS: tuple[Group, ...] = (
    "self_harm",
    "unconscious",
    "airway",
    "allergy",
    "breathing",
    "vision",
    "stroke",
    "toxicity",
    "occlusion",
    "bleeding",
    "ingestion",
    "burn",
    "pregnancy",
    "clot",
    "infection",
    "toothache",
    "photo",
    "help",
)
"""Every group, the one whose text a patient needs first before the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A danger somebody wrote about. Both levels reach a human; only `emergency` says to call now."""

    group: Group
    level: Level
    evidence: tuple[str, ...]
    """The words that raised it, for the staff; never shown to the patient."""
    source: Literal["rules", "examples", "photo"]

    @property
    def rank(self) -> tuple[int, int]:
        """Sort key: the most pressing alarm first."""
        return (0 if self.level == "emergency" else 1, GROUPS.index(self.group))
