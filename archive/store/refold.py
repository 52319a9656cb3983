"""Timelines of an archive that an older program folded, folded by the rules of this one: what `upgrade` does."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, exists, func, select

from archive.models import CaptureRow, HeldBackRow, RunRow, SightingRow, VersionRow
from archive.models.ways import SEEN_OTHERWISE
from archive.records import Outcome, Source
from archive.store import folding
from archive.store.batch import Later
from archive.store.derived import DERIVED
from archive.store.derived.form import Numbered
from archive.store.texts import Said
from archive.timeline import CLOCK_OFF

__all__ = ["Timelines"]

_BARE = SightingRow.n > 0, SightingRow.not_before.is_(None)
"""What no fold of today leaves behind."""

_HELD = (
    CaptureRow.outcome == Outcome.HELD,
    CaptureRow.source != Source.GIVEN_TEXT,
    ~exists().where(HeldBackRow.capture_id == CaptureRow.id),
    # What a clock that was off dates is held, too, and the outlet has no part in it.
    ~exists().where(RunRow.id == CaptureRow.run_id, func.abs(RunRow.clock_ahead) > CLOCK_OFF.total_seconds()),
    # Nor in what another vantage shows, or a browser.
    ~SEEN_OTHERWISE,
)
"""The same: a look that is held, and was not held back."""


class Timelines(Numbered):
    """Sightings, and what follows from them."""

    name, about = "timelines", "what follows from the looks at each article"

    def make(self, connection: Connection, versions: Sequence[tuple[int, Said]]) -> None:
        """Fold the articles of these versions, where that was not done."""
        of = SightingRow.version_id.in_([version for version, _ in versions])
        articles = set(connection.execute(select(SightingRow.article_id).where(*_BARE, of)).scalars())
        held = CaptureRow.version_id.in_([version for version, _ in versions])
        wait = (
            select(VersionRow.article_id).join(CaptureRow, CaptureRow.version_id == VersionRow.id).where(*_HELD, held)
        )
        articles |= set(connection.execute(wait).scalars())
        later = Later(connection)
        for article in sorted(articles):
            folding.again(connection, later, article)
        later.flush()
        for derived in DERIVED:
            derived.grouped(connection, articles)

    def upto(self, connection: Connection) -> int | None:
        """None where every article is."""
        bare, held = (connection.execute(select(exists().where(*which))).scalar() for which in (_BARE, _HELD))
        return 0 if bare or held else None
