"""What a browser's developer tools saved (HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/) as a source."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive import text, urls
from archive.errors import BadInput
from archive.records import Capture, Source, TimeBasis
from crawler.parse.streams import GZIP
from crawler.pipeline.sources.files import beginning, content
from crawler.pipeline.sources.protocol import Item, Stored
from crawler.pipeline.sources.replay import as_shown

__all__ = ["Har", "is_har"]

_UNDONE = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers of what a HAR holds undone."""
_PAGES = ("text/html", "application/xhtml+xml")


def is_har(path: Path) -> bool:
    """Whether a file begins as a HAR does, or is named so. Raises BadInput."""
    start = beginning(path)
    if start.startswith(GZIP):
        # A member that goes on behind these bytes is no fault.
        with suppress(zlib.error):
            start = zlib.decompressobj(31).decompress(start, 4096)
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and (".har" in path.suffixes or start[1:200].lstrip().startswith(b'"log"'))


@dataclass(frozen=True, slots=True)
class Har:
    """A HAR file: what was asked for, and what a browser made of the answers."""

    path: Path

    def check(self) -> None:
        """Raise BadInput where it cannot be read."""
        self._entries()

    def captures(self, _stored: Stored) -> Iterator[Item]:
        """Each answer that has a body, or whose page lacks it."""
        for number, entry in enumerate(self._entries()):
            where = f"{self.path.name}, entry {number + 1}"
            try:
                capture = _capture(entry, f"{self.path.name}#{number}")
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as problem:
                yield Item(where=where, trouble=f"no entry of a HAR ({type(problem).__name__}: {str(problem)[:80]})")
            except BadInput as problem:
                yield Item(where=where, trouble=str(problem))
            else:
                if capture is not None:
                    yield Item(capture)

    def _entries(self) -> list[Any]:
        data, torn = content(self.path)
        try:
            entries = json.loads(data)["log"]["entries"]
        except (ValueError, RecursionError, KeyError, TypeError) as problem:
            raise BadInput(f"{self.path} is no HAR{' and ends too early' * torn} ({str(problem)[:80]})") from None
        if not isinstance(entries, list):
            raise BadInput(f"{self.path} is no HAR: its entries are no list")
        return entries


def _capture(entry: dict[str, Any], origin: str) -> Capture | None:
    """The answer of an entry; None where it is no page and came without a body. Raises BadInput, and what Python raises
    where it is no entry."""
    request, response = entry["request"], entry["response"]
    url, status = str(request["url"]), int(response["status"])
    if request.get("method", "GET") != "GET" or not url.startswith(("http://", "https://")):
        return None
    held = response.get("content") or {}
    kind, body = str(held.get("mimeType", "")), _body(held)
    if not 100 <= status <= 599 or (not body and 200 <= status < 300):
        if kind.startswith(_PAGES):
            raise BadInput(f"{url[:200]}: the browser kept no body of this page")
        return None
    if status == 304 and body:
        # The browser had it still, and shows it.
        status = 200
    headers = _headers(response.get("headers") or [], kind, as_text=held.get("encoding") != "base64" and bool(body))
    at = text.parse_time(str(entry["startedDateTime"])).astimezone(UTC)
    found = Capture(
        url=urls.normal(url),
        fetched_at=_begun(at),
        body=body,
        status=status,
        headers=headers,
        source=Source.GIVEN_PAGE,
        time_basis=TimeBasis.ARCHIVE,
        origin=origin,
    )
    return as_shown(found)


def _begun(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at


def _body(held: dict[str, Any]) -> bytes:
    words = held.get("text") or ""
    if held.get("encoding") == "base64":
        return base64.b64decode(words)
    return str(words).encode("utf-8", "surrogatepass")


def _headers(given: list[Any], kind: str, *, as_text: bool) -> tuple[tuple[str, str], ...]:
    """The headers that hold for the body as it is kept: decoded, and where it is kept as text, in our charset."""
    pairs = [(str(one["name"]), str(one["value"])) for one in given]
    kept = [(name, value) for name, value in pairs if name.lower() not in _UNDONE and not name.startswith(":")]
    if not as_text:
        return tuple(kept)
    stated = next((value for name, value in kept if name.lower() == "content-type"), kind)
    bare = (stated or "text/html").partition(";")[0].strip()
    others = [(name, value) for name, value in kept if name.lower() != "content-type"]
    return (*others, ("Content-Type", f"{bare}; charset=utf-8"))
