"""What an edit comes to, stored: to tell it of twenty thousand edits takes twenty seconds else.

It is empty at first: `palimpsest upgrade` fills it by the rules of the day, and so does every edit that is recorded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make `edit_kind`."""
    op.create_table(
        "edit_kind",
        sa.Column("before_id", _KEY, nullable=False, comment="the older text"),
        sa.Column("after_id", _KEY, nullable=False, comment="the newer text"),
        sa.Column("rules", sa.Integer(), nullable=False, comment="the number of the rules that told"),
        sa.Column("grows", sa.Boolean(), nullable=False, comment="whether the outlet marked the page as growing"),
        sa.Column("kinds", sa.Text(), nullable=False, comment="what it does to what is said, space separated"),
        sa.Column("added", sa.Integer(), nullable=False, comment="characters put in"),
        sa.Column("deleted", sa.Integer(), nullable=False, comment="characters taken out"),
        sa.Column("live", sa.Boolean(), nullable=False, comment="all it did was to add entries to a page that grows"),
        sa.Column("told", sa.Boolean(), nullable=False, comment="a notice on the page speaks of it"),
        sa.ForeignKeyConstraint(["before_id"], ["text.id"], name=op.f("fk_edit_kind_before_id_text")),
        sa.ForeignKeyConstraint(["after_id"], ["text.id"], name=op.f("fk_edit_kind_after_id_text")),
        sa.PrimaryKeyConstraint("before_id", "after_id", name=op.f("pk_edit_kind")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_edit_kind_after_id", "edit_kind", ["after_id"])


def downgrade() -> None:
    """Undo it."""
    op.drop_table("edit_kind")
