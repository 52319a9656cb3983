"""How long pages take that people ask for, of made-up archives of growing size, on both databases.

    python benchmarks/serve.py [--versions 10000 100000] [--database sqlite] [--seconds 60] [--keep FOLDER]

Twenty clients ask `palimpsest serve` for five pages a second together, another one each time. Of each kind of page:
p50, p95 and p99 in milliseconds, from the request to the last byte, and the largest in KB; then the server's memory,
and how long `/` takes the very first time.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parent.parent))

from archives import BEGAN, DAYS, OUTLETS
from ingest import _postgresql
from questions import _articles, _edited, _filled, _some

from archive import db
from archive.home import Home
from tests.support import COMMAND, environment

CLIENTS, A_SECOND = 20, 5


class Asker:
    """What people ask for: pages of articles, comparisons, searches, edits of a month, the front page."""

    def __init__(self, url: str, seed: int) -> None:
        self.chance = Random(seed)
        self.engine = db.open_reader(url)
        with db.reading(self.engine) as connection:
            self.articles = _articles(connection)
            self.edited = [_edited(connection, self.chance) for _ in range(200)]
        self.engine.dispose()

    def paths(self) -> Iterator[tuple[str, str]]:
        """Kinds of page and addresses, without end."""
        while True:
            outlet, word = _some(self.chance)
            number = self.chance.randrange(self.articles)
            month = f"{BEGAN.year + self.chance.randrange(DAYS // 365)}-{self.chance.randrange(1, 13):02}"
            yield "asks nothing", "/questions"
            yield "front", "/"
            yield "search", f"/search?q={quote(word)}"
            yield "search in an outlet", f"/search?q={quote(word)}&outlet={outlet}"
            yield "article", f"/article/{OUTLETS[number % len(OUTLETS)]}:{number}"
            yield "compare", f"/compare/{self.chance.choice(self.edited)}"
            yield "edits of a month", f"/questions/edits?outlet={outlet}&changed_since={month}"


class Clients:
    """Twenty at once, each with its share of what is asked; what each answer took, and how large it was."""

    def __init__(self, base: str, asker: Asker) -> None:
        self.base, self.asked, self.lock = base, asker.paths(), threading.Lock()
        self.took: dict[str, list[float]] = defaultdict(list)
        self.sizes: dict[str, int] = defaultdict(int)
        self.failed: list[str] = []

    def run(self, seconds: float) -> None:
        """Ask for so long."""
        end = time.monotonic() + seconds
        clients = [threading.Thread(target=self._client, args=(end, n)) for n in range(CLIENTS)]
        for one in clients:
            one.start()
        for one in clients:
            one.join()

    def _client(self, end: float, n: int) -> None:
        time.sleep(n / A_SECOND)
        while time.monotonic() < end:
            begun = time.monotonic()
            with self.lock:
                kind, path = next(self.asked)
            self._ask(kind, path)
            time.sleep(max(0, begun + CLIENTS / A_SECOND - time.monotonic()))

    def _ask(self, kind: str, path: str) -> None:
        begun = time.perf_counter()
        try:
            with urlopen(self.base + path, timeout=120) as answer:
                size = len(answer.read())
        except HTTPError as problem:
            with problem:
                self.failed.append(f"{problem.code} {path}")
            return
        with self.lock:
            self.took[kind].append(1000 * (time.perf_counter() - begun))
            self.sizes[kind] = max(self.sizes[kind], size)


def _at(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def _memory(pid: int) -> tuple[float, float]:
    """Megabytes a process has now, and had at most."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    said = dict(line.split(":", 1) for line in lines if ":" in line)
    now, most = (int(said[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, most


def _measure(name: str, home: Home, versions: int, seconds: float) -> None:
    print(f"\n{name}, {versions} versions", flush=True)
    _filled(home.database_url, versions)
    asker = Asker(home.database_url, 5)
    words = [COMMAND, "serve", "--port", "0"]
    server = subprocess.Popen(words, env=environment(home), stderr=subprocess.PIPE, encoding="utf-8")
    assert server.stderr is not None
    try:
        base = server.stderr.readline().split()[0].rstrip("/")
        begun = time.perf_counter()
        urlopen(base, timeout=120).read()
        first = 1000 * (time.perf_counter() - begun)
        clients = Clients(base, asker)
        clients.run(seconds)
        now, most = _memory(server.pid)
    finally:
        server.terminate()
        server.wait()
    print(f"{'page':22} {'asked':>6} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8} {'KB':>6} {'of the floor':>13}")
    floor = _at(clients.took["asks nothing"] or [1], 0.5)
    for kind, times in clients.took.items():
        cuts = "".join(f" {_at(times, share):8.0f}" for share in (0.5, 0.95, 0.99))
        print(f"{kind:22} {len(times):6}{cuts} {clients.sizes[kind] / 1024:6.0f} {_at(times, 0.5) / floor:13.1f}")
    print(
        f"first page {first:.0f} ms; memory {now:.0f} MB, at most {most:.0f}; failed {len(clients.failed)}", flush=True
    )
    for each in clients.failed[:5]:
        print(f"  {each}")


def main() -> None:
    """Print a table a size and database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, nargs="+", default=[10_000])
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--postgresql")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--keep", type=Path, help="a folder to fill SQLite archives in, and to find them again")
    options = parser.parse_args()
    for versions in options.versions:
        folder = options.keep or Path(tempfile.mkdtemp())
        if options.database != "postgresql":
            home = Home(folder, f"sqlite:///{folder / f'{versions}.db'}")
            home.make()
            _measure("SQLite", home, versions, options.seconds)
        if options.database != "sqlite":
            with _postgresql(options.postgresql) as url:
                _measure("PostgreSQL", Home(folder, url), versions, options.seconds)


if __name__ == "__main__":
    main()
