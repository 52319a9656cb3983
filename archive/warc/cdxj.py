"""Indexes of web archives, CDXJ: a line for each record that can be replayed, sorted by what its address sorts by.

The key is SURT, the address from its most general part on (`org,example)/news`), as the Internet Archive writes it
(https://github.com/internetarchive/surt) and pywb looks it up; players in browsers keep a closing slash (warcio.js,
`getSurt`). Large indexes are cut into blocks, each a gzip member, with an index of blocks beside (ZipNum), which is
what players read of an archive that is too large to be read whole.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Protocol
from urllib.parse import quote, unquote_to_bytes, urlsplit

from archive.records import Place
from archive.warc.format import compress
from archive.warc.read import StoredRecord

__all__ = ["REPLAYED", "Sorted", "blocks", "line", "surt"]

REPLAYED = frozenset({"response", "resource", "revisit"})
"""Types of records that an index names: what a browser made of a page (`conversion`) is made again when it is replayed
from the response it was made of."""

_IN_MEMORY = 100_000
"""Lines sorted at once; what is more waits in files."""

_IN_BLOCK = 3_000
"""Lines of a block, as everybody cuts them."""

_SLASHES = re.compile("//+")
_WWW = re.compile(r"www\d*\.")
_DEFAULT_PORT = {"http": 80, "https": 443}
_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"


def surt(url: str, *, closing_slash: bool = False) -> str:
    """What an address sorts by. `closing_slash` keeps one, as players do; the Internet Archive drops it."""
    try:
        parts = urlsplit(url)
        known = parts.scheme.lower() in _DEFAULT_PORT and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if not known or not parts.hostname:
        return quote(url, safe=_SAFE + "%")
    host = ",".join(reversed(_WWW.sub("", parts.hostname, count=1).split(".")))
    port = f":{parts.port}" if parts.port not in {None, _DEFAULT_PORT[parts.scheme.lower()]} else ""
    path, query = (parts.path or "/", parts.query) if closing_slash else (_escaped(parts.path), _escaped(parts.query))
    if not closing_slash:
        path = _SLASHES.sub("/", path).removesuffix("/") or "/"
    sought = "?" + "&".join(sorted(query.lower().split("&"))) if query else ""
    return f"{host}{port}){path.lower()}{sought}"


def _escaped(part: str) -> str:
    """Undone until nothing is left to undo, and escaped once."""
    raw = part.encode("utf-8", "surrogatepass")
    while (undone := unquote_to_bytes(raw)) != raw:
        raw = undone
    return quote(raw, safe=_SAFE)


def line(record: StoredRecord, place: Place, *, closing_slash: bool = False) -> str:
    """A record's line, without its end; `place` is where whoever reads the index finds it."""
    told = {
        "url": record.url,
        "mime": "warc/revisit" if record.type == "revisit" else _media(record),
        "status": str(record.status),
        "digest": f"sha256:{record.digest.hex()}",
        "length": str(place.length),
        "offset": str(place.offset),
        "filename": place.file,
    }
    key = surt(record.url, closing_slash=closing_slash)
    return f"{key} {record.date:%Y%m%d%H%M%S} {json.dumps(told)}"


def _media(record: StoredRecord) -> str:
    said = next((value for name, value in record.headers if name.lower() == "content-type"), "")
    return said.partition(";")[0].strip().lower() or "unk"


class Sorted:
    """Lines that come in any order and leave in the order of their bytes, few of them in memory. `size` is how many
    bytes they come to. Its files go when it is closed."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where what does not stay in memory waits: on a disk with room."""
        self._folder = folder
        self._lines: list[bytes] = []
        self._files: list[IO[bytes]] = []
        self.size = 0

    def add(self, line: str) -> None:
        """One line, without its end."""
        self._lines.append(line.encode("utf-8", "backslashreplace") + b"\n")
        self.size += len(self._lines[-1])
        if len(self._lines) >= _IN_MEMORY:
            file = TemporaryFile(dir=self._folder)  # noqa: SIM115 - open until all are merged
            self._files.append(file)
            file.writelines(sorted(self._lines))
            self._lines.clear()

    def __iter__(self) -> Iterator[bytes]:
        for file in self._files:
            file.seek(0)
        return merge(*self._files, sorted(self._lines))

    def close(self) -> None:
        """Let go of the files."""
        for file in self._files:
            file.close()


class SupportsWrite(Protocol):
    """What takes bytes."""

    def write(self, data: bytes, /) -> int:
        """Write them all."""


def blocks(lines: Iterable[bytes], to: SupportsWrite, name: str) -> Iterator[bytes]:
    """Write sorted lines as gzip members of so many lines, and give the lines of the index of these blocks; `name` is
    what the file is called."""
    yield _meta(name)
    offset, of = 0, iter(lines)
    while some := list(islice(of, _IN_BLOCK)):
        member = compress(*some)
        to.write(member)
        key, at, _ = some[0].split(b" ", 2)
        told = {"offset": offset, "length": len(member), "digest": f"sha256:{hashlib.sha256(member).hexdigest()}"}
        yield b"%s %s %s\n" % (key, at, json.dumps({**told, "filename": name}).encode())
        offset += len(member)


def _meta(name: str) -> bytes:
    return b"!meta 0 " + json.dumps({"format": "cdxj-gzip-1.0", "filename": name}).encode() + b"\n"
