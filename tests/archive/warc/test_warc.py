"""What is written as evidence can be read by anybody, any damage to it is found, and no file of others can hurt."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import subprocess
import sys
import tracemalloc
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import accumulate, count
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive import warc
from archive.errors import BadInput, Damaged, DiskFull, UsageError
from archive.records import Capture, Hop, Place, Source, TimeBasis
from tests.support import REPOSITORY

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


def write(folder: Path, *captures: Capture, limit: int = 10**9) -> tuple[list[Place], tuple[warc.WrittenFile, ...]]:
    writer = warc.Writer(folder, "run", NOW, "palimpsest/0.1", limit)
    places = [writer.write(capture)[0] for capture in captures]
    writer.close()
    return places, writer.files


def members(path: Path) -> list[bytes]:
    """Each record of a file of ours, decompressed."""
    data = path.read_bytes()
    places = [item.place for item in warc.check_file(path) if isinstance(item, warc.Checked)]
    return [gzip.decompress(data[place.offset : place.offset + place.length]) for place in places]


def foreign(path: Path, **options: int) -> tuple[list[warc.Foreign], list[warc.Trouble]]:
    items = list(warc.scan(path, **options))
    return [x for x in items if isinstance(x, warc.Foreign)], [x for x in items if isinstance(x, warc.Trouble)]


def record(block: bytes, kind: str = "response", url: str = "http://a.example/", **fields: str) -> bytes:
    """A record as some other tool writes it."""
    given = {name.replace("_", "-"): value for name, value in fields.items()}
    head = {"WARC-Type": kind, "WARC-Target-URI": url, "WARC-Date": "2017-03-04T05:06:07Z"}
    lines = {**head, "WARC-Record-ID": "<urn:uuid:1>", "Content-Length": str(len(block)), **given}
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"WARC/1.0\r\n{text}\r\n".encode() + block + b"\r\n\r\n"


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode() + body


def pages(count_: int) -> list[bytes]:
    return [record(http(b"page %d " % n * 50), url=f"http://a.example/{n}") for n in range(count_)]


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "foreign.warc"
    path.write_bytes(data)
    return path


# ---------------------------------------------------------------------------------------------- writing


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
    assert (found[2].kind, found[2].refers_to_uri, found[2].refers_to_date) == (warc.Kind.REVISIT, URL, NOW)


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
from tests.archive.warc.test_warc import *
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
from tests.archive.warc.test_warc import *
writer = warc.Writer(Path({str(tmp_path)!r}), "run", NOW, "x")
for _ in range(9):
    writer.write(CAPTURE)
    writer.sync()
"""
    env = {**os.environ, "FAILPOINT": "evidence-synced:kill:3"}
    done = subprocess.run([sys.executable, "-c", script], env=env, cwd=root, check=False)
    assert done.returncode == -9
    assert len(members(tmp_path / "run-00001.warc.gz")) == 4


# ---------------------------------------------------------------------------------------------- our own, damaged


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    places, (written,) = write(tmp_path, replace(CAPTURE, body=b"short"), GIVEN)
    path = tmp_path / written.name
    good = path.read_bytes()
    unseen = []
    for position in range(len(good)):
        for bit in (0, 7):
            bad = bytearray(good)
            bad[position] ^= 1 << bit
            path.write_bytes(bad)
            assert hashlib.sha256(bad).digest() != written.sha256
            if all(isinstance(item, warc.Checked) for item in warc.check_file(path)):
                unseen.append((position, bit))
    # Only unused bits at the end of a member's compressed data may change unseen, and then what is read is the same.
    ends = [place.offset + place.length - 9 for place in places] + [places[0].offset - 9]
    assert {position for position, _ in unseen} <= set(ends)


def test_reading_at_a_place_names_the_damage(tmp_path: Path) -> None:
    places, (written,) = write(tmp_path, CAPTURE, GIVEN)
    path = tmp_path / written.name
    good = path.read_bytes()
    for position in range(places[0].offset, places[0].offset + places[0].length - 9):
        path.write_bytes(good[:position] + bytes([good[position] ^ 1]) + good[position + 1 :])
        with pytest.raises(Damaged, match=f"{written.name} at byte {places[0].offset}: "):
            warc.read_at(tmp_path, places[0])
        assert warc.read_at(tmp_path, places[1]).body == PAGE
    path.write_bytes(good)
    for wrong in (
        replace(places[0], digest=bytes(32)),
        replace(places[0], length=places[0].length - 1),
        replace(places[0], offset=places[0].offset + 1),
        replace(places[0], offset=len(good) + 5),
        replace(places[0], file="missing.warc.gz"),
        replace(places[0], file="."),
    ):
        with pytest.raises(Damaged, match=r"run-00001\.warc\.gz at byte \d+: |No such file|Is a directory"):
            warc.read_at(tmp_path, wrong)


