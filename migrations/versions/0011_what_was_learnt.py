"""What was learnt of outlets that nobody described: rules as data, every set of them kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make `learnt`, whose rows readings name and which therefore never change."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "learnt",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="of which outlet"),
        sa.Column("number", sa.Integer(), nullable=False, comment="counts the changes of its rules; 0: none ever"),
        sa.Column(
            "kept_at",
            sa.DateTime(timezone=True) if postgresql else sa.BigInteger(),
            nullable=False,
            comment="in force from then on, for what is begun later",
        ),
        sa.Column("kept_by", sa.Text(), nullable=False, comment="crawl: by itself; person: by a command"),
        sa.Column("looks", sa.Integer(), nullable=False, comment="pages of its articles the archive held then"),
        sa.Column("rules", sa.Text(), nullable=False, comment="JSON list: teaches, place, text, articles, looks"),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_learnt_outlet_id_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learnt")),
    )
    op.create_index("ix_learnt_outlet_id", "learnt", ["outlet_id"])
    for name, when in (("stays", "BEFORE UPDATE"), ("is_kept", "BEFORE DELETE")):
        do = "BEGIN SELECT RAISE(ABORT, 'learnt rows are evidence and never change'); END"
        do = "FOR EACH ROW EXECUTE FUNCTION is_evidence()" if postgresql else do
        op.execute(f"CREATE TRIGGER learnt_{name} {when} ON learnt {do}")


def downgrade() -> None:
    """Undo it."""
    op.drop_table("learnt")
