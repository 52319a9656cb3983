"""What revisits repeat: the records of all WARC files of a call that have a payload, by whatever a revisit may name."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

from archive import text, warc
from archive.records import Capture

__all__ = ["Originals", "Revisit"]


@dataclass(frozen=True, slots=True)
class Revisit:
    """A revisit whose original was not found when it was its turn: its file, offset and record's id."""

    path: Path | warc.Within
    offset: int
    record_id: str


def _table() -> sqlite3.Connection:
    table = sqlite3.connect("")
    table.execute("CREATE TABLE original (key TEXT PRIMARY KEY, file INTEGER, place INTEGER) WITHOUT ROWID")
    return table


@dataclass(eq=False)
class Originals:
    """The payload-bearing records of several WARC files by digest, id and address with time, in a temporary file:
    memory does not grow with their number. `late` are the revisits that are yet without one."""

    late: list[Revisit] = field(default_factory=list)
    _table: sqlite3.Connection = field(default_factory=_table)
    _files: list[Path | warc.Within] = field(default_factory=list)
    _folder: Path | None = None

    def folder(self) -> Path:
        """A folder for what has to be unpacked to be read; it is there as long as these are."""
        if self._folder is None:
            self._folder = Path(mkdtemp(prefix="palimpsest-unpacked-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def add(self, found: warc.Foreign, path: Path | warc.Within) -> None:
        """Note a record's place by everything a revisit may name it by."""
        if not self._files or self._files[-1] != path:
            self._files.append(path)
        place = len(self._files) - 1, found.offset
        keys = [(key, *place) for key in self._keys(found) if key]
        self._table.executemany("INSERT OR IGNORE INTO original VALUES (?, ?, ?)", keys)
        if found.capture is not None and found.capture.body:
            self._table.execute("INSERT OR REPLACE INTO original VALUES (?, ?, ?)", (found.capture.url, *place))

    @staticmethod
    def _keys(found: warc.Foreign) -> Iterator[str]:
        assert found.capture is not None
        if found.capture.body:
            yield warc.in_hex(found.payload_digest_declared)
            # A revisit may name the digest that most tools write, whatever its original states.
            yield f"sha1:{hashlib.sha1(found.capture.body, usedforsecurity=False).hexdigest()}"
        yield found.record_id
        yield f"{found.capture.url} {text.iso(found.capture.fetched_at)}"

    def find(self, revisit: warc.Foreign) -> Capture | None:
        """What a revisit repeats; None where it is not in these files."""
        named = f"{revisit.refers_to_uri} {text.iso(revisit.refers_to_date)}"
        assert revisit.capture is not None
        last = revisit.capture.url if revisit.not_modified else warc.in_hex(revisit.payload_digest_declared)
        for key in (revisit.refers_to_id, named, last):
            row = self._table.execute("SELECT file, place FROM original WHERE key = ?", (key,)).fetchone()
            if key and row and (first := _record(self._files[row[0]], row[1], revisit)) is not None:
                return first
        return None


def _record(path: Path | warc.Within, offset: int, revisit: warc.Foreign) -> Capture | None:
    """The record a revisit repeats, of those that stand at an offset: a packed member may hold several."""
    for found in warc.scan(path, start=offset):
        if found.offset != offset:
            break
        first = found.capture if isinstance(found, warc.Foreign) else None
        if isinstance(found, warc.Foreign) and first is not None and _repeats(revisit, found, first):
            return first
    return None


def _repeats(revisit: warc.Foreign, found: warc.Foreign, first: Capture) -> bool:
    if found.kind is warc.RecordType.REVISIT:
        return False
    if found.record_id == revisit.refers_to_id or first.url == revisit.refers_to_uri:
        return True
    if revisit.not_modified:
        return revisit.capture is not None and first.url == revisit.capture.url
    declared = revisit.payload_digest_declared
    same = warc.in_hex(found.payload_digest_declared) == warc.in_hex(declared) != ""
    return same or bool(warc.agrees(declared, first.body))