def test_a_torn_tail_is_told_from_damage_at_every_length(tmp_path: Path) -> None:
    places, (written,) = write(tmp_path, CAPTURE, GIVEN)
    path, last = tmp_path / written.name, places[1].offset
    good = path.read_bytes()
    for length in range(last + 1, len(good)):
        for tail in (b"", bytes(len(good) - length + 8)):
            path.write_bytes(good[:length] + tail)
            *before, trouble = warc.check_file(path)
            # A member's own last bytes are zeros: where only they are gone, zeros make it whole again.
            whole = length > len(good) - 3 and bool(tail)
            assert [type(item) for item in before] == [warc.Checked] * (2 + whole)
            assert isinstance(trouble, warc.Trouble)
            assert (trouble.offset, trouble.torn) == (len(good) if whole else last, True)


def test_damage_in_the_middle_hides_nothing_behind_it(tmp_path: Path) -> None:
    places, (written,) = write(tmp_path, CAPTURE, GIVEN, CAPTURE)
    path = tmp_path / written.name
    good = path.read_bytes()
    for middle in (b"", b"junk" * 50_000, good[places[1].offset : places[1].offset + 40], bytes(70_000)):
        path.write_bytes(good[: places[1].offset] + middle + good[places[2].offset :])
        items = list(warc.check_file(path))
        troubles = [item for item in items if isinstance(item, warc.Trouble)]
        assert len(items) - len(troubles) == 3
        assert len(troubles) == bool(middle)
        assert not any(item.torn for item in troubles)
    (missing,) = warc.check_file(tmp_path / "missing")
    assert isinstance(missing, warc.Trouble)


# ---------------------------------------------------------------------------------------------- of others


def packings(records: list[bytes]) -> Iterator[tuple[str, bytes]]:
    whole = b"".join(records)
    yield "plain", whole
    yield "a member each", b"".join(gzip.compress(one) for one in records)
    yield "several a member", b"".join(gzip.compress(b"".join(records[n : n + 3])) for n in range(0, len(records), 3))
    yield "one member", gzip.compress(whole)
    yield "blocks", b"".join(gzip.compress(whole[n : n + 500]) for n in range(0, len(whole), 500)) + gzip.compress(b"")


def test_every_packing_reads_the_same(tmp_path: Path) -> None:
    info = record(b"software: x", "warcinfo", "")
    for name, data in packings([info, *pages(7), record(b"", "request"), record(b"x", url="dns:a.example")]):
        found, trouble = foreign(saved(tmp_path, data))
        assert (name, trouble) == (name, [])
        captures = [item.capture for item in found if item.capture]
        assert [capture.body for capture in captures] == [b"page %d " % n * 50 for n in range(7)], name
        assert [capture.url for capture in captures] == [f"http://a.example/{n}" for n in range(7)]
        assert len({capture.origin for capture in captures}) == 7
        assert [item.kind for item in found].count(warc.Kind.OTHER) == 3


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2017-03-04T05:06:07Z", datetime(2017, 3, 4, 5, 6, 7, tzinfo=UTC)),
        ("2017-03-04T05:06:07.123456789Z", datetime(2017, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)),
        ("2017-03-04T05:06:07", datetime(2017, 3, 4, 5, 6, 7, tzinfo=UTC)),
        ("20170304050607", datetime(2017, 3, 4, 5, 6, 7, tzinfo=UTC)),
        ("2017-03-04T05:06:07+03:00", datetime(2017, 3, 4, 5, 6, 7, tzinfo=timezone(timedelta(hours=3)))),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("", None),
    ],
)
def test_dates_of_every_tool_are_understood(tmp_path: Path, date: str, expected: datetime | None) -> None:
    (found,), trouble = foreign(saved(tmp_path, record(http(b"x"), WARC_Date=date)))
    assert (found.capture.fetched_at if found.capture else None) == expected
    assert bool(trouble) == (expected is None)


