"""All active companies at one moment, found by id, by account and by webhook token in one step each."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from tenants.errors import InvalidCompanyError
from tenants.ids import CompanyId
from tenants.tenant import Tenant

TOKEN = re.compile(r"[A-Za-z0-9_~-]{8,200}")
"""A webhook token is the last part of an address, and the first proof of who calls."""


@dataclass(frozen=True, slots=True)
class Roster:
    """An immutable set of companies that share neither id, nor account, nor token."""

    by_id: Mapping[str, Tenant] = field(default_factory=dict)
    by_account: Mapping[int, Tenant] = field(default_factory=dict)
    by_token: Mapping[bytes, Tenant] = field(default_factory=dict)
    """By digest: how long a look-up takes says nothing about a token."""


def digest(token: str) -> bytes:
    """Return what a token is looked up by."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def roster_of(tenants: Iterable[Tenant]) -> Roster:
    """Index companies, by id in order; raises InvalidCompanyError naming both that share something."""
    by_id: dict[str, Tenant] = {}
    by_account: dict[int, Tenant] = {}
    by_token: dict[bytes, Tenant] = {}
    faults: list[str] = []
    for tenant in sorted(tenants, key=lambda one: one.company_id):
        if by_id.setdefault(tenant.company_id, tenant) is not tenant:
            faults.append(f"company_id: {tenant.company_id} stands twice")
        account = tenant.chatwoot.account_id
        if account is not None:
            first = by_account.setdefault(account, tenant)
            if first is not tenant:
                faults.append(_shared("account_id", f"Chatwoot account {account}", first, tenant))
        if secret := tenant.chatwoot.webhook_token:
            token = secret.get_secret_value()
            if not TOKEN.fullmatch(token):
                faults.append(
                    "chatwoot.webhook_token: must be 8 to 200 letters, digits, - _ or ~"
                    f" (company {tenant.company_id})"
                )
            first = by_token.setdefault(digest(token), tenant)
            if first is not tenant:
                faults.append(_shared("webhook_token", "one webhook token", first, tenant))
    if faults:
        raise InvalidCompanyError("\n".join(faults))
    return Roster(by_id, by_account, by_token)


def joined(roster: Roster, guests: Iterable[Tenant]) -> tuple[Roster, Mapping[CompanyId, str]]:
    """Add companies where they collide with none; return the others' faults by id."""
    by_id, by_account = dict(roster.by_id), dict(roster.by_account)
    by_token = dict(roster.by_token)
    faults: dict[CompanyId, str] = {}
    for tenant in sorted(guests, key=lambda one: one.company_id):
        try:
            alone = roster_of([tenant])
        except InvalidCompanyError as error:
            faults[tenant.company_id] = str(error)
            continue
        taken = [
            *(by_id[one] for one in alone.by_id if one in by_id),
            *(by_account[one] for one in alone.by_account if one in by_account),
            *(by_token[one] for one in alone.by_token if one in by_token),
        ]
        if taken:
            faults[tenant.company_id] = _collision(tenant, taken[0])
            continue
        by_id |= alone.by_id
        by_account |= alone.by_account
        by_token |= alone.by_token
    return Roster(dict(sorted(by_id.items())), by_account, by_token), faults


def _collision(tenant: Tenant, other: Tenant) -> str:
    account = tenant.chatwoot.account_id
    if account is not None and account == other.chatwoot.account_id:
        return _shared("account_id", f"Chatwoot account {account}", other, tenant)
    return _shared("webhook_token", "one webhook token", other, tenant)


def changes(before: Roster, after: Roster) -> list[CompanyId]:
    """Return the ids of companies that came, went or have another revision, in order."""
    ids = before.by_id.keys() | after.by_id.keys()
    return sorted(CompanyId(one) for one in ids if _revision(before, one) != _revision(after, one))


def _revision(roster: Roster, company_id: str) -> str | None:
    tenant = roster.by_id.get(company_id)
    return tenant.revision if tenant else None


def _shared(name: str, what: str, first: Tenant, second: Tenant) -> str:
    return f"chatwoot.{name}: {first.company_id} and {second.company_id} share {what}"
