"""Reading other people's WARC files: any tool's, damaged, torn or hostile, in flat memory and without an exception.

Any WARC 0.17 to 1.1 and ARC 1 and 2: plain, one gzip member or zstd frame a record, several records a member, one
member for the whole file. Behind every break the next true start is searched for. Records are not parsed by warcio or
fastwarc: they read header blocks of any size and cannot go on behind a break.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from archive.errors import BadInput
from archive.records import Capture, Source, TimeBasis
from archive.warc.answers import Payload, agrees, answer
from archive.warc.format import AS_RECEIVED, ASKED, Head, Trouble, material, moment
from archive.warc.packing import ARC, BAD, DICTIONARY, GZIP, WARC, ZSTD_MAGIC, Layout, Packing, of_zstd
from archive.warc.read import EXPUNGED
from archive.warc.stretch import BETWEEN, Break, Ends, Members, Stretch, next_member, opening
from archive.warc.within import Within, opened

__all__ = ["Foreign", "RecordType", "scan"]

_MOST_BREAKS = 1_000  # a file made to break at every byte must still come to an end

_SOURCE = "Palimpsest-Source"
_TAKEN = (Source.GIVEN_PAGE, Source.GIVEN_TEXT, Source.GIVEN_RENDERED)
_GIVEN: dict[str, Source] = {
    Source.OWN_BROWSER: Source.GIVEN_RENDERED,
    **{one: one for one in (Source.WEB_ARCHIVE, Source.WEB_INDEX, *_TAKEN)},
}
_BASIS: dict[str, TimeBasis] = {one: one for one in TimeBasis if one is not TimeBasis.OWN_CLOCK}
_LONGEST_VANTAGE = 100

_LENGTH = re.compile(r"\d{1,18}")


class RecordType(StrEnum):
    """What a record is to us: three types hold a page, everything else is only counted."""

    RESPONSE = "response"
    RESOURCE = "resource"
    REVISIT = "revisit"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Foreign:
    """A record of a file that is not ours.

    `offset` is where its member begins (gzip, zstd) or the record itself (plain). `capture` has `source` given-warc,
    `time_basis` archive, the body freed of chunking and still content-encoded (empty for a revisit); it is None for
    kind `other` and where a Trouble said why. `block_ok` is False where a digest differs or the bytes are doubtful,
    None where nothing was declared that could tell. `not_modified`: a revisit that repeats whatever its address gave
    before. Of records that this program wrote, `concurrent_to` is the look they were on the way to, and `rendered` says
    that a browser made it; `ours` says that it is one. `request` is what was sent, of a record that holds that,
    and `asked` the address that was asked for, where its record says so.
    """

    kind: RecordType
    capture: Capture | None
    record_id: str
    offset: int
    payload_digest_declared: str = ""
    refers_to_uri: str = ""
    refers_to_date: datetime | None = None
    refers_to_id: str = ""
    block_ok: bool | None = None
    not_modified: bool = False
    ours: bool = False
    rendered: bool = False
    concurrent_to: str = ""
    request: bytes = b""
    asked: str = ""


def scan(path: Path | Within, *, start: int = 0, largest: int = 64_000_000) -> Iterator[Foreign | Trouble]:
    """Every record of a WARC or ARC file in order, and a Trouble for every break; blocks over `largest` bytes are
    passed over.

    `start` is the offset of a record to begin at, as an earlier scan gave it.
    Memory stays below about three times `largest`. Raises BadInput only where the file cannot be opened or read.
    """
    try:
        with opened(path) as file:
            yield from _scan(file, path.name, start, largest)
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from error


def _scan(file: BinaryIO, name: str, start: int, largest: int) -> Iterator[Foreign | Trouble]:
    breaks = 0
    for found in _found(file, start, largest):
        if isinstance(found, Trouble):
            yield found
            breaks += 1
        else:
            yield from _foreign(found, name)
        if breaks > _MOST_BREAKS:
            yield Trouble(file.tell(), f"more than {_MOST_BREAKS} breaks: the rest is not read")
            return


# ---------------------------------------------------------------------------------------------- records


@dataclass(frozen=True, slots=True)
class _Found:
    """A record as it stands in a file. `block` is None where it is too big, `doubtful` if it may be wrong."""

    at: int
    inside: int
    head: Head
    block: bytes | None
    ok: bool | None = None
    doubtful: bool = False


def _found(file: BinaryIO, start: int, largest: int) -> Iterator[_Found | Trouble]:
    begins = file.read(16)
    if begins.startswith((ZSTD_MAGIC, DICTIONARY)):
        try:
            packing, first = of_zstd(file)
        except BAD as wrong:
            yield Trouble(0, f"compressed by zstd with a dictionary that cannot be read ({wrong})")
            return
        yield from _found_in_members(file, max(start, first), _layout(opening(file, first, packing)), packing, largest)
        return
    inside = opening(file, 0, GZIP)
    layout = _layout(begins if inside is None else inside)
    plain = begins.removeprefix(BOM_UTF8)
    if not begins:
        yield Trouble(0, "an empty file, not a WARC file that can be read")
    elif layout.begins.match(plain):
        begin = start or len(begins) - len(plain)
        yield from _records(Stretch(file, begin, layout), largest)
    else:
        yield from _found_in_members(file, start, layout, GZIP, largest)


def _layout(begins: bytes | None) -> Layout:
    return ARC if (begins or b"").startswith(b"filedesc:") else WARC


def _found_in_members(
    file: BinaryIO, begin: int, layout: Layout, packing: Packing, largest: int
) -> Iterator[_Found | Trouble]:
    start = next_member(file, begin, layout, packing)
    if start is None:
        yield from _records(Stretch(file, begin, layout), largest, "no WARC file: no record begins here")
        return
    if start > begin:
        yield Trouble(begin, f"the first {start - begin} bytes hold no record")
    while start is not None:
        members = Members(file, start, layout, packing)
        yield from _records(members, largest)
        start = members.following()


def _records(stretch: Stretch, largest: int, first: str = "") -> Iterator[_Found | Trouble]:
    """Every record of a stretch; `first` is what to say where it does not even begin with one."""
    while stretch.to_record():
        at = stretch.at
        try:
            yield from _one(stretch, largest)
        except Break as broken:
            if not stretch.problem:
                yield Trouble(at, first or str(broken), torn=isinstance(broken, Ends))
            stretch.find_record()
        first = ""
    if stretch.problem:
        yield Trouble(stretch.start, stretch.problem, torn=stretch.torn)


def _one(stretch: Stretch, largest: int) -> Iterator[_Found | Trouble]:
    at, inside = stretch.at, stretch.inside
    if not stretch.layout.begins.match(stretch.peek(16)):
        raise Break("no record begins here")
    head = _head(stretch)
    length = _length(head)
    if length > largest:
        stretch.refuse_beyond_end(length)
        stretch.skip(length)
        yield _Found(at, inside, head, None)
    else:
        yield from _held(stretch, _Found(at, inside, head, stretch.take(length)), length)


def _head(stretch: Stretch) -> Head:
    lines = stretch.head()
    if following := stretch.layout.following.search(lines):
        # A head that was torn, and the next record's: read as one, they would give its page to this address.
        stretch.unread(lines[following.start() :])
        raise Break("another record begins inside a record's head")
    return stretch.layout.head(lines)


def _length(head: Head) -> int:
    text = head.get("Content-Length")
    if not _LENGTH.fullmatch(text):
        raise Break(f"a record without a length ({text[:20]!r})")
    return int(text)


def _held(stretch: Stretch, found: _Found, length: int) -> Iterator[_Found | Trouble]:
    """The record with its block, and a Trouble where that is shorter or longer than it says."""
    block = found.block or b""
    ok = agrees(found.head.get("WARC-Block-Digest"), block)
    whole = len(block) == length and stretch.closes()
    if not whole and not ok:
        block = _cut(stretch, block)
        if not stretch.problem:
            yield Trouble(found.at, _misfit(len(block), length), torn=len(block) < length)
    yield _Found(found.at, found.inside, found.head, block, ok, doubtful=not whole and not ok)


def _misfit(there: int, length: int) -> str:
    if there < length:
        return f"the record ends after {there} of {length} bytes"
    return f"no record and no end follows after the {length} bytes the record says it has"


def _cut(stretch: Stretch, block: bytes) -> bytes:
    """A block of the wrong length, up to where another record begins in it; the stretch is left before the next one."""
    following = stretch.layout.following.search(block)
    if following is None:
        if not stretch.closes():
            stretch.find_record()
        return block
    stretch.unread(block[following.end() :])
    return block[: following.end()].rstrip(BETWEEN)


# ---------------------------------------------------------------------------------------------- captures


def _foreign(found: _Found, name: str) -> Iterator[Foreign | Trouble]:
    head = found.head
    if found.block is None:
        yield Trouble(found.at, f"too big: a record of {head.get('Content-Length')} bytes")
        return
    capture, ok = None, found.ok
    if ok is False and not found.doubtful:
        yield Trouble(found.at, "the block differs from its digest")
    kind = _kind(head)
    if kind is not RecordType.OTHER:
        try:
            capture, agrees = _capture(found, found.block, kind, name)
            ok = _both(ok, agrees)
            if agrees is False and not found.doubtful:
                yield Trouble(found.at, "the payload differs from its digest")
        except Break as broken:
            yield Trouble(found.at, str(broken))
    yield Foreign(
        kind=kind,
        capture=capture,
        record_id=head.get("WARC-Record-ID").strip("<>"),
        offset=found.at,
        payload_digest_declared=head.get("WARC-Payload-Digest"),
        refers_to_uri=head.get("WARC-Refers-To-Target-URI").strip("<>"),
        refers_to_date=moment(head.get("WARC-Refers-To-Date")),
        refers_to_id=head.get("WARC-Refers-To").strip("<>"),
        block_ok=False if found.doubtful else ok,
        not_modified=kind is RecordType.REVISIT and _not_modified(head, capture),
        ours=bool(head.get(_SOURCE)),
        rendered=head.get(_SOURCE) == Source.OWN_BROWSER,
        concurrent_to=head.get("WARC-Concurrent-To").strip("<>") if head.get(_SOURCE) else "",
        asked=head.get(ASKED) if head.get(_SOURCE) else "",
        request=found.block if head.get("WARC-Type") == "request" and head.get(_SOURCE) else b"",
    )


def _not_modified(head: Head, capture: Capture | None) -> bool:
    """Whether a revisit repeats what was there before because the server said so, not because of its payload."""
    if capture is not None and capture.status == 304:
        return True
    if head.get(_SOURCE):
        # Ours say it by their profile, and of an empty answer that came once more they say that, too.
        return "not-modified" in head.get("WARC-Profile")
    return "not-modified" in head.get("WARC-Profile") or bool(agrees(head.get("WARC-Payload-Digest"), b""))


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is None or other is None:
        return one if other is None else other
    return one and other


def _kind(head: Head) -> RecordType:
    if not _address(head).lower().startswith(("http://", "https://")) or head.get(EXPUNGED):
        return RecordType.OTHER
    if head.get("WARC-Type") == "conversion" and head.get(_SOURCE) == Source.OWN_BROWSER:
        return RecordType.RESOURCE
    try:
        return RecordType(head.get("WARC-Type").lower())
    except ValueError:
        return RecordType.OTHER


def _address(head: Head) -> str:
    return head.get("WARC-Target-URI").strip("<>")


def _capture(found: _Found, block: bytes, kind: RecordType, name: str) -> tuple[Capture, bool | None]:
    head = found.head
    when = moment(head.get("WARC-Date"))
    if when is None:
        raise Break(f"a record without a date that can be read ({head.get('WARC-Date')[:40]!r})")
    revisit = kind is RecordType.REVISIT
    page = _resource(head, block) if kind is RecordType.RESOURCE else answer(head, block, revisit=revisit)
    # A revisit is said to be truncated because its payload is left out.
    cut_by_its_maker = not revisit and bool(head.get("WARC-Truncated") or head.get("WARC-Segment-Number"))
    capture = Capture(
        url=_address(head),
        fetched_at=when,
        body=page.body,
        status=page.status,
        headers=page.headers,
        source=_source(head),
        vantage=head.get("Palimpsest-Vantage")[:_LONGEST_VANTAGE] or "default",
        as_received=head.get(_SOURCE) == Source.OWN_HTTP or bool(head.get(AS_RECEIVED)),
        time_basis=_BASIS.get(head.get("Palimpsest-Time-Basis"), TimeBasis.ARCHIVE),
        origin=f"{name}@{found.at}" + (f"+{found.inside}" if found.inside else ""),
        truncated=found.doubtful or cut_by_its_maker or not page.whole,
    )
    return capture, page.agrees


def _source(head: Head) -> Source:
    """Whose look it is: what another archive had fetched is given to this one; what was given to that, too, is what it
    was there. A page that a browser made is given as a page: no outlet sent it."""
    return _GIVEN.get(head.get(_SOURCE), Source.GIVEN_WARC)


def _resource(head: Head, block: bytes) -> Payload:
    try:
        status, headers = material(head)
    except ValueError as wrong:
        raise Break(f"a resource whose headers cannot be read ({wrong})") from wrong
    if not 100 <= status <= 999:
        raise Break(f"a resource with status {status}")
    return Payload(status, headers, block, agrees=agrees(head.get("WARC-Payload-Digest"), block))
