"""What is derived of texts and looks so that questions need not read them: each thing in a module of one form.

`form.Derived` says what a thing derived may do; whoever records, turns back, verifies, moves or makes anew an archive
asks every one in `DERIVED`. Another is a module here, a line in that list, a migration and a test.
"""

from __future__ import annotations

from archive.store.derived.bodies import Bodies
from archive.store.derived.copies import Copies
from archive.store.derived.edit_kinds import EditKinds
from archive.store.derived.form import Derived, Numbered
from archive.store.derived.held import Held
from archive.store.derived.lean import Lean
from archive.store.derived.references import References
from archive.store.derived.stories import Stories
from archive.store.derived.tokens import Tokens
from archive.store.derived.unsettled import Unsettled

__all__ = ["DERIVED", "NUMBERED"]

DERIVED: tuple[Derived, ...] = (
    *(Lean(), Bodies(), References(), Tokens(), EditKinds(), Unsettled(), Copies(), Stories()),
    Held(),
)

NUMBERED = tuple(one for one in DERIVED if isinstance(one, Numbered))
"""Those that can be made anew from the stored texts."""
