"""Pages per second of a whole crawl beside a Scrapy spider that only downloads, on the same site, in the same run.

    python benchmarks/crawl.py [--pages 2000] [--rounds 3] [--copies] [--steps] [--kills 20]

`whole` is `palimpsest crawl` into a fresh SQLite archive: robots.txt, sitemap, WARC, reading, furniture, fold, search,
seal. `bare` asks for the same addresses with Scrapy's own settings and does nothing with the answers. Both 16 requests
at once, no delays. Wall and processor time are those of the crawl from the call to its return, reading processes
included, Python's start not; memory is the resident set. Rounds take turns; medians are shown.

With --copies the same crawl takes its turn `without` them: nothing is made by which near copies are found, and none are
looked for.

With --steps a table of what a page costs in which step follows (`crawl_steps`), of one more crawl.

With --kills a crawl of 500 pages is killed (-9) at so many random moments and started again each time; what the archive
holds after each, and whether it is sound. Five more addresses lead to a server inside, which must not be asked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import crawl_steps
from server import HOST, install, path, serving

_AT_ONCE = 16
_SPEED = {
    "CONCURRENT_REQUESTS": _AT_ONCE,
    "CONCURRENT_REQUESTS_PER_DOMAIN": _AT_ONCE,
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True)
class Cost:
    """What a crawl took: seconds, seconds of processor of all its processes, and peaks of memory in MB."""

    pages: int
    wall: float
    processor: float
    main_mb: float
    all_mb: float


# --- the two crawls, each in a process of its own ---------------------------------------------------------------------


def _bare(pages: int, port: int, _folder: Path) -> Callable[[], int]:
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess

    taken = []

    class Bare(Spider):
        name = "bare"

        async def start(self) -> Any:
            for number in range(pages):
                yield Request(f"http://127.0.0.1:{port}{path(number)}")

        def parse(self, response: Any) -> None:
            taken.append(len(response.body))

    def crawl() -> int:
        process = AsyncCrawlerProcess({**_SPEED, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False})
        process.crawl(Bare)
        process.start()
        return len(taken)

    return crawl


def _whole(_pages: int, port: int, folder: Path) -> Callable[[], int]:
    from archive.home import Home
    from archive.records import RunKind
    from crawler.spiders import run

    home = Home(folder, f"sqlite:///{folder}/archive.db")
    install(home.outlets, port)

    def crawl() -> int:
        settings = {**_SPEED, "PALIMPSEST_LOOPBACK": True}
        (result,) = run.crawl(home, ["bench"], RunKind.CRAWL, {}, settings)
        assert result.failure is None, result.failure
        return result.captures.get("new", 0)

    return crawl


_NO_KEYS = """
from archive.copies import shingles, sketch

sketch.keys, shingles.packed = (lambda body: ()), (lambda body: b"")
"""
"""Ends the outlet's file, which the reading processes load."""


def _without(pages: int, port: int, folder: Path) -> Callable[[], int]:
    from archive.store.derived.copies import Copies

    crawl = _whole(pages, port, folder)
    for hook in ("added", "begun", "grouped"):
        setattr(Copies, hook, lambda *_words: None)
    with (folder / "outlets" / "bench.py").open("a", encoding="utf-8") as file:
        file.write(_NO_KEYS)
    return crawl


def _stepwise(pages: int, port: int, folder: Path) -> Callable[[], int]:
    crawl = _whole(pages, port, folder)
    crawl_steps.install("crawling", str(folder))
    with (folder / "outlets" / "bench.py").open("a", encoding="utf-8") as file:
        file.write(crawl_steps.READING.format(benchmarks=str(Path(__file__).parent), folder=str(folder)))
    return crawl


_KINDS = {"bare": _bare, "whole": _whole, "without": _without}


