"""The directory of companies: described in JSON files, and in what staff wrote over them."""

import asyncio
import contextlib
import gc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

import structlog

from tenants.company_files import CompanyFiles
from tenants.company_reading import CompanyReader, Filed, Reading
from tenants.company_store import StoredCompany
from tenants.definition import Fields
from tenants.directory_sources import Source, SourceState, StoredCompanies
from tenants.environment import Environment
from tenants.errors import InvalidCompanyError, UnknownCompanyError
from tenants.ids import CompanyId
from tenants.revision import revised
from tenants.roster import Roster, changes, digest, joined, roster_of
from tenants.sealing import Sealing
from tenants.shared_values import one_token_for_all, with_shared_values
from tenants.tenant import Tenant
from tenants.webhook_tokens import WebhookTokens

logger = structlog.get_logger(__name__)

NEVER = datetime.fromtimestamp(0, UTC)


class JsonDirectory:
    """Answer from memory; read at start and whenever told. Implements `Directory`."""

    def __init__(
        self,
        files: CompanyFiles,
        environment: Environment,
        tokens: WebhookTokens | None = None,
        *,
        source: Source | None = None,
        sealing: Sealing | None = None,
    ) -> None:
        """Take the files, and where staff write; empty until `reload`.

        Without `tokens` no webhook token is generated.
        """
        self._reader = CompanyReader(files, environment, sealing or Sealing(None))
        self._environment = environment
        self._tokens = tokens
        self._source = source
        self._filed = Filed()
        self._whole = False
        self._read = Reading()
        self._roster = Roster()
        self._faults: Mapping[CompanyId, str] = {}
        self._reading = asyncio.Lock()

    @classmethod
    async def load(
        cls,
        files: CompanyFiles,
        environment: Environment,
        tokens: WebhookTokens | None = None,
        *,
        source: Source | None = None,
        sealing: Sealing | None = None,
    ) -> Self:
        """Return a directory with every company in it; raises InvalidCompanyError for the files' faults."""
        directory = cls(files, environment, tokens, source=source, sealing=sealing)
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

    @property
    def faults(self) -> Mapping[CompanyId, str]:
        """Say what is wrong with companies that staff wrote: each is left out, or as it was before."""
        return self._faults

    @property
    def source(self) -> SourceState:
        """How the place is where staff write."""
        return self._source.state if self._source else SourceState()

    async def reload(self) -> Sequence[CompanyId]:
        """Read everything again and return what changed; on InvalidCompanyError all stays as it was."""
        async with self._reading:
            self._reader.anew()
            stored = await self._stored()
            if stored is None:
                return []
            filed = self._filed
            if not stored.whole:
                filed = await asyncio.to_thread(self._read_files)
            return await self._take_up(filed, stored)

    async def refresh(self) -> Sequence[CompanyId]:
        """Read what staff wrote again, without the files, and return what changed."""
        async with self._reading:
            stored = await self._stored()
            if stored is None:
                return []
            filed = self._filed
            if not stored.whole and not filed.grants:
                # PostgreSQL served so far, and does no more.
                filed = await asyncio.to_thread(self._read_files)
            return await self._take_up(filed, stored)

    async def renew_tokens(self) -> Sequence[CompanyId]:
        """Agree on webhook tokens once more, as after Redis was away or emptied; return what changed."""
        async with self._reading:
            return await self._take(self._read)

    async def written(self, company_id: CompanyId) -> Fields | None:
        """Return what the operator's file says of a company, secrets and all.

        None without one, and where no file is served because a store holds all companies.
        """
        if self._whole:
            return None
        return await asyncio.to_thread(self._reader.written, company_id)

    def checked(self, company_id: CompanyId, fields: Fields) -> Tenant:
        """Return what a company would become if this were stored; nothing is.

        Raises InvalidCompanyError with a line for each fault, a Chatwoot account or webhook token that
        is another company's included.
        """
        company = StoredCompany(
            company_id=company_id,
            fields=fields,
            version=0,
            written_at=NEVER,
            written_by="",
        )
        tenant = self._reader.judged(company, self._filed)
        others = [one for one in self.companies() if one.company_id != company_id]
        if others and tenant.active:
            one_token_for_all(len(others) + 1, self._environment)
        rest = Roster(
            {},
            {k: v for k, v in self._roster.by_account.items() if v.company_id != company_id},
            {k: v for k, v in self._roster.by_token.items() if v.company_id != company_id},
        )
        if tenant.active and (clash := joined(rest, [tenant])[1]):
            raise InvalidCompanyError("\n".join(clash.values()))
        return tenant

    async def _stored(self) -> StoredCompanies | None:
        return await self._source.read(self._reader.known()) if self._source else StoredCompanies()

    def _read_files(self) -> Filed:
        with _collection_paused():
            return self._reader.filed()

    async def _take_up(self, filed: Filed, stored: StoredCompanies) -> Sequence[CompanyId]:
        changed = await self._take(await asyncio.to_thread(self._together, filed, stored))
        self._filed, self._whole = filed, stored.whole
        return changed

    def _together(self, filed: Filed, stored: StoredCompanies) -> Reading:
        with _collection_paused():
            return with_shared(self._reader.together(filed, stored), self._environment)

    async def _take(self, read: Reading) -> Sequence[CompanyId]:
        every = (*read.filed, *read.stored)
        whole = await self._tokens.complete(every) if self._tokens else every
        mine = len(read.filed)
        roster, faults = await asyncio.to_thread(
            self._indexed, whole[:mine], whole[mine:], read.faults
        )
        changed = changes(self._roster, roster)
        self._read, self._roster = read, roster
        for company_id in faults.keys() - self._faults.keys():
            logger.warning(
                "stored_company_unusable",
                company_id=company_id,
                reason=faults[company_id],
                served=company_id in roster.by_id,
            )
        self._faults = faults
        if changed:
            logger.info("companies_loaded", companies=len(roster.by_id), changed=len(changed))
        return changed

    def _indexed(
        self, filed: Sequence[Tenant], stored: Sequence[Tenant], faults: Mapping[CompanyId, str]
    ) -> tuple[Roster, Mapping[CompanyId, str]]:
        with _collection_paused():
            roster, clashes = joined(roster_of(map(revised, filed)), map(revised, stored))
            before = [
                self._roster.by_id[one]
                for one in {**faults, **clashes}
                if one in self._roster.by_id and one not in roster.by_id
            ]
            # The last that is known good, unless its account or token is another's by now.
            roster, _ = joined(roster, before)
        return roster, {**faults, **clashes}


def with_shared(read: Reading, environment: Environment) -> Reading:
    """Return the companies with what variables without a suffix give one of them."""
    filed = len(read.filed)
    try:
        whole = with_shared_values((*read.filed, *read.stored), environment)
    except InvalidCompanyError as error:
        if filed > 1 or not read.stored:
            raise
        # Staff added a company; the operator's one keeps what it was given.
        logger.error("shared_variables_ambiguous", reason=str(error))  # noqa: TRY400 # The reason is whole.
        return replace(read, filed=with_shared_values(read.filed, environment))
    return replace(read, filed=whole[:filed], stored=whole[filed:])


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
