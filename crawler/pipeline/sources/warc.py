"""WARC files as sources of captures: anybody's, record by record, and our own, whose records need no copy."""

from __future__ import annotations

import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from archive import urls, warc
from archive.errors import BadInput
from archive.records import Capture
from crawler.pipeline.sources.files import beginning
from crawler.pipeline.sources.originals import Originals, Revisit
from crawler.pipeline.sources.protocol import Item, Stored
from crawler.pipeline.sources.replay import as_shown
from crawler.pipeline.sources.ways import Look, looks

__all__ = ["Late", "OwnWarc", "Warc", "is_warc"]

_NAMES = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz")
_SHA256 = re.compile("sha256:[0-9a-f]{64}")
_BEGIN = (b"WARC/", b"filedesc:")
_ZSTD = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")


def is_warc(path: Path) -> bool:
    """Whether a file begins as a WARC or ARC does, packed or not; its name does not matter. Raises BadInput."""
    start = beginning(path)
    if start.startswith(b"\x1f\x8b"):
        try:
            start = zlib.decompressobj(31).decompress(start, 64)
        except zlib.error:
            return path.name.endswith(_NAMES)
    return start.removeprefix(BOM_UTF8).startswith(_BEGIN + _ZSTD) or path.name.endswith(_NAMES)


@dataclass(frozen=True, slots=True)
class Warc:
    """A WARC or ARC file of whatever tool, by itself or within another; `originals` are those of all files of the call.
    Memory does not grow with the number of its records. Of a stretch of it, what begins at byte `start`
    or later, and before `end`."""

    path: Path | warc.Within
    originals: Originals
    start: int = 0
    end: int | None = None

    def check(self) -> None:
        """Raise BadInput where the file cannot be read."""
        beginning(self.path if isinstance(self.path, Path) else self.path.path)

    def captures(self, stored: Stored) -> Iterator[Item]:
        """The captures in file order, and a trouble for every record that cannot be taken. A revisit gets the payload
        it repeats from the files read so far, else from the archive, else it is left to `Late`."""
        for found in looks(warc.scan(self.path, start=self.start)):
            if self.end is not None and found.offset >= self.end:
                return
            if isinstance(found, warc.Trouble):
                yield Item(where=f"{self.path.name}@{found.offset}", trouble=found.what)
                continue
            for one in (*found.way, found.last):
                if one.kind is not warc.RecordType.REVISIT:
                    self.originals.add(one, self.path)
            whole = _whole(self.path, found, self.originals, stored)
            if whole is None:
                self.originals.late.append(Revisit(self.path, found.offset, found.last.record_id))
            else:
                yield replace(whole, file=self.path, offset=found.offset)


@dataclass(frozen=True, slots=True)
class Late:
    """The revisits of a call that were not found what they repeat for when it was their turn: an original may stand
    behind its revisit, in another file, or not have been committed yet."""

    originals: Originals

    def check(self) -> None:
        """Nothing: the files were looked at."""

    def captures(self, stored: Stored) -> Iterator[Item]:
        """Each of them once more, with a trouble where what it repeats is nowhere."""
        if self.originals.late:
            stored.settle()
        for revisit in self.originals.late:
            yield _late(revisit, self.originals, stored)


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


def _whole(
    path: Path | warc.Within, look: Look, originals: Originals, stored: Stored, *, late: bool = False
) -> Item | None:
    """A look with its payload; None where one of its records repeats what is not found. `late`: whatever was given
    is found by now."""
    held = [(one, _payload(one, originals, stored, late=late)) for one in (*look.way, look.last)]
    whole = [(one, capture) for one, capture in held if capture is not None]
    if len(whole) < len(held):
        return None
    try:
        *way, last = [_addressed(one, capture) for one, capture in whole]
        return Item(as_shown(look.capture(last, way)))
    except BadInput as problem:
        return Item(where=f"{path.name}: {whole[-1][1].origin}", trouble=str(problem))


def _addressed(found: warc.Foreign, capture: Capture) -> Capture:
    """The capture at an address in normal spelling; of a record of ours at that which it has. Raises BadInput where
    one is none, that which was asked for among them."""
    normal = urls.normal(capture.url)
    if not found.ours:
        return replace(capture, url=normal)
    urls.normal(found.asked or normal)
    return capture


def _payload(found: warc.Foreign, originals: Originals, stored: Stored, *, late: bool) -> Capture | None:
    """What a record holds or repeats; None where that is not found."""
    assert found.capture is not None, "it holds a capture"
    if found.kind is not warc.RecordType.REVISIT:
        # Bytes that contradict their own digest are kept, but no version is made of them.
        return replace(found.capture, truncated=found.capture.truncated or found.block_ok is False)
    # A look of ours at which the outlet said that nothing had changed is one again, once it is known which it spoke of.
    spoken = found.ours and found.capture.status == 304
    first = None if spoken else originals.find(found)
    if first is not None:
        return _again(found, first)
    body = None if spoken else stored.payload(found)
    if body is None and late and found.not_modified:
        # What stands at the address is what the archive has of it.
        declared = warc.in_hex(found.payload_digest_declared) if spoken else ""
        digest = bytes.fromhex(declared.removeprefix("sha256:")) if _SHA256.fullmatch(declared) else b""
        return replace(found.capture, status=304, body=b"", digest=digest)
    return None if body is None else replace(found.capture, body=body)


def _again(revisit: warc.Foreign, first: Capture) -> Capture:
    """The look at which an answer was found once more: the whole answer, where the server said that it stands."""
    assert revisit.capture is not None
    if revisit.not_modified:
        revisit = replace(revisit, capture=replace(revisit.capture, status=first.status, headers=first.headers))
    assert revisit.capture is not None
    return replace(revisit.capture, body=first.body, truncated=revisit.capture.truncated or first.truncated)


def _late(late: Revisit, originals: Originals, stored: Stored) -> Item:
    for found in looks(warc.scan(late.path, start=late.offset)):
        if isinstance(found, Look) and found.last.record_id == late.record_id:
            whole = _whole(late.path, found, originals, stored, late=True)
            if whole is not None:
                return whole
            break
    where = f"{late.path.name}@{late.offset}"
    return Item(where=where, trouble="a revisit of a record that is neither in these files nor in the archive")