def _steps(pages: int) -> None:
    """Crawl, and print what each step took."""
    with serving(pages) as port, tempfile.TemporaryDirectory() as place:
        done = _stepwise(pages, port, Path(place))()
        crawl_steps.show(crawl_steps.took(Path(place)), done)


def _processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _child(kind: str, pages: int, port: int, folder: str) -> None:
    """Crawl, and say in one line of JSON what it took."""
    crawl = _KINDS[kind](pages, port, Path(folder))
    begun, used = time.perf_counter(), _processor()
    done = crawl()
    print(json.dumps({"pages": done, "wall": time.perf_counter() - begun, "processor": _processor() - used}))


# --- watching them ----------------------------------------------------------------------------------------------------


def _resident(pid: int) -> float:
    """MB a process and its descendants hold in memory now, and 0 for those that ended meanwhile."""
    mb = 0.0
    with suppress(OSError, IndexError):
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        mb = int(status.split("VmRSS:")[1].split()[0]) / 1024
        for task in Path(f"/proc/{pid}/task").iterdir():
            mb += sum(_resident(int(child)) for child in (task / "children").read_text(encoding="ascii").split())
    return mb


def _peak(pid: int) -> float:
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) / 1024
    return 0.0


def _measure(kind: str, pages: int, port: int) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--child", kind, str(pages), str(port), folder]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        peaks = [0.0, 0.0]
        over = threading.Event()

        def watch() -> None:
            while not over.wait(0.05):
                peaks[:] = [max(peaks[0], _peak(process.pid)), max(peaks[1], _resident(process.pid))]

        watcher = threading.Thread(target=watch)
        watcher.start()
        said, _ = process.communicate()
        over.set()
        watcher.join()
    cost = json.loads(said.splitlines()[-1])
    if cost["pages"] != pages:
        raise SystemExit(f"{kind} took {cost['pages']} of {pages} pages: nothing was measured")
    return Cost(**cost, main_mb=peaks[0], all_mb=peaks[1])


async def _floor(pages: int, port: int) -> float:
    """Pages per second over raw sockets: what the server can answer."""
    numbers = iter(range(pages))

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            writer.write(f"GET {path(number)} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0]))
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(_AT_ONCE)))
    return pages / (time.perf_counter() - begun)


# --- the tables -------------------------------------------------------------------------------------------------------


def _median(costs: list[Cost], of: Callable[[Cost], float]) -> float:
    return statistics.median(map(of, costs))


def _throughput(pages: int, rounds: int, *, copies: bool) -> None:
    found: dict[str, list[Cost]] = {kind: [] for kind in _KINDS if copies or kind != "without"}
    with serving(pages) as port:
        floor = asyncio.run(_floor(pages, port))
        for _ in range(rounds):
            for kind, costs in found.items():
                costs.append(_measure(kind, pages, port))
    print(f"{pages} pages of 60-120 KB, {_AT_ONCE} requests at once, median of {rounds} rounds in turn\n")
    print(f"{'':22}{'pages/s':>9}{'of bare':>9}{'processor':>12}{'memory':>10}{'all processes':>15}")
    print(f"{'the server, raw':22}{floor:9.0f}")
    bare = _median(found["bare"], lambda cost: pages / cost.wall)
    for kind, costs in found.items():
        speed = _median(costs, lambda cost: pages / cost.wall)
        processor = _median(costs, lambda cost: cost.processor / pages * 1e3)
        memory, everything = _median(costs, lambda cost: cost.main_mb), _median(costs, lambda cost: cost.all_mb)
        print(f"{kind:22}{speed:9.0f}{speed / bare:9.2f}{processor:9.2f} ms{memory:7.0f} MB{everything:12.0f} MB")
    print(f"\nof bare, round by round: {_ratios(found['bare'], found['whole'], lambda cost: cost.wall)}")
    if copies:
        for what, of in (("wall", lambda cost: cost.wall), ("processor", lambda cost: cost.processor)):
            print(f"whole of without, {what}, round by round: {_ratios(found['whole'], found['without'], of)}")


