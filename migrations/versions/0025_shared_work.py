"""How the work is shared: outlets that are enabled and whose turn it is, how runs ended, where the evidence lies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def _job() -> None:
    ended = "when its last turn ended that came to its end"
    whose = "the worker whose turn it is: as in lease; empty: nobody's"
    read_by = "digest of the revisions its pages were last read again by"
    op.create_table(
        "job",
        sa.Column("name", sa.Text(), nullable=False, comment="the outlet"),
        sa.Column("enabled", sa.Boolean(), nullable=True, comment="what a person said of it; null: nothing"),
        sa.Column("begun_at", _INSTANT, nullable=True, comment="when its last turn began; null: it had none"),
        sa.Column("ended_at", _INSTANT, nullable=True, comment=ended),
        sa.Column("process", sa.Text(), nullable=False, comment=whose),
        sa.Column("claimed_until", _INSTANT, nullable=True, comment="how long it is, unless it is renewed"),
        sa.Column("read_by", sa.Text(), nullable=False, comment=read_by),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
    )


def _run_end() -> None:
    why = "running, done, interrupted, budget spent, quiet hours, or what stopped it"
    op.create_table(
        "run_end",
        sa.Column("run_id", _KEY, nullable=False, comment="which run"),
        sa.Column("outlet", sa.Text(), nullable=False, comment="the outlet it crawled"),
        sa.Column("why", sa.Text(), nullable=False, comment=why),
        sa.Column("came_to", sa.Text(), nullable=False, comment="JSON: attempts, problems, remarks, waiting"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_end_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_end")),
    )


def _folder() -> None:
    op.create_table(
        "folder",
        sa.Column("name", sa.Text(), nullable=False, comment="32 hex digits, by chance"),
        sa.Column("host", sa.Text(), nullable=False, comment="the machine it was first used on"),
        sa.Column("path", sa.Text(), nullable=False, comment="where it was there"),
        sa.Column("at", _INSTANT, nullable=False, comment="when that was"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_folder")),
    )


def upgrade() -> None:
    """Make the tables."""
    _job()
    _run_end()
    _folder()


def downgrade() -> None:
    """Undo it."""
    for table in ("folder", "run_end", "job"):
        op.drop_table(table)
