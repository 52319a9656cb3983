"""How long searches take by kind, on a made-up archive, on both databases: twenty with their total, and facets.

    python benchmarks/searches.py [--versions 100000] [--postgresql URL] [--keep FOLDER]

Words come as often as in the languages of `archives.py`: `common` ones stand in most texts, `rare` ones in few.
Milliseconds, p50 and p95 of the rounds, caches warm. Without --postgresql one is started from the test extra.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import quantiles

sys.path.insert(0, str(Path(__file__).parent.parent))

from archives import OUTLETS, Language
from ingest import _postgresql
from questions import _filled
from sqlalchemy import Connection

from archive import db
from archive.home import Home
from archive.query.facets import facets
from archive.query.filters import Filters
from archive.query.search import Search, find
from archive.search.language import parse

ROUNDS = 20
_WORDS = {code: Language(code, 1) for code in ("en", "ru", "fr", "es", "ar", "zh")}
_COMMON, _MIDDLE, _RARE = (3, 40), (300, 3_000), (8_000, 15_000)


def _word(chance: Random, ranks: tuple[int, int], code: str = "") -> str:
    return _WORDS[code or chance.choice(list(_WORDS))].common(chance.randrange(*ranks))


def _both(chance: Random, between: str, ranks: tuple[int, int] = _MIDDLE) -> str:
    code = chance.choice(list(_WORDS))
    return between.join(_word(chance, ranks, code) for _ in range(2))


def _plain(ranks: tuple[int, int]) -> Callable[[Random], Search]:
    return lambda chance: Search(parse(_word(chance, ranks)))


KINDS: dict[str, Callable[[Random], Search]] = {
    "rare word": _plain(_RARE),
    "word": _plain(_MIDDLE),
    "common word": _plain(_COMMON),
    "two words": lambda chance: Search(parse(_both(chance, " "))),
    "either word": lambda chance: Search(parse(_both(chance, " OR "))),
    "common NOT word": lambda chance: Search(parse(f"{_word(chance, _COMMON)} NOT {_word(chance, _MIDDLE)}")),
    "phrase": lambda chance: Search(parse(f'"{_both(chance, " ", _COMMON)}"')),
    "NEAR": lambda chance: Search(parse(_both(chance, " NEAR "))),
    "beginning": lambda chance: Search(parse(_word(chance, _RARE, "ru")[:4].ljust(3, "а") + "*")),
    "headline": lambda chance: Search(parse(f"headline:{_word(chance, _MIDDLE)}")),
    "exact": lambda chance: Search(parse(_word(chance, _MIDDLE)), exact=True),
    "no longer": lambda chance: Search(parse(_word(chance, _MIDDLE)), earlier=True),
    "by relevance": lambda chance: Search(parse(_word(chance, _MIDDLE)), relevance=True),
    "one outlet": lambda chance: Search(parse(_word(chance, _MIDDLE)), Filters(outlets=(chance.choice(OUTLETS),))),
}


def _line(connection: Connection, name: str, rounds: int) -> None:
    chance, taken, rows, most = Random(5), [], 0, ""
    counted = []
    for _ in range(rounds):
        search = KINDS[name](chance)
        begun = time.perf_counter()
        found = find(connection, search)
        taken.append(1000 * (time.perf_counter() - begun))
        begun = time.perf_counter()
        list(facets(connection, search))
        counted.append(1000 * (time.perf_counter() - begun))
        rows += len(found.hits)
        if found.total and found.total.more:
            most = "  more than are counted"
    cuts, beside = (quantiles(times, n=20, method="inclusive") for times in (taken, counted))
    page = f"p50 {cuts[9]:8.1f} ms  p95 {cuts[18]:8.1f} ms  {rows / rounds:5.1f} rows"
    print(f"  {name:16} {page}  facets p50 {beside[9]:8.1f} ms  p95 {beside[18]:8.1f} ms{most}", flush=True)


def _measured(url: str, only: str, rounds: int) -> None:
    engine = db.open_reader(url)
    with db.reading(engine) as connection:
        for name in KINDS:
            if only in {"", name}:
                _line(connection, name, rounds)
    engine.dispose()


def main() -> None:
    """Print one line a kind of search and database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, default=100_000)
    parser.add_argument("--postgresql", help="a server; without, one is started from the test extra")
    parser.add_argument("--keep", type=Path, help="a folder to fill the SQLite archive in, and to find it again")
    parser.add_argument("--only", default="", help="one kind")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    if options.database != "postgresql":
        folder = options.keep or Path(tempfile.mkdtemp())
        home = Home(folder, f"sqlite:///{folder / f'{options.versions}.db'}")
        home.make()
        print(f"\nSQLite, {options.versions} versions", flush=True)
        _filled(home.database_url, options.versions)
        _measured(home.database_url, options.only, options.rounds)
    if options.database != "sqlite":
        with _postgresql(options.postgresql) as url:
            print(f"\nPostgreSQL, {options.versions} versions", flush=True)
            _filled(url, options.versions)
            _measured(url, options.only, options.rounds)


if __name__ == "__main__":
    main()
