"""WARC files as sources of captures: anybody's, record by record, and our own, whose records need no copy."""

from __future__ import annotations

import sqlite3
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from archive import text, urls, warc
from archive.errors import BadInput
from archive.records import Capture
from crawler.pipeline.sources.files import beginning
from crawler.pipeline.sources.protocol import Item, Stored
from crawler.pipeline.sources.replay import as_shown

__all__ = ["OwnWarc", "Warc", "is_warc"]


def is_warc(path: Path) -> bool:
    """Whether a file begins as a WARC does, gzipped or not; its name does not matter. Raises BadInput."""
    start = beginning(path)
    if start.startswith(b"\x1f\x8b"):
        try:
            start = zlib.decompressobj(31).decompress(start, 64)
        except zlib.error:
            return path.name.endswith((".warc", ".warc.gz"))
    return start.removeprefix(BOM_UTF8).startswith(b"WARC/") or path.name.endswith((".warc", ".warc.gz"))


@dataclass(frozen=True, slots=True)
class Warc:
    """A WARC file of whatever tool. Memory does not grow with the number of its records."""

    path: Path

    def check(self) -> None:
        """Raise BadInput where the file cannot be read."""
        beginning(self.path)

    def captures(self, stored: Stored) -> Iterator[Item]:
        """The captures in file order, and a trouble for every record that cannot be taken. A revisit gets the payload
        it repeats from this file, else from the archive."""
        originals = _Originals()
        late: list[tuple[int, str]] = []
        for found in warc.scan(self.path):
            if isinstance(found, warc.Trouble):
                yield Item(where=f"{self.path.name}@{found.offset}", trouble=found.what)
            elif found.capture is not None and found.kind is warc.RecordType.REVISIT:
                whole = _resolved(self.path, found, originals, stored)
                if whole is None:
                    late.append((found.offset, found.record_id))
                else:
                    yield whole
            elif found.capture is not None:
                originals.add(found, found.offset)
                # Bytes that contradict their own digest are kept, but no version is made of them.
                damaged = found.block_ok is False
                yield _as_taken(self.path, replace(found.capture, truncated=found.capture.truncated or damaged))
        # An original may stand behind its revisit, or not be committed yet: what was not found is looked for once more.
        if late:
            stored.settle()
        for offset, record_id in late:
            yield _late(self.path, offset, record_id, originals, stored)


@dataclass(frozen=True, slots=True)
class OwnWarc:
    """A file of our own in the folder of the evidence: what a killed run wrote, but had not yet recorded."""

    folder: Path
    path: Path

    def check(self) -> None:
        """Raise BadInput where the file cannot be read."""
        beginning(self.path)

    def captures(self, stored: Stored) -> Iterator[Item]:
        """The captures with their places, and a trouble for every record that cannot be taken."""
        late: list[warc.Checked] = []
        for found in warc.check_file(self.path):
            if isinstance(found, warc.Trouble):
                yield Item(where=f"{self.path.name}@{found.offset}", trouble=found.what)
            elif found.type in warc.HOLDS_CAPTURE:
                whole = self._item(found, stored)
                if whole is None:
                    late.append(found)
                else:
                    yield whole
        # What a revisit repeats may be in this very file.
        if late:
            stored.settle()
        for found in late:
            where = f"{self.path.name}@{found.place.offset}"
            yield self._item(found, stored) or Item(where=where, trouble="a revisit of what the archive does not hold")

    def _item(self, found: warc.Checked, stored: Stored) -> Item | None:
        place = replace(found.place, file=self.path.relative_to(self.folder).as_posix())
        record = warc.read_at(self.folder, place)
        original = stored.repeated(record) if found.type == "revisit" else (record.body, "")
        if original is None:
            return None
        body, uid = original
        return Item(replace(warc.capture_from(record), body=body), replace(place, revisit_of=uid))


