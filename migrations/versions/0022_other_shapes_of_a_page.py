"""Looks at another shape of a page (AMP, mobile, print) make no edits by turns with the page: the next `upgrade` folds
again what was seen at several addresses.

A later sighting without its bound is what no fold leaves behind, and what `archive/store/refold.py` looks for.
"""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Mark the articles that are to be folded again."""
    several = "SELECT article_id FROM article_address GROUP BY article_id HAVING count(*) > 1"
    op.execute(f"UPDATE sighting SET not_before = NULL WHERE n > 0 AND article_id IN ({several})")


def downgrade() -> None:
    """Leave what was folded as it is."""