CHUNKED = "Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    ("block", "body", "truncated"),
    [
        (http(b"4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\nA: b\r\n\r\n", CHUNKED), b"Wikipedia", False),
        (http(b"4\r\nWiki\r\n5\r\npedia\r\n", CHUNKED), b"Wikipedia", True),
        (http(b"4\r\nWiki\r\n5\r\npe", CHUNKED), b"Wikipe", True),
        (http(b"4\r\nWiki\r\nzz\r\npedia\r\n0\r\n\r\n", CHUNKED), b"Wiki", True),
        (http(b"4\r\nWi", CHUNKED), b"Wi", True),
        (http(b"0\r\n\r\n", CHUNKED), b"", False),
        (http(b"<html>", CHUNKED), b"<html>", False),
        (http(b"bad\r\ncafe and much more", CHUNKED), b"cafe and much more", True),
        (http(b"12345", "Content-Length: 5"), b"12345", False),
        (http(b"12345", "Content-Length: 6"), b"12345", True),
        (http(b"12345", "Content-Length: 6", "Content-Encoding: br"), b"12345", False),
        (http(b"", "Content-Length: 6", status="304 Not Modified"), b"", False),
        (b"HTTP/1.0 200 OK\nA: b\n\nbody", b"body", False),
        (b"HTTP/2 200\r\nA: b", b"", False),
    ],
)
def test_a_body_is_freed_of_chunks_and_never_silently_short(
    tmp_path: Path, block: bytes, body: bytes, truncated: bool
) -> None:
    (found,), trouble = foreign(saved(tmp_path, record(block)))
    assert found.capture
    assert (found.capture.body, found.capture.truncated, trouble) == (body, truncated, [])


def test_what_a_record_says_of_itself_is_kept_and_checked(tmp_path: Path) -> None:
    block = http(b"4\r\nWiki\r\n0\r\n\r\n", CHUNKED)
    sha1 = base64.b32encode(hashlib.sha1(block).digest()).decode()
    good = [
        record(block, WARC_Block_Digest=f"sha1:{sha1}"),
        record(block, WARC_Payload_Digest=f"md5:{hashlib.md5(b'Wiki').hexdigest()}"),
        record(block, WARC_Payload_Digest=f"sha-256:{hashlib.sha256(block[-14:]).hexdigest()}"),
        record(block, WARC_Payload_Digest=f"sha1:{'0' * 40}"),
        record(block, WARC_Block_Digest="blake3:00"),
        record(block, WARC_Truncated="length"),
        record(b"{}", "resource", Content_Type="application/json"),
        record(http(b"", status="302 Found"), "revisit", WARC_Refers_To="<urn:uuid:5>"),
        record(b"", "revisit"),
    ]
    found, trouble = foreign(saved(tmp_path, b"".join(good)))
    assert [item.block_ok for item in found] == [True, True, True, False, None, None, None, None, None]
    assert [item.what for item in trouble] == ["the payload differs from its digest"]
    captures = [item.capture for item in found if item.capture]
    assert [capture.truncated for capture in captures] == [False] * 5 + [True] + [False] * 3
    assert captures[6].headers == (("Content-Type", "application/json"),)
    assert (captures[7].status, captures[7].body, found[7].refers_to_id) == (302, b"", "urn:uuid:5")
    assert all(item.source is Source.GIVEN_WARC and item.time_basis is TimeBasis.ARCHIVE for item in captures)


def test_what_is_no_warc_is_one_trouble(tmp_path: Path) -> None:
    arc = b"filedesc://x.arc 0.0.0.0 20170101000000 text/plain 5\n"
    texts = {
        b"": "empty",
        arc: "ARC",
        gzip.compress(arc): "ARC",
        b"\x28\xb5\x2f\xfd" + bytes(99): "zstd",
        PAGE * 9_999: "no WARC",
        gzip.compress(PAGE): "no WARC",
        bytes(200_000): "no WARC",
        b"\x1f\x8b\x08" * 99: "no WARC",
    }
    for data, word in texts.items():
        found, trouble = foreign(saved(tmp_path, data))
        assert (found, len(trouble)) == ([], 1)
        assert word in trouble[0].what
    with pytest.raises(BadInput, match="No such file"):
        list(warc.scan(tmp_path / "missing"))


@pytest.mark.parametrize("packed", ["plain", "a member each"])
def test_a_break_is_told_and_what_follows_is_read(tmp_path: Path, packed: str) -> None:
    one, two, three = pages(3)
    breaks = {
        "torn in the head": two[:100],
        "torn in the block": two[:-99],
        "length too long": two.replace(b"Content-Length: 369", b"Content-Length: 699"),
        "length far too long": two.replace(b"Content-Length: 369", b"Content-Length: 99999999999"),
        "length too short": two.replace(b"Content-Length: 369", b"Content-Length: 169"),
        "no length": two.replace(b"Content-Length", b"Content-Langth"),
        "endless head": two[:60] + b"x" * 1_100_000 + b"\r\n\r\n",
        "endless http head": record(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200_000 + b"\r\nbody"),
        "not http": record(b"hello"),
        "junk": b"junk" * 999,
    }
    for name, broken in breaks.items():
        data = dict(packings([one, broken + b"\r\n", three]))[packed]
        found, trouble = foreign(saved(tmp_path, data))
        bodies = {item.capture.url: item.capture for item in found if item.capture}
        assert trouble, name
        assert bodies["http://a.example/2"].body == b"page 2 " * 50, name
        assert not bodies["http://a.example/2"].truncated
        assert bodies.get("http://a.example/1", replace(CAPTURE, truncated=True)).truncated, name


