"""What one more look at an article costs, the 10th beside the 1,000th, on both databases.

    python benchmarks/looks.py [--looks 1000] [--postgresql URL]

Looks are recorded one a transaction, as a recheck of one article is, by the writer alone: no reading, no WARC. Nine of
ten are `same`, one is an edit. Microseconds of the writer, the median of the looks around. Without --postgresql one is
started from the test extra.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from ingest import _postgresql

from archive import db
from archive.home import Home
from tests.archive.material import Material, opened, reading

AROUND = 9


def _costs(home: Home, looks: int) -> list[float]:
    material, costs = Material(home), []
    paragraphs = [f"Paragraph {n} of an article of ordinary length, as most of them are." for n in range(20)]
    for n in range(looks):
        material.page(60 * n, reading(*paragraphs, f"Edited {n // 10} times."), body=f"look {n}".encode())
    material.close()
    with opened(home) as archive:
        archive.run(material.made[:1])
        for item in material.made[1:]:
            began = time.perf_counter()
            archive.run([item])
            costs.append(1e6 * (time.perf_counter() - began))
    return costs


def _measure(name: str, url: str, folder: Path, looks: int) -> None:
    home = Home(folder, url)
    home.make()
    engine = db.open_writer(url)
    db.migrate(engine)
    engine.dispose()
    costs = _costs(home, looks)
    for nth in (10, 100, looks):
        around = costs[max(0, nth - AROUND) : nth + AROUND]
        print(f"{name:12} look {nth:5}: {statistics.median(around):8.0f} µs")


def main() -> None:
    """Print one line a database and place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--looks", type=int, default=1000)
    parser.add_argument("--postgresql", help="address of a server; else one is started")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _measure("SQLite", f"sqlite:///{folder}/archive.db", Path(folder), words.looks)
    with tempfile.TemporaryDirectory() as folder, _postgresql(words.postgresql) as url:
        _measure("PostgreSQL", url, Path(folder), words.looks)


if __name__ == "__main__":
    main()
