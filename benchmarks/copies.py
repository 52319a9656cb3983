"""How many copies are found, how many that are none, and what it costs: on both databases, beside its peers.

    python benchmarks/copies.py [--texts 2000 10000] [--postgresql URL] [--only-sqlite]

Texts of 120 to 900 words in five languages, as many words each as a language has of it; one in five is made of another:
edited by 5 to 40 %, cut, or a third, half or a sixth of it within another text; a third bears boilerplate of its
outlet. The truth is the exact overlap, boilerplate left out of it. Recall is by band of that; precision is of all that
was found. `ms in the writer` is the processor time that finding copies adds to recording, in the first tenth and in the
last; keys are made before, where pages are read. Peers hold everything in memory and check nothing; where one is not
installed (extra `benchmark`), that is said.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from copies_texts import BANDS, Made, Planted, band_of, in_groups, overlap_of, texts
from ingest import _postgresql
from sqlalchemy import Engine, func, select, text

from archive import db
from archive.models import ClusterRow, CommonKeyRow, CopyRow
from archive.records import (
    Block,
    BlockType,
    Capture,
    Circumstances,
    Judgement,
    OutletFacts,
    Place,
    Reading,
    Recordable,
    RunKind,
    Verdict,
)
from archive.store import runs
from archive.store.derived.copies import Copies
from archive.store.texts import content
from archive.store.writer import Store

_BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
_GROUP = 50
Pairs = set[tuple[int, int]]


def _item(n: int, made: Made) -> Recordable:
    """A text as the reading processes hand it over."""
    name = f"outlet{made.outlet}"
    body = tuple(Block(BlockType.P, one) for one in made.said.split("\n\n"))
    reading = Reading(f"Headline {n}", body=body, revision="r@0", circumstances=Circumstances(language=made.language))
    at = _BEGAN + timedelta(minutes=n)
    place = Place("texts.warc.gz", n, 1, n.to_bytes(32, "big"))
    capture, outlet = Capture(f"https://{name}.test/{n}", at, b""), OutletFacts(name, name, name)
    return Recordable(capture, place, Judgement(Verdict.ARTICLE), outlet, str(n), reading, content=content(reading))


class _Clock:
    """Time within the hooks of what is measured."""

    def __init__(self) -> None:
        self.seconds = self.processor = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Times what finding copies does in the writer."""
        kept = {name: getattr(Copies, name) for name in ("added", "begun", "grouped")}
        for name, hook in kept.items():
            setattr(Copies, name, self._timed(hook))
        try:
            yield
        finally:
            for name, hook in kept.items():
                setattr(Copies, name, hook)

    def _timed(self, hook: Callable[..., None]) -> Callable[..., None]:
        def timed(*words: Any) -> None:
            began, used = time.perf_counter(), time.process_time()
            hook(*words)
            self.seconds += time.perf_counter() - began
            self.processor += time.process_time() - used

        return timed


