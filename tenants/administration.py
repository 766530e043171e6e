"""Changes of companies: read, changed, checked as files are, stored, and served by every process."""

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from redis.asyncio import Redis

from tenants import keys
from tenants.bookability import unbookable
from tenants.company_store import CompanyStore, PromptVersion, StoredCompany
from tenants.definition import Fields
from tenants.differences import Difference, differences
from tenants.errors import (
    CompanyTakenError,
    InvalidCompanyError,
    NotYoursError,
    StaleVersionError,
    StoreUnavailableError,
    UnknownCompanyError,
)
from tenants.ids import CompanyId
from tenants.json_directory import JsonDirectory
from tenants.patching import (
    WISHFUL,
    beyond_own,
    changed_fields,
    new_references,
    silenced,
    unstorable,
    wish_of,
    with_wish,
)
from tenants.reloads import Reloads
from tenants.sealing import Sealing
from tenants.secret_fields import SHOWN, changed_secrets, masked, value_at
from tenants.tenant import COMPANY_ID, AgentName, Tenant

WRITE_LIFE = 30  # seconds that one change may take before another may begin
WRITE_WAIT = 10  # seconds that a change waits for another
WORDS_OF_PATHS = frozenset({"health", "import", "inactive", "reload-config"})
"""Words that stand where an id would in the API's paths."""
FROM_FILE = "file"

_NAMED = re.compile(r"([a-z_]+(?:\.\w+)*): (.*)")

