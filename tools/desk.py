"""What the agents of one company work with: handed to nodes and tools when its graph is built."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from agenda.agenda import Agenda
from integrations.clock import Clock
from knowledge.passage import Passage
from tenants.ids import UserId
from tenants.tenant import Tenant


class Library(Protocol):
    """One company's documents, as the agents search them."""

    async def search(
        self,
        query: str,
        *,
        limit: int | None = None,
        filters: Mapping[str, str] | None = None,
        asked_by: UserId | None = None,
    ) -> Sequence[Passage]:
        """Return the best passages above the company's threshold, best first; empty is "I don't know".

        An unanswered question is noted for the clinic; by `asked_by` it is found when that patient is erased.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A company and its means. A rehearsal's desk has an agenda that pretends."""

    tenant: Tenant
    library: Library
    agenda: Agenda
    clock: Clock
