"""What one more look at an article costs: `same` and `changed` a second, and the 10th look beside the 1,000th, on both
databases. Part of `benchmarks/versions.py`; alone:

    python benchmarks/looks.py [--looks 1000] [--postgresql URL]

By the writer alone: no reading, no WARC. A second's worth is of articles looked at in groups of 50, as a crawl commits
them; the nth look is of one article, one a transaction, nine of ten `same`, one an edit: the median of the looks
around, in microseconds. Without --postgresql one is started from the test extra.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from ingest import _postgresql

from archive import db
from archive.home import Home
from archive.records import Recordable
from tests.archive.material import Archive, Material, opened, reading

__all__ = ["Cost", "costs"]

AROUND = 9
GROUP = 50
ARTICLES = 400


@dataclass(frozen=True, slots=True)
class Cost:
    """What was measured on a database: so many a second, or microseconds."""

    database: str
    what: str
    value: float


def _paragraphs(last: str) -> tuple[str, ...]:
    return (*(f"Paragraph {n} of an article of ordinary length, as most of them are." for n in range(20)), last)


def _timed(archive: Archive, groups: Sequence[Sequence[Recordable]]) -> float:
    began = time.perf_counter()
    archive.run(*groups)
    return time.perf_counter() - began


def _a_second(home: Home, name: str) -> Iterator[Cost]:
    """Articles looked at three times: new, then the same, then changed."""
    material = Material(home)
    rounds: list[list[Recordable]] = []
    for n, edit in enumerate(("as it was.", "as it was.", "edited.")):
        made = [
            material.page(
                60 * n, reading(*_paragraphs(f"Article {number} {edit}")), f"a{number}", body=f"{n} {number}".encode()
            )
            for number in range(ARTICLES)
        ]
        rounds.append(made)
    material.close()
    with opened(home) as archive:
        for what, made in zip(("new", "same", "changed"), rounds, strict=True):
            spent = _timed(archive, [made[at : at + GROUP] for at in range(0, ARTICLES, GROUP)])
            yield Cost(name, f"{what} a second", ARTICLES / spent)


def _nth(home: Home, name: str, looks: int) -> Iterator[Cost]:
    material = Material(home)
    made = [
        material.page(60 * n, reading(*_paragraphs(f"Edited {n // 10} times.")), body=f"look {n}".encode())
        for n in range(looks + AROUND)
    ]
    material.close()
    with opened(home) as archive:
        spent = [1e6 * _timed(archive, [[item]]) for item in made]
    for nth in (10, 100, looks):
        yield Cost(name, f"look {nth}, us", statistics.median(spent[max(0, nth - AROUND) : nth + AROUND]))


def _fresh(url: str, folder: Path) -> Home:
    home = Home(folder, url)
    home.make()
    engine = db.open_writer(url)
    db.migrate(engine)
    engine.dispose()
    return home


def costs(looks: int, postgresql: str | None = None) -> Iterator[Cost]:
    """The costs on SQLite and on PostgreSQL."""
    for measure in (_a_second, lambda home, name: _nth(home, name, looks)):
        with tempfile.TemporaryDirectory() as folder:
            yield from measure(_fresh(f"sqlite:///{folder}/archive.db", Path(folder)), "SQLite")
        with tempfile.TemporaryDirectory() as folder, _postgresql(postgresql) as url:
            yield from measure(_fresh(url, Path(folder)), "PostgreSQL")


def main() -> None:
    """Print one line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--looks", type=int, default=1000)
    parser.add_argument("--postgresql", help="address of a server; else one is started")
    words = parser.parse_args()
    for one in costs(words.looks, words.postgresql):
        print(f"{one.database:12} {one.what:20} {one.value:9.0f}", flush=True)


if __name__ == "__main__":
    main()
