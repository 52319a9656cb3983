"""Whatever somebody gives us is stored or refused with a word; nothing of it stops the rest or breaks what shows it."""

from __future__ import annotations

import gzip
import itertools
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from archive.home import Home
from archive.query import search
from archive.search.language import parse
from archive.text import LONGEST_LINE
from tests.archive.material import opened
from tests.crawler.pipeline.saved import Folder, asked, rows
from tests.support import RunCli, sound

AT = "2026-03-01T12:00:00Z"
SITE = "https://hostile.example.org"


HEADLINE = "A headline that is long enough"

# No two pages have one body: the third address of a body would be held.
_EVENINGS = itertools.count(1)


def page(text: str, headline: str = HEADLINE, head: str = "", shown: str | None = None) -> bytes:
    """A page of no outlet in particular."""
    h1 = headline if shown is None else shown
    return (
        f"<!doctype html><html lang='en'><head><title>{headline}</title>{head}</head><body><article><h1>{h1}</h1>"
        f"<p>The council decided on Friday that the trees stay, after a long evening of speeches. {text}</p>"
        f"<p>More than two hundred people had signed a letter that asked for that, and some had brought apples. "
        f"It was evening {next(_EVENINGS)}.</p>"
        "</article></body></html>"
    ).encode("utf-8", "surrogatepass")


def jsonld(**values: str) -> str:
    """JSON-LD of an article; its escapes may mean what no text may hold."""
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **values})}</script>'


_AUTHORS = json.dumps({"@type": "NewsArticle", "author": [{"name": f"Author {n}"} for n in range(10_000)]})

PAGES: dict[str, tuple[bytes, str]] = {
    "nul in the text": (page("a\0b"), "article"),
    "nul and surrogates in JSON-LD": (
        page("x", head=jsonld(headline="A headline that is long enough\ud83d\0", author="\udc00Ann\0\ufffe")),
        "article",
    ),
    "surrogates in UTF-8": (page("\ud83d \udc00"), "unreadable|article"),
    "controls and directions": (page("\x01\x1b[31m\x7f\u202e\u2066\ufeff\uffff\U0001fffe"), "article"),
    "a title of 5 MB": (page("x", headline="long " * 1_000_000, shown=""), "article"),
    "a paragraph of 11 MB": (page("word " * 2_200_000), "article"),
    "100,000 elements in one another": (page("<div>" * 100_000 + "deep"), "unreadable|cut"),
    "100,000 formatting elements in one another": (page("<b>" * 100_000 + "deep"), "unreadable|cut"),
    "3,000 elements in one another": (page("<div>" * 3_000 + "deep" + "</div>" * 3_000), "unreadable|article"),
    "a million attributes": (page("<p " + " ".join(f"a{n}=1" for n in range(10**6)) + ">x</p>"), "unreadable|article"),
    "ten thousand authors": (page("x", head=f'<script type="application/ld+json">{_AUTHORS}</script>'), "article"),
    "JSON-LD that nests": (page("x", head=f'<script type="application/ld+json">{"[" * 100_000}</script>'), "article"),
    "an empty file": (b"", "empty-shell"),
    "nothing but spaces": (b" \n" * 1000, "empty-shell"),
    "binary": (bytes(range(256)) * 100, "not-html"),
    "a ZIP archive": (b"PK\x03\x04" + bytes(1000), "not-html"),
    "a torn gzip file": (gzip.compress(page("x" * 10_000))[:-20], "cut"),
    "a bomb": (gzip.compress(bytes(60_000_000)), "not-html|too-big|unreadable"),
    "another charset than it says": (
        page("Это текст на русском языке.").decode().replace("<head>", "<head><meta charset='utf-8'>").encode("cp1251"),
        "article|unreadable",
    ),
    "no charset at all": (page("日本語の文章です。").decode().encode("shift_jis"), "article|unreadable"),
    "UTF-16": (page("x").decode().encode("utf-16"), "article"),
    "dates out of all bounds": (
        page("x", head=jsonld(datePublished="0001-01-01T00:00:00+14:00", dateModified="9999-12-31T23:59:59-14:00")),
        "article",
    ),
    "addresses that are none": (
        page("x", head="<link rel=canonical href='http://[::1'><base href='http://[x'>" + jsonld(url="http://[")),
        "article|unreadable",
    ),
    "an address full of everything": (
        page("x", head=f"<link rel=canonical href='{SITE}/\ud83d\\\\ {'a' * 9000}'>"),
        "article",
    ),
}


LARGE = 3_000_000


