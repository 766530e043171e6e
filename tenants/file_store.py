"""What staff write of companies, in files beside the ones that ship, which are never written.

A company is `<id>/company.json`, as it ships, with what is known of the write under `_stored`; so a
folder of them serves as `COMPANIES_DIR` too.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tenants.company_store import (
    CompanyRecord,
    Mark,
    PromptVersion,
    StoredCompany,
    next_prompt,
    next_version,
    removed,
)
from tenants.definition import Fields
from tenants.file_places import locked, told, write_json
from tenants.ids import CompanyId
from tenants.stored_files import AGENTS, StoredFiles
from tenants.stored_shapes import written_company
from tenants.tenant import AgentName

Answer = TypeVar("Answer")


class FileStore:
    """Keeps definitions and prompts below a folder. Implements `CompanyStore`."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        """Take the folder; it is made at the first write."""
        self._folder = folder
        self._files = StoredFiles(folder, clock)
        self._clock = clock

    async def every(self) -> Mapping[CompanyId, StoredCompany]:
        """Return all that is stored, removed companies included; what cannot be read has a `fault`."""
        return (await self.every_but({}))[0]

    async def every_but(
        self, known: Mapping[CompanyId, Mark]
    ) -> tuple[Mapping[CompanyId, StoredCompany], frozenset[CompanyId]]:
        """Return the companies whose mark is not the one that is known, and the ids of the others."""
        return await self._aside(lambda: self._files.every_but(known))

    async def find(self, company_id: CompanyId) -> StoredCompany | None:
        """Return what is stored of a company; None when nothing was ever written."""
        return await self._aside(lambda: self._files.current(company_id))

    async def write(
        self, company_id: CompanyId, fields: Fields | None, *, actor: str, expected: int | None
    ) -> StoredCompany:
        """Store a new version; raises StaleVersionError when the stored one is not `expected`."""

        def write() -> StoredCompany:
            with locked(self._files.place(company_id)):
                before = self._files.current(company_id)
                after = next_version(
                    company_id, before, fields, actor=actor, expected=expected, now=self._clock()
                )
                self._files.put(after)
            return after

        return await self._aside(write)

    async def prompts(self, company_id: CompanyId, agent: AgentName) -> Sequence[PromptVersion]:
        """Return an agent's prompt versions, newest first."""
        return await self._aside(lambda: self._files.prompts(company_id, agent))

    async def newest_prompts(self) -> Mapping[tuple[CompanyId, AgentName], PromptVersion]:
        """Return the newest prompt of every agent that has any; a broken file is told and left out."""
        return await self._aside(self._files.newest_prompts)

    async def add_prompt(
        self, company_id: CompanyId, agent: AgentName, text: str, *, actor: str, note: str = ""
    ) -> PromptVersion:
        """Store a new version of an agent's prompt and return it."""

        def add() -> PromptVersion:
            with locked(self._files.place(company_id)):
                before = self._files.prompts(company_id, agent)
                added = next_prompt(
                    company_id, agent, before, text, actor=actor, note=note, now=self._clock()
                )
                self._files.put_prompts(company_id, agent, [added, *before])
            return added

        return await self._aside(add)

    async def forget(self, company_id: CompanyId) -> None:
        """Drop every version and prompt of a company; the mark that it was removed stays."""

        def forget() -> None:
            with locked(self._files.place(company_id)):
                before = self._files.current(company_id)
                self._files.put(removed(company_id, before, self._clock()))
                self._files.drop(self._files.kept_files(company_id))

        await self._aside(forget)

    async def versions(self, company_id: CompanyId) -> Sequence[StoredCompany]:
        """Return a company's versions, newest first: the last 50."""
        return await self._aside(lambda: self._files.versions(company_id))

    async def record(self, company_id: CompanyId) -> CompanyRecord:
        """Return everything that is stored of a company."""

        def record() -> CompanyRecord:
            return CompanyRecord(
                company=self._files.current(company_id),
                versions=self._files.versions(company_id),
                prompts=[one for agent in AGENTS for one in self._files.prompts(company_id, agent)],
            )

        return await self._aside(record)

    async def restore(self, company_id: CompanyId, record: CompanyRecord) -> None:
        """Put a record in the place of whatever is stored of the company."""

        def restore() -> None:
            with locked(self._files.place(company_id)):
                older = self._files.kept_files(company_id)
                for one in reversed(record.versions):
                    write_json(
                        self._files.version_file(company_id, one.version), written_company(one)
                    )
                for agent in AGENTS:
                    if mine := [one for one in record.prompts if one.agent == agent]:
                        self._files.put_prompts(company_id, agent, mine)
                if record.company:
                    self._files.put(record.company)
                kept = {
                    self._files.version_file(company_id, one.version) for one in record.versions
                }
                kept |= {self._files.prompt_file(company_id, one.agent) for one in record.prompts}
                self._files.drop(older - kept)

        await self._aside(restore)

    async def _aside(self, work: Callable[[], Answer]) -> Answer:
        def guarded() -> Answer:
            with told(self._folder):
                return work()

        return await asyncio.to_thread(guarded)
