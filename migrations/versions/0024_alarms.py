"""Alarms, the numbers of each day they are told by, their delivery, and until when certificates hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
_WORDS = (
    "reading volume silence refusals unanswered refused source language robots certificate host disk no-run clock "
    "delivery"
)


def _outlet(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f(f"fk_{table}_outlet_id_outlet"))


def _counts() -> None:
    day = "of UTC, 1 is 1 January of the year 1"
    op.create_table(
        "daily",
        sa.Column("outlet_id", _KEY, nullable=False, comment="of which outlet"),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False, comment=day),
        sa.Column("name", sa.Text(), nullable=False, comment="what is counted, for example outcome/consent"),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="how many, or the median of how much"),
        _outlet("daily"),
        sa.PrimaryKeyConstraint("outlet_id", "day", "name", name=op.f("pk_daily")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counted",
        sa.Column("outlet_id", _KEY, nullable=False, comment="of which outlet"),
        sa.Column("upto", _INSTANT, nullable=False, comment="the latest look that is counted"),
        _outlet("counted"),
        sa.PrimaryKeyConstraint("outlet_id", name=op.f("pk_counted")),
    )
    op.create_table(
        "certificate",
        sa.Column("host", sa.Text(), nullable=False, comment="as it was asked"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="whose host it was asked as"),
        sa.Column("ends_at", _INSTANT, nullable=False, comment="not valid after"),
        sa.Column("seen_at", _INSTANT, nullable=False, comment="when it was shown"),
        _outlet("certificate"),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_certificate")),
    )
    op.create_index("ix_certificate_outlet_id", "certificate", ["outlet_id"])


def _alarms() -> None:
    about = "which source, host, language or word; empty: no one of several"
    op.create_table(
        "alarm",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("name", sa.Text(), nullable=False, comment="public id: eight hex digits"),
        sa.Column("kind", sa.SmallInteger(), nullable=False, comment="one of alarm"),
        sa.Column("outlet_id", _KEY, nullable=True, comment="of which outlet; null: of the machine"),
        sa.Column("about", sa.Text(), nullable=False, comment=about),
        sa.Column("since", _INSTANT, nullable=False, comment="since when it is so"),
        sa.Column("opened_at", _INSTANT, nullable=False, comment="when it was noticed"),
        sa.Column("seen_at", _INSTANT, nullable=False, comment="when it was so last"),
        sa.Column("closed_at", _INSTANT, nullable=True, comment="when it was so no more; null: it is open"),
        sa.Column("usual", sa.Text(), nullable=False, comment="how it usually is, in words"),
        sa.Column("now", sa.Text(), nullable=False, comment="how it is, in words"),
        sa.Column("cause", sa.Text(), nullable=False, comment="the likely cause, in words"),
        sa.Column("advice", sa.Text(), nullable=False, comment="what to type next"),
        sa.Column("measures", sa.Text(), nullable=False, comment="JSON list: the names in `daily` that tell it"),
        sa.Column(
            "examples", sa.Text(), nullable=False, comment="JSON list: captures that show it, by their public ids"
        ),
        sa.Column("acknowledged_at", _INSTANT, nullable=True, comment="when a person took note; null: nobody"),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False, comment="what that person said"),
        _outlet("alarm"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sa.UniqueConstraint("name", name=op.f("uq_alarm_name")),
    )
    for column in ("outlet_id", "closed_at"):
        op.create_index(f"ix_alarm_{column}", "alarm", [column])


def _deliveries() -> None:
    digest = "whether it is the one of its day that tells of all that is open"
    empty = sa.text("''")
    op.create_table(
        "delivery",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("channel", sa.Text(), nullable=False, comment="mail or webhook"),
        sa.Column("made_at", _INSTANT, nullable=False, comment="when it was written"),
        sa.Column("subject", sa.Text(), nullable=False, comment="its subject"),
        sa.Column(
            "message", sa.Text(), nullable=False, comment="JSON: the alarms it tells of, as `alarms --json` has them"
        ),
        sa.Column("digest", sa.Boolean(), nullable=False, comment=digest),
        sa.Column(
            "attempts", sa.SmallInteger(), server_default="0", nullable=False, comment="how often it was tried in vain"
        ),
        sa.Column("next_at", _INSTANT, nullable=False, comment="not to be tried before"),
        sa.Column("sent_at", _INSTANT, nullable=True, comment="when it was taken; null: not yet"),
        sa.Column("problem", sa.Text(), server_default=empty, nullable=False, comment="why it was not taken, in words"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_sent_at", "delivery", ["sent_at"])


def upgrade() -> None:
    """Make the tables."""
    _counts()
    _alarms()
    _deliveries()
    op.create_index("ix_capture_outlet_id_outcome", "capture", ["outlet_id", "outcome"])
    word = sa.table("word", sa.column("list"), sa.column("number"), sa.column("word"))
    rows = [{"list": "alarm", "number": n, "word": one} for n, one in enumerate(_WORDS.split(), 1)]
    op.bulk_insert(word, rows)


def downgrade() -> None:
    """Undo it."""
    op.execute("DELETE FROM word WHERE list = 'alarm'")
    op.drop_index("ix_capture_outlet_id_outcome", "capture")
    for table in ("delivery", "alarm", "certificate", "counted", "daily"):
        op.drop_table(table)
