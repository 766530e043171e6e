"""Stored companies and prompts as plain JSON: what files and the cache in Redis hold."""

from datetime import datetime
from typing import Any

from tenants.company_files import STORED
from tenants.company_store import PromptVersion, StoredCompany
from tenants.definition import Fields
from tenants.ids import CompanyId
from tenants.tenant import AgentName

SLIPS = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading something that a hand has changed may raise."""


def written_company(company: StoredCompany) -> Fields:
    """Return a company.json that also serves where companies ship; a removed one is inactive there."""
    removed = {"company_id": company.company_id, "active": False}
    return {
        **(removed if company.fields is None else company.fields),
        STORED: {
            "version": company.version,
            "written_at": company.written_at.isoformat(),
            "written_by": company.written_by,
            "removed": company.fields is None,
            "granted": sorted(company.granted),
        },
    }


def read_company(company_id: CompanyId, written: Any, modified: datetime) -> StoredCompany:
    """Return what was written, or one of SLIPS; a file that a hand put there was written when `modified`."""
    fields = dict(written)
    known = fields.pop(STORED, None)
    if known is None:
        known = {"version": 1, "written_at": modified.isoformat(), "written_by": "file"}
    return StoredCompany(
        company_id=company_id,
        fields=None if known.get("removed") else fields,
        version=int(known["version"]),
        written_at=datetime.fromisoformat(known["written_at"]),
        written_by=str(known["written_by"]),
        granted=frozenset(map(str, known.get("granted", ()))),
    )


def written_prompt(prompt: PromptVersion) -> Fields:
    """Return a prompt's version; company and agent stand in the name of its place."""
    return {
        "version": prompt.version,
        "written_at": prompt.written_at.isoformat(),
        "written_by": prompt.written_by,
        "note": prompt.note,
        "text": prompt.text,
    }


def read_prompt(company_id: CompanyId, agent: AgentName, written: Any) -> PromptVersion:
    """Return a prompt's version, or one of SLIPS."""
    return PromptVersion(
        company_id=company_id,
        agent=agent,
        version=int(written["version"]),
        text=str(written["text"]),
        written_at=datetime.fromisoformat(written["written_at"]),
        written_by=str(written["written_by"]),
        note=str(written.get("note", "")),
    )
