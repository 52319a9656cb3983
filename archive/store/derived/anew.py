"""What is derived of texts made anew from them: after a change of its rules, in pieces, so that it can go on."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, func, select

from archive import db
from archive.models import TextRow, VersionRow
from archive.store.derived.form import Numbered
from archive.store.texts import Said

__all__ = ["is_current", "make_anew"]

_AT_ONCE = 500
"""Versions in one transaction."""


def is_current(engine: Engine, one: Numbered) -> bool:
    """Whether it is whole and of today's rules."""
    with db.reading(engine) as connection:
        return one.upto(connection) is None


def make_anew(engine: Engine, one: Numbered, told: Callable[[int, int], None], at_once: int = _AT_ONCE) -> int:
    """Make it for every version by today's rules; for how many it did. What an interrupted one made stays.

    `told` hears (done, total). No other command works on the archive until it is done."""
    with db.writing(engine) as connection:
        if not one.upto(connection):
            one.empty(connection)
            one.mark(connection, 0)
        total = connection.scalar(select(func.count()).select_from(VersionRow)) or 0
    made, done = 0, False
    while not done:
        with db.writing(engine) as connection:
            more = _some(connection, one, at_once)
        made, done = made + more, not more
        told(made, total)
    return made


def _some(connection: Connection, one: Numbered, at_once: int) -> int:
    """Make it for the next versions; how many. Where there are no more, it is whole."""
    statement = (
        select(VersionRow.id.label("version"), *TextRow.__table__.columns)
        .join(TextRow, TextRow.id == VersionRow.text_id)
        .where(VersionRow.id > (one.upto(connection) or 0))
        .order_by(VersionRow.id)
        .limit(at_once)
    )
    rows = [dict(row) for row in connection.execute(statement).mappings()]
    if rows:
        one.make(connection, [(row["version"], Said(row)) for row in rows])
    one.mark(connection, rows[-1]["version"] if rows else None)
    return len(rows)
