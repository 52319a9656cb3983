"""Which edits have not settled: one place of the text moves at every look, and nobody can tell yet whether that is the
outlet's pen or a counter. Told by the places that edits changed (`edit_kinds`), and how often each version was seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, text
from sqlalchemy.orm import aliased

from archive import settling
from archive.models import EditKindRow, SightingRow, UnsettledRow, VersionRow, table_of
from archive.settling import Move
from archive.store.derived.form import Derived, Unlike
from archive.store.scratch import Scratch

__all__ = ["Unsettled"]

_UNSETTLED = table_of(UnsettledRow)
_STORED = select(_UNSETTLED.c.article_id, _UNSETTLED.c.n).where(
    _UNSETTLED.c.article_id.in_(bindparam("articles", expanding=True))
)
_ADD = insert(_UNSETTLED)
_DROP = delete(_UNSETTLED).where(_UNSETTLED.c.article_id == bindparam("of"), _UNSETTLED.c.n == bindparam("at_n"))

_NEW, _OLD, _LONG = aliased(SightingRow), aliased(SightingRow), aliased(SightingRow)
_AFTER, _BEFORE = aliased(VersionRow), aliased(VersionRow)
# Of fewer edits than it takes, none is unsettled.
_LONG_ENOUGH = select(_LONG.article_id).where(
    _LONG.n == settling.MOVES, _LONG.article_id.in_(bindparam("articles", expanding=True))
)
_MOVES = (
    select(_NEW.article_id, _NEW.n, _NEW.times, _OLD.version_id.label("old"), _NEW.version_id, EditKindRow.place)
    .join(_OLD, and_(_OLD.article_id == _NEW.article_id, _OLD.n == _NEW.n - 1))
    .join(_AFTER, _AFTER.id == _NEW.version_id)
    .join(_BEFORE, _BEFORE.id == func.coalesce(_NEW.compared_id, _OLD.version_id))
    .join(
        EditKindRow,
        and_(EditKindRow.before_id == _BEFORE.text_id, EditKindRow.after_id == _AFTER.text_id),
        isouter=True,
    )
    .where(_NEW.article_id.in_(_LONG_ENOUGH))
    .order_by(_NEW.article_id, _NEW.n)
)


def _wanted(connection: Connection, articles: Collection[int]) -> set[tuple[int, int]]:
    """The sightings whose edits have not settled: article and place in order."""
    rows = connection.execute(_MOVES, {"articles": list(articles)})
    found: set[tuple[int, int]] = set()
    for article, moves in groupby(rows, key=attrgetter("article_id")):
        found |= {(article, n) for n in settling.unsettled(_onward(moves))}
    return found


def _onward(rows: Iterable[Any]) -> Iterator[Move]:
    """The edits of an article; one that led back to an older version moved nothing on."""
    seen: set[int] = set()
    for row in rows:
        seen.add(row.old)
        yield Move(row.n, (row.place or "") if row.version_id not in seen else "", row.times)


def _stored(connection: Connection, articles: Collection[int]) -> set[tuple[int, int]]:
    return {(row.article_id, row.n) for row in connection.execute(_STORED, {"articles": list(articles)})}


def _tell(connection: Connection, articles: Collection[int]) -> None:
    wanted, stored = _wanted(connection, articles), _stored(connection, articles)
    for article, n in sorted(stored - wanted):
        connection.execute(_DROP, {"of": article, "at_n": n})
    if new := [{"article_id": article, "n": n} for article, n in sorted(wanted - stored)]:
        connection.execute(_ADD, new)


class Unsettled(Derived):
    """A row for each such edit, as long as it has not settled."""

    def grouped(self, connection: Connection, articles: Collection[int]) -> None:
        """Tell it of these articles."""
        _tell(connection, articles)

    def turn_back_folded(self, then: Scratch) -> None:
        """As the looks that were held tell."""
        affected = text("SELECT id FROM affected").columns(id=_UNSETTLED.c.article_id.type)
        real = then.real["unsettled"]
        then.table("unsettled", select(real).where(real.c.article_id.not_in(affected)), "article_id, n")
        if articles := then.connection.execute(affected).scalars().all():
            _tell(then.connection, articles)

    def unlike(self, connection: Connection, article: int) -> Iterator[Unlike]:
        """Tells it again."""
        for _, n in sorted(_wanted(connection, [article]) ^ _stored(connection, [article])):
            yield Unlike("timeline", article, f"whether its edit {n} has settled is not what its looks tell")
