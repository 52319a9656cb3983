"""How long it takes to find 50 articles that are due for another look, in archives of growing size, on both databases.

    python benchmarks/due.py [--captures 10000 100000 1000000] [--postgresql URL]

One outlet, ten looks at each article, ages up to two years. `kept up`: a tenth of the articles is due. `after a pause`:
nobody looked for a month, and everything is. Milliseconds, median of the rounds. `first` is the first question of all:
it sets every article by the schedule. Without --postgresql one is started from the test extra.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from ingest import _postgresql
from sqlalchemy import Connection, Engine, insert, text

from archive import db
from archive.models import (
    AddressRow,
    ArticleAddressRow,
    ArticleRow,
    CaptureRow,
    OutletRow,
    RunRow,
    TextRow,
    VantageRow,
    VersionRow,
    WarcFileRow,
)
from archive.records import LifeState, Outcome, RunKind, Source, TimeBasis, Verdict
from archive.store import recheck
from archive.store.derived import held
from archive.store.frontier import Discoveries
from crawler.planner.intervals import USUAL, Steps, steps

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PAUSE = timedelta(days=31)
LOOKS = 10
ROUNDS = 20
_GROUP = 500
_USUAL = steps(USUAL) or ()


def _digest(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


def _one_of_each(connection: Connection) -> None:
    """The rows that everything else points to."""
    facts = {"family": "paper", "title": "", "country": "", "languages": "", "timezone": "", "controlled_by": ""}
    run = {"name": "run", "kind": RunKind.INGEST, "started_at": NOW, "killed": False, "program": "benchmark"}
    digests = {"settings_digest": bytes(32), "outlets_digest": bytes(32), "process": "", "counts": "{}"}
    said = {"headline": "", "description": "", "body": "", "block_types": "", "authors": "[]", "images": "[]"}
    more = {"fingerprint": bytes(32), "digest": bytes(32), "read_also": "[]", "language": "", "run_id": 1}
    for table, row in (
        (OutletRow, {"name": "paper", **facts}),
        (RunRow, run | digests),
        (WarcFileRow, {"run_id": 1, "name": "one.warc.gz"}),
        (VantageRow, {"name": "default"}),
        (TextRow, said | more),
    ):
        connection.execute(insert(table), {"id": 1, **row})


def _looks(chance: Random, schedule: Steps) -> list[datetime]:
    """When an article was looked at: the last time so that a tenth of the articles is due."""
    age = timedelta(seconds=chance.randrange(1, 730 * 86_400))
    every = next(every for upto, every in schedule if age < upto)
    last = max(NOW - age, NOW - chance.uniform(0, 1.1) * every)
    return sorted([NOW - age, *(NOW - age + chance.random() * (last - NOW + age) for _ in range(LOOKS - 2)), last])


def _article(number: int, chance: Random) -> Iterator[tuple[Any, dict[str, Any]]]:
    url, looks = f"https://paper.test/{number}", _looks(chance, _USUAL)
    yield AddressRow, {"id": number, "url": url, "digest": _digest(number)[:16], "canonical": _digest(number)[:8]}
    life = {"life": LifeState.LIVE, **recheck.columns((looks[0], looks[-1]), ())}
    yield ArticleRow, {"id": number, "outlet_id": 1, "key": str(number), **life}
    yield ArticleAddressRow, {"article_id": number, "address_id": number}
    yield VersionRow, {"id": number, "article_id": number, "digest": _digest(number), "text_id": 1, "number": 1}
    for n, at in enumerate(looks):
        place = {"warc_file_id": 1, "warc_offset": 0, "warc_length": 1, "digest": bytes(32), "run_id": 1}
        shown = {"article_id": number, "version_id": number, "outcome": Outcome.SAME, "verdict": Verdict.ARTICLE}
        where = {"outlet_id": 1, "address_id": number, "vantage_id": 1, "source": Source.OWN_HTTP, "status": 200}
        what = {
            "uid": _digest(-number * LOOKS - n)[:16],
            "fetched_at": at,
            "time_basis": TimeBasis.OWN_CLOCK,
            "size": 9,
        }
        yield CaptureRow, place | shown | where | what


def _fill(engine: Engine, captures: int) -> None:
    db.migrate(engine)
    chance = Random(1)
    with db.writing(engine) as connection:
        _one_of_each(connection)
        for start in range(1, captures // LOOKS + 1, _GROUP):
            rows: dict[Any, list[dict[str, Any]]] = {}
            for number in range(start, min(start + _GROUP, captures // LOOKS + 1)):
                for table, row in _article(number, chance):
                    rows.setdefault(table, []).append(row)
            for table, some in rows.items():
                connection.execute(insert(table), some)
        held.looked_anew(connection, [1])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _timed(engine: Engine, now: datetime) -> float:
    began = time.perf_counter()
    assert len(Discoveries(engine).to_recheck("paper", now, _USUAL, 50, ())) == 50
    return (time.perf_counter() - began) * 1000


def _measured(name: str, url: str, captures: int) -> None:
    engine = db.open_writer(url)
    _fill(engine, captures)
    first = _timed(engine, NOW)
    kept_up, paused = (median(_timed(engine, now) for _ in range(ROUNDS)) for now in (NOW, NOW + PAUSE))
    engine.dispose()
    print(f"{name:12}{captures:>10,}{first:>12.1f}{kept_up:>12.1f}{paused:>18.1f}", flush=True)


def main() -> None:
    """Fill and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--postgresql")
    options = parser.parse_args()
    print(f"{'database':12}{'captures':>10}{'first ms':>12}{'kept up ms':>12}{'after a pause ms':>18}")
    for captures in options.captures:
        with tempfile.TemporaryDirectory() as folder:
            _measured("SQLite", f"sqlite:///{folder}/archive.db", captures)
        with _postgresql(options.postgresql) as url:
            _measured("PostgreSQL", url, captures)


if __name__ == "__main__":
    main()
