"""Parts of articles and keys that are one, under seal: the journal has them from the first."""

from __future__ import annotations

from importlib import import_module

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_SEALS = import_module("migrations.versions.0014_what_seals_cover")


def upgrade() -> None:
    """Enter what is there, and let triggers keep the journal."""
    _SEALS.journalled("joined", "article_id", "into_id keyed_at", whole=True)
    _SEALS.journalled("part", "capture_id n", "uid", whole=True)


def downgrade() -> None:
    """Undo it."""
    for table in ("joined", "part"):
        _SEALS.forgotten(table)
