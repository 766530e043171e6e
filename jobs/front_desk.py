"""What the inbox needs from the rest of the house: somebody who answers, screens, pages and keeps minutes."""

from collections.abc import Sequence
from typing import Protocol

from graph.conversations import Card, Line
from graph.replies import Reply, Turn
from jobs.turn_in_hand import TurnInHand
from safety.alarm import Alarm
from tenants.ids import TurnId, UserId
from tenants.tenant import Language, Tenant
from tools.context import Context


class FrontDesk(Protocol):
    """Answers turns; `graph.answer.FrontDesk` is the real one."""

    async def answer(self, tenant: Tenant, turn: Turn) -> Reply:
        """Return the reply to a turn, or the stored one when the turn was answered before."""
        ...

    async def withdraw(self, tenant: Tenant, user: UserId, turn_id: TurnId) -> None:
        """Undo a draft that nobody will send: the thread is as before that turn."""
        ...

    async def remember(
        self, tenant: Tenant, context: Context, lines: tuple[tuple[str, str, str], ...]
    ) -> None:
        """Add to the thread what was said without us: (message id, role, text) each."""
        ...

    async def close_emergency(self, tenant: Tenant, user: UserId) -> bool:
        """Let the agents speak again: a person has seen to the patient."""
        ...


class Screen(Protocol):
    """Sees danger in a patient's words."""

    async def screen(self, text: str) -> Alarm | None:
        """Return the most pressing alarm that a text raises, or None."""
        ...

    def rules(self, text: str) -> Alarm | None:
        """Return what the rules alone see, at once."""
        ...


class Pager(Protocol):
    """Calls the clinic's people when a patient is in danger."""

    async def page(self, tenant: Tenant, user: UserId, turn: TurnInHand) -> None:
        """Have whoever is on call woken for a turn's alarm, once a turn; must not take long."""
        ...


class Transcript(Protocol):
    """Keeps what was said, for people to read; a line that comes twice is kept once."""

    async def append(
        self, tenant: Tenant, user: UserId, lines: Sequence[Line], card: Card | None = None
    ) -> int:
        """Add lines, oldest first, and where they were said."""
        ...

    async def messages(self, tenant: Tenant, user: UserId, *, limit: int) -> Sequence[Line]:
        """Return a patient's last lines, oldest first."""
        ...


class EmergencyText(Protocol):
    """Knows what a patient in danger is told; `safety.emergency_texts.text_for` is the real one."""

    def __call__(self, tenant: Tenant, alarm: Alarm, language: Language) -> str:
        """Return the approved text."""
        ...
