"""From what is stored of a company to its definition, with the limits of who wrote it.

What is written over REST may not read the operator's variables or another company's, and the secrets
that companies share go only to addresses that the operator chose.
"""

import re
from collections.abc import Mapping

from tenants.company_store import StoredCompany
from tenants.definition import Definition, Fields
from tenants.environment import OVERRIDES, REFERENCE, Environment, suffix
from tenants.errors import InvalidCompanyError
from tenants.on_call import PAGERDUTY, TWILIO
from tenants.sealing import Sealing
from tenants.secret_fields import value_at
from tenants.tenant import ChatwootConnection

SENT_TO: Mapping[str, str] = {
    "chatwoot.api_key": "chatwoot.base_url",
    "model.api_key": "model.base_url",
    "agenda.google_credentials": "agenda.google_endpoint",
    "on_call.pagerduty_routing_key": "on_call.pagerduty_endpoint",
    "on_call.webhook_secret": "on_call.webhook_url",
    "on_call.webhook_token": "on_call.webhook_url",
    "on_call.twilio_token": "on_call.twilio_endpoint",
}
"""Each secret that variables may share among companies, and the address that it is sent to."""
_VARIABLE_OF = {one.field: one.variable for one in OVERRIDES}
_USUAL = {
    "chatwoot.base_url": ChatwootConnection().base_url,
    "on_call.pagerduty_endpoint": PAGERDUTY,
    "on_call.twilio_endpoint": TWILIO,
}


def grants_of(fields: Fields) -> frozenset[str]:
    """Return what the operator's file lets its company name: variables, and addresses of secrets."""
    addresses = {value_at(fields, address) for address in SENT_TO.values()}
    return frozenset(_references(fields)) | {one for one in addresses if isinstance(one, str)}


def own_variables(company_id: str) -> frozenset[str]:
    """Return the names of the variables that are this company's alone.

    A list, no pattern: `${OPENAI_API_KEY}` ends as a variable of a company `key` would.
    """
    return frozenset(one.variable + suffix(company_id) for one in OVERRIDES)


def definition_of_stored(
    company: StoredCompany, *, grants: frozenset[str], environment: Environment, sealing: Sealing
) -> Definition:
    """Return a stored company with its secrets opened; raises InvalidCompanyError naming the fields."""
    if company.fault:
        raise InvalidCompanyError(company.fault)
    fields = company.fields or {}
    if fields.get("company_id") != company.company_id:
        raise InvalidCompanyError(f"company_id: is another (company {company.company_id})")
    allowed = grants | company.granted
    strange = _references(fields).keys() - allowed - own_variables(company.company_id)
    if strange:
        faults = {_references(fields)[one]: _refusal(one, company.company_id) for one in strange}
        raise InvalidCompanyError.of(dict(sorted(faults.items())))
    return Definition(
        company_id=company.company_id,
        where=f"{company.company_id} (version {company.version})",
        fields=sealing.opened(fields),
        withheld=frozenset(
            secret
            for secret, address in SENT_TO.items()
            if not _trusted(fields, address, allowed, environment)
        ),
    )


def _trusted(
    fields: Fields, address: str, allowed: frozenset[str], environment: Environment
) -> bool:
    written = value_at(fields, address)
    if not isinstance(written, str) or not written or REFERENCE.fullmatch(written):
        return True
    shared = environment.get(_VARIABLE_OF[address], "").strip() or _USUAL.get(address)
    return written == shared or written in allowed


def _refusal(variable: str, company_id: str) -> str:
    end = suffix(company_id)
    return (
        f"${{{variable}}} is not this company's variable; its own are called like"
        f" CHATWOOT_API_KEY{end} or OPENAI_API_KEY{end} (company {company_id})"
    )


def _references(value: object, path: str = "") -> dict[str, str]:
    """Return the names of variables that are referred to, each with the last field that does."""
    found: dict[str, str] = {}
    if isinstance(value, dict):
        for name, one in value.items():
            found |= _references(one, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            found |= _references(one, f"{path}.{number}")
    elif isinstance(value, str) and "${" in value:
        found |= dict.fromkeys(re.findall(REFERENCE, value), path)
    return found
