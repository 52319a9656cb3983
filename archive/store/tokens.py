"""The token table made anew from the stored texts: after a change of the analyser, in pieces, so that it can go on."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, func, select, update

from archive import db, search
from archive.models import AnalyserRow, TextRow, VersionRow
from archive.search import index
from archive.store import texts

__all__ = ["make_anew"]

_AT_ONCE = 500
"""Versions in one transaction."""


def make_anew(engine: Engine, told: Callable[[int, int], None], at_once: int = _AT_ONCE) -> int:
    """Make every version's tokens by today's analyser; how many it made. What an interrupted one made stays.

    `told` hears (done, total). No other command works on the archive until it is done."""
    with db.writing(engine) as connection:
        _begin(connection)
        total = connection.scalar(select(func.count()).select_from(VersionRow)) or 0
    made, done = 0, False
    while not done:
        with db.writing(engine) as connection:
            more = _some(connection, at_once)
        made, done = made + more, not more
        told(made, total)
    return made


def _begin(connection: Connection) -> None:
    state = connection.execute(select(AnalyserRow.number, AnalyserRow.upto)).one()
    if state.number != search.ANALYSER or state.upto is None:
        index.empty(connection)
        connection.execute(update(AnalyserRow).values(number=search.ANALYSER, upto=0))


def _some(connection: Connection, at_once: int) -> int:
    """The next versions' tokens; how many. Where there are no more, the table is whole."""
    done = connection.execute(select(AnalyserRow.upto)).scalar_one()
    statement = (
        select(VersionRow.id.label("version"), *TextRow.__table__.columns)
        .join(TextRow, TextRow.id == VersionRow.text_id)
        .where(VersionRow.id > done)
        .order_by(VersionRow.id)
        .limit(at_once)
    )
    rows = connection.execute(statement).mappings().all()
    if rows:
        index.index_many(connection, [(row["version"], texts.words_of(dict(row))) for row in rows])
    last = rows[-1]["version"] if rows else None
    connection.execute(update(AnalyserRow).values(upto=last))
    return len(rows)
