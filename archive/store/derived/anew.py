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
        upto: int | None = one.upto(connection) or 0
        if not upto:
            one.empty(connection)
            one.mark(connection, 0)
        total = connection.scalar(select(func.count()).select_from(VersionRow)) or 0
    made = 0
    while upto is not None:
        with db.writing(engine) as connection:
            more, upto = _some(connection, one, upto, at_once)
        made += more
        told(made, total)
    return made


def _some(connection: Connection, one: Numbered, upto: int, at_once: int) -> tuple[int, int | None]:
    """Make it for the next versions: how many, and the last of them. Where there are no more, it is whole."""
    statement = (
        select(VersionRow.id.label("version"), *TextRow.__table__.columns)
        .join(TextRow, TextRow.id == VersionRow.text_id)
        .where(VersionRow.id > upto)
        .order_by(VersionRow.id)
        .limit(at_once)
    )
    rows = [dict(row) for row in connection.execute(statement).mappings()]
    if rows:
        one.make(connection, [(row["version"], Said(row)) for row in rows])
    last = rows[-1]["version"] if rows else None
    one.mark(connection, last)
    return len(rows), last
