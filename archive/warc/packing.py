"""How records are packed (gzip members, zstd frames) and how each begins (WARC, ARC), for whoever reads on from one to
the next: all that `stretch` must know of either.

zstd: https://iipc.github.io/warc-specifications/specifications/warc-zstd/ (a file may begin with the dictionary its
frames need, in a frame that others pass over). ARC: https://archive.org/web/researcher/ArcFileFormat.php.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from archive.warc.format import BadGzip, Head, inflater, parse_head

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["ARC", "BAD", "DICTIONARY", "GZIP", "WARC", "ZSTD_MAGIC", "Layout", "Packing", "Unpacker", "of_zstd"]

BAD = (BadGzip, zstd.ZstdError, EOFError)
"""What says that a member or frame is damaged."""

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
DICTIONARY = b"\x5d\x2a\x4d\x18"
_LARGEST_DICTIONARY = 16_000_000
_LARGEST_WINDOW = 27
"""Binary logarithm of the bytes a frame may have us keep: 128 MB, as much as zstd's own tool allows."""


class Unpacker(Protocol):
    """What undoes one member or frame. `hungry`: it wants bytes before it can give more; `eof`: it has come to its
    end; `behind`: what it was fed beyond that. Raises one of BAD."""

    @property
    def hungry(self) -> bool: ...
    @property
    def eof(self) -> bool: ...
    @property
    def behind(self) -> bytes: ...
    def feed(self, raw: bytes, most: int) -> bytes:
        """At most so many bytes of what these and all before them hold."""


@dataclass(frozen=True, slots=True)
class Packing:
    """One way to pack records: what a member is called, how it begins, how many bytes of it tell what it holds."""

    name: str
    magic: bytes
    opening: int
    unpacker: Callable[[], Unpacker]


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to write records: how one begins, the end of the line before one, and its head, taken off."""

    begins: re.Pattern[bytes]
    following: re.Pattern[bytes]
    head: Callable[[bytes], Head]
    ends_head: re.Pattern[bytes]


class _Gunzip:
    def __init__(self) -> None:
        self._inflate = inflater()

    @property
    def hungry(self) -> bool:
        return not self._inflate.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def behind(self) -> bytes:
        return self._inflate.unused_data

    def feed(self, raw: bytes, most: int) -> bytes:
        return self._inflate.decompress(self._inflate.unconsumed_tail + raw, most)


class _Unzstd:
    def __init__(self, dictionary: zstd.ZstdDict | None) -> None:
        bounds = {int(zstd.DecompressionParameter.window_log_max): _LARGEST_WINDOW}
        self._frame = zstd.ZstdDecompressor(zstd_dict=dictionary, options=bounds)

    @property
    def hungry(self) -> bool:
        return self._frame.needs_input

    @property
    def eof(self) -> bool:
        return self._frame.eof

    @property
    def behind(self) -> bytes:
        return self._frame.unused_data

    def feed(self, raw: bytes, most: int) -> bytes:
        return self._frame.decompress(raw, most)


GZIP = Packing("gzip member", b"\x1f\x8b\x08", 4_096, _Gunzip)


def of_zstd(file: BinaryIO) -> tuple[Packing, int]:
    """How a zstd file is packed, and where its first frame stands, behind its dictionary. Raises ZstdError."""
    file.seek(0)
    start = file.read(8)
    if not start.startswith(DICTIONARY):
        return _zstd(None), 0
    length = int.from_bytes(start[4:], "little")
    if length > _LARGEST_DICTIONARY:
        raise zstd.ZstdError(f"a dictionary of {length} bytes")
    data = file.read(length)
    if data.startswith(ZSTD_MAGIC):
        frame = zstd.ZstdDecompressor()
        data = frame.decompress(data, _LARGEST_DICTIONARY)
    try:
        return _zstd(zstd.ZstdDict(data)), 8 + length
    except ValueError as wrong:
        raise zstd.ZstdError(f"no dictionary: {wrong}") from None


def _zstd(dictionary: zstd.ZstdDict | None) -> Packing:
    # A frame gives nothing before its first block, of up to 128 KB, is whole.
    return Packing("zstd frame", ZSTD_MAGIC, 140_000, lambda: _Unzstd(dictionary))


_BLANK = re.compile(rb"\r?\n\r?\n")
WARC = Layout(
    begins=re.compile(rb"WARC/"),
    following=re.compile(rb"[\n\0](?=WARC/\d\.\d\d?\r?\n)"),
    head=lambda lines: parse_head(lines, "utf-8"),
    ends_head=_BLANK,
)

_LINE = rb"(?:[a-z][a-z0-9+.-]{1,15}:)[^\n]{1,8000} \d{14} [^\n]{1,400}\n"


def _arc_head(line: bytes) -> Head:
    """A record's one line as fields of WARC: address, IP, date, type, and in version 2 five more, the length last."""
    words = line.decode("utf-8", "replace").split()
    at = next((place for place in (-3, -8) if len(words) >= 2 - place and re.fullmatch(r"\d{14}", words[place])), None)
    if at is None:
        return Head("ARC", ())
    url = "%20".join(words[: at - 1])
    kind = "warcinfo" if url.startswith("filedesc:") else "response"
    pairs = {"WARC-Type": kind, "WARC-Target-URI": url, "WARC-Date": words[at], "Content-Length": words[-1]}
    return Head("ARC", tuple(pairs.items()))


ARC = Layout(
    begins=re.compile(rb"(?:filedesc|https?|dns|ftp):"),
    following=re.compile(rb"[\n\0](?=" + _LINE + rb")"),
    head=_arc_head,
    ends_head=re.compile(rb"\n"),
)
