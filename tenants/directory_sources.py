"""Where the directory takes what staff wrote from, and how that source is."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import structlog

from tenants.company_store import Mark, PromptVersion, StoredCompany
from tenants.errors import StoreUnavailableError
from tenants.file_store import FileStore
from tenants.ids import CompanyId
from tenants.tenant import AgentName

logger = structlog.get_logger(__name__)

Serving = Literal["json", "postgresql", "last known good"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCompanies:
    """What a source says at one moment."""

    companies: Mapping[CompanyId, StoredCompany] = field(default_factory=dict)
    unchanged: frozenset[CompanyId] = frozenset()
    """Companies that are stored too, and are as the reader knows them."""
    prompts: Mapping[tuple[CompanyId, AgentName], PromptVersion] = field(default_factory=dict)
    whole: bool = False
    """True when these are all companies there are, and no file is read beside them."""

    def wishes(self) -> Mapping[CompanyId, Mapping[AgentName, str]]:
        """Return each company's newest prompts by agent."""
        found: dict[CompanyId, dict[AgentName, str]] = defaultdict(dict)
        for (company_id, agent), prompt in self.prompts.items():
            found[company_id][agent] = prompt.text
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source is, for whoever asks after our health."""

    serving: Serving = "json"
    postgresql: bool | None = None
    """Whether PostgreSQL answers; None when none is configured."""
    reason: str = ""
    """Why it does not serve; empty when all is well."""


class Source(Protocol):
    """Gives the directory what is stored."""

    @property
    def state(self) -> SourceState:
        """How it was when it was last read or looked at."""
        ...

    async def read(self, known: Mapping[CompanyId, Mark]) -> StoredCompanies | None:
        """Return what is stored; None while that cannot be told and what was read before holds.

        What is known by its mark need not be told again.
        """
        ...


class FileSource:
    """Companies that staff wrote into files. Implements `Source`."""

    def __init__(self, store: FileStore) -> None:
        """Take the store; nothing is read yet."""
        self._store = store
        self._state = SourceState()
        self._read = False

    @property
    def state(self) -> SourceState:
        """How the files were when they were last read."""
        return self._state

    async def read(self, known: Mapping[CompanyId, Mark]) -> StoredCompanies | None:
        """Return what is stored. Unreadable files are None, at start they raise StoreUnavailableError."""
        try:
            companies, unchanged = await self._store.every_but(known)
            stored = StoredCompanies(
                companies=companies,
                unchanged=unchanged,
                prompts=await self._store.newest_prompts(),
            )
        except StoreUnavailableError as error:
            if not self._read:
                # The shipped definitions may be older than what a clinic decided: nobody may hear them.
                raise
            logger.warning("stored_companies_unreadable", reason=str(error))
            self._state = SourceState(serving="last known good", reason=str(error))
            return None
        self._read, self._state = True, SourceState()
        return stored
