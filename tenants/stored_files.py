"""The files that hold what staff write of companies: names, formats, and what is read again. All blocks."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import get_args

import structlog

from tenants.company_files import NAME
from tenants.company_store import Mark, PromptVersion, StoredCompany
from tenants.errors import InvalidCompanyError, StoreUnavailableError
from tenants.file_places import Signature, read_json, signature, write_json
from tenants.ids import CompanyId
from tenants.keys import RESERVED
from tenants.stored_shapes import (
    SLIPS,
    read_company,
    read_prompt,
    written_company,
    written_prompt,
)
from tenants.tenant import COMPANY_ID, AgentName

logger = structlog.get_logger(__name__)

KEPT = 50  # versions of a company, and of each prompt
AGENTS: tuple[AgentName, ...] = get_args(AgentName)


class StoredFiles:
    """The files below one folder; raises OSError, and StoreUnavailableError for what cannot be read."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        """Take the folder, which need not be there, and the clock for what cannot be dated."""
        self._folder = folder
        self._clock = clock
        # What was read of files that have not been written since: reading a thousand again takes a second.
        self._marks: dict[CompanyId, tuple[Signature | None, Mark]] = {}
        self._newest: dict[Path, tuple[Signature | None, PromptVersion | None]] = {}

    def place(self, company_id: CompanyId) -> Path:
        """Return a company's folder, the only way from an id to a path; raises InvalidCompanyError."""
        if not COMPANY_ID.fullmatch(company_id) or company_id in RESERVED:
            raise InvalidCompanyError("company_id: must match [a-z0-9][a-z0-9-]{1,38}")
        return self._folder / company_id

    def version_file(self, company_id: CompanyId, version: int) -> Path:
        """Return where a version is kept."""
        return self.place(company_id) / "versions" / f"{version:06}.json"

    def prompt_file(self, company_id: CompanyId, agent: AgentName) -> Path:
        """Return where the versions of an agent's prompt are kept."""
        return self.place(company_id) / "prompts" / f"{agent}.json"

    def put(self, company: StoredCompany) -> None:
        """Write a version, then make it the current one, then drop the oldest."""
        written = written_company(company)
        write_json(self.version_file(company.company_id, company.version), written)
        write_json(self.place(company.company_id) / NAME, written)
        with contextlib.suppress(OSError):
            for path in self._version_files(company.company_id)[KEPT:]:
                path.unlink()

    def kept_files(self, company_id: CompanyId) -> set[Path]:
        """Return the files of versions and prompts that there are."""
        return {
            *self._version_files(company_id),
            *self.place(company_id).glob("prompts/[a-z]*.json"),
        }

    @staticmethod
    def drop(files: set[Path]) -> None:
        """Delete files."""
        for path in files:
            path.unlink(missing_ok=True)

    def _version_files(self, company_id: CompanyId) -> list[Path]:
        return sorted(self.place(company_id).glob("versions/[0-9]*.json"), reverse=True)

    def current(self, company_id: CompanyId) -> StoredCompany | None:
        """Return a company as it was last written, or None."""
        path = self.place(company_id) / NAME
        try:
            written = read_json(path)
            return read_company(company_id, written, _modified(path)) if written else None
        except SLIPS as error:
            raise StoreUnavailableError(f"{company_id}/{NAME}: cannot be read: {error}") from error

    def versions(self, company_id: CompanyId) -> Sequence[StoredCompany]:
        """Return a company's versions, newest first."""
        current = self.current(company_id)
        if current is None:
            return []
        found = [current]
        for path in self._version_files(company_id):
            # One past the current was never finished; one that is broken is past mending.
            if int(path.stem) < current.version:
                with contextlib.suppress(OSError, *SLIPS):
                    found.append(read_company(company_id, read_json(path), _modified(path)))
        return found[:KEPT]

    def _ids(self) -> list[CompanyId]:
        if not self._folder.exists():
            return []
        names = {one.name for one in self._folder.iterdir() if COMPANY_ID.fullmatch(one.name)}
        return sorted(CompanyId(one) for one in names - RESERVED)

    def every_but(
        self, known: Mapping[CompanyId, Mark]
    ) -> tuple[Mapping[CompanyId, StoredCompany], frozenset[CompanyId]]:
        """Return the companies whose mark is not the one that is known, and the ids of the others."""
        found: dict[CompanyId, StoredCompany] = {}
        unchanged: set[CompanyId] = set()
        for company_id in self._ids():
            try:
                signed = signature(self.place(company_id) / NAME)
                if (signed, known.get(company_id)) == self._marks.get(company_id):
                    unchanged.add(company_id)
                    continue
                current = self.current(company_id)
            except (OSError, StoreUnavailableError) as error:
                current = StoredCompany(
                    company_id=company_id,
                    fields={},
                    version=0,
                    written_at=self._clock(),
                    written_by="",
                    fault=str(error),
                )
                signed = None
            if current:
                found[company_id] = current
                self._marks[company_id] = signed, (current.version, current.written_at)
        return found, frozenset(unchanged)

    def prompts(self, company_id: CompanyId, agent: AgentName) -> Sequence[PromptVersion]:
        """Return an agent's prompt versions, newest first."""
        if agent not in AGENTS:
            return []
        path = self.prompt_file(company_id, agent)
        try:
            return [read_prompt(company_id, agent, one) for one in read_json(path) or []]
        except SLIPS as error:
            raise StoreUnavailableError(
                f"{company_id}/prompts/{agent}.json: cannot be read: {error}"
            ) from error

    def put_prompts(
        self, company_id: CompanyId, agent: AgentName, versions: Sequence[PromptVersion]
    ) -> None:
        """Write the newest versions of an agent's prompt, given newest first."""
        written = [written_prompt(one) for one in versions[:KEPT]]
        write_json(self.prompt_file(company_id, agent), written)

    def newest_prompts(self) -> Mapping[tuple[CompanyId, AgentName], PromptVersion]:
        """Return the newest prompt of each agent that has any; a broken file is told and left out."""
        found: dict[tuple[CompanyId, AgentName], PromptVersion] = {}
        for company_id in self._ids():
            if not (self.place(company_id) / "prompts").exists():
                continue
            for agent in AGENTS:
                try:
                    newest = self._newest_prompt(company_id, agent)
                except (OSError, StoreUnavailableError) as error:
                    logger.warning("prompt_unreadable", company_id=company_id, reason=str(error))
                    continue
                if newest:
                    found[company_id, agent] = newest
        return found

    def _newest_prompt(self, company_id: CompanyId, agent: AgentName) -> PromptVersion | None:
        path = self.prompt_file(company_id, agent)
        signed = signature(path)
        known = self._newest.get(path)
        if known and known[0] == signed:
            return known[1]
        versions = self.prompts(company_id, agent) if signed else []
        newest = versions[0] if versions else None
        self._newest[path] = signed, newest
        return newest


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone()
