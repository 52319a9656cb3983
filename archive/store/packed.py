"""The WARC files that may be moved out of `warc/`, and where each that was moved is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select

from archive.db import reading
from archive.models import PackedRow, RunRow, WarcFileRow, table_of
from archive.warc.cold import Moved

__all__ = ["Closed", "back", "closed_before", "keep", "known"]


@dataclass(frozen=True, slots=True)
class Closed:
    """A WARC file nobody writes to any more: its integer, name in `warc/`, bytes, SHA-256."""

    id: int
    name: str
    size: int
    digest: bytes


def closed_before(engine: Engine, moment: datetime) -> list[Closed]:
    """The files of runs that ended before then, the oldest first."""
    statement = (
        select(WarcFileRow.id, WarcFileRow.name, WarcFileRow.size, WarcFileRow.digest)
        .join(RunRow, RunRow.id == WarcFileRow.run_id)
        .where(WarcFileRow.digest.is_not(None), RunRow.ended_at < moment)
        .order_by(WarcFileRow.id)
    )
    with reading(engine) as connection:
        rows = connection.execute(statement).all()
    return [Closed(row.id, row.name, row.size or 0, row.digest or b"") for row in rows]


def keep(connection: Connection, file: Closed, to: Moved, now: datetime) -> None:
    """A file is in another place from now on."""
    back(connection, file.id)
    row = {"warc_file_id": file.id, "place": to.place, "name": to.name, "size": to.size, "at": now}
    connection.execute(insert(PackedRow).values(row | {"digest": bytes.fromhex(to.sha256)}))


def back(connection: Connection, file: int) -> None:
    """A file (its integer) is in its old place again."""
    connection.execute(delete(PackedRow).where(PackedRow.warc_file_id == file))


def known(engine: Engine) -> dict[str, Moved]:
    """Where each file is that was moved, by its name in `warc/`."""
    statement = select(WarcFileRow.name, table_of(PackedRow)).join(PackedRow, PackedRow.warc_file_id == WarcFileRow.id)
    with reading(engine) as connection:
        rows = connection.execute(statement).all()
    return {row[0]: Moved(row.place, row[3], row.size, row.digest.hex()) for row in rows}
