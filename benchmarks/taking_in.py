"""Captures of others taken in, a second: from WARC, WACZ and a local Wayback Machine, beside bare readers of WARC.

    python benchmarks/taking_in.py [--captures 200]

Seconds of a processor, the start of a program taken off; the bare readers unpack and parse records and HTTP, and check
and store nothing. Pages are those of `ingest.py`; the web archive is that of the tests, in this process.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from engines import COMMAND, measured, written
from fastwarc.warc import ArchiveIterator as FastIterator
from pages import Site, captures
from warcio.archiveiterator import ArchiveIterator

from tests.crawler.crawls import words
from tests.crawler.webarchives.wayback import Archive, Kept, serving


def _by_warcio(file: Path) -> int:
    with file.open("rb") as stream:
        return sum(
            len(one.content_stream().read()) > 0 for one in ArchiveIterator(stream) if one.rec_type == "response"
        )


def _by_fastwarc(file: Path) -> int:
    return sum(bool(one.reader.read()) for one in FastIterator(str(file), parse_http=True))


def _row(what: str, count: int, used: float) -> None:
    print(f"{what:34} {count / used:8.0f} captures/s of a processor {used / count * 1e3:8.2f} ms each", flush=True)


def _bare(name: str, read: Callable[[Path], int], file: Path, count: int) -> None:
    began = time.process_time()
    found = read(file)
    assert found >= count, (name, found)
    _row(f"{name}, bare", count, time.process_time() - began)


def table(count: int) -> None:
    """Print it."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (file,) = written(folder / "given", count, 1)
        _bare("warcio", _by_warcio, file, count)
        _bare("fastwarc", _by_fastwarc, file, count)
        start = measured([COMMAND, "--home", folder / "empty", "status", "--help"]).used
        home = [COMMAND, "--home", folder / "home"]
        _row("ingest WARC", count, measured([*home, "ingest", file]).used - start)
        measured([*home, "export", "--wacz", folder / "all.wacz"])
        again = [COMMAND, "--home", folder / "again", "ingest", folder / "all.wacz"]
        _row("ingest WACZ", count, measured(again).used - start)
        kept = [Kept(one.url, f"{one.fetched_at:%Y%m%d%H%M%S}", one.body) for one in captures(Site(), count)]
        with serving(Archive(kept=kept)) as archive:
            asked = words("backfill", "wayback", "rt-fr", "--from", archive.address, "--calls", "6000")
            away = [COMMAND, "--home", folder / "away", *asked]
            _row("backfill from a local Wayback", count, measured(away).used - start)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, default=200)
    table(parser.parse_args().captures)


if __name__ == "__main__":
    main()
