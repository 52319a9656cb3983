"""One body under many addresses: what a body is told by, and which articles had it first.

Versions stored before have no body to be told by: the rule begins with what comes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
_COMMENT = "16 bytes of SHA-256 of its body when first read; null: too short to tell, or from before"


def upgrade() -> None:
    """Add `version.body`; make `body`."""
    op.add_column("version", sa.Column("body", sa.LargeBinary(), nullable=True, comment=_COMMENT))
    op.create_table(
        "body",
        sa.Column("outlet_id", _KEY, nullable=False, comment="of which outlet"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="what the body is told by"),
        sa.Column("article_id", _KEY, nullable=False, comment="an article that has it"),
        sa.Column("seen_at", _INSTANT, nullable=False, comment="when a page of it first showed it"),
        sa.Column("uid", sa.LargeBinary(), nullable=False, comment="the public id of that capture"),
        sa.CheckConstraint("length(digest) = 16", name=op.f("ck_body_digest_length")),
        sa.CheckConstraint("length(uid) = 16", name=op.f("ck_body_uid_length")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_body_outlet_id_outlet")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_body_article_id_article")),
        sa.PrimaryKeyConstraint("outlet_id", "digest", "article_id", name=op.f("pk_body")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_body_article_id", "body", ["article_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("body")
    op.drop_column("version", "body")
