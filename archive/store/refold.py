"""Timelines of an archive that an older program folded, folded by the rules of this one: what `upgrade` does."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, exists, select

from archive.models import SightingRow
from archive.store import folding
from archive.store.batch import Later
from archive.store.derived import DERIVED
from archive.store.derived.form import Numbered
from archive.store.texts import Said

__all__ = ["Timelines"]

_BARE = SightingRow.n > 0, SightingRow.not_before.is_(None)
"""What no fold of today leaves behind."""


class Timelines(Numbered):
    """Sightings, and what follows from them."""

    name, about = "timelines", "what follows from the looks at each article"

    def make(self, connection: Connection, versions: Sequence[tuple[int, Said]]) -> None:
        """Fold the articles of these versions, where that was not done."""
        of = SightingRow.version_id.in_([version for version, _ in versions])
        articles = set(connection.execute(select(SightingRow.article_id).where(*_BARE, of)).scalars())
        later = Later(connection)
        for article in sorted(articles):
            folding.again(connection, later, article)
        later.flush()
        for derived in DERIVED:
            derived.grouped(connection, articles)

    def upto(self, connection: Connection) -> int | None:
        """None where every article is."""
        return 0 if connection.execute(select(exists().where(*_BARE))).scalar() else None
