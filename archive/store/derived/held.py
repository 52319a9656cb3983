"""What is held of each outlet, kept instead of counted. Triggers count rows as they come and change; when nobody looked
is kept here, as looks come in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    Select,
    Table,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    type_coerce,
    union_all,
    update,
)

from archive.gaps import DAY, OFF, gaps, walk
from archive.models import (
    ArticleRow,
    CaptureRow,
    GapRow,
    Instant,
    JoinedRow,
    LedgerRow,
    LookSpanRow,
    NewOnDayRow,
    SightingRow,
    table_of,
)
from archive.store.derived.form import Derived, Unlike
from archive.store.scratch import Scratch

__all__ = ["Held", "looked_anew"]

_LEDGER, _NEW, _SPAN, _GAP = (table_of(row) for row in (LedgerRow, NewOnDayRow, LookSpanRow, GapRow))
_CAPTURE, _ARTICLE, _JOINED, _SIGHTING = (table_of(row) for row in (CaptureRow, ArticleRow, JoinedRow, SightingRow))
_OUTLET: Any = bindparam("outlet")


# --- as everything together gives it ----------------------------------------------------------------------------------


def _states(name: str, table: Table, state: Any, *which: Any) -> Select[Any]:
    number = type_coerce(state, BigInteger).label("state")
    counted = select(table.c.outlet_id, literal(name).label("name"), number, func.count().label("number"))
    return counted.where(*which).group_by(table.c.outlet_id, state)


_ELSEWHERE = exists().where(_JOINED.c.article_id == _ARTICLE.c.id, _JOINED.c.into_id != _JOINED.c.article_id)
_BOTH = union_all(
    _states("captures", _CAPTURE, _CAPTURE.c.outcome), _states("articles", _ARTICLE, _ARTICLE.c.life, ~_ELSEWHERE)
)
_LEDGERS = select(_BOTH.subquery())
_SPANS = (
    select(
        _CAPTURE.c.outlet_id,
        func.min(_CAPTURE.c.fetched_at).label("first_look"),
        func.max(_CAPTURE.c.fetched_at).label("last_look"),
    )
    .where(_CAPTURE.c.run_id.not_in(OFF))
    .group_by(_CAPTURE.c.outlet_id)
)


def _days(connection: Connection) -> Select[Any]:
    if connection.dialect.name == "postgresql":
        since = cast(literal("0001-01-01"), Date)
        day = cast(func.timezone("UTC", _SIGHTING.c.first_seen), Date).op("-")(since) + 1
    else:
        day = (type_coerce(_SIGHTING.c.first_seen, BigInteger) + _YEAR_ONE) // _A_DAY + 1
    articles, edits = (case((_SIGHTING.c.n > 0, sums), else_=1 - sums) for sums in (0, 1))
    return (
        select(
            _ARTICLE.c.outlet_id,
            day.label("day"),
            func.sum(articles).label("articles"),
            func.sum(edits).label("edits"),
        )
        .join(_ARTICLE, _ARTICLE.c.id == _SIGHTING.c.article_id)
        .group_by(_ARTICLE.c.outlet_id, text("day"))
    )


_A_DAY = 86_400_000_000
_YEAR_ONE = 719_162 * _A_DAY
"""Microseconds, and how many lie between 1 January of the year 1 and of 1970."""


# --- when nobody looked -----------------------------------------------------------------------------------------------

_SPAN_OF = select(_SPAN.c.first_look, _SPAN.c.last_look).where(_SPAN.c.outlet_id == _OUTLET)
_GAPS_OF = select(_GAP.c.since, _GAP.c.until).where(_GAP.c.outlet_id == _OUTLET)
_ADD_SPAN, _ADD_GAP = insert(_SPAN), insert(_GAP)
_SET_SPAN = (
    update(_SPAN).where(_SPAN.c.outlet_id == _OUTLET).values(first_look=bindparam("first"), last_look=bindparam("last"))
)
_DROP_SPAN = delete(_SPAN).where(_SPAN.c.outlet_id == _OUTLET)
_DROP_GAPS = delete(_GAP).where(_GAP.c.outlet_id == _OUTLET)
_DROP_GAP = _DROP_GAPS.where(_GAP.c.since == bindparam("at"))


@dataclass(slots=True)
class _Looks:
    """From the first look at an outlet to the last, and the gaps between that are asked about, by their beginning."""

    first: datetime
    last: datetime
    gaps: dict[datetime, datetime] = field(default_factory=dict)

    def add(self, at: datetime) -> None:
        """One more look."""
        if at > self.last:
            self._between(self.last, at)
            self.last = at
        elif at < self.first:
            self._between(at, self.first)
            self.first = at
        elif within := next((since for since, until in self.gaps.items() if since < at < until), None):
            until = self.gaps.pop(within)
            self._between(within, at)
            self._between(at, until)

    def _between(self, since: datetime, until: datetime) -> None:
        if until - since > DAY:
            self.gaps[since] = until


def _came(connection: Connection, outlet: int, looks: Collection[datetime]) -> None:
    times, found = sorted(looks), connection.execute(_SPAN_OF, {"outlet": outlet}).first()
    kept = _Looks(*(found or (times[0], times[0])))
    if times[0] < kept.last:
        kept.gaps = {row.since: row.until for row in connection.execute(_GAPS_OF, {"outlet": outlet})}
    before = dict(kept.gaps)
    for at in times:
        kept.add(at)
    if found is None:
        connection.execute(_ADD_SPAN, {"outlet_id": outlet, "first_look": kept.first, "last_look": kept.last})
    elif tuple(found) != (kept.first, kept.last):
        connection.execute(_SET_SPAN, {"outlet": outlet, "first": kept.first, "last": kept.last})
    for since, _ in before.items() - kept.gaps.items():
        connection.execute(_DROP_GAP, {"outlet": outlet, "at": since})
    for since, until in kept.gaps.items() - before.items():
        connection.execute(_ADD_GAP, {"outlet_id": outlet, "since": since, "until": until})


def looked_anew(connection: Connection, outlets: Collection[int]) -> None:
    """Find out anew when nobody looked at these outlets (their integers): a clock was found to be off, or not."""
    for outlet in outlets:
        for statement in (_DROP_SPAN, _DROP_GAPS):
            connection.execute(statement, {"outlet": outlet})
        connection.execute(insert(_SPAN).from_select(list(_SPAN.c), _SPANS.where(_CAPTURE.c.outlet_id == outlet)))
    for outlet, found in gaps(connection, outlets, DAY).items():
        for one in found:
            connection.execute(_ADD_GAP, {"outlet_id": outlet, "since": one.since, "until": one.until})


# --- the thing that is derived ----------------------------------------------------------------------------------------


class Held(Derived):
    """Ledgers, what was new on each day, the first look and the last, and the gaps."""

    def came(self, connection: Connection, looks: Mapping[int, Collection[datetime]]) -> None:
        """The first look, the last, and the gaps follow."""
        for outlet, times in looks.items():
            _came(connection, outlet, times)

    def turn_back_folded(self, then: Scratch) -> None:
        """Counted when somebody asks: most questions as of a day ask little of it."""
        for table, statement in _derived(then.connection):
            then.view(table.name, statement)

    def unlike_in_all(self, connection: Connection) -> Iterator[Unlike]:
        """Counts everything."""
        for table, statement in _derived(connection):
            # Triggers leave a row where all that it counted has gone.
            kept = {
                tuple(row) for row in connection.execute(select(table)) if any(row[len(table.primary_key.columns) :])
            }
            wanted = {tuple(row) for row in connection.execute(statement)}
            for outlet in sorted({row[0] for row in kept ^ wanted}):
                yield Unlike("database", f"{table.name} of outlet {outlet}", "is not what its looks give")


def _derived(connection: Connection) -> Iterator[tuple[Table, Select[Any]]]:
    """Each table with what it holds."""
    walked = text(walk(connection)).columns(_GAP.c.outlet_id, since=Instant, until=Instant)
    yield _LEDGER, _LEDGERS
    yield _NEW, _days(connection)
    yield _SPAN, _SPANS
    yield _GAP, select(walked.subquery())
