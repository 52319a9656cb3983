"""What versions said on another day: the texts that were shown of them where another is shown today."""

from __future__ import annotations

from sqlalchemy import select

from archive.models import TextRow, table_of
from archive.store.scratch import TABLES, Scratch
from archive.store.texts import Said

__all__ = ["said_otherwise"]


def said_otherwise(then: Scratch) -> list[tuple[int, Said]]:
    """The versions (their integers) of which another text was shown then, and what that says."""
    today, shown, said = then.real["version"].c, TABLES["version"].c, table_of(TextRow)
    others = (
        select(shown.id.label("version"), said)
        .join(today.id.table, today.id == shown.id)
        .join(said, said.c.id == shown.text_id)
        .where(today.text_id != shown.text_id)
    )
    return [(row["version"], Said(row)) for row in map(dict, then.connection.execute(others).mappings())]
