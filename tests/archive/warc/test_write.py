"""What is written as evidence is this text, can be read by anybody, and survives a full disk and a killed writer."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
import time
import uuid
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from archive import warc
from archive.errors import BadInput, DiskFull, UsageError
from archive.records import Capture, Source, TimeBasis
from tests.archive.warc.material import CAPTURE, GIVEN, HEADERS, HOPPED, NOW, PAGE, URL, foreign, write
from tests.support import REPOSITORY

GOLDEN = f"""\
WARC/1.1
WARC-Type: response
WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>
WARC-Date: 2026-03-04T05:06:07.000890Z
WARC-Target-URI: {URL}
Palimpsest-Source: web-archive
Palimpsest-Time-Basis: archive
Palimpsest-Origin: a file, second line
Palimpsest-Vantage: berlin
Palimpsest-Outlet: rt-fr
WARC-Truncated: unspecified
Content-Type: application/http; msgtype=response
WARC-Block-Digest: sha256:a1997f5edf75f13e027aeeed6108c224927ad6645378b59984523e116b0853c8
WARC-Payload-Digest: sha256:{hashlib.sha256(b"body").hexdigest()}
Content-Length: 151

HTTP/1.1 404 Not Found
Content-Type: text/html
Set-Cookie: a=1
set-cookie: b=\xe9
X: y  Injected: z
X-Archive-Orig-Transfer-Encoding: chunked

body

