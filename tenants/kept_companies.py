"""Companies as they are kept, active or not, whether a file, the store or both hold them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from redis.asyncio import Redis

from tenants import keys
from tenants.company_store import CompanyStore, PromptVersion, StoredCompany
from tenants.definition import Fields
from tenants.errors import (
    CompanyTakenError,
    InvalidCompanyError,
    StoreUnavailableError,
    UnknownCompanyError,
)
from tenants.ids import CompanyId
from tenants.json_directory import JsonDirectory
from tenants.patching import WISHFUL, with_wish
from tenants.tenant import COMPANY_ID, AgentName

WORDS_OF_PATHS = frozenset({"health", "import", "inactive", "reload-config"})
"""Words that stand where an id would in the API's paths."""
FROM_FILE = "file"


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


class KeptCompanies:
    """Finds what is kept of companies, and whether an id is free."""

    def __init__(self, redis: Redis, store: CompanyStore, directory: JsonDirectory) -> None:
        """Take what companies own, where they are stored, and what files say of them."""
        self._redis = redis
        self._store = store
        self._directory = directory

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

    async def vacant(self, fields: Fields) -> Kept:
        """Return what stands where a new company goes; raises InvalidCompanyError, CompanyTakenError."""
        company_id = fields.get("company_id")
        if not isinstance(company_id, str) or not COMPANY_ID.fullmatch(company_id):
            words = "must match [a-z0-9][a-z0-9-]{1,38}" if company_id is not None else "is missing"
            raise InvalidCompanyError.of({"company_id": words})
        if company_id in WORDS_OF_PATHS | keys.RESERVED:
            raise InvalidCompanyError.of({"company_id": "is reserved"})
        if await self._find(company_id) or await self._left_behind(CompanyId(company_id)):
            raise CompanyTakenError(
                f"company_id: {company_id} is taken", {"company_id": "is taken"}
            )
        stored = await self._store.find(CompanyId(company_id))
        version = stored.version if stored else 0
        return Kept(company_id=CompanyId(company_id), fields={}, version=version)

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

    async def _left_behind(self, company: CompanyId) -> bool:
        """Tell whether an earlier company of that name left what the new one would see."""
        places = (
            keys.conversations(company), keys.documents(company), keys.appointments(company),
        )  # fmt: skip
        return bool(await self._redis.exists(*places))
