"""WARC files of old servers and odd tools: what their records say is taken as it was meant."""

from __future__ import annotations

import base64
import gzip
import hashlib
from pathlib import Path
from typing import Any

import pytest

from archive.home import Home
from tests.crawler.pipeline.saved import ADDRESS, EDITED, OLD, asked, rows

FIRST, SECOND = "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"
PROFILE = ("WARC-Profile", "http://netpreserve.org/warc/1.0/revisit/server-not-modified")
NOTHING = ("WARC-Payload-Digest", "sha1:" + base64.b32encode(hashlib.sha1(b"").digest()).decode())


def _record(kind: str, at: str, block: bytes, *more: tuple[str, str], url: str = ADDRESS) -> bytes:
    fields = [("WARC-Type", kind), ("WARC-Date", at), ("WARC-Target-URI", url), *more]
    fields += [("WARC-Record-ID", f"<urn:x:{kind}-{at}>"), ("Content-Type", "application/http; msgtype=response")]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"WARC/1.0\r\n{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def _answer(body: bytes = OLD, first: str = "HTTP/1.1 200 OK", more: str = "") -> bytes:
    return f"{first}\r\nContent-Type: text/html\r\n{more}\r\n".encode() + body


def _taken(home: Home, folder: Path, *records: bytes) -> list[dict[str, Any]]:
    path = folder / "given.warc"
    path.write_bytes(b"".join(records))
    return rows(asked(home, "ingest", path, "--json", fine=True))


HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
ANSWERS = {
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n" + _answer(),
    "hints": HINTS * 3 + _answer(),
    "no version": _answer(first="HTTP 200 Document follows"),
    "HTTP/2": _answer(first="HTTP/2 200"),
    "HTTP/1.10": _answer(first="HTTP/1.10 200 OK"),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_is_the_one_that_ends_the_exchange(sqlite_home: Home, tmp_path: Path, kind: str) -> None:
    (taken,) = _taken(sqlite_home, tmp_path, _record("response", FIRST, ANSWERS[kind]))
    assert (taken["outcome"], taken["verdict"]) == ("new", "article")


def test_an_interim_answer_alone_is_an_error(sqlite_home: Home, tmp_path: Path) -> None:
    (taken,) = _taken(sqlite_home, tmp_path, _record("response", FIRST, HINTS))
    assert taken["verdict"] == "error-page"


@pytest.mark.parametrize("status", ["1000", "0", "-1", "099", "99999999"])
def test_what_is_no_status_costs_nothing_else(sqlite_home: Home, tmp_path: Path, status: str) -> None:
    odd = _record("response", FIRST, _answer(first=f"HTTP/1.1 {status} Odd"), url=ADDRESS.replace("41739", "41740"))
    taken = _taken(sqlite_home, tmp_path, odd, _record("response", FIRST, _answer()))
    assert {row["verdict"] for row in taken} == {"error-page", "article"}
    assert asked(sqlite_home, "verify", fine=True)


def test_a_digest_may_be_that_of_what_was_packed(sqlite_home: Home, tmp_path: Path) -> None:
    digest = ("WARC-Payload-Digest", "sha256:" + hashlib.sha256(OLD).hexdigest())
    packed = _answer(gzip.compress(OLD), more="Content-Encoding: gzip\r\n")
    (taken,) = _taken(sqlite_home, tmp_path, _record("response", FIRST, packed, digest))
    assert taken["outcome"] == "new"


NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"
REVISITS: dict[str, tuple[bytes, tuple[tuple[str, str], ...]]] = {
    "names nothing": (NOT_MODIFIED, (PROFILE,)),
    "empty": (b"", (PROFILE, NOTHING, ("WARC-Truncated", "length"))),
    "without a profile": (b"", (NOTHING,)),
    "by its id": (NOT_MODIFIED, (PROFILE, ("WARC-Refers-To", f"<urn:x:response-{FIRST}>"))),
    "by WARC 1.1": (NOT_MODIFIED, ((PROFILE[0], PROFILE[1].replace("1.0", "1.1")),)),
    "the profile misspelt, the status not": (NOT_MODIFIED, (("WARC-Profile", "revisit/server-not-modified/"),)),
    "no profile, the status alone": (NOT_MODIFIED, ()),
    "its validators only": (NOT_MODIFIED, (PROFILE, ("WARC-Etag", '"x"'), ("WARC-Last-Modified", "x"))),
    "of a record nobody has": (NOT_MODIFIED, (PROFILE, ("WARC-Refers-To", "<urn:x:gone>"))),
    "of a time nobody has": (
        NOT_MODIFIED,
        (PROFILE, ("WARC-Refers-To-Target-URI", ADDRESS), ("WARC-Refers-To-Date", "2026-02-28T00:00:00Z")),
    ),
    "of another spelling of its address": (
        NOT_MODIFIED,
        (PROFILE, ("WARC-Refers-To-Target-URI", ADDRESS.replace("https:", "http:")), ("WARC-Refers-To-Date", FIRST)),
    ),
    "the same digest, by another profile": (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        (
            ("WARC-Profile", "http://netpreserve.org/warc/1.0/revisit/uri-agnostic-identical-payload-digest"),
            ("WARC-Payload-Digest", "sha1:" + base64.b32encode(hashlib.sha1(OLD).digest()).decode()),
        ),
    ),
    "the same digest, without a head": (
        b"",
        (("WARC-Payload-Digest", "sha1:" + base64.b32encode(hashlib.sha1(OLD).digest()).decode()),),
    ),
    "by its address": (
        NOT_MODIFIED,
        (PROFILE, ("WARC-Refers-To-Target-URI", ADDRESS), ("WARC-Refers-To-Date", FIRST)),
    ),
}


@pytest.mark.parametrize("kind", REVISITS)
def test_not_modified_is_a_look_that_found_the_same(sqlite_home: Home, tmp_path: Path, kind: str) -> None:
    block, more = REVISITS[kind]
    moved = _answer(b"", "HTTP/1.1 301 Moved", "Location: /x\r\n")
    empty = _record("response", FIRST, moved, NOTHING, url=ADDRESS.replace("41739", "41740"))
    digest = ("WARC-Payload-Digest", "sha1:" + base64.b32encode(hashlib.sha1(OLD).digest()).decode())
    records = (_record("response", FIRST, _answer(), digest), empty, _record("revisit", SECOND, block, *more))
    taken = _taken(sqlite_home, tmp_path, *records)
    assert [row["outcome"] for row in taken if row["url"] == ADDRESS] == ["new", "same"]


def test_not_modified_means_what_the_archive_has(sqlite_home: Home, tmp_path: Path) -> None:
    _taken(sqlite_home, tmp_path, _record("response", FIRST, _answer(EDITED)))
    (taken,) = _taken(sqlite_home, tmp_path, _record("revisit", SECOND, NOT_MODIFIED, PROFILE))
    assert taken["outcome"] == "same"
