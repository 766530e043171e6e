"""Messages on their way to an answer, which may be overtaken by further ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jobs.mailbox import Entry
from jobs.turn_in_hand import TurnInHand
from safety.alarm import Alarm

SUPERSEDED = 2  # drafts thrown away before one is sent, whatever else is written


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Messages on their way to an answer."""

    batch: Sequence[Entry]
    again: TurnInHand | None
    """The turn that a dead worker was thinking of."""
    alarm: Alarm | None
    besides: TurnInHand | None
    """What an interrupted turn had left to say."""
    superseded: int
    """Drafts thrown away so far."""
    counted: frozenset[str] = frozenset()
    """Messages that the patient's and the company's pace know."""

    @property
    def uncounted(self) -> Sequence[Entry]:
        """What counts for the pace: danger does not, nor what was counted when it came first."""
        if self.alarm or self.again:
            return ()
        return [entry for entry in self.batch if entry.id not in self.counted]

    def superseded_by(self, written: Sequence[Entry], turn: TurnInHand) -> bool:
        """Say whether more was written that the draft does not know, and may wait for another one."""
        known = {*turn.entries, *(entry.id for entry in self.batch)}
        more = any(entry.id not in known for entry in written)
        return more and self.superseded < SUPERSEDED and self.besides is None

    def with_more(self, written: Sequence[Entry]) -> "Attempt":
        """Return what to think of when a draft was thrown away."""
        return replace(
            self,
            batch=written,
            again=None,
            superseded=self.superseded + 1,
            counted=self.counted | {entry.id for entry in self.uncounted},
        )
