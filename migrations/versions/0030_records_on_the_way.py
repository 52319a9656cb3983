"""An answer on the way to a look is found by its address, so that a record that is given again is known."""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index(op.f("ix_hop_address_id"), "hop", ["address_id"])


def downgrade() -> None:
    """Undo it."""
    op.drop_index(op.f("ix_hop_address_id"), "hop")
