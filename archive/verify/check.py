"""All checks of an archive, one after the other.

`check` yields what it finds; memory does not grow with the archive. What a killed run leaves behind (records no row
speaks of, torn tails, files without rows) is a note, not damage: nothing that was committed depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from archive.models import WarcFileRow
from archive.store import folders
from archive.verify import derived, evidence, rows, schema, seals, withdrawn
from archive.verify.finding import Finding
from archive.wording import counted

__all__ = ["check", "damage"]


def _silent(_done: int, _total: int) -> None:
    return


def check(
    connection: Connection, folder: Path, told: Callable[[int, int], None] = _silent, since: str | None = None
) -> Generator[Finding]:
    """Check an archive: `folder` holds its WARC files; `told` hears how many of how many checks are done; `since` is a
    head that has to stand in the chain of seals."""
    _take_any_text(connection)
    parts = (*schema.PARTS, *rows.PARTS, *withdrawn.PARTS, *seals.PARTS, *derived.PARTS)
    files = connection.execute(select(WarcFileRow).order_by(WarcFileRow.name)).all()
    total = len(parts) + len(files)
    if files and (where := folders.elsewhere(connection, folder)):
        said = f"the evidence is {where}; {counted(len(files), 'file')} not looked at: verify it there"
        yield Finding("folder", str(folder), said, damage=False)
    else:
        yield from _files(connection, folder, files, lambda done: told(done, total))
    for done, part in enumerate(parts, len(files)):
        told(done, total)
        yield from _guarded(part, connection)
    if since is not None:
        yield from seals.since(connection, since)
    told(total, total)


def _files(
    connection: Connection, folder: Path, files: Sequence[Row[Any]], told: Callable[[int], None]
) -> Iterator[Finding]:
    for done, row in enumerate(files):
        told(done)
        yield from evidence.file(connection, folder, row)
    yield from evidence.strangers(folder, {str(row.name) for row in files})


def damage(connection: Connection, folder: Path) -> list[Finding]:
    """What is damaged; empty for a sound archive. Every test that writes ends with this."""
    return [finding for finding in check(connection, folder) if finding.damage]


def _take_any_text(connection: Connection) -> None:
    """A flipped bit can leave a stored text that is no UTF-8: it is to be found, not to stop the check."""
    driver = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and driver is not None:
        driver.text_factory = lambda data: data.decode("utf-8", "replace")


def _guarded(part: Callable[[Connection], Iterator[Finding]], connection: Connection) -> Iterator[Finding]:
    # On PostgreSQL a statement that fails takes its transaction with it, unless it stands behind a savepoint.
    savepoint = connection.begin_nested() if connection.dialect.name == "postgresql" else None
    try:
        yield from part(connection)
    except Exception as problem:  # noqa: BLE001 - a damaged row may hold anything; whatever it breaks is the finding
        if savepoint is not None:
            savepoint.rollback()
        what = f"cannot be read to its end: {type(problem).__name__}: {getattr(problem, 'orig', problem)}"
        yield Finding("database", part.__name__.strip("_"), what)
    else:
        if savepoint is not None:
            savepoint.commit()
