"""What each operation is given at its worst, for `test_bounds`: each runs in a process of its own, whose time and
memory the system bounds."""

from __future__ import annotations

import gzip
import resource
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive import diff, warc
from archive.diff import paragraphs, sentence_edits
from archive.records import Block, BlockType, Capture, Circumstances, Reading, Verdict
from archive.store import texts
from archive.warc import Foreign
from crawler.discover import discover
from crawler.extract.examine import Fault, examine
from crawler.outlets.find import Sitemap
from crawler.outlets.registry import registry
from crawler.parse.page import Page, load
from crawler.pipeline.sources.files import content

__all__ = ["OPERATIONS", "main"]

SECONDS = 20
"""Of processor time; each operation takes some three on a quiet machine."""

MEMORY = 900_000_000
"""Bytes a process may have, of which 200 million are the program with all it has loaded."""

_EMPTY = gzip.compress(b"", mtime=0)
_NAMED = b"\x1f\x8b\x08\x08\0\0\0\0\0\xffname\0\x03\0" + bytes(8)
_HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>A story."
_RECORD = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
    b"WARC-Target-URI: https://a.example/1\r\nContent-Type: application/http; msgtype=response\r\n"
    b"Content-Length: %d\r\n\r\n%b\r\n\r\n" % (len(_HTTP), _HTTP)
)
_STORY = b"<!doctype html><title>A story</title><p>The text of a story that stands behind all that.</p>"


def _page(body: bytes, coding: str) -> Page:
    headers = (("Content-Type", "text/html"), ("Content-Encoding", coding))
    return load(Capture("https://a.example/1", datetime(2026, 1, 1, tzinfo=UTC), body, headers=headers))


def _a_page() -> None:
    packed = gzip.compress(_EMPTY * 300_000 + gzip.compress(_STORY))
    assert "behind all that" in _page(packed, "gzip, gzip").text


def _a_page_in_frames() -> None:
    # Four bytes of magic, a descriptor, a window, an empty last block.
    problem = _page(b"\x28\xb5\x2f\xfd\x00\x58\x01\x00\x00" * 1_000_000, "zstd").problem
    assert problem is not None
    assert problem.verdict is Verdict.UNREADABLE


def _a_tree() -> None:
    problem = _page(b"<!doctype html>" + b"".join(b"<html a%d>" % n for n in range(200_000)), "").problem
    assert problem is not None
    assert problem.verdict is Verdict.UNREADABLE


def _read(each: bytes, many: int) -> None:
    lines = b"".join(each.replace(b"#", b"%d" % n) for n in range(many))
    body = b"<!doctype html><article><h1>A headline</h1><p>%s</p>%s</article>" % (b"A sentence of it. " * 40, lines)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    capture = Capture("https://a.example/1", at, body, headers=(("Content-Type", "text/html"),))
    judgement, _ = examine(capture, registry().named("generic", capture.url, at))
    assert not isinstance(judgement, Fault)


def _a_page_of_links() -> None:
    _read(b"<li><a href=/news/#>A link to the story of day #</a>", 16_000)


def _a_page_of_headings() -> None:
    _read(b"<h3>A heading of the story of day #</h3>", 8_000)
    _read(b"<article><h2><a href=/news/#>A link to the story of day #</a></h2><p>What it says.</p></article>", 8_000)


def _a_page_of_equal_lines() -> None:
    _read(b"<p>The same line again and again, as it seems to be.</p>", 16_000)


def _a_sitemap() -> None:
    body = gzip.compress(_NAMED * 300_000 + gzip.compress(b"https://a.example/1"))
    found = discover(Sitemap("https://a.example/s"), "https://a.example/s", body, "text/plain", "gzip")
    assert [one.url for one in found.found] == ["https://a.example/1"]


def _saved(body: bytes) -> Path:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(body)
    return Path(file.name)


def _a_given_file() -> None:
    path = _saved(_EMPTY * 300_000 + gzip.compress(_STORY))
    assert content(path) == (_STORY, False)
    path.unlink()


def _a_warc() -> None:
    # Before the first record, where nothing began yet, and between two.
    record = gzip.compress(_RECORD)
    path = _saved(_EMPTY * 1_000_000 + record + _NAMED * 100_000 + record)
    assert sum(isinstance(one, Foreign) for one in warc.scan(path)) == 2
    path.unlink()


def _row(*lines: str) -> dict[str, Any]:
    body = tuple(Block(BlockType.P, line) for line in lines)
    return texts.columns(texts.content(Reading("Headline", body=body, circumstances=Circumstances(language="en"))))


def _compared(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert sentence_edits.kinds(sentence_edits.changes(old, new))
    before, after = diff.editorial(old), diff.editorial(new)
    assert paragraphs.compare("body", before["body"], after["body"])


def _an_edit_of_words() -> None:
    old = "a " * 20_000
    _compared(_row(old), _row(" ".join("b" if n % 2 else "a" for n in range(20_000))))
    _compared(_row(old, "word " * 60_000), _row(old + "b", "word " * 59_000 + "other " * 1_000))


def _an_edit_of_runs() -> None:
    # Long words that begin alike, many of them beside many that stay: each pair may be a slip of the pen.
    both = [[f"word{n}" if n % 200 > 90 else f"alike{mark}{n:05}" for n in range(4_800)] for mark in "xy"]
    _compared(*(_row(*(f"{' '.join(words)} {n}." for n in range(20))) for words in both))


def _an_edit_of_paragraphs() -> None:
    lines = [f"The number {n} stands in a paragraph of its own." for n in range(50_000)]
    assert sentence_edits.changes(_row(*lines), _row(*(line.replace("own", "others") for line in lines)))


OPERATIONS: dict[str, Callable[[], None]] = {
    "a page of empty gzip members": _a_page,
    "a page of empty zstd frames": _a_page_in_frames,
    "a page of tags that gather attributes": _a_tree,
    "a page of links": _a_page_of_links,
    "a page of headings": _a_page_of_headings,
    "a page of equal lines": _a_page_of_equal_lines,
    "a sitemap of empty gzip members": _a_sitemap,
    "a given file of empty gzip members": _a_given_file,
    "a WARC file of empty gzip members": _a_warc,
    "an edit of 20,000 words": _an_edit_of_words,
    "an edit of many long words": _an_edit_of_runs,
    "an edit of 50,000 paragraphs": _an_edit_of_paragraphs,
}
"""By their names in docs/security.md."""


def main() -> int:
    """Run the operation that is named. A process that takes too long is ended by the system."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    OPERATIONS[sys.argv[1]]()
    used = resource.getrusage(resource.RUSAGE_SELF)
    sys.stdout.write(f"{sys.argv[1]}: {used.ru_utime:.1f} s, {used.ru_maxrss // 1024} MB at most\n")
    return 0
