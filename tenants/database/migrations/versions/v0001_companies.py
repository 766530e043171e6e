"""Companies, prompts, and what is copied for reports; every table kept apart by company.

Revision ID: 0001
"""

from collections.abc import Sequence

from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP, DIRECTORY = "clinicdesk_app", "clinicdesk_directory"
ID = "company_id text NOT NULL CHECK (company_id ~ '^[a-z0-9][a-z0-9-]{1,38}$')"
WRITTEN = "written_at timestamptz NOT NULL, written_by text NOT NULL"
# `json` and not `jsonb`: the order of a definition's names is a part of it.
TABLES = {
    "companies": f"""{ID} PRIMARY KEY, fields json, granted text[] NOT NULL DEFAULT '{{}}',
        version integer NOT NULL CHECK (version > 0), {WRITTEN}""",
    "company_versions": f"""{ID}, version integer NOT NULL, fields json,
        granted text[] NOT NULL DEFAULT '{{}}', {WRITTEN}, PRIMARY KEY (company_id, version)""",
    "prompts": f"""{ID}, prompt_type text NOT NULL, version integer NOT NULL CHECK (version > 0),
        text text NOT NULL, note text NOT NULL DEFAULT '', {WRITTEN},
        PRIMARY KEY (company_id, prompt_type, version)""",
    "documents": f"""{ID}, document_id text NOT NULL, title text NOT NULL DEFAULT '',
        category text NOT NULL DEFAULT '', kind text NOT NULL DEFAULT '', bytes bigint NOT NULL DEFAULT 0,
        chunks integer NOT NULL DEFAULT 0, created_at timestamptz NOT NULL, updated_at timestamptz,
        PRIMARY KEY (company_id, document_id)""",
    "conversations": f"""{ID}, conversation_id text NOT NULL, user_id text NOT NULL,
        channel text NOT NULL DEFAULT '', agent_type text NOT NULL DEFAULT '',
        language text NOT NULL DEFAULT '', messages integer NOT NULL DEFAULT 0,
        booked boolean NOT NULL DEFAULT false, handed_over boolean NOT NULL DEFAULT false,
        emergency boolean NOT NULL DEFAULT false, created_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL, PRIMARY KEY (company_id, conversation_id)""",
    "api_keys": f"""{ID}, key_id text NOT NULL, digest text NOT NULL, name text NOT NULL DEFAULT '',
        scope text NOT NULL DEFAULT '', created_at timestamptz NOT NULL, expires_at timestamptz,
        last_used_at timestamptz, PRIMARY KEY (company_id, key_id)""",
    "audit_log": f"""{ID}, entry_id text NOT NULL, at timestamptz NOT NULL, actor text NOT NULL,
        action text NOT NULL, target text NOT NULL DEFAULT '', changes json,
        PRIMARY KEY (company_id, entry_id)""",
    "usage": f"""{ID}, day date NOT NULL, counter text NOT NULL, amount bigint NOT NULL,
        PRIMARY KEY (company_id, day, counter)""",
}
INDEXES = (
    "CREATE INDEX conversations_by_time ON conversations (company_id, created_at DESC)",
    "CREATE INDEX audit_by_time ON audit_log (company_id, at DESC)",
)
MINE = "company_id = (SELECT current_setting('clinicdesk.company', true))"
AGENTS = """
CREATE VIEW agent_configs WITH (security_invoker = true) AS
SELECT c.company_id, a.key AS agent_type,
       coalesce((a.value ->> 'enabled')::boolean, true) AS enabled,
       a.value ->> 'model' AS model, (a.value ->> 'temperature')::numeric AS temperature,
       coalesce(p.text, a.value ->> 'wishes', '') AS wishes
FROM companies c
CROSS JOIN LATERAL json_each(CASE json_typeof(c.fields -> 'agents') WHEN 'object' THEN c.fields -> 'agents' END) a
LEFT JOIN LATERAL (
    SELECT text FROM prompts
    WHERE prompts.company_id = c.company_id AND prompts.prompt_type = a.key
    ORDER BY version DESC LIMIT 1
) p ON true
"""


def upgrade() -> None:
    """Make the roles, the tables and their walls."""
    for role in (APP, DIRECTORY):
        # Roles are the server's: another database of it, or its owner, may have made them already.
        op.execute(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')"
            f" THEN CREATE ROLE {role} NOLOGIN NOBYPASSRLS; END IF;"
            " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
        op.execute(
            f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}'"  # noqa: S608 # A constant.
            " AND (rolsuper OR rolbypassrls OR rolcanlogin))"
            f" THEN RAISE 'role {role} may log in or pass row-level security: take that from it'; END IF; END $$"
        )
        op.execute(
            f"DO $$ BEGIN GRANT {role} TO CURRENT_USER; EXCEPTION WHEN insufficient_privilege THEN"
            f" IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN RAISE; END IF; END $$"
        )
        op.execute(
            f"DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO {role}', current_schema()); END $$"
        )
    for table, columns in TABLES.items():
        op.execute(f"CREATE TABLE {table} ({columns})")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_company ON {table} TO {APP} USING ({MINE}) WITH CHECK ({MINE})"
        )
        # A trail is added to, never rewritten.
        changes = "" if table == "audit_log" else ", UPDATE, DELETE"
        op.execute(f"GRANT SELECT, INSERT{changes} ON {table} TO {APP}")
    for table in ("companies", "prompts"):
        op.execute(f"CREATE POLICY directory ON {table} FOR SELECT TO {DIRECTORY} USING (true)")
        op.execute(f"GRANT SELECT ON {table} TO {DIRECTORY}")
    for index in INDEXES:
        op.execute(index)
    op.execute(AGENTS)
    op.execute(f"GRANT SELECT ON agent_configs TO {APP}")
