"""Rows are shown to a role that was taken on purpose, and not to the owner who may take it.

Whoever is a member of a role inherits its policies: a query that forgot to enter as a company saw
every company's definition.

Revision ID: 0003
"""

from collections.abc import Sequence

from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP, DIRECTORY = "clinicdesk_app", "clinicdesk_directory"
TABLES = (
    "companies", "company_versions", "prompts", "documents", "conversations", "api_keys",
    "audit_log", "usage",
)  # fmt: skip


def upgrade() -> None:
    """Add the condition to what lets rows be seen."""
    for table in TABLES:
        op.execute(
            f"CREATE POLICY entered ON {table} AS RESTRICTIVE"
            f" USING (current_user IN ('{APP}', '{DIRECTORY}'))"
        )
