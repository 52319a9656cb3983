"""A page that a browser of this program made elsewhere is told from one that somebody saved: it is compared with its
own kind, as it was there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_WORD = sa.table("word", sa.column("list", sa.Text()), sa.column("number", sa.Integer()), sa.column("word", sa.Text()))


def upgrade() -> None:
    """Know the word."""
    op.bulk_insert(_WORD, [{"list": "source", "number": 8, "word": "given-rendered"}])


def downgrade() -> None:
    """Forget it; who has such pages cannot go back."""
    op.execute("DELETE FROM word WHERE list = 'source' AND number = 8")
