"""The directory of companies that are described in JSON files."""

import asyncio
import contextlib
import gc
from collections.abc import Iterator, Sequence
from typing import Self

import structlog

from tenants.bookability import unbookable
from tenants.company_files import CompanyFiles
from tenants.definition import tenant_from
from tenants.environment import Environment, completed, strangers
from tenants.errors import InvalidCompanyError, UnknownCompanyError
from tenants.ids import CompanyId
from tenants.revision import revised
from tenants.roster import Roster, changes, digest, roster_of
from tenants.shared_values import with_shared_values
from tenants.tenant import Tenant
from tenants.webhook_tokens import WebhookTokens

logger = structlog.get_logger(__name__)


class JsonDirectory:
    """Answer from memory; read the files at start and whenever told. Implements `Directory`."""

    def __init__(
        self, files: CompanyFiles, environment: Environment, tokens: WebhookTokens | None = None
    ) -> None:
        """Take the source; empty until `reload`. Without `tokens` no webhook token is generated."""
        self._files = files
        self._environment = environment
        self._tokens = tokens
        self._read: tuple[Tenant, ...] = ()
        self._roster = Roster()
        self._reading = asyncio.Lock()

    @classmethod
    async def load(
        cls, files: CompanyFiles, environment: Environment, tokens: WebhookTokens | None = None
    ) -> Self:
        """Return a directory with every company in it; raises InvalidCompanyError."""
        directory = cls(files, environment, tokens)
        await directory.reload()
        return directory

    def find(self, company_id: str) -> Tenant:
        """Return an active company; raises UnknownCompanyError, also for an id that is no id."""
        if tenant := self._roster.by_id.get(company_id):
            return tenant
        raise UnknownCompanyError("no active company has that id")

    def by_account(self, account_id: int) -> Tenant:
        """Return the company of a Chatwoot account; raises UnknownCompanyError."""
        if tenant := self._roster.by_account.get(account_id):
            return tenant
        raise UnknownCompanyError("no active company has that Chatwoot account")

    def by_webhook_token(self, token: str) -> Tenant:
        """Return the company that a webhook address belongs to; raises UnknownCompanyError."""
        if tenant := self._roster.by_token.get(digest(token)):
            return tenant
        raise UnknownCompanyError("no active company has that webhook token")

    def companies(self) -> Sequence[Tenant]:
        """Return every active company, by id."""
        return tuple(self._roster.by_id.values())

    async def reload(self) -> Sequence[CompanyId]:
        """Read the files again and return what changed; on InvalidCompanyError all stays as it was."""
        async with self._reading:
            read = await asyncio.to_thread(self._read_files)
            return await self._take(read)

    async def renew_tokens(self) -> Sequence[CompanyId]:
        """Agree on webhook tokens once more, as after Redis was away or emptied; return what changed."""
        async with self._reading:
            return await self._take(self._read)

    async def _take(self, read: tuple[Tenant, ...]) -> Sequence[CompanyId]:
        whole = await self._tokens.complete(read) if self._tokens else read
        roster = await asyncio.to_thread(_indexed, whole)
        changed = changes(self._roster, roster)
        self._read, self._roster = read, roster
        if changed:
            logger.info("companies_loaded", companies=len(roster.by_id), changed=len(changed))
        return changed

    def _read_files(self) -> tuple[Tenant, ...]:
        with _collection_paused():
            tenants = self._tenants()
        for tenant in tenants:
            if never := unbookable(tenant):
                logger.warning(
                    "treatments_never_bookable", company_id=tenant.company_id, treatments=never
                )
        return with_shared_values(tenants, self._environment)

    def _tenants(self) -> list[Tenant]:
        """Return the active companies; every fault of every company is in one InvalidCompanyError."""
        tenants: list[Tenant] = []
        faults: list[str] = []
        ids: list[str] = []
        for definition in self._files.read():
            ids.append(definition.company_id)
            if definition.fields.get("active") is False:
                continue
            try:
                tenants.append(tenant_from(completed(definition, self._environment)))
            except InvalidCompanyError as error:
                faults.append(str(error))
        if faults:
            raise InvalidCompanyError("\n".join(faults))
        if unknown := strangers(self._environment, ids):
            logger.warning("variables_name_no_company", variables=unknown)
        return [one for one in tenants if one.active]


def _indexed(tenants: Sequence[Tenant]) -> Roster:
    with _collection_paused():
        return roster_of(revised(one) for one in tenants)


@contextlib.contextmanager
def _collection_paused() -> Iterator[None]:
    """Hold back the garbage collector, which would walk all companies again and again as they come."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
