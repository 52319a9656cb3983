"""Web archives go in as what they are: WACZ with its digests and its signature, WARC of any tool, HAR."""

from __future__ import annotations

import base64
import gzip
import json
import struct
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from archive.home import Home
from tests.crawler.pipeline.saved import ADDRESS, EDITED, GENERAL, OLD, ROTATED, asked, content, rows
from tests.crawler.pipeline.tools import TOOLS, record, response, sha1, wacz

_AT = "2026-03-01T12:00:00Z"
_LATER = "2026-03-02T12:00:00Z"


def _warc(*pages: tuple[bytes, str]) -> bytes:
    return b"".join(
        record("response", ADDRESS, at, response(body), WARC_Payload_Digest=sha1(body)) for body, at in pages
    )


@pytest.mark.parametrize("tool", TOOLS)
def test_what_a_tool_writes_is_taken_whole(sqlite_home: Home, tmp_path: Path, tool: str) -> None:
    path = tmp_path / "crawl.warc.gz"
    records = TOOLS[tool](ADDRESS, OLD)
    path.write_bytes(b"".join(records))
    taken = rows(asked(sqlite_home, "ingest", path, "--json", fine=True))
    of_page = [row["outcome"] for row in taken if row["url"] == ADDRESS]
    assert of_page == (["new", "same"] if tool in {"Heritrix", "warcprox"} else ["new"])
    assert asked(sqlite_home, "ingest", path, "--json", fine=True).stdout == ""


