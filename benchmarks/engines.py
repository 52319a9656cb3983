"""The same captures read and stored by way of each engine, beside the pure reader; and with a worker killed meanwhile.

    python benchmarks/engines.py [--captures 400] [--files 8] [--engines local,dask,spark]

First a bare reader (no engine, one process for each half of the files); then each engine that is installed, with one
and two workers, reading alone: what it costs to start, and a page. Then `palimpsest ingest --engine`, two workers, as a
whole, and once more with a worker killed (-9) when it has begun to read: captures lost, and captured twice.
Seconds are of a processor, all processes together; where it says wall, of a clock. Pages are those of `ingest.py`.
"""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import psutil
from pages import Site, captures

from archive import warc
from archive.home import SETTINGS
from crawler.outlets.registry import registry
from crawler.pipeline.engines.choose import Choice
from crawler.pipeline.engines.protocol import Engine, Lost, in_order
from crawler.pipeline.rules import Rules
from crawler.pipeline.stretches import Readings, Stretch, cut, read_stretch, whose
from crawler.pipeline.workers import warm

COMMAND = Path(sys.executable).with_name("palimpsest")
_NEEDS = {"local": "sys", "dask": "distributed", "spark": "pyspark"}
_NO_OPS = 200


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of a processor, of all processes and of the first, and of a clock; what was said, and whether a worker is
    still to be killed."""

    used: float
    own: float
    wall: float
    said: str
    kill: bool


def written(folder: Path, count: int, files: int) -> list[Path]:
    """So many captures, each of an article of its own, in so many files."""
    folder.mkdir()
    pages, made = captures(Site(), count), []
    for number in range(files):
        writer = warc.Writer(folder, f"part{number:04}", next(captures(Site(), 1)).fetched_at, "benchmark", 1 << 40)
        for page in islice(pages, count // files):
            writer.write(page)
        writer.close()
        made.append(folder / writer.files[0].name)
    return made


def measured(command: Sequence[str | Path], kill: bool = False) -> Cost:
    """What a process costs with all it starts; `kill`: one of its workers, when it is at work."""
    env = {key: value for key, value in os.environ.items() if key not in SETTINGS}
    began, words = time.perf_counter(), [*map(str, command)]
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        # Spark's Java is nobody's child in the end: all are looked at as long as they are there.
        used: dict[int, float] = {}
        while child.poll() is None:
            kill = _looked_at(child.pid, used, kill)
            time.sleep(0.2)
        assert child.stdout is not None
        said = child.stdout.read()
    if child.returncode:
        sys.exit(f"{words} ended with {child.returncode}")
    return Cost(sum(used.values()), used[child.pid], time.perf_counter() - began, said, kill)


def _looked_at(parent: int, used: dict[int, float], kill: bool) -> bool:
    """Note what each process has used by now, and kill a worker (-9) that has begun to read; whether one is
    still to be killed."""
    try:
        found = [psutil.Process(parent), *psutil.Process(parent).children(recursive=True)]
    except psutil.Error:
        return kill
    for one in found:
        try:
            times, words = one.cpu_times(), " ".join(one.cmdline())
            used[one.pid] = times.user + times.system
            if kill and times.user > 1.5 and ("spawn_main" in words or "pyspark.daemon" in words):
                one.send_signal(signal.SIGKILL)
                kill = False
        except psutil.Error:
            continue
    return kill


# --- what runs in a process of its own ------------------------------------------------------------------------------


def _asked(rules: Rules, stretch: Stretch, engine: Engine) -> Readings:
    return engine.call(read_stretch, rules, stretch, partial(whose, None))


def _read(name: str, workers: int, files: Sequence[str]) -> None:
    """Read files, by an engine or (`pure`) without one; says how many captures, and seconds a task of nothing."""
    rules = Rules.of(Path(), registry(Path()))
    stretches = [one for file in files for one in cut(Path(file))]
    if name == "pure":
        warm(Path())
        print(sum(len(read_stretch(rules, one, partial(whose, None)).packed) for one in stretches), 0)
        return
    with Choice(name, workers).opened() as engine:
        assert engine is not None
        with ThreadPoolExecutor(workers) as each:
            list(each.map(lambda _: engine.call(warm, Path()), range(workers)))
        began = time.perf_counter()
        if not files:
            list(in_order(engine, [lambda by: by.call(abs, -1)] * _NO_OPS))
        nothing = (time.perf_counter() - began) / _NO_OPS
        count = 0
        for found in in_order(engine, [partial(_asked, rules, one) for one in stretches]):
            assert not isinstance(found, Lost), found
            count += len(found.packed)
        print(count, nothing)


def _child(*words: str | Path) -> list[str | Path]:
    return [sys.executable, __file__, "--child", *map(str, words)]


# --- the table ------------------------------------------------------------------------------------------------------


def _row(what: str, *figures: str) -> None:
    print(f"{what:34} {'  '.join(figures)}", flush=True)


def _pure(files: list[Path], count: int) -> float:
    """Seconds of a processor a capture, by the reader alone."""
    halves = [files[: len(files) // 2], files[len(files) // 2 :]]
    empty = measured(_child("pure", 1)).used
    with ThreadPoolExecutor(2) as pool:
        costs = list(pool.map(lambda half: measured(_child("pure", 1, *half)), halves))
    assert sum(int(one.said.split()[0]) for one in costs) == count
    used, wall = sum(one.used for one in costs) - 2 * empty, max(one.wall for one in costs)
    _row("the pure reader, two processes", f"{used / count * 1e3:7.2f} ms", f"{count / wall:6.0f}/s wall")
    return used / count


def _reading(name: str, workers: int, files: list[Path], count: int, pure: float) -> None:
    start = measured(_child(name, workers))
    cost = measured(_child(name, workers, *files))
    assert int(cost.said.split()[0]) == count, cost
    each = (cost.used - start.used) / count
    _row(
        f"{name}, {workers} worker(s): reading",
        f"{each * 1e3:7.2f} ms",
        f"{count / cost.wall:6.0f}/s wall",
        f"{pure / each:5.2f} of the pure reader",
        f"start {start.used:5.1f} s, {start.wall:5.1f} s wall",
        f"a task of nothing {float(start.said.split()[1]) * 1e3:6.2f} ms wall",
    )


def _ingested(name: str, workers: int, files: list[Path], count: int, kill: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        words = [] if name == "-" else ["--engine", name, "--workers", str(workers)]
        cost = measured([COMMAND, "--home", folder, "ingest", *files, *words], kill)
        with closing(sqlite3.connect(f"{folder}/archive.db")) as held:
            rows, articles = held.execute("SELECT count(*), count(DISTINCT article_id) FROM capture").fetchone()
    what = "no engine" if name == "-" else f"{name}, {workers} worker(s)"
    what += ": ingest" + (", none killed: too short" if cost.kill else ", one killed" * kill)
    lost = f"lost {count - articles}, twice {rows - articles}"
    stores = f"of it the process that stores {cost.own / count * 1e3:6.2f} ms"
    _row(what, f"{cost.used / count * 1e3:7.2f} ms", stores, f"{count / cost.wall:6.0f}/s wall", lost)


def table(count: int, files: int, engines: Sequence[str]) -> None:
    """Print it."""
    count -= count % files
    with tempfile.TemporaryDirectory() as folder:
        given = written(Path(folder) / "given", count, files)
        size = sum(one.stat().st_size for one in given)
        print(f"{count} captures in {files} files of {size / files / 1e6:.1f} MB\n")
        here = [name for name in engines if find_spec(_NEEDS[name])]
        pure = _pure(given, count)
        for name in here:
            for workers in (1, 2):
                _reading(name, workers, given, count, pure)
        _ingested("-", 0, given, count, kill=False)
        for name in here:
            for workers, kill in ((1, False), (2, False), (2, True)):
                _ingested(name, workers, given, count, kill)
        for name in set(engines) - set(here):
            print(f"{name}: not installed")


def main() -> None:
    """Print the table, or be one of its processes."""
    if sys.argv[1:2] == ["--child"]:
        name, workers, *files = sys.argv[2:]
        _read(name, int(workers), files)
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, default=400)
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--engines", default="local,dask,spark")
    options = parser.parse_args()
    table(options.captures, options.files, options.engines.split(","))


if __name__ == "__main__":
    main()
