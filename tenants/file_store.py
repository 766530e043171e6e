"""What staff write of companies, in files beside the ones that ship, which are never written.

A company is `<id>/company.json`, as it ships, with what is known of the write under `_stored`; so a
folder of them serves as `COMPANIES_DIR` too.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar, get_args

import structlog

from tenants.company_files import NAME
from tenants.company_store import CompanyRecord, PromptVersion, StoredCompany
from tenants.definition import Fields
from tenants.errors import InvalidCompanyError, StaleVersionError, StoreUnavailableError
from tenants.file_places import locked, read_json, told, write_json
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

Answer = TypeVar("Answer")


class FileStore:
    """Keeps definitions and prompts below a folder. Implements `CompanyStore`."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        """Take the folder; it is made at the first write."""
        self._folder = folder
        self._clock = clock

    async def every(self) -> Mapping[CompanyId, StoredCompany]:
        """Return all that is stored, removed companies included; what cannot be read has a `fault`."""
        return await self._aside(self._every)

    async def find(self, company_id: CompanyId) -> StoredCompany | None:
        """Return what is stored of a company; None when nothing was ever written."""
        return await self._aside(lambda: self._current(company_id))

    async def write(
        self, company_id: CompanyId, fields: Fields | None, *, actor: str, expected: int | None
    ) -> StoredCompany:
        """Store a new version; raises StaleVersionError when the stored one is not `expected`."""

        def write() -> StoredCompany:
            with locked(self._place(company_id)):
                before = self._current(company_id)
                version = before.version if before else 0
                if expected is not None and expected != version:
                    raise StaleVersionError(
                        f"{company_id}: is at version {version}, not {expected}; read it again"
                    )
                after = StoredCompany(
                    company_id=company_id,
                    fields=fields,
                    version=version + 1,
                    written_at=self._clock(),
                    written_by=actor,
                    granted=before.granted if before else frozenset(),
                )
                self._put(after)
            return after

        return await self._aside(write)

    async def prompts(self, company_id: CompanyId, agent: AgentName) -> Sequence[PromptVersion]:
        """Return an agent's prompt versions, newest first."""
        return await self._aside(lambda: self._prompts(company_id, agent))

    async def newest_prompts(self) -> Mapping[tuple[CompanyId, AgentName], PromptVersion]:
        """Return the newest prompt of every agent that has any; a broken file is told and left out."""
        return await self._aside(self._newest_prompts)

    async def add_prompt(
        self, company_id: CompanyId, agent: AgentName, text: str, *, actor: str, note: str = ""
    ) -> PromptVersion:
        """Store a new version of an agent's prompt and return it."""

        def add() -> PromptVersion:
            with locked(self._place(company_id)):
                before = self._prompts(company_id, agent)
                added = PromptVersion(
                    company_id=company_id,
                    agent=agent,
                    version=before[0].version + 1 if before else 1,
                    text=text,
                    written_at=self._clock(),
                    written_by=actor,
                    note=note,
                )
                self._put_prompts(company_id, agent, [added, *before])
            return added

        return await self._aside(add)

    async def forget(self, company_id: CompanyId) -> None:
        """Drop every version and prompt of a company; the mark that it was removed stays."""

        def forget() -> None:
            with locked(self._place(company_id)):
                before = self._current(company_id)
                if before is None or before.fields is not None:
                    before = StoredCompany(
                        company_id=company_id,
                        fields=None,
                        version=before.version + 1 if before else 1,
                        written_at=self._clock(),
                        written_by=before.written_by if before else "",
                    )
                self._put(before)
                self._drop(self._files(company_id))

        await self._aside(forget)

    async def versions(self, company_id: CompanyId) -> Sequence[StoredCompany]:
        """Return a company's versions, newest first: the last 50."""
        return await self._aside(lambda: self._versions(company_id))

    async def record(self, company_id: CompanyId) -> CompanyRecord:
        """Return everything that is stored of a company."""

        def record() -> CompanyRecord:
            return CompanyRecord(
                company=self._current(company_id),
                versions=self._versions(company_id),
                prompts=[one for agent in AGENTS for one in self._prompts(company_id, agent)],
            )

        return await self._aside(record)

    async def restore(self, company_id: CompanyId, record: CompanyRecord) -> None:
        """Put a record in the place of whatever is stored of the company."""

        def restore() -> None:
            with locked(self._place(company_id)):
                older = self._files(company_id)
                for one in reversed(record.versions):
                    write_json(self._version(company_id, one.version), written_company(one))
                for agent in AGENTS:
                    if mine := [one for one in record.prompts if one.agent == agent]:
                        self._put_prompts(company_id, agent, mine)
                if record.company:
                    self._put(record.company)
                kept = {self._version(company_id, one.version) for one in record.versions}
                kept |= {self._prompt(company_id, one.agent) for one in record.prompts}
                self._drop(older - kept)

        await self._aside(restore)

    async def _aside(self, work: Callable[[], Answer]) -> Answer:
        def guarded() -> Answer:
            with told(self._folder):
                return work()

        return await asyncio.to_thread(guarded)

    def _place(self, company_id: CompanyId) -> Path:
        # The only way from an id to a path.
        if not COMPANY_ID.fullmatch(company_id) or company_id in RESERVED:
            raise InvalidCompanyError("company_id: must match [a-z0-9][a-z0-9-]{1,38}")
        return self._folder / company_id

    def _version(self, company_id: CompanyId, version: int) -> Path:
        return self._place(company_id) / "versions" / f"{version:06}.json"

    def _prompt(self, company_id: CompanyId, agent: AgentName) -> Path:
        return self._place(company_id) / "prompts" / f"{agent}.json"

    def _put(self, company: StoredCompany) -> None:
        """Write a version, then make it the current one, then drop the oldest."""
        written = written_company(company)
        write_json(self._version(company.company_id, company.version), written)
        write_json(self._place(company.company_id) / NAME, written)
        with contextlib.suppress(OSError):
            for path in self._version_files(company.company_id)[KEPT:]:
                path.unlink()

    def _files(self, company_id: CompanyId) -> set[Path]:
        """Return the files of versions and prompts that there are."""
        return {
            *self._version_files(company_id),
            *self._place(company_id).glob("prompts/[a-z]*.json"),
        }

    @staticmethod
    def _drop(files: set[Path]) -> None:
        for path in files:
            path.unlink(missing_ok=True)

    def _version_files(self, company_id: CompanyId) -> list[Path]:
        return sorted(self._place(company_id).glob("versions/[0-9]*.json"), reverse=True)

    def _current(self, company_id: CompanyId) -> StoredCompany | None:
        path = self._place(company_id) / NAME
        try:
            written = read_json(path)
            return read_company(company_id, written, _modified(path)) if written else None
        except SLIPS as error:
            raise StoreUnavailableError(f"{company_id}/{NAME}: cannot be read: {error}") from error

    def _versions(self, company_id: CompanyId) -> Sequence[StoredCompany]:
        current = self._current(company_id)
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

    def _every(self) -> Mapping[CompanyId, StoredCompany]:
        found: dict[CompanyId, StoredCompany] = {}
        for company_id in self._ids():
            try:
                current = self._current(company_id)
            except (OSError, StoreUnavailableError) as error:
                current = StoredCompany(
                    company_id=company_id,
                    fields={},
                    version=0,
                    written_at=self._clock(),
                    written_by="",
                    fault=str(error),
                )
            if current:
                found[company_id] = current
        return found

    def _prompts(self, company_id: CompanyId, agent: AgentName) -> Sequence[PromptVersion]:
        if agent not in AGENTS:
            return []
        path = self._prompt(company_id, agent)
        try:
            return [read_prompt(company_id, agent, one) for one in read_json(path) or []]
        except SLIPS as error:
            raise StoreUnavailableError(
                f"{company_id}/prompts/{agent}.json: cannot be read: {error}"
            ) from error

    def _put_prompts(
        self, company_id: CompanyId, agent: AgentName, versions: Sequence[PromptVersion]
    ) -> None:
        written = [written_prompt(one) for one in versions[:KEPT]]
        write_json(self._prompt(company_id, agent), written)

    def _newest_prompts(self) -> Mapping[tuple[CompanyId, AgentName], PromptVersion]:
        found: dict[tuple[CompanyId, AgentName], PromptVersion] = {}
        for company_id in self._ids():
            if not (self._place(company_id) / "prompts").exists():
                continue
            for agent in AGENTS:
                try:
                    versions = self._prompts(company_id, agent)
                except (OSError, StoreUnavailableError) as error:
                    logger.warning("prompt_unreadable", company_id=company_id, reason=str(error))
                    continue
                if versions:
                    found[company_id, agent] = versions[0]
        return found


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone()