def test_a_wacz_is_taken_with_what_it_says_of_itself(sqlite_home: Home, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    warcs = {"a.warc.gz": _warc((OLD, _AT)), "b.warc.gz": _warc((EDITED, _LATER))}
    path = wacz(tmp_path / "signed.wacz", warcs, key)
    answer = asked(sqlite_home, "ingest", path, "--json", fine=True)
    assert [row["outcome"] for row in rows(answer)] == ["new", "changed"]
    assert "WACZ, version 1.1.1" in answer.stderr
    assert "by the anonymous key" in answer.stderr
    said = content(sqlite_home)

    # The same pages packed, and as the draft of the next version has them: nothing twice.
    for name, packing, more in (("p", zipfile.ZIP_DEFLATED, {}), ("d", zipfile.ZIP_STORED, {"profile": "wacz"})):
        again = asked(
            sqlite_home, "ingest", wacz(tmp_path / f"{name}.wacz", warcs, None, packing, **more), "--json", fine=True
        )
        assert (again.stdout, "not signed" in again.stderr) == ("", True)
    assert content(sqlite_home) == said


def _altered(path: Path, was: bytes, now: bytes) -> None:
    """Put other bytes into a stored entry, with a checksum that fits."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace(was, now))


def test_a_wacz_that_was_altered_says_where(sqlite_home: Home, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    path = wacz(tmp_path / "a.wacz", {"a.warc.gz": _warc((OLD, _AT))}, key, title="one")
    _altered(path, b"json-pages-1.0", b"json-pages-1.9")
    answer = asked(sqlite_home, "ingest", path)
    assert (answer.code, "pages/pages.jsonl: differs from its digest" in answer.stderr) == (1, True)

    path = wacz(tmp_path / "b.wacz", {"a.warc.gz": _warc((OLD, _AT))}, key, title="one")
    _altered(path, b'"title": "one"', b'"title": "two"')
    answer = asked(sqlite_home, "ingest", path)
    assert (answer.code, "differs from its digest" in answer.stderr) == (1, True)

    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("archive/z.warc.gz", _warc((EDITED, _LATER)))
    assert "z.warc.gz: is not listed" in asked(sqlite_home, "ingest", path).stderr

    path = wacz(tmp_path / "c.wacz", {"a.warc.gz": _warc((OLD, _AT))}, key)
    signature = json.loads(zipfile.ZipFile(path).read("datapackage-digest.json"))["signedData"]["signature"]
    _altered(path, signature.encode(), base64.b64encode(bytes(95) + b"\1"))
    answer = asked(sqlite_home, "ingest", path)
    assert (answer.code, "its signature is wrong" in answer.stderr) == (1, True)


def test_a_hostile_zip_is_refused_in_words(sqlite_home: Home, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.wacz"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/a.warc", bytes(60_000_000))
    over = wacz(tmp_path / "over.wacz", {"a.warc.gz": _warc((OLD, _AT)), "b.warc.gz": _warc((EDITED, _LATER))})
    data = over.read_bytes()
    second = data.rfind(b"archive/b.warc.gz") - 46
    over.write_bytes(data[: second + 42] + struct.pack("<L", 0) + data[second + 46 :])
    no_wacz = tmp_path / "no.zip"
    with zipfile.ZipFile(no_wacz, "w") as archive:
        archive.writestr("../../archive/a.warc", b"x")
    twice = wacz(tmp_path / "twice.wacz", {"a.warc.gz": _warc((OLD, _AT)), "b.warc.gz": _warc((EDITED, _LATER))})
    twice.write_bytes(twice.read_bytes().replace(b"archive/b.warc.gz", b"archive/a.warc.gz"))
    torn = tmp_path / "torn.wacz"
    torn.write_bytes(data[:-40])
    for path, words in {
        bomb: "ZIP bomb",
        over: "lies over another",
        twice: "of one name",
        no_wacz: "no WACZ",
        torn: "damaged",
    }.items():
        answer = asked(sqlite_home, "ingest", path)
        assert (answer.code, words in answer.stderr) == (3, True), answer
    # In a folder it keeps nobody from what stands beside it.
    wacz(tmp_path / "z.wacz", {"a.warc.gz": _warc((OLD, _AT))})
    answer = asked(sqlite_home, "ingest", tmp_path, "--json")
    assert (answer.code, [row["outcome"] for row in rows(answer)]) == (1, ["new"])


def test_revisits_find_what_they_repeat_in_any_file_and_in_the_archive(sqlite_home: Home, tmp_path: Path) -> None:
    def revisit(at: str, **fields: str) -> bytes:
        return record("revisit", ADDRESS, at, b"HTTP/1.1 200 OK\r\n\r\n", WARC_Payload_Digest=sha1(OLD), **fields)

    first, second = tmp_path / "a.warc.gz", tmp_path / "b.warc.gz"
    first.write_bytes(revisit("2026-03-03T12:00:00Z") + _warc((EDITED, _LATER)))
    second.write_bytes(_warc((OLD, _AT)))
    taken = rows(asked(sqlite_home, "ingest", first, second, "--json", fine=True))
    assert {row["fetched_at"][8:10]: row["verdict"] for row in taken} == dict.fromkeys(("01", "02", "03"), "article")
    # By its digest alone, of what only the archive holds.
    first.write_bytes(revisit("2026-03-04T12:00:00Z"))
    assert [row["outcome"] for row in rows(asked(sqlite_home, "ingest", first, "--json", fine=True))] == ["same"]


def _har(*entries: dict[str, object]) -> str:
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "Firefox"}, "entries": entries}})


def _entry(url: str, body: str, at: str, *, encoding: str = "", kind: str = "text/html", **more: object) -> object:
    held = {"size": len(body), "mimeType": kind, "text": body} | ({"encoding": encoding} if encoding else {})
    headers = [
        {"name": "Content-Type", "value": f"{kind}; charset=windows-1251"},
        {"name": "Content-Encoding", "value": "br"},
    ]
    said = {"status": 200, "headers": headers, "content": held} | more
    return {"startedDateTime": at, "request": {"method": "GET", "url": url}, "response": said}


def test_a_har_gives_its_pages(sqlite_home: Home, tmp_path: Path) -> None:
    path = tmp_path / "saved.har"
    entries = [
        _entry(ADDRESS, OLD.decode(), "2026-03-01T13:00:00.000+01:00"),
        _entry(ADDRESS, base64.b64encode(EDITED).decode(), _LATER, encoding="base64", headers=[]),
        _entry("https://news.valepost.co.uk/orchard/", GENERAL.decode(), _AT),
        _entry("https://francais.rt.com/a.png", "", _AT, kind="image/png"),
        _entry("https://francais.rt.com/x/3-y", "", _AT),
    ]
    path = path.with_suffix(".har.gz")
    path.write_bytes(gzip.compress(_har(*entries).encode()))  # type: ignore[arg-type]
    answer = asked(sqlite_home, "ingest", path, "--json")
    assert [(row["fetched_at"][:19], row["outcome"]) for row in rows(answer)] == [
        ("2026-03-01T12:00:00", "new"),
        ("2026-03-02T12:00:00", "changed"),
        ("2026-03-01T12:00:00", "new"),
    ]
    assert (answer.code, "kept no body of this page" in answer.stderr) == (1, True)
    assert asked(sqlite_home, "ingest", path, "--json").stdout == ""
    path.write_text(_har({"request": 1}, _entry(ADDRESS, ROTATED.decode(), "when")))  # type: ignore[arg-type]
    assert asked(sqlite_home, "ingest", path).code == 1
    path.write_text('{"log": {"entries": {}}}')
    assert asked(sqlite_home, "ingest", path).code == 3