"""


@pytest.fixture
def ids(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = count(1)
    monkeypatch.setattr("archive.warc.write._new_id", lambda: f"<urn:uuid:{uuid.UUID(int=next(numbers))}>")


def members(path: Path) -> list[bytes]:
    """Each record of a file of ours, decompressed."""
    data = path.read_bytes()
    places = [item.place for item in warc.check_file(path) if isinstance(item, warc.Checked)]
    return [gzip.decompress(data[place.offset : place.offset + place.length]) for place in places]


def test_a_record_is_this_text(tmp_path: Path, ids: None) -> None:
    hostile = (*HEADERS[:3], ("X", "y\r\nInjected: z"), ("Transfer-Encoding", "chunked"))
    odd = replace(
        CAPTURE,
        source=Source.WEB_ARCHIVE,
        time_basis=TimeBasis.ARCHIVE,
        origin="a file,\nsecond line",
        vantage="berlin",
    )
    write(tmp_path, replace(odd, status=404, headers=hostile, body=b"body", truncated=True))
    text = members(tmp_path / "run-00001.warc.gz")[1].replace(b"\xe9", "\xe9".encode()).decode().replace("\r\n", "\n")
    assert text == GOLDEN


def test_a_file_begins_with_who_wrote_it(tmp_path: Path) -> None:
    write(tmp_path, CAPTURE)
    info = members(tmp_path / "run-00001.warc.gz")[0].decode()
    assert info.startswith("WARC/1.1\r\nWARC-Type: warcinfo\r\n")
    assert "WARC-Filename: run-00001.warc.gz\r\n" in info
    assert "software: palimpsest/0.1\r\nformat: WARC File Format 1.1\r\nconformsTo: http://iipc" in info


def test_a_capture_comes_back_as_it_was(tmp_path: Path) -> None:
    text = replace(GIVEN, source=Source.GIVEN_TEXT, status=404, headers=(("X", "ж"), ("Content-Type", "text/x")))
    captures = [CAPTURE, GIVEN, text, replace(CAPTURE, body=b"", headers=(), vantage="x", truncated=True)]
    places, _ = write(tmp_path, *captures)
    read = [warc.capture_from(warc.read_at(tmp_path, place)) for place in places]
    assert read == captures
    assert [place.digest for place in places] == [hashlib.sha256(capture.body).digest() for capture in captures]


def test_hops_are_records_linked_to_the_last(tmp_path: Path) -> None:
    writer = warc.Writer(tmp_path, "run", NOW, "x")
    last, (hop,) = writer.write(HOPPED)
    writer.close()
    first = warc.read_at(tmp_path, hop)
    assert (first.url, first.status, first.body) == ("http://example.org/1", 301, b"moved")
    final = warc.read_at(tmp_path, last)
    assert (final.url, final.status) == (URL, 200)
    assert f"WARC-Concurrent-To: <{final.record_id}>" in members(tmp_path / hop.file)[1].decode("latin-1")


@pytest.mark.parametrize("capture", [CAPTURE, GIVEN])
def test_an_identical_payload_is_stored_once(tmp_path: Path, capture: Capture) -> None:
    writer = warc.Writer(tmp_path, "run", NOW, "x")
    first, _ = writer.write(capture)
    original = warc.Original(URL, NOW, first.digest, "rt-fr:1", "urn:uuid:7")
    place, _ = writer.write(replace(capture, fetched_at=NOW + timedelta(days=1)), original)
    other, _ = writer.write(replace(capture, body=b"another"), original)
    writer.close()
    again = warc.read_at(tmp_path, place)
    assert (again.type, again.body, again.digest, again.headers) == ("revisit", b"", first.digest, capture.headers)
    assert (again.refers_to_url, again.refers_to_date) == (URL, NOW)
    assert (place.revisit_of, place.digest) == ("rt-fr:1", first.digest)
    assert (other.revisit_of, warc.read_at(tmp_path, other).body) == ("", b"another")
    found, trouble = foreign(tmp_path / place.file)
    assert not trouble
    assert (found[2].kind, found[2].refers_to_uri, found[2].refers_to_date) == (warc.RecordType.REVISIT, URL, NOW)


@pytest.mark.parametrize("given_source", [Source.OWN_HTTP, Source.GIVEN_PAGE])
def test_hostile_headers_and_addresses_cannot_begin_a_line(tmp_path: Path, given_source: Source) -> None:
    evil = "x\r\n\r\nWARC/1.1\r\nWARC-Type: response\nA: b\0"
    headers = ((evil, evil), ("", ""), (" X", "y"), ("\ud800", "\ud800"), (":status", "\tv "))
    hostile = Capture(evil, NOW, b"b", 200, headers, source=given_source, origin=evil, outlet=evil, vantage=evil)
    (place,), _ = write(tmp_path, hostile)
    back = warc.read_at(tmp_path, place)
    assert (back.body, len(back.headers), back.type.startswith("res")) == (b"b", 5, True)
    assert len(members(tmp_path / place.file)) == 2
    with gzip.open(tmp_path / place.file) as file:
        lines = file.read().split(b"\n")
    assert sum(line.startswith(b"WARC/1.1") for line in lines) == 2
    assert not any(line.startswith(b"A:") for line in lines)


def test_other_readers_see_the_same_payloads(tmp_path: Path) -> None:
    captures = [replace(CAPTURE, url=f"https://a.example/{n}", body=b"%d" % n * n * 999, headers=()) for n in range(9)]
    write(tmp_path, *captures, GIVEN)
    bodies = [capture.body for capture in captures]
    path = tmp_path / "run-00001.warc.gz"
    with path.open("rb") as file:
        slow = [(r.rec_headers.get_header("WARC-Type"), r.content_stream().read()) for r in ArchiveIterator(file)]
    with path.open("rb") as file:
        fast = [(str(r.headers["WARC-Type"]), r.reader.read()) for r in FastIterator(file, parse_http=True)]
    assert [body for kind, body in slow if kind == "response"] == bodies
    assert [body for kind, body in fast if kind == "response"] == bodies
    assert slow[-1] == fast[-1] == ("resource", PAGE)


def test_files_rotate_and_are_never_appended_to(tmp_path: Path) -> None:
    (tmp_path / "run-00002.warc.gz").write_bytes(b"from a backup")
    places, files = write(tmp_path, CAPTURE, CAPTURE, CAPTURE, limit=1)
    assert [place.file for place in places] == [f"run-0000{n}.warc.gz" for n in (1, 3, 4)]
    for written in files:
        data = (tmp_path / written.name).read_bytes()
        assert (written.size, written.sha256) == (len(data), hashlib.sha256(data).digest())
    warc.Writer(tmp_path, "other", NOW, "x").close()
    assert not list(tmp_path.glob("other*"))


def test_a_file_is_closed_when_it_is_old(tmp_path: Path) -> None:
    writer = warc.Writer(tmp_path, "run", NOW, "x", longest=0.05)
    for _ in range(2):
        writer.write(Capture("https://a.example/", NOW, b"a"))
        time.sleep(0.1)
    writer.close()
    assert [one.name for one in writer.files] == ["run-00001.warc.gz", "run-00002.warc.gz"]


def test_what_cannot_be_kept_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="zone"):
        write(tmp_path, replace(CAPTURE, fetched_at=NOW.replace(tzinfo=None)))
    monkeypatch.setattr("archive.warc.write.LARGEST_BODY", 3)
    with pytest.raises(BadInput, match="at most 3"):
        write(tmp_path, CAPTURE)


FULL_DISK = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.archive.warc.test_write import *
writer = warc.Writer(Path({folder!r}), "run", NOW, "x")
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
for _ in range(9):
    try:
        print(writer.write(replace(HOPPED, body=os.urandom(5_000)))[0].offset)
    except DiskFull as full:
        print(full.exit_code)
print(writer.write(replace(CAPTURE, body=b"small"))[0].offset)
writer.close()
print(writer.files[0].sha256.hex())
"""