def _recorded(url: str, folder: Path, made: Sequence[Made]) -> tuple[Engine, str]:
    """Record the texts; the archive, and what that cost, in words."""
    engine, clock = db.open_writer(url), _Clock()
    db.migrate(engine)
    digests = {"settings": bytes(32), "outlets": bytes(32)}
    run = runs.begin(engine, RunKind.INGEST, _BEGAN, folder, timedelta(0), program="benchmark", **digests)
    store, total, spent = Store(engine), 0.0, []
    with clock.running():
        for group in in_groups(len(made), _GROUP):
            items = [_item(n, made[n]) for n in group]
            began, before = time.perf_counter(), clock.processor
            store.record(run, items)
            total += time.perf_counter() - began
            spent.append((clock.processor - before) / len(items) * 1000)
    tenth = max(1, len(spent) // 10)
    first, last = (sum(part) / len(part) for part in (spent[:tenth], spent[-tenth:]))
    alone, used = len(made) / clock.seconds, clock.processor / len(made) * 1000
    words = f"{len(made) / total:,.0f} texts/s in all, {alone:,.0f} for copies alone; ms in the writer"
    return engine, f"{words} {used:.2f}, {first:.2f} in the first tenth, {last:.2f} in the last"


def _found(engine: Engine) -> Pairs:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT article_a, article_b FROM v1_copies"))
        return {tuple(sorted(int(one.partition(":")[2]) for one in row)) for row in rows}  # type: ignore[misc]


def _counted(engine: Engine) -> str:
    with engine.connect() as connection:
        pairs, common = (
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (CopyRow, CommonKeyRow)
        )
        sizes = select(func.count()).select_from(ClusterRow).group_by(ClusterRow.cluster_id)
        clusters = list(connection.execute(sizes).scalars())
    largest = max(clusters, default=0)
    return f"{pairs} pairs, {len(clusters)} clusters, the largest of {largest}; {common} common keys"


def _judged(found: Pairs, made: Sequence[Made], planted: Sequence[Planted]) -> None:
    """Recall by band, and precision."""
    there, all_ = Counter[str](), Counter[str]()
    for one in planted:
        band = band_of(*overlap_of(made[one.one], made[one.other]))
        all_[band] += 1
        there[band] += (one.one, one.other) in found
    for band in BANDS:
        if all_[band]:
            print(f"    {band:24} {there[band] / all_[band]:6.3f} of {all_[band]}")
    near = sum(bool(band_of(*overlap_of(made[a], made[b]))) for a, b in found)
    print(f"    {'precision':24} {near / max(1, len(found)):6.3f} of {len(found)}", flush=True)


# --- peers ------------------------------------------------------------------------------------------------------------


def _grams(made: Made) -> list[str]:
    units, size = made.units + made.boilerplate, 5 if made.language == "zh" else 3
    return list({" ".join(units[n : n + size]) for n in range(len(units) - size + 1)})


def _datasketch(made: Sequence[Made]) -> Pairs:
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found,unused-ignore]

    index, found = MinHashLSH(threshold=0.5, num_perm=128), set()
    for n, one in enumerate(made):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([gram.encode() for gram in _grams(one)])
        found |= {(other, n) for other in index.query(sketch)}
        index.insert(n, sketch)
    return found


def _rensa(made: Sequence[Made]) -> Pairs:
    from rensa import RMinHash, RMinHashLSH  # type: ignore[import-not-found,unused-ignore]

    index, found = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=16), set()
    for n, one in enumerate(made):
        sketch = RMinHash(num_perm=128, seed=42)
        sketch.update(_grams(one))
        found |= {(other, n) for other in index.query(sketch)}
        index.insert(n, sketch)
    return found


def _peer(name: str, way: Callable[[Sequence[Made]], Pairs], made: Sequence[Made], planted: Sequence[Planted]) -> None:
    began = time.perf_counter()
    try:
        found = way(made)
    except ImportError as problem:
        print(f"  {name}: not installed ({problem.name})")
        return
    print(f"  {name}: {len(made) / (time.perf_counter() - began):,.0f} texts/s with its shingles, in memory")
    _judged(found, made, planted)


# --- all of it --------------------------------------------------------------------------------------------------------


def _ours(name: str, url: str, made: Sequence[Made], planted: Sequence[Planted]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine, cost = _recorded(url, Path(folder), made)
    print(f"  {name}: {cost}\n    {_counted(engine)}")
    _judged(_found(engine), made, planted)
    engine.dispose()


def _keys(made: Sequence[Made]) -> None:
    """What the keys add to reading."""
    from archive.copies import shingles, sketch, units

    bodies = [[Block(BlockType.P, part) for part in one.said.split("\n\n")] for one in made[:2000]]
    began = time.process_time()
    count = size = 0
    for blocks in bodies:
        body = units.Body(units.folded(blocks))
        count += len(sketch.keys(body))
        size += len(shingles.packed(body))
    each = (time.process_time() - began) / len(bodies) * 1000
    print(
        f"  in the reading processes: {each:.2f} ms of processor time a text, {count / len(bodies):.1f} keys, "
        f"{size / len(bodies):,.0f} bytes of shingles"
    )


def main() -> None:
    """Make texts, record them, look for them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, nargs="+", default=[2_000, 10_000])
    parser.add_argument("--postgresql")
    parser.add_argument("--only-sqlite", action="store_true")
    options = parser.parse_args()
    for count in options.texts:
        made, planted = texts(count)
        print(f"{count:,} texts, {len(planted):,} made of another")
        _keys(made)
        with tempfile.TemporaryDirectory() as folder:
            _ours("SQLite", f"sqlite:///{folder}/archive.db", made, planted)
        if options.only_sqlite:
            continue
        with _postgresql(options.postgresql) as url:
            _ours("PostgreSQL", url, made, planted)
        _peer("datasketch", _datasketch, made, planted)
        _peer("rensa", _rensa, made, planted)
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