def _ratios(some: list[Cost], others: list[Cost], of: Callable[[Cost], float]) -> str:
    """Two crawls that took turns saw the same machine: the spread of their ratio says how steady it was."""
    return ", ".join(f"{of(one) / of(other):.2f}" for one, other in zip(some, others, strict=True))


# --- killed -----------------------------------------------------------------------------------------------------------

_KILLED_PAGES = 500
# Slow enough that the crawl is not over before it was killed so often.
_KILLED = ("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=0.03", "AUTOTHROTTLE_ENABLED=0", "RETRY_TIMES=0")


@contextmanager
def _inside() -> Iterator[tuple[int, list[str]]]:
    """A server that must not be asked anything: its port, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        server.server_close()


def _command(folder: Path, *words: str) -> list[str]:
    return [str(Path(sys.executable).with_name("palimpsest")), "--home", str(folder), *words]


def _crawl(folder: Path) -> list[str]:
    return _command(folder, *(part for one in _KILLED for part in ("--setting", one)), "crawl", "bench")


def _states(folder: Path, ledger: str) -> dict[str, int]:
    told = subprocess.run(_command(folder, "status", "--json"), capture_output=True, text=True, check=False).stdout
    found = [row for row in map(json.loads, told.splitlines()) if row["ledger"] == ledger]
    if not all(row["adds_up"] for row in found):
        raise SystemExit(f"the ledger {ledger} does not add up: {found}")
    return dict(found[0]["states"]) if found else {}


def _sound(folder: Path) -> str:
    # 5: killed before there was an archive.
    code = subprocess.run(_command(folder, "verify"), capture_output=True, check=False).returncode
    return {0: "clean", 5: "no archive yet"}.get(code, f"DAMAGE ({code})")


def _killed(folder: Path, wait: float, *, starting: bool) -> str:
    """Begin a crawl, kill it after a wait, and tell when that was."""
    files = set((folder / "warc").glob("*"))
    crawl = subprocess.Popen(_crawl(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not starting and crawl.poll() is None and set((folder / "warc").glob("*")) == files:
        time.sleep(0.01)
    time.sleep(wait)
    over = crawl.poll() is not None
    crawl.kill()
    crawl.wait()
    return f"{wait:4.2f} s after {'its start' if starting else 'the first bytes'}{' (it had ended)' if over else ''}"


def _kills(kills: int) -> None:
    chance = random.Random(kills)
    print(f"\nA crawl of {_KILLED_PAGES} pages, killed {kills} times (kill -9, seed {kills})\n")
    with _inside() as (port, asked), serving(_KILLED_PAGES, port) as site, tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        install(folder / "outlets", site)
        for number in range(1, kills + 1):
            # One in four while it starts; the others at any moment of the three seconds after it began to fetch.
            when = _killed(folder, 3 * chance.random(), starting=number % 4 == 0)
            held = _states(folder, "discoveries").get("captured", 0)
            print(f"kill {number:3}  {when:34}{held:5} captured   {_sound(folder)}", flush=True)
        code = subprocess.run(_crawl(folder), capture_output=True, check=False).returncode
        print(f"at last: exit code {code}, discoveries {_states(folder, 'discoveries')}")
        print(f"captures {_states(folder, 'captures')}, verify {_sound(folder)}")
        print(f"requests seen by the server inside: {len(asked)}")


def main() -> None:
    """Print the tables that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--copies", action="store_true", help="and once without looking for copies, in each round")
    parser.add_argument("--steps", action="store_true", help="and what a page costs, step by step")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        kind, pages, port, folder = options.child
        _child(kind, int(pages), int(port), folder)
        return
    if options.rounds:
        _throughput(options.pages, options.rounds, copies=options.copies)
    if options.steps:
        _steps(options.pages)
    if options.kills:
        _kills(options.kills)


if __name__ == "__main__":
    main()
