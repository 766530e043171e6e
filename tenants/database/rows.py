"""Companies and prompts as the tables hold them."""

import json
from typing import Any

from sqlalchemy import Row

from tenants.company_store import PromptVersion, StoredCompany
from tenants.ids import CompanyId


def values_of(company: StoredCompany) -> dict[str, Any]:
    """Return a company as its statements take it."""
    fields = None if company.fields is None else json.dumps(company.fields, ensure_ascii=False)
    return {
        "company_id": company.company_id,
        "fields": fields,
        "granted": sorted(company.granted),
        "version": company.version,
        "written_at": company.written_at,
        "written_by": company.written_by,
    }


def values_of_prompt(prompt: PromptVersion) -> dict[str, Any]:
    """Return a prompt's version as its statement takes it."""
    return {
        "company_id": prompt.company_id,
        "agent": prompt.agent,
        "version": prompt.version,
        "text": prompt.text,
        "note": prompt.note,
        "written_at": prompt.written_at,
        "written_by": prompt.written_by,
    }


def company_of(row: Row[Any]) -> StoredCompany:
    """Return a company from its row, or from one of its versions."""
    # As text: it keeps the order of names, and a slip in it is ours to tell.
    fields = None if row.fields is None else json.loads(row.fields)
    whole = fields is None or isinstance(fields, dict)
    return StoredCompany(
        company_id=CompanyId(row.company_id),
        fields=fields if whole else {},
        version=row.version,
        written_at=row.written_at,
        written_by=row.written_by,
        granted=frozenset(row.granted),
        fault="" if whole else f"fields: must be an object (company {row.company_id})",
    )


def prompt_of(row: Row[Any]) -> PromptVersion:
    """Return a prompt's version from its row."""
    return PromptVersion(
        company_id=CompanyId(row.company_id),
        agent=row.prompt_type,
        version=row.version,
        text=row.text,
        written_at=row.written_at,
        written_by=row.written_by,
        note=row.note,
    )
