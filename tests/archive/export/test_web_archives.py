"""Web archives that leave: whole, the same twice, every record found by its index; other people's readers agree."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from archive.export import webarchive
from archive.home import Home
from archive.records import Hop, Verdict
from archive.warc import cdxj
from tests.archive.material import Material, opened, reading
from tests.conftest import _cli_of

DAY = 24 * 60
AT, MOVED, FERRY = "https://paper.test/1-title", "http://paper.test/s/1", "https://paper.test/ferry-title"


def looked_at_five_times(home: Home) -> None:
    """An article after a redirect, the same, changed, then gone twice; and one more."""
    html: dict[str, Any] = {"headers": (("Content-Type", "text/html; charset=utf-8"),)}
    paper = Material(home)
    hop = Hop(MOVED, 301, (("Location", AT),), b"moved")
    said = reading("The bridge reopened on Monday.", "Repairs cost 12 million.", headline="Bridge reopens")
    paper.page(0, said, url=MOVED, final_url=AT, hops=(hop,), **html)
    paper.page(DAY, said, **html)
    paper.page(
        2 * DAY, reading("The bridge reopened on Monday.", "Repairs cost 19 million.", headline="Bridge"), **html
    )
    paper.other(3 * DAY, Verdict.GONE)
    paper.other(5 * DAY, Verdict.GONE)
    paper.page(0, reading("Ferries went on Monday.", headline="Ferry"), "ferry", **html)
    paper.close()
    with opened(home) as archive:
        archive.run(paper.made)


@pytest.fixture
def small(sqlite_home: Home) -> Home:
    """That archive on SQLite."""
    looked_at_five_times(sqlite_home)
    return sqlite_home


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def _lines(index: bytes) -> list[dict[str, Any]]:
    return [json.loads(line.split(b" ", 2)[2]) for line in index.splitlines()]


def _records(data: bytes) -> list[tuple[int, Any, bytes]]:
    """Each record as warcio reads it: its offset, its head, its payload."""
    found = ArchiveIterator(io.BytesIO(data), check_digests="raise")
    return [(found.get_record_offset(), record, record.raw_stream.read()) for record in found]


def _found(line: dict[str, Any], data: bytes) -> Any:
    """The one record that a line of an index leads to."""
    start = int(line["offset"])
    ((_, record, _),) = _records(data[start : start + int(line["length"])])
    return record


def test_a_wacz_is_the_same_twice_and_every_record_is_found_by_its_index(home: Home, tmp_path: Path) -> None:
    looked_at_five_times(home)
    cli = _cli_of(home, tmp_path)
    cli("export", "--wacz", "one.wacz", fine=True)
    cli("export", "--wacz", "two.wacz", fine=True)
    assert (tmp_path / "one.wacz").read_bytes() == (tmp_path / "two.wacz").read_bytes()
    held = _members(tmp_path / "one.wacz")
    listed = json.loads(held["datapackage.json"])["resources"]
    assert [one["path"] for one in listed] == [*held][:-2]
    for one in listed:
        assert (one["hash"], one["bytes"]) == (
            f"sha256:{hashlib.sha256(held[one['path']]).hexdigest()}",
            len(held[one["path"]]),
        )
    sealed = json.loads(held["datapackage-digest.json"])
    assert sealed["hash"] == f"sha256:{hashlib.sha256(held['datapackage.json']).hexdigest()}"
    with zipfile.ZipFile(tmp_path / "one.wacz") as package:
        # Players look for a member's bytes where the list of members alone tells them to.
        assert [one.extra for one in package.infolist()] == [b""] * 5
        assert package.infolist()[0].compress_type == zipfile.ZIP_STORED

    data, index = held["archive/data-00001.warc.gz"], held["indexes/index.cdx"]
    assert index.splitlines() == sorted(index.splitlines())
    records = [record for _, record, _ in _records(data) if record.rec_type != "warcinfo"]
    assert [record.rec_type for record in records].count("revisit") == 2
    assert len(_lines(index)) == len(records) == 7
    for line in _lines(index):
        record = _found(line, data)
        assert record.rec_headers.get_header("WARC-Target-URI") == line["url"]
        assert record.rec_headers.get_header("WARC-Payload-Digest") == line["digest"]
        assert record.http_headers.get_statuscode() == line["status"]
    answered = {(one.rec_headers.get_header("WARC-Target-URI"), one.rec_headers["WARC-Date"]) for one in records}
    for record in records:
        if record.rec_type == "revisit":
            refers = (record.rec_headers[f"WARC-Refers-To-{name}"] for name in ("Target-URI", "Date"))
            assert tuple(refers) in answered

    first, *pages = map(json.loads, held["pages/pages.jsonl"].splitlines())
    assert first["format"] == "json-pages-1.0"
    assert [page["title"] for page in pages] == ["Bridge reopens", "Ferry", "Bridge"]
    assert "Repairs cost 19 million" in pages[2]["text"]
    assert {(page["url"], page["ts"]) for page in pages} <= answered


def test_other_readers_find_a_warc_whole_and_an_index_leads_into_the_archive(small: Home, tmp_path: Path) -> None:
    cli = _cli_of(small, tmp_path)
    cli("export", "--warc", "all.warc.gz", fine=True)
    cli("export", "--cdxj", "all.cdxj", fine=True)
    assert Checker(type("Said", (), {"inputs": [str(tmp_path / "all.warc.gz")], "verbose": False})).process_all() == 0
    lines = _lines((tmp_path / "all.cdxj").read_bytes())
    assert len(lines) == 7
    for line in lines:
        record = _found(line, (small.warc / line["filename"]).read_bytes())
        assert record.rec_headers.get_header("WARC-Target-URI") == line["url"]


def _urls(path: Path) -> list[str]:
    (name,) = (name for name in _members(path) if name.endswith(".cdx"))
    return [line["url"] for line in _lines(_members(path)[name])]


def test_filters_choose_looks_and_a_repeated_page_brings_its_original(home: Home, tmp_path: Path) -> None:
    looked_at_five_times(home)
    cli = _cli_of(home, tmp_path)
    for words, wanted in (
        (("--outlet", "paper"), [AT] * 5 + [MOVED, FERRY]),
        (("--words", "ferries"), [FERRY]),
        # One look, which repeats the page of the day before, and the way to that.
        (("--seen-since", "2026-03-02", "--seen-until", "2026-03-03"), [AT, AT, MOVED]),
    ):
        cli("export", "--wacz", "some.wacz", *words, "--overwrite", fine=True)
        assert sorted(_urls(tmp_path / "some.wacz")) == sorted(wanted)
    for refused in (["--kind", "addition"], ["--format", "csv"], ["--cdxj"]):
        assert cli("export", "--wacz", "no.wacz", *refused).code == 2


def test_a_large_index_is_cut_into_blocks(small: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_all = _members(_exported(small, tmp_path / "plain.wacz"))["indexes/index.cdx"]
    monkeypatch.setattr(webarchive, "_PLAIN", 0)
    monkeypatch.setattr(webarchive, "_LIMIT", 2_000)
    monkeypatch.setattr(cdxj, "_IN_MEMORY", 2)
    monkeypatch.setattr(cdxj, "_IN_BLOCK", 4)
    held = _members(_exported(small, tmp_path / "blocks.wacz"))
    assert len([name for name in held if name.startswith("archive/")]) > 1
    packed, (first, *blocks) = held["indexes/index.cdx.gz"], held["indexes/index.idx"].splitlines()
    assert json.loads(first.removeprefix(b"!meta 0 "))["format"] == "cdxj-gzip-1.0"
    lines = []
    for block in blocks:
        told = json.loads(block.split(b" ", 2)[2])
        member = packed[told["offset"] : told["offset"] + told["length"]]
        assert told["digest"] == f"sha256:{hashlib.sha256(member).hexdigest()}"
        lines.append(gzip.decompress(member))
        assert lines[-1].startswith(block.rpartition(b" {")[0].partition(b" {")[0])
    keys = [[line.split(b" ", 2)[:2] for line in index.splitlines()] for index in (b"".join(lines), with_all)]
    assert keys[0] == keys[1]
    for line in _lines(b"".join(lines)):
        assert (
            _found(line, held[f"archive/{line['filename']}"]).rec_headers.get_header("WARC-Target-URI") == line["url"]
        )


def _exported(home: Home, path: Path) -> Path:
    from typer.testing import CliRunner

    from crawler.cli import app

    answer = CliRunner().invoke(app, ["--home", str(home.folder), "export", "--wacz", str(path)])
    assert answer.exit_code == 0, answer.output
    return path


def test_what_is_damaged_does_not_leave(small: Home, tmp_path: Path) -> None:
    (file,) = small.warc.glob("*.warc.gz")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    answer = _cli_of(small, tmp_path)("export", "--wacz", "all.wacz")
    assert (answer.code, file.name in answer.stderr) == (10, True), answer
    assert list(tmp_path.glob("*all.wacz*")) == []


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://archive.org/goo/", "org,archive)/goo"),
        ("https://www2.Example.ORG:8443/A%7Eb/%D0%9F%2C?Z=1&a=%20x", "org,example:8443)/a~b/%d0%9f,?a=%20x&z=1"),
        ("http://x.test:80/a//b/?", "test,x)/a/b"),
        ("http://x.test", "test,x)/"),
        ("urn:uuid:1", "urn:uuid:1"),
    ],
)
def test_an_address_sorts_as_the_internet_archive_sorts_it(url: str, key: str) -> None:
    assert cdxj.surt(url) == key
