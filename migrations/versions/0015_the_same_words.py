"""Whether two pages show the same words: what each showed around its text, and the looks that lost some of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OUTCOME = "outcome", 23, "same-words"


def _made() -> None:
    op.create_table(
        "page_words",
        sa.Column("version_id", _KEY, nullable=False, comment="what was read"),
        sa.Column("revision_id", _KEY, nullable=False, comment="how it was read"),
        sa.Column(
            "packed",
            sa.LargeBinary(),
            nullable=False,
            comment="deflated JSON, the words of its text for a dictionary",
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_page_words_version_id_version")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_page_words_revision_id_revision")),
        sa.PrimaryKeyConstraint("version_id", "revision_id", name=op.f("pk_page_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lost_words",
        sa.Column("capture_id", _KEY, nullable=False, comment="which look"),
        sa.Column("version_id", _KEY, nullable=False, comment="whose words it does not show"),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_lost_words_capture_id_capture")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_lost_words_version_id_version")),
        sa.PrimaryKeyConstraint("capture_id", "version_id", name=op.f("pk_lost_words")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lost_words_version_id", "lost_words", ["version_id"])


def _compared() -> sa.Column[Any]:
    return sa.Column(
        "compared_id", _KEY, nullable=True, comment="the nearest reading of what stood before; null: that version"
    )


def upgrade() -> None:
    """Make the tables, which are empty until pages are read, and add the word."""
    _made()
    name = op.f("fk_sighting_compared_id_version")
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("sighting", _compared())
        op.create_foreign_key(name, "sighting", "version", ["compared_id"], ["id"])
    else:
        op.execute(f"ALTER TABLE sighting ADD COLUMN compared_id INTEGER CONSTRAINT {name} REFERENCES version (id)")
    word = sa.table("word", sa.column("list"), sa.column("number"), sa.column("word"))
    op.bulk_insert(word, [dict(zip(("list", "number", "word"), _OUTCOME, strict=True))])


def downgrade() -> None:
    """Undo it."""
    op.execute("DELETE FROM word WHERE list = 'outcome' AND number = 23")
    op.drop_column("sighting", "compared_id")
    for name in ("lost_words", "page_words"):
        op.drop_table(name)
