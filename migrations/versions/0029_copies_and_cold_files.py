"""Where backups were written, and where WARC files were moved to out of `warc/`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def _backup() -> None:
    complete = "when it was complete; null: it never was"
    op.create_table(
        "backup",
        sa.Column("name", sa.Text(), nullable=False, comment="its start and eight hex digits"),
        sa.Column("place", sa.Text(), nullable=False, comment="the folder or store it was written to"),
        sa.Column("at", _INSTANT, nullable=False, comment="when it was begun"),
        sa.Column("complete_at", _INSTANT, nullable=True, comment=complete),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_backup")),
    )


def _packed() -> None:
    op.create_table(
        "packed",
        sa.Column("warc_file_id", _KEY, nullable=False, comment="which file"),
        sa.Column("place", sa.Text(), nullable=False, comment="the folder or store it was moved to"),
        sa.Column("name", sa.Text(), nullable=False, comment="what it is called there"),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="its bytes there"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of them"),
        sa.Column("at", _INSTANT, nullable=False, comment="when it was moved"),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_packed_digest_length")),
        sa.ForeignKeyConstraint(["warc_file_id"], ["warc_file.id"], name=op.f("fk_packed_warc_file_id_warc_file")),
        sa.PrimaryKeyConstraint("warc_file_id", name=op.f("pk_packed")),
    )


def upgrade() -> None:
    """Make the tables."""
    _backup()
    _packed()


def downgrade() -> None:
    """Undo it."""
    for table in ("packed", "backup"):
        op.drop_table(table)