Change = Callable[[Fields], Fields]
"""Takes what is stored, its secrets sealed, and returns what shall be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who changes something; `own_only` holds a clinic's own people to what is theirs."""

    name: str
    own_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A company's definition as it stands, active or not."""

    company_id: CompanyId
    fields: Fields
    """Secrets are sealed, `${NAME}`, or plain when a file of the operator says them."""
    version: int
    """0 while it stands in a file only."""
    prompts: Mapping[AgentName, int] = field(default_factory=dict)
    """The newest version of each agent's wish; absent: as the file says."""
    written_at: datetime | None = None
    written_by: str = FROM_FILE

    @property
    def tag(self) -> str:
        """Name this state of the definition, wishes included: another is never called the same."""
        wishes = sum(self.prompts.values())
        if self.version:
            return f"{self.version}.{wishes}"
        # A file has no versions; who edits it does not tell us.
        return f"0.{wishes}-{sha256(json.dumps(self.fields).encode()).hexdigest()[:12]}"


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
        self._sealing = sealing
        self._directory = directory
        self._reloads = reloads

    async def find(self, company_id: str) -> Kept:
        """Return a company, also one that is not active; raises UnknownCompanyError."""
        if found := await self._find(company_id):
            return found
        raise UnknownCompanyError(f"There is no company {company_id!r}.")

    async def inactive(self) -> Sequence[StoredCompany]:
        """Return the companies that were switched off, by id; those that were removed are not among them."""
        every = (await self._store.every()).values()
        off = [one for one in every if one.fields and one.fields.get("active") is False]
        return sorted(off, key=lambda one: one.company_id)

    async def create(self, fields: Fields, author: Author) -> Written:
        """Store a new company; raises CompanyTakenError, InvalidCompanyError."""
        async with self.alone():
            return await self._write(await self._nothing(fields), fields, author)

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
        return self._checked(before or await self._nothing(fields), fields, author)[1]

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

    async def _nothing(self, fields: Fields) -> Kept:
        """Return what stands where a new company goes."""
        company_id = fields.get("company_id")
        if not isinstance(company_id, str) or not COMPANY_ID.fullmatch(company_id):
            words = "must match [a-z0-9][a-z0-9-]{1,38}" if company_id is not None else "is missing"
            raise _invalid({"company_id": words})
        if company_id in WORDS_OF_PATHS | keys.RESERVED:
            raise _invalid({"company_id": "is reserved"})
        if await self._find(company_id) or await self._left_behind(CompanyId(company_id)):
            raise CompanyTakenError(
                f"company_id: {company_id} is taken", {"company_id": "is taken"}
            )
        stored = await self._store.find(CompanyId(company_id))
        version = stored.version if stored else 0
        return Kept(company_id=CompanyId(company_id), fields={}, version=version)

    async def _left_behind(self, company: CompanyId) -> bool:
        """Tell whether an earlier company of that name left what the new one would see."""
        places = (
            keys.conversations(company), keys.documents(company), keys.appointments(company),
        )  # fmt: skip
        return bool(await self._redis.exists(*places))

    async def _find(self, company_id: str) -> Kept | None:
        if not COMPANY_ID.fullmatch(company_id) or company_id in keys.RESERVED:
            return None
        company = CompanyId(company_id)
        stored = await self._store.find(company)
        if stored is None:
            fields = await self._directory.written(company)
            if fields is None:
                return None
            return await self._with_wishes(Kept(company_id=company, fields=fields, version=0))
        if stored.fault:
            raise StoreUnavailableError(stored.fault)
        if stored.fields is None:
            return None
        return await self._with_wishes(
            Kept(
                company_id=company,
                fields=stored.fields,
                version=stored.version,
                written_at=stored.written_at,
                written_by=stored.written_by,
            )
        )

    async def _with_wishes(self, kept: Kept) -> Kept:
        """Put the newest wishes into the definition: they stand above what it says itself."""
        newest: dict[AgentName, PromptVersion] = {}
        for agent in WISHFUL:
            if found := await self._store.prompts(kept.company_id, agent):
                newest[agent] = found[0]
        fields = kept.fields
        for agent, prompt in newest.items():
            fields = with_wish(fields, agent, prompt.text)
        return replace(
            kept, fields=fields, prompts={agent: one.version for agent, one in newest.items()}
        )

    async def _write(self, before: Kept, fields: Fields, author: Author) -> Written:
        sealed, tenant = self._checked(before, fields, author)
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
            warnings=_warnings(tenant),
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

    def _checked(self, before: Kept, fields: Fields, author: Author) -> tuple[Fields, Tenant]:
        """Return a definition as it is stored, and the company it makes."""
        whole = {**fields, "company_id": fields.get("company_id", before.company_id)}
        faults = dict.fromkeys(unstorable(whole), "has a sign or number that cannot be stored")
        if whole["company_id"] != before.company_id:
            faults["company_id"] = "cannot be changed"
        faults |= dict.fromkeys(
            silenced(whole), "cannot be false: whoever is in danger must be answered"
        )
        for path in new_references(before.fields, whole):
            faults[path] = 'must not hold "${": variables are read in the places of secrets only'
        if faults:
            raise _invalid(faults)
        try:
            sealed = self._sealing.seal_secrets(whole, before.fields)
            tenant = self._directory.checked(before.company_id, sealed)
        except InvalidCompanyError as error:
            raise _by_field(error) from None
        foreign = _foreign(before.fields, whole) if author.own_only else ()
        if foreign:
            raise NotYoursError(
                "Only the deployment's administrator may change: " + ", ".join(foreign),
                dict.fromkeys(foreign, "may be changed by the deployment's administrator only"),
            )
        return sealed, tenant


def _foreign(before: Fields, after: Fields) -> Sequence[str]:
    """Return what changed beyond a company's own; a secret that stays may be written as it is shown."""
    shown = masked(before)

    def as_shown(path: str, value: str) -> str:
        kept = value_at(shown, path)
        stays = value in {SHOWN, value_at(before, path)}
        return kept if stays and isinstance(kept, str) else value

    return beyond_own(shown, changed_secrets(after, as_shown))


def _invalid(faults: Mapping[str, str]) -> InvalidCompanyError:
    return InvalidCompanyError(_lines(faults), faults)


def _by_field(error: InvalidCompanyError) -> InvalidCompanyError:
    """Return the error with its fields, read from its lines where whoever raised it named none."""
    if error.fields:
        return error
    named = [_NAMED.match(line) for line in str(error).splitlines()]
    return InvalidCompanyError(str(error), {one[1]: one[2] for one in named if one})


def _lines(faults: Mapping[str, str]) -> str:
    return "\n".join(f"{path}: {words}" for path, words in faults.items())


def _warnings(tenant: Tenant) -> Mapping[str, str]:
    never = set(unbookable(tenant))
    return {
        f"treatments.{number}": "fits into nobody's hours and could never be booked"
        for number, one in enumerate(tenant.treatments)
        if one.id in never
    }
