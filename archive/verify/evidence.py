"""Are the WARC files what was written, and does every row find its record in them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select, union_all

from archive import warc
from archive.errors import Damaged, NotFound, PalimpsestError
from archive.models import CaptureRow, HopRow
from archive.store import runs
from archive.store.withdrawals import ledger
from archive.store.withdrawals.ledger import DONE, OPEN, Kept
from archive.verify.finding import MANY, Finding
from archive.warc import cold

__all__ = ["file", "strangers"]


def _places(connection: Connection, file: int) -> Iterator[Row[Any]]:
    """What the rows say of one file: offset, length and payload digest of each record, in order."""
    wanted = union_all(
        *(
            select(row.warc_offset, row.warc_length, row.digest).where(row.warc_file_id == file)
            for row in (CaptureRow, HopRow)
        )
    ).subquery()
    with connection.execute(select(wanted).order_by(wanted.c.warc_offset), execution_options=MANY) as rows:
        yield from rows


def file(connection: Connection, folder: Path, row: Row[Any]) -> Iterator[Finding]:
    """Check a file of that folder and that row."""
    path = folder / row.name
    if not cold.is_there(path):
        yield Finding("file", row.name, "missing: the rows that point to it have lost their evidence")
        return
    gone = {place: one for (of, place), one in ledger.kept(connection, "record").items() if of == row.id}
    # Killed between a file written anew and its row, an expunging has left a digest of before; its records tell.
    changing = any((one.by.kind, one.by.state) == ("expunge", OPEN) for one in gone.values())
    try:
        if row.digest is not None and not changing and runs.sha256_of(path, row.size or 0) != row.digest:
            yield Finding("file", row.name, "its bytes are not those that were written")
    except (Damaged, NotFound) as problem:
        yield Finding("file", row.name, f"missing: {problem}")
        return
    except PalimpsestError as problem:
        # What cannot be reached now is not lost.
        yield Finding("folder", row.name, f"was moved, and was not looked at: {problem}", damage=False)
        return
    yield from _records(path, list_of=_places(connection, row.id), closed_at=row.size or 0, gone=gone)


def _records(path: Path, list_of: Iterator[Row[Any]], closed_at: int, gone: Mapping[int, Kept]) -> Iterator[Finding]:
    wanted, by = next(list_of, None), None
    try:
        for found in warc.check_file(path):
            if isinstance(found, warc.Trouble):
                torn = found.torn and found.offset >= closed_at
                yield Finding("tail" if found.torn else "record", f"{path.name}@{found.offset}", found.what, not torn)
                continue
            while wanted is not None and wanted.warc_offset < found.place.offset:
                yield _lost(path, wanted)
                wanted = next(list_of, None)
            before, by = by, gone.get(found.place.offset)
            if wanted is None or wanted.warc_offset != found.place.offset:
                yield from _rowless(path, found, by, before)
                continue
            yield from _expunged(path, found, by)
            if (wanted.warc_length, wanted.digest) != (found.place.length, found.place.digest):
                yield Finding("record", f"{path.name}@{found.place.offset}", "is not the record its row speaks of")
            wanted = _past(list_of, wanted)
    except (PalimpsestError, OSError) as problem:
        yield Finding("file", path.name, str(problem))
    while wanted is not None:
        yield _lost(path, wanted)
        wanted = next(list_of, None)


def _past(list_of: Iterator[Row[Any]], before: Row[Any]) -> Row[Any] | None:
    # Two rows may speak of one record; each was compared through the first.
    return next((row for row in list_of if row.warc_offset != before.warc_offset), None)


def _lost(path: Path, row: Row[Any]) -> Finding:
    return Finding("record", f"{path.name}@{row.warc_offset}", "a row speaks of a record that cannot be read there")


def _expunged(path: Path, found: warc.Checked, by: Kept | None) -> Iterator[Finding]:
    """A tombstone stands where a person had the record expunged, and nowhere else."""
    where = f"{path.name}@{found.place.offset}"
    if found.expunged and by is None:
        yield Finding("record", where, "was made a tombstone, and nobody had it expunged")
    elif by is not None and by.by.state == DONE and not found.expunged:
        yield Finding("record", where, "was expunged, and is there again")


def _rowless(path: Path, found: warc.Checked, by: Kept | None, before: Kept | None) -> Iterator[Finding]:
    # A request has no row: it goes with the answer before it.
    if not (found.expunged and before):
        yield from _expunged(path, found, by)
    yield from _orphan(path, found)


def _orphan(path: Path, found: warc.Checked) -> Iterator[Finding]:
    if found.type in warc.HOLDS_CAPTURE:
        what = f"no row speaks of this capture of {found.url}; `palimpsest ingest` takes it in if it is not stored yet"
        yield Finding("orphan", f"{path.name}@{found.place.offset}", what, damage=False)


def strangers(folder: Path, known: set[str]) -> Iterator[Finding]:
    """The files no row speaks of."""
    for path in sorted(folder.glob("**/*.warc.gz")):
        name = path.relative_to(folder).as_posix()
        if name not in known:
            what = "no row speaks of this file: its run was killed early; `palimpsest ingest` takes it in"
            yield Finding("orphan", name, what, damage=False)
