"""What a database says of itself at one moment: how far it goes, and of which WARC files it speaks, up to where."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from archive.models import CaptureRow, RunRow, WarcFileRow, table_of
from archive.store import runs, seals

__all__ = ["Facts", "Spoken", "of"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A WARC file: its name in `warc/`, the bytes that count, SHA-256 of them (None while it is written)."""

    name: str
    size: int
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class Facts:
    """The head of the chain of seals (empty: none), how many rows some tables have, and the files."""

    head: str
    rows: tuple[tuple[str, int], ...]
    files: tuple[Spoken, ...]


def of(connection: Connection) -> Facts:
    """What that transaction sees."""
    counted = ((row.__tablename__, select(func.count()).select_from(table_of(row))) for row in (RunRow, CaptureRow))
    files = connection.execute(select(WarcFileRow).order_by(WarcFileRow.id)).all()
    return Facts(
        str(seals.head(connection) or ""),
        tuple((name, connection.execute(count).scalar_one()) for name, count in counted),
        tuple(
            Spoken(row.name, runs.ends_at(connection, row.id) if row.digest is None else row.size, row.digest)
            for row in files
        ),
    )
