"""Two workers on one PostgreSQL beside one: pages per second, pages captured twice, and pages that are missing.

    python benchmarks/workers.py [--pages 800] [--rounds 1] [--delay 0.2] [--postgresql URL]

The same pages, dealt out to eight outlets with a host each, are crawled by `palimpsest run --once`: by one worker, and
by two at the same time, each with two outlets side by side. `--delay` is the pause between two requests to one host: as
everywhere it is manners, and not the machine, that bound a crawl, so that a second worker is worth as many hosts more.
With `--delay 0` the processors bound it. Two machines stand on one here: each worker has a folder of its own, whose
`warc/` leads to the shared one. Seconds are from the first request's process to the end of the last.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ingest import _postgresql
from server import MOST, install_several, serving
from sqlalchemy import make_url, text

from archive import db

_SETTINGS = ("PALIMPSEST_LOOPBACK=1", "AUTOTHROTTLE_ENABLED=0", "CONCURRENT_REQUESTS_PER_DOMAIN=4")
_OUTLETS = [f"bench{n}" for n in range(MOST)]


def _command(folder: Path, url: str, *words: str) -> list[str]:
    command = str(Path(sys.executable).with_name("palimpsest"))
    return [command, "--home", str(folder), "--database-url", url, *words]


def _machine(place: Path, number: int, port: int) -> Path:
    folder = place / f"machine{number}"
    folder.mkdir()
    (place / "warc").mkdir(exist_ok=True)
    (folder / "warc").symlink_to(place / "warc")
    (folder / "palimpsest.toml").write_text("[run]\nat_once = 2\n", encoding="utf-8")
    install_several(folder / "outlets", port)
    return folder


def _crawled(workers: int, place: Path, url: str, port: int, delay: float) -> float:
    """Seconds that so many workers take for all of it."""
    machines = [_machine(place, number, port) for number in range(workers)]
    subprocess.run(_command(machines[0], url, "outlets", "enable", *_OUTLETS), check=True, capture_output=True)
    settings = [part for one in (*_SETTINGS, f"DOWNLOAD_DELAY={delay}") for part in ("--setting", one)]
    begun = time.perf_counter()
    running = [
        subprocess.Popen(_command(one, url, *settings, "run", "--once"), stdout=subprocess.DEVNULL) for one in machines
    ]
    codes = [one.wait() for one in running]
    if any(codes):
        raise SystemExit(f"the workers ended with {codes}: nothing was measured")
    return time.perf_counter() - begun


def _found(url: str) -> tuple[int, int]:
    """How many articles were captured, and how many of them more often than once."""
    engine = db.open_reader(url)
    try:
        with db.reading(engine) as connection:
            asked = "SELECT count(*) FROM v1_captures WHERE url LIKE '%-article' GROUP BY url"
            times = [int(number) for number in connection.execute(text(asked)).scalars()]
    finally:
        engine.dispose()
    return len(times), sum(number > 1 for number in times)


def _measure(workers: int, pages: int, delay: float, server: str, port: int) -> float:
    name = f"workers_{workers}_{time.time_ns()}"
    engine = db.open_writer(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    with tempfile.TemporaryDirectory() as place:
        seconds = _crawled(workers, Path(place), url, port, delay)
    articles, twice = _found(url)
    speed = pages / seconds
    print(f"{workers} worker(s){speed:10.1f} pages/s{twice:8} captured twice{pages - articles:8} lost", flush=True)
    return speed


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=800)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--delay", type=float, default=0.2)
    parser.add_argument("--postgresql")
    options = parser.parse_args()
    speeds: dict[int, list[float]] = {1: [], 2: []}
    print(f"{options.pages} pages of {MOST} outlets, {options.delay} s between two requests to a host\n")
    with _postgresql(options.postgresql) as server, serving(options.pages) as port:
        for _ in range(options.rounds):
            for workers, found in speeds.items():
                found.append(_measure(workers, options.pages, options.delay, server, port))
    one, two = (statistics.median(found) for found in speeds.values())
    print(f"\ntwo workers are {two / one:.2f} times as fast as one")


if __name__ == "__main__":
    main()