def test_a_full_disk_leaves_no_torn_record(tmp_path: Path) -> None:
    root = str(REPOSITORY)
    script = FULL_DISK.format(root=root, folder=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    lines = done.stdout.split()
    assert lines[3:9] == ["7"] * 6
    data = (tmp_path / "run-00001.warc.gz").read_bytes()
    assert hashlib.sha256(data).hexdigest() == lines[-1]
    items = list(warc.check_file(tmp_path / "run-00001.warc.gz"))
    assert all(isinstance(item, warc.Checked) for item in items)
    assert len(items) == 1 + 3 * 2 + 1


def test_failpoints_fail_where_they_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = warc.Writer(tmp_path, "run", NOW, "x")
    monkeypatch.setattr("archive.failpoints._reached", count(1))
    monkeypatch.setattr("archive.failpoints._WANTED", "evidence-written:enospc:2")
    writer.write(CAPTURE)
    with pytest.raises(DiskFull, match="No space left"):
        writer.write(CAPTURE)
    monkeypatch.setattr("archive.failpoints._reached", count(1))
    monkeypatch.setattr("archive.failpoints._WANTED", "evidence-synced:raise")
    with pytest.raises(RuntimeError, match="evidence-synced"):
        writer.sync()
    for wrong in ("nowhere:kill", "rows-written:nothing", "rows-written:kill:x"):
        monkeypatch.setattr("archive.failpoints._WANTED", wrong)
        with pytest.raises(UsageError, match="evidence-written"):
            writer.write(CAPTURE)
    assert len(members(tmp_path / "run-00001.warc.gz")) == 2


def test_a_killed_writer_loses_nothing_it_had_synced(tmp_path: Path) -> None:
    root = str(REPOSITORY)
    script = f"""
from pathlib import Path
from tests.archive.warc.test_write import *
writer = warc.Writer(Path({str(tmp_path)!r}), "run", NOW, "x")
for _ in range(9):
    writer.write(CAPTURE)
    writer.sync()
"""
    env = {**os.environ, "FAILPOINT": "evidence-synced:kill:3"}
    done = subprocess.run([sys.executable, "-c", script], env=env, cwd=root, check=False)
    assert done.returncode == -9
    assert len(members(tmp_path / "run-00001.warc.gz")) == 4
