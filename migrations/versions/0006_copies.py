"""The articles that have a body, found by it: what questions about copies ask."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    there = sa.text("body IS NOT NULL")
    op.create_index("ix_version_body", "version", ["body", "article_id"], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    """Undo it."""
    op.drop_index("ix_version_body", table_name="version")
