"""By which analyser the token table was made; and which languages there are, at no cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make `analyser`, which says that every token is still to be made."""
    op.create_table(
        "analyser",
        sa.Column("number", sa.Integer(), nullable=False, comment="of the program that made the tokens"),
        sa.Column("upto", _KEY, nullable=True, comment="the last version that has them; null: every one"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_analyser")),
    )
    op.execute("INSERT INTO analyser (number, upto) VALUES (1, NULL)")
    op.create_index("ix_version_language", "version", ["language"])


def downgrade() -> None:
    """Undo it."""
    op.drop_index("ix_version_language", table_name="version")
    op.drop_table("analyser")