def _fill(saved: Folder, pages: Mapping[str, tuple[bytes, str]]) -> None:
    for n, (name, (body, _)) in enumerate(pages.items()):
        saved.add(body, AT, f"{SITE}/{n}-{name.replace(' ', '-')}")
    saved.add(page("x"), AT, f"{SITE}/{'x' * 8900}")
    saved.add(page("x"), AT, f"{SITE}/статья-со-словами-{'ы' * 1000}?q={'ы' * 400}")
    saved.add(
        page("x"),
        AT,
        f"{SITE}/h1",
        headers={"X-Huge": "h" * 3_000_000, "X-Line\r\nX-Injected: 1": "a\r\n\r\nb\0", "\ud83d": "\ud83d"},
    )
    saved.add(
        page("x"),
        AT,
        f"{SITE}/h2",
        headers=[["Content-Type", "text/html; charset=\ud83d"], ["Content-Length", "9" * 5000]],
    )
    saved.add(page("x"), AT, f"{SITE}/h3", headers=[["Content-Encoding", "gzip, br, zstd, x, y, z"]])
    name = os.fsdecode(b"caf\xe9 \xff.html")
    saved.add(page("x"), AT, f"{SITE}/name", name=name)
    saved.add(page("x"), "0001-01-01T00:00:00Z", f"{SITE}/first")
    saved.add(page("x"), "9999-12-31T23:59:59.999999Z", f"{SITE}/last")


def test_hostile_pages_are_stored_or_refused_with_a_word(home: Home, run_cli: RunCli, saved: Folder) -> None:
    sqlite = home.database_url.startswith("sqlite")
    # The largest take seconds to read, whatever the database; what they leave to store is tried on both elsewhere.
    pages = {name: page for name, page in PAGES.items() if sqlite or len(page[0]) < LARGE}
    _fill(saved, pages)
    taken = rows(run_cli("ingest", "--manifest", saved.manifest(), "--json", fine=True))
    assert len(taken) == len(saved.lines)
    wrong = {
        name: (row["verdict"], row["reason"])
        for row, (name, (_, wanted)) in zip(taken, pages.items(), strict=False)
        if row["verdict"] not in wanted.split("|") or not (row["reason"] or row["verdict"] == "article")
    }
    assert wrong == {}
    assert [row["outcome"] for row in taken[len(pages) :]] == ["new"] * 3 + ["cut"] + ["new"] * 4
    with opened(home) as archive:
        archive.content()
        with archive.engine.connect() as connection:
            hits = search.find(connection, search.Search(parse("long council decided")), limit=100).hits
    stored = [row for row in taken if row["verdict"] == "article"]
    assert {hit.article for hit in hits} == {row["article"] for row in stored}, "the marred ones are found as well"
    assert not sqlite or max(len(hit.headline) for hit in hits) == LONGEST_LINE
    for row in stored:
        (shown,) = rows(asked(home, "show", row["article"], "--json", fine=True))
        assert "council decided" in json.dumps(shown["body"])


def test_hostile_pages_are_read_as_they_are_ingested(saved: Folder, sqlite_home: Home) -> None:
    pages = {name: page for name, page in PAGES.items() if len(page[0]) < LARGE}
    _fill(saved, pages)
    read = rows(asked(sqlite_home, "read", "--manifest", saved.manifest(), fine=True))
    assert all(row["verdict"] in wanted.split("|") for row, (_, wanted) in zip(read, pages.values(), strict=False))
    assert len(read) == len(saved.lines)


BAD_LINES: list[object] = [
    "not JSON",
    '{"file": "0.html", "url": "https://a.example/", "fetched_at": "2026-01-01"',
    "[1, 2]",
    "null",
    "[" * 100_000,
    '{"a":' * 100_000,
    '"\\ud83d"',
    b"\xff\xfe{\0}\0",
    b"\0\0\0",
    {},
    {"file": "0.html"},
    {"url": f"{SITE}/1"},
    {"file": 1, "url": f"{SITE}/1"},
    {"file": "", "url": f"{SITE}/1"},
    {"file": "none.html", "url": f"{SITE}/1"},
    {"file": ".", "url": f"{SITE}/1"},
    {"file": "\0", "url": f"{SITE}/1"},
    {"file": "x" * 5000, "url": f"{SITE}/1"},
    {"file": "\ud83d", "url": f"{SITE}/1"},
    {"url": "hostile.example.org"},
    {"url": "file:///etc/passwd"},
    {"url": "http://[::1/"},
    {"url": f"{SITE}/\ud83d"},
    {"url": f"{SITE}/" + "x" * 9000},
    {"url": f"{SITE}/" + "ы" * 1600},
    {"url": None},
    {"fetched_at": None},
    {"fetched_at": 5},
    {"fetched_at": "2026-02-30"},
    {"fetched_at": "yesterday"},
    {"fetched_at": "0001-01-01T00:00:00+14:00"},
    {"fetched_at": "9999-12-31T23:59:59-14:00"},
    {"status": "200"},
    {"status": 99},
    {"status": 1e9},
    {"status": True},
    {"headers": "x"},
    {"headers": [["a"]]},
    {"headers": [1]},
    {"headers": 7},
]


