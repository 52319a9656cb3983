"""What writing, reading and foreign files share: gzip members, header lines in and out, dates, the word for a break.

Header bytes are text by one rule everywhere: HTTP's are Latin-1, one character a byte, so that nothing is lost; WARC's
are UTF-8. Characters that would end a line are replaced on the way out: a hostile header cannot begin a second one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from isal import isal_zlib

from archive.text import parse_time

__all__ = [
    "ASKED",
    "AS_RECEIVED",
    "GZIP_START",
    "HTTP_REQUEST",
    "HTTP_RESPONSE",
    "LARGEST_BODY",
    "BadGzip",
    "Head",
    "Inflater",
    "Pairs",
    "Trouble",
    "compress",
    "http_head",
    "http_split",
    "inflater",
    "material",
    "moment",
    "parse_head",
    "stamp",
    "warc_head",
]

LARGEST_BODY = 256_000_000
"""Bytes of one body that can be kept; whoever fetches stops long before."""

HTTP_RESPONSE = "application/http; msgtype=response"
HTTP_REQUEST = "application/http; msgtype=request"

ASKED = "Palimpsest-Asked"
"""The field of a record that says which address was asked for, where another one answered."""

AS_RECEIVED = "Palimpsest-As-Received"
"""The field of a record that was taken over from another archive of this program, and had been fetched by that."""

GZIP_START = bytes.fromhex("1f8b08000000000000ff")
"""The ten bytes every member of ours begins with: no time, no name. No checksum covers them, so they are compared."""

BadGzip: type[Exception] = isal_zlib.error  # type: ignore[assignment]  # the stubs say it is an instance
Inflater = isal_zlib.Decompress

Pairs = tuple[tuple[str, str], ...]
"""Header names and values, in order, duplicates kept."""

_BLANK = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_DIGITS = re.compile(r"\d{14}")
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f:]")
_UNSAFE_VALUE = str.maketrans("\r\n\0", "   ")

# The body is stored freed of transfer-encoding; the plain name would have every other reader undo it a second time.
_HIDDEN = "X-Archive-Orig-"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A break in a WARC file: the byte offset of the member or record, and what is wrong, in words.

    `torn` says that the file simply ends there, as after a crash; otherwise bytes are damaged or are no WARC.
    """

    offset: int
    what: str
    torn: bool = False


def compress(*parts: bytes) -> bytes:
    """The parts, one after the other, as one gzip member that is the same whenever it is made."""
    press = isal_zlib.compressobj(3, isal_zlib.DEFLATED, 31)
    return b"".join([*(press.compress(part) for part in parts), press.flush()])


def inflater() -> Inflater:
    """What undoes one gzip member, its checksum included; raises BadGzip."""
    return isal_zlib.decompressobj(31)


@dataclass(frozen=True, slots=True)
class Head:
    """A header block: its first line, and its names and values in order."""

    first: str
    pairs: Pairs

    def get(self, name: str) -> str:
        """The first value of that name (any case), or an empty text."""
        low = name.lower()
        return next((value for key, value in self.pairs if key.lower() == low), "")


def parse_head(block: bytes, encoding: str) -> Head:
    """A header block's bytes in the encoding given, folded lines joined; lines without a colon are passed over."""
    first, *lines = _FOLD.sub(b" ", block).decode(encoding, "replace").split("\n")
    parts = (line.partition(":") for line in lines)
    pairs = tuple((name.strip(" \t\r"), value.strip(" \t\r")) for name, colon, value in parts if colon)
    return Head(first.strip(" \t\r"), pairs)


def http_split(block: bytes, longest: int) -> tuple[Head, int] | None:
    """An HTTP response's head and the position where its body begins; None where the head is over `longest` bytes."""
    blank = _BLANK.search(block, 0, longest)
    if blank is None and len(block) > longest:
        return None
    end = blank.end() if blank else len(block)
    head = parse_head(block[:end], "latin-1")
    return Head(head.first, tuple((_unhidden(name), value) for name, value in head.pairs)), end


def _unhidden(name: str) -> str:
    original = name.removeprefix(_HIDDEN)
    return original if original.lower() == "transfer-encoding" else name


def _line(name: str, value: str) -> str:
    return f"{_UNSAFE_NAME.sub('_', name).strip(' ')}: {value.translate(_UNSAFE_VALUE).strip(' ')}\r\n"


def warc_head(fields: Iterable[tuple[str, str]]) -> bytes:
    """A WARC/1.1 record's head with its blank line."""
    lines = "".join(_line(name, value) for name, value in fields)
    return f"WARC/1.1\r\n{lines}\r\n".encode("utf-8", "backslashreplace")


def http_head(status: int, reason: str, headers: Pairs) -> bytes:
    """An HTTP response's head with its blank line: headers in the order received, `Transfer-Encoding` renamed."""
    lines = b"".join(_octets(_line(_hidden(name), value)) for name, value in headers)
    return f"HTTP/1.1 {status} {reason}\r\n".encode("ascii") + lines + b"\r\n"


def _hidden(name: str) -> str:
    return _HIDDEN + name if name.lower() == "transfer-encoding" else name


def _octets(line: str) -> bytes:
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "backslashreplace")


def stamp(when: datetime) -> str:
    """A WARC-Date: UTC with microseconds and `Z`. Raises ValueError for a time without a zone."""
    if when.tzinfo is None:
        raise ValueError("a record's time must name its zone")
    return when.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime | None:
    """A WARC-Date as any tool writes it (ISO, with or without fractions and `Z`, or 14 digits): aware UTC, or None."""
    try:
        if _DIGITS.fullmatch(text):
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return parse_time(text)
    except (ValueError, OverflowError):
        return None


def material(head: Head) -> tuple[int, Pairs]:
    """Status and headers of a resource record: ours when it carries them, else 200 and its Content-Type.

    Raises ValueError where our own extension headers are not what we write.
    """
    status = int(head.get("Palimpsest-Status") or 200)
    stated = head.get("Palimpsest-Headers")
    if stated:
        return status, _pairs(stated)
    kind = head.get("Content-Type")
    return status, (("Content-Type", kind),) if kind and not head.get("Palimpsest-Source") else ()


def _pairs(stated: str) -> Pairs:
    try:
        return tuple((str(name), str(value)) for name, value in json.loads(stated))
    except (TypeError, RecursionError) as wrong:
        raise ValueError("Palimpsest-Headers is no list of pairs") from wrong
