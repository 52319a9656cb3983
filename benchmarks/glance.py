"""How long an operator waits, in archives of growing size: `status`, `alarms`, a look for alarms, `/metrics`.

    python benchmarks/glance.py [--captures 10000 100000 1000000]

Archives as those of `benchmarks/due.py`, on SQLite: one outlet, ten looks at each article over two years. Seconds;
`counting` is the floor: to count the captures of each outlet; `first` is the first look of all, which counts three
months of days; `look` any later one, after no more looks.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from due import NOW, _fill
from sqlalchemy import text

from archive import db
from archive.home import Home
from archive.query import alarms, ledgers, overview
from crawler.alarms.look import look
from crawler.alarms.metrics import metrics


def _seconds(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def _measured(home: Home, captures: int) -> None:
    home.make()
    engine = db.open_writer(home.database_url)
    _fill(engine, captures)
    with db.reading(engine) as connection:
        counting = _seconds(
            lambda: connection.execute(text("SELECT outlet_id, count(*) FROM capture GROUP BY 1")).all()
        )
    first, again = (_seconds(lambda: look(home, NOW)) for _ in range(2))
    with db.reading(engine) as connection:
        status = _seconds(lambda: (overview.glances(connection, NOW), ledgers.status(connection, now=NOW)))
        listed = _seconds(lambda: alarms.alarms(connection, closed=True))
    told = _seconds(lambda: metrics(home, NOW))
    engine.dispose()
    print(
        f"{captures:>10,}{counting:>10.3f}{first:>10.2f}{again:>10.2f}{status:>10.2f}{listed:>10.3f}{told:>10.2f}",
        flush=True,
    )


def main() -> None:
    """Fill and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    given = parser.parse_args()
    print(f"{'captures':>10}{'counting':>10}{'first':>10}{'look':>10}{'status':>10}{'alarms':>10}{'metrics':>10}")
    for captures in given.captures:
        with tempfile.TemporaryDirectory() as folder:
            _measured(Home(Path(folder), f"sqlite:///{folder}/archive.db"), captures)


if __name__ == "__main__":
    main()
