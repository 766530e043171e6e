"""Where what staff write of companies is kept: PostgreSQL, or files beside the ones that ship."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tenants.definition import Fields
from tenants.errors import StaleVersionError
from tenants.ids import CompanyId
from tenants.tenant import AgentName

Mark = tuple[int, datetime]
"""A company's version and when it was written: the same mark, the same company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCompany:
    """A company as it was last written."""

    company_id: CompanyId
    fields: Fields | None
    """As in a company.json; secrets are `${NAME}` or sealed. None: removed, also if a file ships it."""
    version: int
    """Grows by one with each write of this company."""
    written_at: datetime
    written_by: str
    granted: frozenset[str] = frozenset()
    """Names of variables that the operator's own file referred to when it was imported; a write keeps them."""
    fault: str = ""
    """Why it cannot be read, as after a slip by hand; empty when it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptVersion:
    """What a company once wished of an agent. The newest stands in the agent's prompt."""

    company_id: CompanyId
    agent: AgentName
    version: int
    """1 is the first; a roll-back is a new version with an old text."""
    text: str
    written_at: datetime
    written_by: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRecord:
    """Everything that is stored of one company, as it moves from one store to another."""

    company: StoredCompany | None
    """None when only prompts were ever written."""
    versions: Sequence[StoredCompany]
    """Newest first, the current one included."""
    prompts: Sequence[PromptVersion]
    """Of all agents; each agent's newest first."""


def next_version(
    company_id: CompanyId,
    before: StoredCompany | None,
    fields: Fields | None,
    *,
    actor: str,
    expected: int | None,
    now: datetime,
    granted: frozenset[str] = frozenset(),
) -> StoredCompany:
    """Return what a write stores after what was there; raises StaleVersionError when that is not `expected`.

    `granted` is for a company of which nothing was stored.
    """
    version = before.version if before else 0
    if expected is not None and expected != version:
        raise StaleVersionError(
            f"{company_id}: is at version {version}, not {expected}; read it again"
        )
    return StoredCompany(
        company_id=company_id,
        fields=fields,
        version=version + 1,
        written_at=now,
        written_by=actor,
        granted=before.granted if before else granted,
    )


def next_prompt(
    company_id: CompanyId,
    agent: AgentName,
    before: Sequence[PromptVersion],
    text: str,
    *,
    actor: str,
    note: str,
    now: datetime,
) -> PromptVersion:
    """Return the version that follows an agent's prompts, which are given newest first."""
    return PromptVersion(
        company_id=company_id,
        agent=agent,
        version=before[0].version + 1 if before else 1,
        text=text,
        written_at=now,
        written_by=actor,
        note=note,
    )


def removed(company_id: CompanyId, before: StoredCompany | None, now: datetime) -> StoredCompany:
    """Return the mark that a company was removed, which may stand already."""
    if before is not None and before.fields is None:
        return before
    return StoredCompany(
        company_id=company_id,
        fields=None,
        version=before.version + 1 if before else 1,
        written_at=now,
        written_by=before.written_by if before else "",
    )


class CompanyStore(Protocol):
    """Keeps definitions and prompts. Every method raises StoreUnavailableError when it cannot be reached."""

    async def every(self) -> Mapping[CompanyId, StoredCompany]:
        """Return all that is stored, removed companies included, without older versions."""
        ...

    async def find(self, company_id: CompanyId) -> StoredCompany | None:
        """Return what is stored of a company; None when nothing was ever written."""
        ...

    async def write(
        self, company_id: CompanyId, fields: Fields | None, *, actor: str, expected: int | None
    ) -> StoredCompany:
        """Store a new version; raises StaleVersionError when the stored one is not `expected`.

        `expected` is 0 for a company of which nothing is stored, None writes over whatever is there.
        """
        ...

    async def prompts(self, company_id: CompanyId, agent: AgentName) -> Sequence[PromptVersion]:
        """Return an agent's prompt versions, newest first."""
        ...

    async def newest_prompts(self) -> Mapping[tuple[CompanyId, AgentName], PromptVersion]:
        """Return the newest prompt of every agent of every company that has any."""
        ...

    async def add_prompt(
        self, company_id: CompanyId, agent: AgentName, text: str, *, actor: str, note: str = ""
    ) -> PromptVersion:
        """Store a new version of an agent's prompt and return it."""
        ...

    async def forget(self, company_id: CompanyId) -> None:
        """Drop every version and prompt of a company; the mark that it was removed stays."""
        ...

    async def versions(self, company_id: CompanyId) -> Sequence[StoredCompany]:
        """Return a company's versions, newest first: at least the last 50."""
        ...

    async def record(self, company_id: CompanyId) -> CompanyRecord:
        """Return everything that is stored of a company, to be restored elsewhere."""
        ...

    async def restore(self, company_id: CompanyId, record: CompanyRecord) -> None:
        """Put a record in the place of whatever is stored of the company."""
        ...
