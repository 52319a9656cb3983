"""The shingles of each body, so that near copies are compared without reading texts again.

What was found of near copies is forgotten: `palimpsest upgrade` finds it again from the texts, with their shingles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _forget() -> None:
    for table in ("cluster", "copy", "common_key", "sketch"):
        op.execute(f"DELETE FROM {table}")
    op.drop_table("copy_key")


def _copy_key(*more: sa.Column[bool]) -> None:
    op.create_table(
        "copy_key",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False, comment="a key of one of its versions"),
        sa.Column("article_id", _KEY, autoincrement=False, nullable=False, comment="an article that has it"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="whose that is"),
        *more,
        sa.PrimaryKeyConstraint("hash", "article_id", name=op.f("pk_copy_key")),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    """Make the table, and begin anew."""
    _forget()
    few = "it has so few keys that one in common is enough"
    _copy_key(sa.Column("short", sa.Boolean(), nullable=False, comment=few))
    op.create_table(
        "shingles",
        sa.Column("version_id", _KEY, nullable=False, comment="of which version"),
        sa.Column("hashes", sa.LargeBinary(), nullable=False, comment="`archive/copies/shingles.py`; empty: too short"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_shingles_version_id_version")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_shingles")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("shingles")
    _forget()
    _copy_key()
