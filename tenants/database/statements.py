"""The queries on companies and prompts. Row-level security, not these, says whose rows they see."""

from sqlalchemy import text

_COMPANY = "company_id, fields::text AS fields, granted, version, written_at, written_by"
_PROMPT = "company_id, prompt_type, version, text, note, written_at, written_by"

ANY = text("SELECT EXISTS (SELECT FROM companies)")
MARKS = text("SELECT company_id, version, written_at FROM companies")
SERVED_MARKS = text(
    "SELECT company_id, version, written_at FROM companies WHERE fields IS NOT NULL"
)
SIGN = text(
    "SELECT (SELECT (count(*), sum(version), max(written_at)) FROM companies)::text,"
    " (SELECT (count(*), sum(version), max(written_at)) FROM prompts)::text"
)
COMPANIES = text(
    f"SELECT {_COMPANY} FROM companies WHERE company_id = ANY(:ids) ORDER BY company_id"  # noqa: S608 # Constants.
)
VERSIONS = text(f"SELECT {_COMPANY} FROM company_versions ORDER BY version DESC")  # noqa: S608 # Constants.
PROMPTS = text(
    f"SELECT {_PROMPT} FROM prompts WHERE prompt_type = :agent ORDER BY version DESC"  # noqa: S608 # Constants.
)
NEWEST_PROMPTS = text(
    f"SELECT DISTINCT ON (company_id, prompt_type) {_PROMPT} FROM prompts"  # noqa: S608 # Constants.
    " ORDER BY company_id, prompt_type, version DESC"
)
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('clinicdesk ' || :what, 0))")
PUT_COMPANY = text(
    "INSERT INTO companies (company_id, fields, granted, version, written_at, written_by)"
    " VALUES (:company_id, CAST(:fields AS json), :granted, :version, :written_at, :written_by)"
    " ON CONFLICT (company_id) DO UPDATE SET fields = excluded.fields, granted = excluded.granted,"
    " version = excluded.version, written_at = excluded.written_at, written_by = excluded.written_by"
)
PUT_VERSION = text(
    "INSERT INTO company_versions (company_id, fields, granted, version, written_at, written_by)"
    " VALUES (:company_id, CAST(:fields AS json), :granted, :version, :written_at, :written_by)"
    " ON CONFLICT (company_id, version) DO UPDATE SET fields = excluded.fields,"
    " granted = excluded.granted, written_at = excluded.written_at, written_by = excluded.written_by"
)
PRUNE_VERSIONS = text("DELETE FROM company_versions WHERE version <= :oldest")
PUT_PROMPT = text(
    "INSERT INTO prompts (company_id, prompt_type, version, text, note, written_at, written_by)"
    " VALUES (:company_id, :agent, :version, :text, :note, :written_at, :written_by)"
)
PRUNE_PROMPTS = text("DELETE FROM prompts WHERE prompt_type = :agent AND version <= :oldest")
EMPTY = tuple(
    text(f"DELETE FROM {table}")  # noqa: S608 # Constants.
    for table in ("companies", "company_versions", "prompts")
)
FORGET = tuple(
    text(f"DELETE FROM {table}")  # noqa: S608 # Constants.
    for table in ("company_versions", "prompts")
)
"""What was written of a company, but for the mark in `companies`."""
COPIES_OF = "copies of "
"""Before a company's id: what is locked by whoever copies, erases or drops."""
DROP_COPIES = tuple(
    text(f"DELETE FROM {table}")  # noqa: S608 # Constants.
    for table in ("documents", "conversations", "api_keys", "usage", "audit_log")
)
"""What was copied of a company; the trail goes only when the company is removed."""
