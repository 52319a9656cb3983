"""Which edits the filters keep, in order of time: their sightings alone, some at first and then more.

A page shows the first fifty of what may be a hundred thousand; to join and sort all of them takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, select, true, tuple_
from sqlalchemy.orm import aliased

from archive.models import ArticleRow, NewOnDayRow, OutletRow, SightingRow, VersionRow
from archive.query.filters import BY_NAME, Filters, but_changes, coming, conditions, of_outlets

__all__ = ["Place", "in_order"]

_SIZES = (32, 256)
"""How many are looked for at first and then; after that, all."""

_NEW, _VERSION = aliased(SightingRow), aliased(VersionRow)
_Places = Select[*tuple[Any, ...]]
_ORDER: tuple[Any, ...] = _NEW.first_seen, *BY_NAME, _NEW.n


@dataclass(frozen=True, slots=True)
class Place:
    """The sighting that an edit began: its article and version (integers), and its place in order of time."""

    article: int
    n: int
    version: int


def in_order(connection: Connection, filters: Filters) -> Iterator[list[Place]]:
    """The edits whose newer version the filters keep, group by group."""
    statement = _statement(filters)
    last: tuple[datetime, str, str, int] | None = None
    for size in (*_SIZES, None):
        onward = statement if last is None else statement.where(_after(last))
        rows = connection.execute(_narrowed(connection, onward, filters, size).limit(size)).all()
        yield [Place(row.article_id, row.n, row.version_id) for row in rows]
        if size is None or len(rows) < size:
            return
        last = rows[-1].first_seen, rows[-1].name, rows[-1].key, rows[-1].n


def _after(last: tuple[datetime, str, str, int]) -> ColumnElement[bool]:
    bound = (literal(value, column.type) for value, column in zip(last, _ORDER, strict=True))
    return tuple_(*_ORDER) > tuple_(*bound)


def _statement(filters: Filters) -> _Places:
    return (
        select(_NEW.article_id, _NEW.n, _NEW.version_id, _NEW.first_seen, OutletRow.name, ArticleRow.key)
        .join(_VERSION, _VERSION.id == _NEW.version_id)
        .join(ArticleRow, ArticleRow.id == _NEW.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(_NEW.n > 0, *coming(filters, _NEW), *conditions(but_changes(filters), _VERSION))
        .order_by(*_ORDER)
    )


def _narrowed(connection: Connection, statement: _Places, filters: Filters, size: int | None) -> _Places:
    """To the outlets asked about; walked from edit to edit, or from article to article and sorted then."""
    if not (wanted := of_outlets(filters)):
        return statement
    outlets = connection.execute(select(OutletRow.id).where(*wanted)).scalars().all()
    by_time = size is not None and _is_quick(connection, filters, size)
    # What is calculated no index leads to.
    return statement.where((ArticleRow.outlet_id + 0 if by_time else ArticleRow.outlet_id).in_(outlets))


def _is_quick(connection: Connection, filters: Filters, size: int) -> bool:
    """Whether so many edits of the outlets asked about are among fewer others than these outlets have in all."""
    row, since, until = NewOnDayRow, filters.changed_since, filters.changed_until
    within = [
        *([row.day >= since.toordinal()] if since else []),
        *([row.day <= until.toordinal()] if until else []),
    ]
    ours = row.outlet_id.in_(select(OutletRow.id).where(*of_outlets(filters)))
    all_there, there, in_all = (
        func.coalesce(func.sum(case((which, row.edits), else_=0)), 0)
        for which in (and_(true(), *within), and_(ours, *within), ours)
    )
    every, some, most = connection.execute(select(all_there, there, in_all)).one()
    return bool(some) and size * every <= some * most
