"""A web archive of more than four gigabytes is read as any other, whoever packed it; one made to fill memory is not."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from archive.home import Home
from tests.crawler.pipeline.saved import ADDRESS, OLD, asked, rows
from tests.crawler.pipeline.test_ingest_web_archives import _AT, _warc

_BEYOND = 4_400_000_000


def _large(path: Path) -> Path:
    """A WACZ of which one member and the directory stand behind four gigabytes of nothing."""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("pages/pages.jsonl", "{}\n")
        package.start_dir = _BEYOND
        package.writestr("archive/a.warc.gz", _warc((OLD, _AT)))
    return path


def _end(path: Path, **said: int) -> None:
    """Overwrite what the end of a large file says: `near` the four numbers of the end that everybody knows, `far` the
    length of the directory in the other."""
    data = path.stat().st_size
    with path.open("r+b") as file:
        if near := said.get("near"):
            file.seek(data - 22 + 8)
            file.write(struct.pack("<HHLL", near & 0xFFFF, near & 0xFFFF, near, near))
        if far := said.get("far"):
            file.seek(data - 22 - 20 - 56 + 40)
            file.write(struct.pack("<Q", far))


@pytest.mark.parametrize("near", [0, 0xFFFFFFFF])
def test_what_stands_beyond_four_gigabytes_is_taken(sqlite_home: Home, tmp_path: Path, near: int) -> None:
    path = _large(tmp_path / "large.wacz")
    # Some tools leave every number to the larger form, ours and Python's only those that do not fit.
    _end(path, near=near)
    taken = rows(asked(sqlite_home, "ingest", path, "--json"))
    assert [row["url"] for row in taken] == [ADDRESS]


def test_a_directory_that_would_fill_memory_is_refused(sqlite_home: Home, tmp_path: Path) -> None:
    path = _large(tmp_path / "large.wacz")
    _end(path, far=_BEYOND - 100)
    answer = asked(sqlite_home, "ingest", path)
    assert (answer.code, f"its directory has {_BEYOND - 100} bytes" in answer.stderr) == (3, True), answer
