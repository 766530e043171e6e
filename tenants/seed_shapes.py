"""Companies as the older system's two files describe them, turned into our shape."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from tenants import keys
from tenants.definition import Definition, Fields
from tenants.errors import InvalidCompanyError
from tenants.faults import UNITS
from tenants.ids import CompanyId
from tenants.seed_agenda import agenda_of
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

PLAIN: Mapping[str, str] = {
    "timezone": "time_zone",
    "is_active": "active",
    "contact_phone": "phone",
    "model_name": "model.name",
    "temperature": "model.temperature",
    "max_tokens": "model.max_tokens",
    "max_documents": "knowledge.max_documents",
    "similarity_threshold": "knowledge.similarity_threshold",
    "max_retrieved_docs": "knowledge.max_retrieved",
    "chatwoot_account_id": "chatwoot.account_id",
    "account_id": "chatwoot.account_id",
    "chatwoot_base_url": "chatwoot.base_url",
    "chatwoot_api_key": "chatwoot.api_key",
    "sales_keywords": "agents.sales.examples",
    "schedule_keywords": "agents.schedule.examples",
}
"""Keys that only changed their name."""
AGENDA = frozenset(
    {"treatments", "agendas", "treatment_durations", "booking_policies", "integration_type"}
)
OURS = frozenset(Tenant.model_fields) | {f"retention_{unit}" for unit in UNITS}
DERIVED: Mapping[str, Callable[[CompanyId], str]] = {
    "redis_prefix": keys.company_prefix,
    "vectorstore_index": keys.chunk_index,
}


def entries_of(written: object, *, where: str) -> dict[str, Fields]:
    """Return the entries by company id, from `{id: {...}}`, `{"companies": ...}` or a list."""
    if isinstance(written, dict) and isinstance(written.get("companies"), dict | list):
        written = written["companies"]
    if isinstance(written, list):
        pairs = [(one.get("company_id") if isinstance(one, dict) else None, one) for one in written]
    elif isinstance(written, dict):
        # A name that starts with an underscore is a note about the file.
        pairs = [(name, one) for name, one in written.items() if not name.startswith("_")]
    else:
        raise InvalidCompanyError(f"{where}: must hold companies by id, or a list of them")
    entries: dict[str, Fields] = {}
    for number, (name, fields) in enumerate(pairs):
        if not isinstance(fields, dict):
            raise InvalidCompanyError(f"{where}: {name or number}: must be an object")
        if not isinstance(name, str) or fields.get("company_id", name) != name:
            raise InvalidCompanyError(
                f"{where}: {name or number}: company_id: is missing or another"
            )
        company_id = _company_id(name)
        if company_id in entries:
            raise InvalidCompanyError(f"{where}: company_id: {company_id} stands twice")
        entries[company_id] = fields
    return entries


def _company_id(name: str) -> str:
    # The older system allowed underscores; here they would make two ids share one variable.
    company_id = name.replace("_", "-")
    if company_id != name:
        logger.warning("seed_company_id_changed", written=name, company_id=company_id)
    return company_id


def definition_of(company_id: str, written: Fields, *, where: str) -> Definition:
    """Return one entry in our shape. Keys we do not know are left out, with a warning that names them."""
    fields: Fields = {"company_id": company_id}
    ignored: list[str] = []
    for name, value in written.items():
        if name == "company_id" or name in AGENDA or (value is None):
            continue
        if name in DERIVED:
            _check_derived(company_id, name, value, where)
        elif name in PLAIN:
            _put(fields, PLAIN[name], value)
        elif name == "language":
            fields["languages"] = [value] if isinstance(value, str) else value
        elif name == "sales_agent_name":
            # "María, asesora de Benova": the agent introduces itself by the name alone.
            fields["agent_name"] = str(value).partition(",")[0].strip()
        elif name == "services":
            _put(fields, "agents.sales.wishes", f"Servicios: {value}")
        elif name in OURS:
            fields[name] = value
        else:
            ignored.append(name)
    agenda, unused = agenda_of(written, fields, where)
    fields.update(agenda)
    if ignored := sorted([*ignored, *unused]):
        logger.warning("seed_keys_ignored", file=where, company_id=company_id, ignored=ignored)
    return Definition(company_id=company_id, where=where, fields=fields)


def _check_derived(company_id: str, name: str, value: object, where: str) -> None:
    """Keys and index names always come from the id: a name of one's own could be another company's."""
    derived = DERIVED[name](CompanyId(company_id))
    if value != derived:
        logger.warning(
            "seed_name_ignored", file=where, company_id=company_id, field=name, used=derived
        )


def _put(fields: Fields, path: str, value: Any) -> None:
    *sections, name = path.split(".")
    for section in sections:
        fields = fields.setdefault(section, {})
    fields[name] = value
