"""WARC files of any tool, packed in any way: no file of others can hurt."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import warc
from archive.errors import BadInput
from archive.records import Source, TimeBasis
from tests.archive.warc.material import CAPTURE, PAGE, foreign


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
        assert [item.kind for item in found].count(warc.RecordType.OTHER) == 3


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
    texts = {
        b"": "empty",
        b"\x28\xb5\x2f\xfd" + bytes(99): "no WARC",
        b"\x5d\x2a\x4d\x18" + bytes(99): "dictionary",
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
