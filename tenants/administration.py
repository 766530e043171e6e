"""Changes of companies: read, changed, checked as files are, stored, and served by every process."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field

from redis.asyncio import Redis

from tenants import keys
from tenants.company_store import CompanyStore, StoredCompany
from tenants.definition import Fields
from tenants.definition_check import DefinitionCheck, warnings_of
from tenants.differences import Difference, differences
from tenants.errors import (
    InvalidCompanyError,
    StaleVersionError,
    StoreUnavailableError,
    UnknownCompanyError,
)
from tenants.ids import CompanyId
from tenants.json_directory import JsonDirectory
from tenants.kept_companies import Kept, KeptCompanies
from tenants.patching import WISHFUL, changed_fields, wish_of
from tenants.reloads import Reloads
from tenants.sealing import Sealing
from tenants.tenant import Tenant

WRITE_LIFE = 30  # seconds that one change may take before another may begin
WRITE_WAIT = 10  # seconds that a change waits for another

Change = Callable[[Fields], Fields]
"""Takes what is stored, its secrets sealed, and returns what shall be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who changes something; `own_only` holds a clinic's own people to what is theirs."""

    name: str
    own_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of a change."""

    kept: Kept
    revision: str
    """What is served from now on; empty for a company that is not active."""
    changed: Sequence[str]
    differences: Sequence[Difference] = ()
    """From what to what; empty for a company that is new."""
    warnings: Mapping[str, str] = field(default_factory=dict)
    """By field: what is allowed and most likely a slip."""
    not_served: str = ""
    """Why it is stored and not served yet: as a rule because another company's file is wrong."""


class Administration:
    """The one way to change a company."""

    def __init__(
        self,
        redis: Redis,
        *,
        store: CompanyStore,
        sealing: Sealing,
        directory: JsonDirectory,
        reloads: Reloads,
    ) -> None:
        """Take where companies are kept, what checks them, and who has to be told."""
        self._redis = redis
        self._store = store
        self._kept = KeptCompanies(redis, store, directory)
        self._check = DefinitionCheck(sealing, directory)
        self._directory = directory
        self._reloads = reloads

    async def find(self, company_id: str) -> Kept:
        """Return a company, also one that is not active; raises UnknownCompanyError."""
        return await self._kept.find(company_id)

    async def inactive(self) -> Sequence[StoredCompany]:
        """Return the companies that were switched off, by id; those that were removed are not among them."""
        return await self._kept.inactive()

    async def create(self, fields: Fields, author: Author) -> Written:
        """Store a new company; raises CompanyTakenError, InvalidCompanyError."""
        async with self.alone():
            return await self._write(await self._kept.vacant(fields), fields, author)

    async def change(
        self, company_id: str, change: Change, author: Author, *, expected: str = ""
    ) -> Written:
        """Store what a change makes of a company; nothing is written when it makes no difference.

        Raises UnknownCompanyError, StaleVersionError when the company's tag is not `expected`,
        InvalidCompanyError also for another company's account or token, NotYoursError.
        """
        async with self.alone():
            before = await self.find(company_id)
            if expected and expected != before.tag:
                raise StaleVersionError(
                    f"{company_id} is at {before.tag}, not at {expected}; read it again"
                )
            return await self._write(before, change(deepcopy(before.fields)), author)

    async def remove(self, company_id: str, author: Author) -> None:
        """Take a company out for good, also one that a file has: versions, prompts and secrets are dropped.

        What it owns elsewhere is not touched. Raises UnknownCompanyError.
        """
        async with self.alone():
            kept = await self.find(company_id)
            await self._store.write(kept.company_id, None, actor=author.name, expected=kept.version)
            await self._store.forget(kept.company_id)
            await self.serve(kept.company_id)

    async def check(self, fields: Fields, author: Author, before: Kept | None = None) -> Tenant:
        """Return what a definition would make; raises as `create` and `change`, stores nothing."""
        before = before or await self._kept.vacant(fields)
        return self._check.checked(before, fields, own_only=author.own_only)[1]

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Hold the change of companies; raises StoreUnavailableError when another does not end."""
        lock = self._redis.lock(
            keys.companies_write(), timeout=WRITE_LIFE, blocking_timeout=WRITE_WAIT
        )
        if not await lock.acquire():
            raise StoreUnavailableError("Somebody else is changing companies; try again.")
        try:
            yield
        finally:
            if await lock.owned():
                await lock.release()

    async def serve(self, company_id: CompanyId) -> str:
        """Have every process serve what is stored; returns why it cannot serve a company, or nothing."""
        try:
            await self._reloads.refresh()
        except InvalidCompanyError as error:
            return str(error)
        return self._directory.faults.get(company_id, "")

    def revision_of(self, company_id: CompanyId) -> str:
        """Return the revision that is served; empty for a company that is not active."""
        try:
            return self._directory.find(company_id).revision
        except UnknownCompanyError:
            return ""

    async def _write(self, before: Kept, fields: Fields, author: Author) -> Written:
        sealed, tenant = self._check.checked(before, fields, own_only=author.own_only)
        changed = changed_fields(before.fields, sealed)
        not_served = ""
        if changed:
            await self._store.write(
                before.company_id, sealed, actor=author.name, expected=before.version
            )
            await self._keep_wishes(before, sealed, author)
            not_served = await self.serve(before.company_id)
        return Written(
            kept=await self.find(before.company_id),
            revision=self.revision_of(before.company_id),
            changed=changed,
            differences=differences(before.fields, sealed) if before.fields else (),
            warnings=warnings_of(tenant),
            not_served=not_served,
        )

    async def _keep_wishes(self, before: Kept, after: Fields, author: Author) -> None:
        """Keep a wish that changed with the definition as a version too, or the older one would stand."""
        for agent in WISHFUL:
            wish = wish_of(after, agent)
            if agent in before.prompts and wish != wish_of(before.fields, agent):
                await self._store.add_prompt(
                    before.company_id, agent, wish, actor=author.name, note="with the definition"
                )
