"""However records are packed and written (zstd with a dictionary, ARC of the first archives), they read the same."""

from __future__ import annotations

import gzip
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import warc
from tests.archive.warc.material import foreign
from tests.archive.warc.test_scan import http, pages

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_SKIPPED = 0x184D2A5D


def _zstd_files() -> Iterator[tuple[str, list[bytes]]]:
    """The frames of files that hold 40 pages; first what stands before them."""
    records = pages(40)
    yield "a frame each", [b"", *map(zstd.compress, records)]
    yield "several a frame", [b"", *(zstd.compress(b"".join(records[n : n + 7])) for n in range(0, 40, 7))]
    yield "one frame", [b"", zstd.compress(b"".join(records))]
    learnt = zstd.train_dict(records * 5, 3_000)
    for name, kept in (("a dictionary", learnt.dict_content), ("a packed one", zstd.compress(learnt.dict_content))):
        first = struct.pack("<II", _SKIPPED, len(kept)) + kept
        yield name, [first, *(zstd.compress(one, zstd_dict=learnt) for one in records)]


def _bodies(path: Path, **options: int) -> list[bytes]:
    return [one.capture.body for one in foreign(path, **options)[0] if one.capture]


@pytest.mark.parametrize(("name", "frames"), list(_zstd_files()), ids=lambda one: one if isinstance(one, str) else "")
def test_zstd_reads_as_gzip_does(tmp_path: Path, name: str, frames: list[bytes]) -> None:
    path = tmp_path / "a.warc.zst"
    path.write_bytes(b"".join(frames))
    found, troubles = foreign(path)
    assert [one.capture and one.capture.url[-2:].lstrip("/") for one in found] == [str(n) for n in range(40)], name
    assert troubles == []
    assert _bodies(path, start=found[35].offset)[-5:] == _bodies(path)[-5:]
    if len(frames) > 10:
        assert _bodies(path, start=found[35].offset) == _bodies(path)[35:]


def test_behind_a_damaged_frame_the_next_is_found(tmp_path: Path) -> None:
    frames = [zstd.compress(one) for one in pages(5)]
    frames[2] = frames[2][:20] + bytes(byte ^ 0x5A for byte in frames[2][20:])
    path = tmp_path / "a.warc.zst"
    path.write_bytes(b"".join(frames)[:-7])
    found, troubles = foreign(path)
    assert [one.offset for one in found][:3] == [0, len(frames[0]), sum(map(len, frames[:3]))]
    assert "zstd frame" in troubles[0].what
    assert troubles[-1].torn


def _arc(version: int, bodies: list[bytes]) -> list[bytes]:
    fields = "URL IP-address Archive-date Content-type Archive-length"
    if version == 2:
        fields = "URL IP-address Archive-date Content-type Result-code Checksum Location Offset Filename Archive-length"
    about = f"{version} 0 InternetArchive\n{fields}\n\n".encode()
    more = "" if version == 1 else "200 - - 0 x.arc "
    first = f"filedesc://x.arc 0.0.0.0 20050614070144 text/plain {more}{len(about)}\n".encode() + about
    others = [
        f"http://a.example/a b/{n} 192.0.2.1 200506140701{n:02} text/html {more}{len(body)}\n".encode() + body + b"\n"
        for n, body in enumerate(bodies)
    ]
    return [first, *others, b"dns:a.example 192.0.2.1 20050614070144 text/dns " + more.encode() + b"3\nabc\n"]


@pytest.mark.parametrize("version", [1, 2])
def test_arc_files_are_read(tmp_path: Path, version: int) -> None:
    bodies = [http(b"<p>%d</p>" % n * 99) for n in range(9)]
    records = _arc(version, bodies)
    path = tmp_path / "x.arc"
    for data in (b"".join(records), b"".join(map(gzip.compress, records)), gzip.compress(b"".join(records))):
        path.write_bytes(data)
        found, troubles = foreign(path)
        assert troubles == []
        captures = [one.capture for one in found if one.capture]
        assert [(one.url, one.fetched_at.second, one.status) for one in captures] == [
            (f"http://a.example/a%20b/{n}", n, 200) for n in range(9)
        ]
        assert captures[4].body == b"<p>4</p>" * 99
    # One that is torn out of the middle costs itself.
    path.write_bytes(b"".join(records[:4]) + records[4][:200] + b"\n" + b"".join(records[5:]))
    found, troubles = foreign(path)
    assert len([one for one in found if one.capture]) >= 8
    assert troubles


def test_a_warc_within_another_file_is_read_where_it_stands(tmp_path: Path) -> None:
    records = b"".join(map(gzip.compress, pages(6)))
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 1000 + records + b"y" * 1000)
    within = warc.Within(path, "a.warc.gz", 1000, 1000 + len(records))
    assert [one for one in warc.scan(within) if isinstance(one, warc.Trouble)] == []
    assert len(list(warc.scan(within))) == 6
