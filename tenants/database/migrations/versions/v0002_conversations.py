"""Conversations by the digest of their patient, with how many turns they had; a removed company's trail may go.

Revision ID: 0002
"""

from collections.abc import Sequence

from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP = "clinicdesk_app"
STEPS = (
    "ALTER TABLE conversations RENAME COLUMN user_id TO patient",
    """ALTER TABLE conversations
        ADD COLUMN turns integer NOT NULL DEFAULT 0,
        ADD COLUMN replies integer NOT NULL DEFAULT 0,
        ADD COLUMN milliseconds bigint NOT NULL DEFAULT 0,
        ADD COLUMN last_turn bigint[] NOT NULL DEFAULT '{}',
        DROP CONSTRAINT conversations_pkey,
        ADD PRIMARY KEY (company_id, conversation_id, patient)""",
    "COMMENT ON COLUMN conversations.patient IS 'SHA-256 of company/user'",
    "CREATE INDEX conversations_by_patient ON conversations (company_id, patient)",
    "CREATE INDEX conversations_by_last ON conversations (company_id, last_at)",
    f"GRANT DELETE ON audit_log TO {APP}",
    f"""CREATE POLICY only_of_removed ON audit_log AS RESTRICTIVE FOR DELETE TO {APP} USING (EXISTS (
        SELECT FROM companies WHERE companies.company_id = audit_log.company_id AND fields IS NULL))""",
)


def upgrade() -> None:
    """Change the tables; nothing had filled conversations before."""
    for step in STEPS:
        op.execute(step)
