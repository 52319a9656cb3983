"""An edit that was struck under one key of its article is struck in `v1_edits` under any."""

from __future__ import annotations

from importlib import import_module

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_BEFORE = import_module("migrations.versions.0010_what_is_in_doubt")


def _edits() -> str:
    own = "WHERE d.article_id = a.id AND"
    theirs = "d.article_id IN (SELECT j.article_id FROM joined j WHERE j.into_id = a.id)"
    return str(_BEFORE._edits()).replace(own, f"WHERE (d.article_id = a.id OR {theirs}) AND", 1)


def upgrade() -> None:
    """Let the view follow keys that are one."""
    op.execute("DROP VIEW v1_edits")
    _BEFORE._view("v1_edits", _edits())


def downgrade() -> None:
    """Undo it."""
    op.execute("DROP VIEW v1_edits")
    _BEFORE._view("v1_edits", _BEFORE._edits())
