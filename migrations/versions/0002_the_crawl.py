"""The crawl's memory: what sources said of an address, requests without an answer, locks, and the pace of hosts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
_WORD = sa.SmallInteger()
_ATTEMPTS = "robots dns connect timeout tls off-limits no-browser"

_ADDED = (
    ("title", sa.Text(), "''", "a title variant, as written"),
    ("published", sa.Text(), "''", "as the source wrote it"),
    ("modified", sa.Text(), "''", "as the source wrote it"),
    ("attempts", sa.SmallInteger(), "0", "requests without an answer"),
)


def upgrade() -> None:
    """Add to `discovery`; make `attempt`, `lease` and `pace`."""
    for name, kind, default, comment in _ADDED:
        column = sa.Column(name, kind, nullable=False, server_default=sa.text(default), comment=comment)
        op.add_column("discovery", column)
    op.add_column(
        "discovery", sa.Column("next_at", _INSTANT, nullable=True, comment="not to be asked for before; null: at once")
    )
    op.create_table(
        "attempt",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("run_id", _KEY, nullable=False, comment="in which run"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="whose address it was"),
        sa.Column("address_id", _KEY, nullable=False, comment="what was asked for"),
        sa.Column("at", _INSTANT, nullable=False, comment="when it ended"),
        sa.Column("word", _WORD, nullable=False, comment="one of attempt: why"),
        sa.Column("reason_id", _KEY, nullable=True, comment="what was said"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_attempt_run_id_run")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_attempt_outlet_id_outlet")),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_attempt_address_id_address")),
        sa.ForeignKeyConstraint(["reason_id"], ["reason.id"], name=op.f("fk_attempt_reason_id_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_run_id", "attempt", ["run_id"])
    op.create_index("ix_attempt_address_id", "attempt", ["address_id"])
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False, comment="what is locked: an outlet"),
        sa.Column("process", sa.Text(), nullable=False, comment="host, boot id, pid and its start"),
        sa.Column("expires_at", _INSTANT, nullable=False, comment="unless it is renewed before"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "pace",
        sa.Column("host", sa.Text(), nullable=False, comment="name and port"),
        sa.Column("milliseconds", sa.Integer(), nullable=False, comment="between two requests"),
        sa.Column("at", _INSTANT, nullable=False, comment="when that was"),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_pace")),
    )
    word = sa.table("word", sa.column("list"), sa.column("number"), sa.column("word"))
    rows = [{"list": "attempt", "number": n, "word": name} for n, name in enumerate(_ATTEMPTS.split(), 1)]
    op.bulk_insert(word, rows)


def downgrade() -> None:
    """Undo it."""
    op.execute("DELETE FROM word WHERE list = 'attempt'")
    op.drop_table("pace")
    op.drop_table("lease")
    op.drop_index("ix_attempt_address_id", table_name="attempt")
    op.drop_index("ix_attempt_run_id", table_name="attempt")
    op.drop_table("attempt")
    for name in ("next_at", *reversed([one[0] for one in _ADDED])):
        op.drop_column("discovery", name)
