"""Captures to write as evidence, how they are written, and how any file is scanned."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from archive import warc
from archive.records import Capture, Hop, Place, Source, TimeBasis

NOW = datetime(2026, 3, 4, 5, 6, 7, 890, tzinfo=UTC)
URL = "https://www.example.org/статья/1?a=b"
PAGE = b"<html><body><h1>\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82</h1></body></html>\n"
HEADERS = (("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("set-cookie", "b=\xe9"), ("Content-Encoding", "gzip"))
CAPTURE = Capture(URL, NOW, gzip.compress(PAGE * 30, mtime=0), 200, HEADERS, outlet="rt-fr")
HOPPED = replace(
    CAPTURE,
    url="http://example.org/1",
    final_url=URL,
    hops=(Hop("http://example.org/1", 301, (("Location", URL),), b"moved"),),
)
GIVEN = replace(CAPTURE, source=Source.GIVEN_PAGE, time_basis=TimeBasis.STATED, headers=(), body=PAGE, origin="a.html")


def write(folder: Path, *captures: Capture, limit: int = 10**9) -> tuple[list[Place], tuple[warc.WrittenFile, ...]]:
    writer = warc.Writer(folder, "run", NOW, "palimpsest/0.1", limit)
    places = [writer.write(capture)[0] for capture in captures]
    writer.close()
    return places, writer.files


def foreign(path: Path, **options: int) -> tuple[list[warc.Foreign], list[warc.Trouble]]:
    items = list(warc.scan(path, **options))
    return [x for x in items if isinstance(x, warc.Foreign)], [x for x in items if isinstance(x, warc.Trouble)]
