"""From files and what staff wrote to checked companies: what the operator wrote is strict, the rest is not.

A fault in the operator's files stops the reading: somebody sits before the terminal. A fault in what
is stored concerns one company, and the others are served.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import structlog
from pydantic import ValidationError

from tenants.bookability import unbookable
from tenants.company_files import CompanyFiles
from tenants.company_store import Mark, StoredCompany
from tenants.definition import Definition, Fields, tenant_from
from tenants.directory_sources import StoredCompanies
from tenants.environment import Environment, completed, strangers
from tenants.errors import InvalidCompanyError
from tenants.ids import CompanyId
from tenants.sealing import Sealing
from tenants.stored_definitions import definition_of_stored, grants_of
from tenants.tenant import AgentName, AgentWishes, Tenant

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What the operator's files say."""

    tenants: Mapping[CompanyId, Tenant] = field(default_factory=dict)
    """Active companies, without what staff wrote of them."""
    grants: Mapping[CompanyId, frozenset[str]] = field(default_factory=dict)
    """What each company may name, inactive ones too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Companies as they were read."""

    filed: tuple[Tenant, ...] = ()
    """Those that the operator wrote: a fault or a collision among them stops everything."""
    stored: tuple[Tenant, ...] = ()
    """Those that staff wrote; each may be left out."""
    faults: Mapping[CompanyId, str] = field(default_factory=dict)


class CompanyReader:
    """Reads definitions and makes companies of them. Everything here blocks."""

    def __init__(self, files: CompanyFiles, environment: Environment, sealing: Sealing) -> None:
        """Take the operator's files, the variables and what opens sealed secrets."""
        self._files = files
        self._environment = environment
        self._sealing = sealing
        self._made: dict[CompanyId, tuple[Mark, Tenant]] = {}
        self._granted: dict[CompanyId, frozenset[str]] = {}

    def known(self) -> Mapping[CompanyId, Mark]:
        """Return the marks of the companies that need not be made again."""
        return {company_id: mark for company_id, (mark, _) in self._made.items()}

    def anew(self) -> None:
        """Make every company again at the next reading, also where its version says nothing changed."""
        self._made.clear()

    def filed(self) -> Filed:
        """Read the operator's files; every fault of every company is in one InvalidCompanyError."""
        tenants: dict[CompanyId, Tenant] = {}
        grants: dict[CompanyId, frozenset[str]] = {}
        faults: list[str] = []
        for definition in self._files.read():
            company_id = CompanyId(definition.company_id)
            grants[company_id] = grants_of(definition.fields)
            if definition.fields.get("active") is False:
                continue
            try:
                opened = replace(definition, fields=self._sealing.opened(definition.fields))
                tenants[company_id] = self._tenant(opened)
            except InvalidCompanyError as error:
                faults.append(str(error))
        if faults:
            raise InvalidCompanyError("\n".join(faults))
        return Filed(tenants={k: v for k, v in tenants.items() if v.active}, grants=grants)

    def written(self, company_id: CompanyId) -> Fields | None:
        """Return what the operator's file says of a company, or None."""
        definition = self._files.find(company_id)
        return definition.fields if definition else None

    def together(self, filed: Filed, stored: StoredCompanies) -> Reading:
        """Lay what staff wrote over the files."""
        companies = {one: self._made[one][1] for one in stored.unchanged}
        faults: dict[CompanyId, str] = {}
        for company_id, company in stored.companies.items():
            self._granted[company_id] = company.granted
            if company.fields is None or company.fields.get("active") is False:
                continue
            try:
                companies[company_id] = self._stored(company, filed)
            except InvalidCompanyError as error:
                faults[company_id] = str(error)
        kept = stored.companies.keys() | stored.unchanged
        self._made = {one: made for one, made in self._made.items() if one in kept}
        left = (
            {}
            if stored.whole
            else {one: tenant for one, tenant in filed.tenants.items() if one not in kept}
        )
        if unknown := strangers(self._environment, [*kept, *left]):
            logger.warning("variables_name_no_company", variables=unknown)
        for company_id, wishes in stored.wishes().items():
            for kind in (left, companies):
                if tenant := kind.get(company_id):
                    try:
                        kind[company_id] = with_wishes(tenant, wishes)
                    except InvalidCompanyError as error:
                        faults[company_id] = str(error)
        return Reading(
            filed=tuple(left.values()),
            stored=tuple(one for one in companies.values() if one.active),
            faults=faults,
        )

    def judged(self, company: StoredCompany, filed: Filed) -> Tenant:
        """Return what would become of a company; raises InvalidCompanyError."""
        grants = filed.grants.get(company.company_id, frozenset())
        grants |= self._granted.get(company.company_id, frozenset())
        return self._tenant(
            definition_of_stored(
                company, grants=grants, environment=self._environment, sealing=self._sealing
            )
        )

    def _stored(self, company: StoredCompany, filed: Filed) -> Tenant:
        known = self._made.get(company.company_id)
        if known and known[0] == (company.version, company.written_at):
            return known[1]
        tenant = self.judged(company, filed)
        self._made[company.company_id] = (company.version, company.written_at), tenant
        return tenant

    def _tenant(self, definition: Definition) -> Tenant:
        tenant = tenant_from(completed(definition, self._environment))
        if never := unbookable(tenant):
            logger.warning(
                "treatments_never_bookable", company_id=tenant.company_id, treatments=never
            )
        return tenant


def with_wishes(tenant: Tenant, wishes: Mapping[AgentName, str]) -> Tenant:
    """Return the company with agents' newest prompts; raises InvalidCompanyError."""
    try:
        laid = {
            agent: AgentWishes(**{**dict(tenant.wishes_for(agent)), "wishes": text})
            for agent, text in wishes.items()
        }
    except ValidationError as error:
        raise InvalidCompanyError(
            f"the prompt of an agent cannot be used: {error.errors()[0]['msg']}"
            f" (company {tenant.company_id})"
        ) from None
    return tenant.model_copy(update={"agents": {**tenant.agents, **laid}})
