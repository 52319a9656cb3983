"""Stamps of seals, as they were received: which authorities are to be asked, and what they answered."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, insert, or_, select

from archive.db import writing
from archive.models import RunRow, StampRow, table_of
from archive.store import seals
from archive.store.seals import Head

__all__ = ["DAY", "due", "keep"]

DAY = timedelta(hours=23)
"""From one stamp of an authority to the next; a nightly run is not always at the same minute."""

_STAMP = table_of(StampRow)


def due(connection: Connection, authorities: Sequence[str], now: datetime) -> tuple[Head | None, list[str]]:
    """The head to be stamped, and the authorities that have stamped none for a day, and not this one."""
    head = seals.head(connection)
    if head is None:
        return None, []
    lately = or_(StampRow.stated_at > now - DAY, RunRow.place == head.place)
    known = select(StampRow.authority).join(RunRow, RunRow.id == StampRow.run_id).where(lately)
    asked = set(connection.execute(known).scalars())
    return head, [one for one in authorities if one not in asked]


def keep(engine: Engine, authority: str, head: Head, stated_at: datetime, answer: bytes) -> None:
    """Keep what an authority answered; the next seal covers it."""
    with writing(engine) as connection:
        run = connection.execute(select(RunRow.id).where(RunRow.place == head.place)).scalar_one()
        row = {"run_id": run, "authority": authority, "stated_at": stated_at, "answer": answer}
        connection.execute(insert(_STAMP), row | {"digest": hashlib.sha256(answer).digest()})
