"""What most hosts say of the clock of a run: how far it was ahead, or by how much it was moved on purpose."""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_VIEWS = import_module("migrations.versions.0003_views")


def _columns() -> tuple[sa.Column[int], ...]:
    ahead = "seconds its clock was ahead of what most hosts say; null: none told"
    moved = "seconds its clock was moved on purpose: a demonstration, a test"
    return (
        sa.Column("clock_ahead", sa.BigInteger(), nullable=True, comment=ahead),
        sa.Column("clock_moved", sa.BigInteger(), nullable=False, server_default=sa.text("0"), comment=moved),
    )


def _captures() -> str:
    """Those of revision 0003, with what is known of the clock; a time that somebody stated is by none of ours."""
    told = f"""CASE WHEN {_VIEWS._word("time_basis", "c.time_basis")} = 'own-clock'
        THEN (SELECT r.clock_ahead FROM run r WHERE r.id = c.run_id) END"""
    return str(_VIEWS._captures().replace(" AS circumstances\n", f" AS circumstances,\n    {told} AS clock_ahead\n", 1))


def _runs() -> str:
    return str(_VIEWS._runs().replace(" AS seal\n", " AS seal, clock_ahead, clock_moved\n", 1))


def _view(name: str, statement: str) -> None:
    op.execute(f"DROP VIEW {name}")
    op.get_bind().exec_driver_sql(f"CREATE VIEW {name} AS {statement}")


def upgrade() -> None:
    """Make the columns and the views."""
    for column in _columns():
        op.add_column("run", column)
    _view("v1_captures", _captures())
    _view("v1_runs", _runs())


def downgrade() -> None:
    """Undo it."""
    _view("v1_captures", _VIEWS._captures())
    _view("v1_runs", _VIEWS._runs())
    for column in reversed(_columns()):
        op.drop_column("run", column.name)
