"""Where backups of an archive were written: what was taken out of it since is out of reach there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, insert, update

from archive.db import writing
from archive.models import BackupRow

__all__ = ["begin", "complete"]


def begin(engine: Engine, name: str, place: str, now: datetime) -> None:
    """A backup is being written, from now on; it knows of itself."""
    with writing(engine) as connection:
        connection.execute(insert(BackupRow).values(name=name, place=place, at=now, complete_at=None))


def complete(engine: Engine, name: str, now: datetime) -> None:
    """It is complete."""
    with writing(engine) as connection:
        connection.execute(update(BackupRow).where(BackupRow.name == name).values(complete_at=now))
