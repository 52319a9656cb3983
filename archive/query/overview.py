"""Each outlet at a glance, from what is kept of its days: nothing is counted anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, select

from archive.health.changes import is_learning
from archive.health.series import JUDGED, PAST
from archive.models import AlarmRow, CountedRow, OutletRow
from archive.query.alarms import days

__all__ = ["Glance", "glances"]


@dataclass(frozen=True, slots=True)
class Glance:
    """An outlet at a glance: its last look, the hour of its last new article and of its last good answer of a source
    (None: none lately), whether it is still learning what is usual, how many alarms are open of it, and the numbers of
    its last days by their ordinals."""

    outlet: str
    last_look: datetime
    last_new: datetime | None
    last_source: datetime | None
    learning: bool
    alarms: int
    days: Mapping[int, Mapping[str, int]]


def glances(connection: Connection, now: datetime) -> list[Glance]:
    """All outlets that were looked at, by name."""
    today = now.toordinal()
    kept = days(connection, today - PAST - JUDGED)
    is_open = select(AlarmRow.outlet_id).where(AlarmRow.closed_at.is_(None))
    open_alarms = Counter(connection.execute(is_open).scalars())
    looked = (
        select(OutletRow.id, OutletRow.name, CountedRow.upto)
        .join(CountedRow, CountedRow.outlet_id == OutletRow.id)
        .order_by(OutletRow.name)
    )
    found = []
    for row in connection.execute(looked):
        of = kept.get(row.name, defaultdict(dict))
        last = {word: _last(of, word) for word in ("new", "asked")}
        learning = is_learning(of, today)
        found.append(Glance(row.name, row.upto, last["new"], last["asked"], learning, open_alarms[row.id], of))
    return found


def _last(of: Mapping[int, Mapping[str, int]], word: str) -> datetime | None:
    """The last hour in which something was counted under a word."""
    hours = ((day, name) for day in sorted(of, reverse=True) for name in sorted(of[day], reverse=True))
    for day, name in hours:
        start, _, hour = name.partition("/")
        if start == word and hour:
            return datetime.combine(date.fromordinal(day), time(), UTC) + timedelta(hours=int(hour))
    return None
