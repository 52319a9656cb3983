"""No gap between looks rests on a clock that was off: such looks are at no time that is known."""

from __future__ import annotations

from importlib import import_module

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_VIEWS = import_module("migrations.versions.0003_views")
_WHOSE_CLOCK = import_module("migrations.versions.0013_whose_clock")

_OFF = 300
"""Seconds by which a clock is off, as `archive.timeline` had it when this was written."""


def _sound(capture: str) -> str:
    own = _VIEWS._word("time_basis", f"{capture}.time_basis")
    ahead = f"(SELECT abs(coalesce(r.clock_ahead, 0)) FROM run r WHERE r.id = {capture}.run_id)"
    return f"NOT ({own} = 'own-clock' AND {ahead} > {_OFF})"


def _gaps() -> str:
    """Those of revision 0003, among looks by clocks that were right."""
    said = str(_VIEWS._gaps())
    among = said.replace("n.outlet_id = c.outlet_id AND", f"n.outlet_id = c.outlet_id AND {_sound('n')} AND")
    return f"{among} AND {_sound('c')}"


def upgrade() -> None:
    """Make the view anew."""
    _WHOSE_CLOCK._view("v1_gaps", _gaps())


def downgrade() -> None:
    """Undo it."""
    _WHOSE_CLOCK._view("v1_gaps", _VIEWS._gaps())