class _Originals:
    """The payload-bearing records of one WARC file by digest, id and address with time, in a temporary file: revisits
    find what they repeat, and memory does not grow with the number of records."""

    def __init__(self) -> None:
        self._table = sqlite3.connect("")
        self._table.execute("CREATE TABLE original (key TEXT PRIMARY KEY, place INTEGER) WITHOUT ROWID")

    def add(self, found: warc.Foreign, place: int) -> None:
        """Note a record's place by everything a revisit may name it by."""
        keys = [(key, place) for key in self._keys(found) if key]
        self._table.executemany("INSERT OR IGNORE INTO original VALUES (?, ?)", keys)
        if found.capture is not None and found.capture.body:
            self._table.execute("INSERT OR REPLACE INTO original VALUES (?, ?)", (found.capture.url, place))

    @staticmethod
    def _keys(found: warc.Foreign) -> Iterator[str]:
        assert found.capture is not None
        yield found.payload_digest_declared.lower() if found.capture.body else ""
        yield found.record_id
        yield f"{found.capture.url} {text.iso(found.capture.fetched_at)}"

    def find(self, revisit: warc.Foreign) -> int | None:
        """The place of what a revisit repeats; None where it is not in this file."""
        named = f"{revisit.refers_to_uri} {text.iso(revisit.refers_to_date)}"
        assert revisit.capture is not None
        last = revisit.capture.url if revisit.not_modified else revisit.payload_digest_declared.lower()
        for key in (revisit.refers_to_id, named, last):
            row = self._table.execute("SELECT place FROM original WHERE key = ?", (key,)).fetchone()
            if key and row:
                return int(row[0])
        return None


def _as_taken(path: Path, capture: Capture) -> Item:
    try:
        return Item(as_shown(replace(capture, url=urls.normal(capture.url))))
    except BadInput as problem:
        return Item(where=f"{path.name}: {capture.origin}", trouble=str(problem))


def _resolved(path: Path, revisit: warc.Foreign, originals: _Originals, stored: Stored) -> Item | None:
    assert revisit.capture is not None
    place = originals.find(revisit)
    if place is not None:
        first = _original(path, place, revisit)
        return None if first is None else _as_taken(path, _again(revisit, first))
    body = stored.payload(revisit)
    return None if body is None else _as_taken(path, replace(revisit.capture, body=body))


def _again(revisit: warc.Foreign, first: Capture) -> Capture:
    """The look at which an answer was found once more: the whole answer, where the server said that it stands."""
    assert revisit.capture is not None
    if revisit.not_modified:
        revisit = replace(revisit, capture=replace(revisit.capture, status=first.status, headers=first.headers))
    assert revisit.capture is not None
    return replace(revisit.capture, body=first.body, truncated=revisit.capture.truncated or first.truncated)


def _original(path: Path, offset: int, revisit: warc.Foreign) -> Capture | None:
    for found in warc.scan(path, start=offset):
        if isinstance(found, warc.Foreign) and found.capture is not None and found.kind is not warc.RecordType.REVISIT:
            same = found.payload_digest_declared.lower() == revisit.payload_digest_declared.lower()
            named = found.record_id == revisit.refers_to_id or found.capture.url == revisit.refers_to_uri
            stands = revisit.not_modified and revisit.capture is not None and found.capture.url == revisit.capture.url
            if (same and not revisit.not_modified) or named or stands:
                return found.capture
    return None


def _late(path: Path, offset: int, record_id: str, originals: _Originals, stored: Stored) -> Item:
    for found in warc.scan(path, start=offset):
        if isinstance(found, warc.Foreign) and found.record_id == record_id:
            whole = _resolved(path, found, originals, stored)
            if whole is not None:
                return whole
            if found.not_modified and found.capture is not None:
                # What stands at the address is what the archive has of it.
                return _as_taken(path, replace(found.capture, status=304, body=b""))
            break
    where = f"{path.name}@{offset}"
    return Item(where=where, trouble="a revisit of a record that is neither in this file nor in the archive")
