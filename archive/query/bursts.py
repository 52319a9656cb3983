"""Many edits of one kind at one hour: no outlet's pen is that quick, so they may be ours."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.orm import aliased

from archive.models import ArticleRow, EditKindRow, OutletRow, SightingRow, VersionRow

__all__ = ["MANY", "Burst", "bursts"]

MANY = 10
"""Edits of one kind that an outlet does not make within an hour."""


@dataclass(frozen=True, slots=True)
class Burst:
    """An outlet, the hour (its beginning, UTC), and a kind of edits."""

    outlet: str
    hour: datetime
    kind: str


_NEW, _OLD = aliased(SightingRow), aliased(SightingRow)
_AFTER, _BEFORE = aliased(VersionRow), aliased(VersionRow)
_EDITS = (
    select(OutletRow.name, _NEW.first_seen, EditKindRow.kinds)
    .select_from(_NEW)
    .join(_OLD, and_(_OLD.article_id == _NEW.article_id, _OLD.n == _NEW.n - 1))
    .join(_AFTER, _AFTER.id == _NEW.version_id)
    .join(_BEFORE, _BEFORE.id == func.coalesce(_NEW.compared_id, _OLD.version_id))
    .join(EditKindRow, and_(EditKindRow.before_id == _BEFORE.text_id, EditKindRow.after_id == _AFTER.text_id))
    .join(ArticleRow, ArticleRow.id == _NEW.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
)


def bursts(connection: Connection, outlet: str | None = None) -> Counter[Burst]:
    """How many edits of each kind were first seen in each hour, of one outlet or of all."""
    rows = connection.execute(_EDITS.where(OutletRow.name == outlet) if outlet else _EDITS)
    found: Counter[Burst] = Counter()
    for name, at, kinds in rows:
        found.update(Burst(name, at.replace(minute=0, second=0, microsecond=0), kind) for kind in kinds.split())
    return found
