"""What a page says as it was fetched and as a browser rendered it are no edits of each other: the next `upgrade` folds
again what was seen both ways.

A later sighting without its bound is what no fold leaves behind, and what `archive/store/refold.py` looks for.
"""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Mark the articles that are to be folded again."""
    rendered = "source = (SELECT number FROM word WHERE list = 'source' AND word = 'own-browser')"
    both = (
        "SELECT article_id FROM capture WHERE version_id IS NOT NULL GROUP BY article_id "
        f"HAVING max(CASE WHEN {rendered} THEN 1 ELSE 0 END) <> min(CASE WHEN {rendered} THEN 1 ELSE 0 END)"
    )
    op.execute(f"UPDATE sighting SET not_before = NULL WHERE n > 0 AND article_id IN ({both})")


def downgrade() -> None:
    """Leave what was folded as it is."""
