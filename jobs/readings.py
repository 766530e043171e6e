"""What became of a voice note, a photo or a file: the words it gave, or exactly why it gave none."""

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from integrations.chatwoot_events import PatientMessage
from safety.alarm import Alarm
from tenants.tenant import Tenant

Kind = Literal["speech", "image", "document", "other"]
Outcome = Literal[
    "read",
    "off",
    "no_model",
    "over_budget",
    "too_long",
    "too_large",
    "not_heard",
    "unreadable",
    "unreachable",
    "failed",
]
SURE = 0.6
"""From this confidence on, speech counts as understood; what is told without one does too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was made of one attachment."""

    kind: Kind
    outcome: Outcome = "read"
    """`not_heard` is silence or noise, `unreachable` a file that did not come, `failed` a provider."""
    text: str = ""
    """What enters the turn: a transcript, a description, a file's text; only when it was read."""
    confidence: float | None = None
    """0 to 1; None where the provider tells none."""
    language: str = ""
    """Two letters, where the provider tells it."""
    seconds: float = 0.0
    """Of audio."""
    alarm: Alarm | None = None
    """Danger that the reader itself saw; `text` is screened in any case."""
    note: str = ""
    """For the clinic's people, in the company's language; empty: the outcome is told."""
    advice: str = ""
    """For the patient, in their language, when it was not read; empty: the outcome's own words."""

    @property
    def spoken(self) -> bool:
        """True when the words are a patient's own, heard."""
        return self.kind == "speech" and self.outcome == "read"

    @property
    def unsure(self) -> bool:
        """True when what was heard may be something else."""
        return self.spoken and self.confidence is not None and self.confidence < SURE


Ability = Literal["read", "off", "no_model"]


def ability_of(tenant: Tenant, *, wanted: bool) -> Ability:
    """Say whether a company's files of a kind are read, and why not; `wanted` is its own switch."""
    if not wanted:
        return "off"
    return "read" if tenant.model.api_key is not None else "no_model"


class AttachmentReader(Protocol):
    """Reads files of some formats."""

    def takes(self, content: bytes) -> bool:
        """Say, by the bytes alone, whether this is for us."""
        ...

    async def read(self, tenant: Tenant, content: bytes, *, caption: str, language: str) -> Reading:
        """Return what a file says; never raises for what the file or the provider does.

        `caption` is what the patient wrote with it, `language` the patient's or the company's.
        """
        ...


class Reader(Protocol):
    """Makes words of what a patient sent."""

    def read(
        self, tenant: Tenant, message: PatientMessage
    ) -> Coroutine[Any, Any, Sequence[Reading]]:
        """Return one reading an attachment, in order; never raises."""
        ...