def test_a_torn_file_never_gives_a_silently_shorter_page(tmp_path: Path) -> None:
    ends = {at - line_ends for at in accumulate(map(len, pages(2))) for line_ends in range(5)}
    ends |= set(accumulate(len(gzip.compress(one)) for one in pages(2)))
    for name, data in packings(pages(3)):
        for length in range(1, len(data)):
            found, trouble = foreign(saved(tmp_path, data[:length]))
            for item in found:
                capture = item.capture or replace(CAPTURE, truncated=True)
                full = b"page %b " % capture.url[-1:].encode() * 50
                assert capture.truncated or capture.body == full, (name, length)
            assert trouble or len(found) == 3 or length in ends, (name, length)


FOREIGN = [data for _, data in packings([record(b"software: x", "warcinfo", ""), *pages(4), record(b"", "revisit")])]
EDITS = st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(["flip", "cut", "double", "drop"])), max_size=6)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.sampled_from(FOREIGN) | st.binary(max_size=400), edits=EDITS)
def test_no_bytes_raise(tmp_path: Path, data: bytes, edits: list[tuple[int, str]]) -> None:
    for place, how in edits:
        at = place % (len(data) + 1)
        changed = {
            "flip": data[:at] + bytes([data[at] ^ (1 << place % 8)]) + data[at + 1 :] if at < len(data) else data,
            "cut": data[:at],
            "double": data[:at] + data[at // 2 :],
            "drop": data[:at] + data[at + place % 50 :],
        }
        data = changed[how]
    path = saved(tmp_path, data)
    for item in warc.scan(path, largest=10_000):
        assert isinstance(item, warc.Foreign | warc.Trouble)
    for checked in warc.check_file(path):
        assert isinstance(checked, warc.Checked | warc.Trouble)


def bomb(length: int, size: int) -> bytes:
    """A gzip member of one record that says it has `length` bytes and holds `size` zeros."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        file.write(record(http(b""), Content_Length=str(length))[:-4])
        for _ in range(size // 10**6):
            file.write(bytes(10**6))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("length", "expected"), [(200_000_000, (1, 2)), (60_000_000, (2, 1)), (10 * 10**9, (1, 1)), (30, (2, 1))]
)
def test_a_bomb_needs_little_memory(tmp_path: Path, length: int, expected: tuple[int, int]) -> None:
    last = gzip.compress(pages(3)[2])
    path = saved(tmp_path, bomb(length, 200_000_000) + last)
    tracemalloc.start()
    bodies = trouble = 0
    for item in warc.scan(path):
        bodies += isinstance(item, warc.Foreign)
        trouble += isinstance(item, warc.Trouble)
        del item
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (bodies, trouble) == expected
    assert peak < 150_000_000


def test_many_records_need_no_more_memory_than_few(tmp_path: Path) -> None:
    path = saved(tmp_path, b"".join(gzip.compress(one, 1) for one in pages(100)) * 20)
    tracemalloc.start()
    assert sum(1 for _ in warc.scan(path)) == 2_000
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_file_made_of_breaks_comes_to_an_end(tmp_path: Path) -> None:
    found, trouble = foreign(saved(tmp_path, b"WARC/1.0\r\nContent-Length: 90000000\r\n\r\n\n" * 5_000))
    assert found == []
    assert "the rest is not read" in trouble[-1].what
    hostile = (b"\x1f\x8b\x08\0\0\0\0\0\0\xff" * 20_000) + gzip.compress(pages(1)[0])
    assert len(list(warc.scan(saved(tmp_path, hostile)))) == 1


def test_a_crashed_file_of_ours_can_be_adopted(tmp_path: Path) -> None:
    places, (written,) = write(tmp_path, HOPPED, replace(GIVEN, status=410, headers=HEADERS), GIVEN)
    path = tmp_path / written.name
    path.write_bytes(path.read_bytes()[: places[2].offset + 100])
    found, trouble = foreign(path)
    assert [item.kind.value for item in found[:4]] == ["other", "response", "response", "resource"]
    assert all(item.block_ok for item in found[1:4])
    given_back = found[3].capture
    assert given_back
    assert (given_back.status, given_back.headers, given_back.body) == (410, HEADERS, PAGE)
    assert trouble[-1].torn