def _line(bad: object) -> bytes:
    if isinstance(bad, bytes):
        return bad
    if isinstance(bad, dict):
        whole = {"file": "0.html", "url": f"{SITE}/1", "fetched_at": AT}
        missing = not bad or (
            bad.keys() <= {"file", "url"} and len(bad) == 1 and bad in ({"file": "0.html"}, {"url": f"{SITE}/1"})
        )
        return json.dumps(bad if missing else whole | bad).encode()
    return str(bad).encode()


@pytest.mark.parametrize("bad", BAD_LINES, ids=range(len(BAD_LINES)))
def test_a_bad_line_is_named_and_nothing_before_it_is_stored(sqlite_home: Home, saved: Folder, bad: object) -> None:
    saved.add(page("x"), AT)
    path = saved.manifest()
    path.write_bytes(path.read_bytes() + b"\n" + _line(bad) + b"\n")
    answer = asked(sqlite_home, "ingest", "--manifest", path)
    assert answer.code == 3, answer
    assert f"{path}, line 3" in answer.stderr
    assert len(answer.stderr) < 1000
    assert not list(sqlite_home.warc.iterdir())


def test_odd_files_and_addresses_are_refused_in_words(sqlite_home: Home, saved: Folder) -> None:
    (saved.path / "page.html").write_bytes(page("x"))
    os.mkfifo(saved.path / "pipe")
    given: list[tuple[str | Path, str, str]] = [
        (saved.path, f"{SITE}/1", "directory"),
        (saved.path / "pipe", f"{SITE}/1", "no regular file"),
        (saved.path / "none", f"{SITE}/1", "No such file"),
        (saved.path / ("x" * 300), f"{SITE}/1", "name too long"),
        (saved.path / "page.html" / "below", f"{SITE}/1", "Not a directory"),
        (saved.path / os.fsdecode(b"\xff"), f"{SITE}/1", "No such file"),
        (saved.path / "page.html", f"{SITE}/" + "x" * 9000, "longer than"),
        (saved.path / "page.html", "http://a\\@b/", "backslash"),
        (saved.path / "page.html", "javascript:alert(1)", "address"),
        (saved.path / "page.html", f"{SITE}/\udcff", "address"),
    ]
    for file, url, reason in given:
        code = 3 if url == f"{SITE}/1" else 2  # a file, or what was typed
        answer = asked(sqlite_home, "ingest", file, "--url", url)
        assert (answer.code, reason in answer.stderr) == (code, True), (file, url[:80], answer)
    empty = saved.path / "empty"
    empty.write_bytes(b"")
    (row,) = rows(asked(sqlite_home, "ingest", "--text", empty, "--outlet", "rt-fr", "--json", fine=True))
    assert (row["outcome"], row["article"]) == ("empty-shell", None)
    odd = saved.path / "odd.txt"
    odd.write_bytes(
        "Titre\0 \ud83d\n\n".encode("utf-8", "surrogatepass") + b"\xff\xfe\x00" * 9 + b"\n\n" + b"mot " * 2_000_000
    )
    (row,) = rows(asked(sqlite_home, "ingest", "--text", odd, "--outlet", "rt-fr", "--json", fine=True))
    assert row["outcome"] in {"new", "unreadable"}
    sound(sqlite_home)


def test_hostile_warc_files_are_taken_in_as_far_as_they_go(sqlite_home: Home, saved: Folder) -> None:
    path = saved.path / "x.warc.gz"
    record = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: %s\r\nWARC-Date: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"  # noqa: E501
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page("x")

    def one(url: bytes, at: bytes = b"2026-03-01T12:00:00Z", block: bytes = http, length: int | None = None) -> bytes:
        return record % (url, at, len(block) if length is None else length, block)

    hostile: dict[bytes, Any] = {
        b"": 1,
        b"\x1f\x8b": 1,
        b"WARC/1.0\r\n": 1,
        one(b"https://a.example/1", b"yesterday"): 1,
        one(b"https://a.example/" + b"x" * 9000): 1,
        one(b"https://u:p@a.example/"): 1,
        one(b"https://a.example/2", block=b"no http"): 1,
        one(b"https://a.example/3", block=b"HTTP/1.1 999999 X\r\n\r\n"): 0,
        one(b"https://a.example/4", length=10**18): 1,
        one(b"https://\xff\xfe/\xed\xa0\xbd"): 1,
        one(b"https://a.example/5", b"0001-01-01T00:00:00+14:00"): 1,
        one(b"https://a.example/6", block=http[:17] + b"A: b\r\n" * 300_000 + http[17:]): 1,
        gzip.compress(bytes(100_000_000)): 1,
        one(b"https://a.example/7") + one(b"https://a.example/8", b"20260301120000"): 0,
    }
    for data, code in hostile.items():
        path.write_bytes(data)
        answer = asked(sqlite_home, "ingest", path, "--json")
        assert (answer.code, bool(answer.stdout)) == (code, code == 0), (data[:200], answer)
        assert code == 0 or "x.warc.gz" in answer.stderr
    sound(sqlite_home)
