"""What hangs together in a made-up year of five outlets, what of it wrongly, and which mirrors are proposed.

    python benchmarks/clusters.py [--days 365] [--database URL]

An agency in three languages and four papers that print it; weather, rates, tables, digests and live blogs every day;
beside them a mirror, a laundry and a town paper. The truth: two articles belong together that tell the same story where
half of their shingles of three words are the same, and whatever hangs together by that. Mirrors and laundries repeat
what recurs, too: a digest and its copy belong together, a forecast and tomorrow's do not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from clusters_year import BEGAN, ORIGINALS, Printed, seen_at, year
from copies_texts import in_groups
from sqlalchemy import Connection, text

from archive import db
from archive.copies.clusters import components
from archive.query.filters import Filters
from archive.questions.mirrors import mirrors
from archive.questions.question import Asked
from archive.records import (
    Block,
    BlockType,
    Capture,
    Circumstances,
    Date,
    Domain,
    Judgement,
    OutletFacts,
    Place,
    Reading,
    Recordable,
    RunKind,
    Verdict,
)
from archive.store import runs
from archive.store.texts import content
from archive.store.writer import Store

_GROUP = 50


def _item(n: int, one: Printed) -> Recordable:
    host = one.outlet if "." in one.outlet else f"{one.outlet}.example"
    outlet = OutletFacts(one.outlet, one.outlet, f"The {one.outlet}", domains=(Domain(host),))
    body = tuple(Block(BlockType.P, " ".join(paragraph)) for paragraph in one.paragraphs)
    date = Date("", seen_at(one), "meta")
    page = Circumstances(language=one.language)
    reading = Reading(one.headline, body=body, date_published=date, revision="r@0", circumstances=page)
    place = Place("year.warc.gz", n, 1, n.to_bytes(32, "big"))
    capture = Capture(f"https://{host}/{one.path}", seen_at(one), b"")
    return Recordable(capture, place, Judgement(Verdict.ARTICLE), outlet, one.key, reading, content=content(reading))


def _recorded(url: str, folder: Path, made: Sequence[Printed]) -> Any:
    engine = db.open_writer(url)
    db.migrate(engine)
    digests = {"settings": bytes(32), "outlets": bytes(32)}
    run = runs.begin(engine, RunKind.INGEST, BEGAN, folder, timedelta(0), program="benchmark", **digests)
    store, began = Store(engine), time.perf_counter()
    for group in in_groups(len(made), _GROUP):
        store.record(run, [_item(n, made[n]) for n in group])
    print(f"{len(made):,} articles, recorded in {time.perf_counter() - began:,.0f} s")
    return engine


# --- the truth --------------------------------------------------------------------------------------------------------


def _shingles(one: Printed) -> frozenset[tuple[str, ...]]:
    words = one.words
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _truth(made: Sequence[Printed]) -> list[set[int]]:
    """What belongs together: the same story, half the same; and what is repeated word for word, or nearly."""
    stories: dict[str, list[int]] = defaultdict(list)
    for n, one in enumerate(made):
        stories[one.story].append(n)
    pairs = []
    for members in stories.values():
        shingles = {n: _shingles(made[n]) for n in members}
        for a, b in combinations(members, 2):
            if made[a].outlet != made[b].outlet:
                both = len(shingles[a] & shingles[b])
                if 2 * both >= len(shingles[a] | shingles[b]):
                    pairs.append((a, b))
    return components(pairs)


def _together(of: Iterable[set[int]]) -> set[tuple[int, int]]:
    return {pair for one in of for pair in combinations(sorted(one), 2)}


# --- what was found ---------------------------------------------------------------------------------------------------


def _clusters(connection: Connection, number: Mapping[str, int]) -> list[set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for cluster, article in connection.execute(text("SELECT cluster, article FROM v1_clusters")):
        found[cluster].add(number[article])
    return sorted(found.values(), key=lambda one: (-len(one), min(one)))


def _told(cluster: set[int], made: Sequence[Printed], names: Sequence[str], similar: Mapping[Any, float]) -> str:
    """Why a cluster hangs together."""
    inside = [share for (a, b), share in similar.items() if a in cluster and b in cluster]
    first = min(cluster)
    outlets = Counter(made[n].outlet for n in cluster)
    kinds = {made[n].story for n in cluster}
    of = ", ".join(f"{name} {count}" for name, count in outlets.most_common())
    shares = f"similarity {min(inside):.2f} to {max(inside):.2f}, {median(inside):.2f} in the middle"
    return f"{len(cluster)} articles ({of}), {len(inside)} pairs, {shares}; first {names[first]}; {sorted(kinds)}"


def _judged(connection: Connection, made: Sequence[Printed]) -> None:
    names = [f"{one.outlet}:{one.key}" for one in made]
    number = {name: n for n, name in enumerate(names)}
    rows = connection.execute(text("SELECT article_a, article_b, similarity FROM v1_copies"))
    similar = {(number[a], number[b]): share for a, b, share in rows}
    clusters, truth = _clusters(connection, number), _truth(made)
    found, wanted = _together(clusters), _together(truth)
    print(f"{len(similar):,} pairs, {len(clusters):,} clusters of {sum(map(len, clusters)):,} articles")
    print(f"truth: {len(truth):,} clusters, {len(wanted):,} two belong together")
    for what, pairs in (("wrongly joined", found - wanted), ("wrongly parted", wanted - found)):
        kinds = Counter(tuple(sorted(_kind(made[n]) for n in pair)) for pair in pairs)
        print(f"  {what}: {len(pairs):,} two {dict(kinds.most_common(6)) if pairs else ''}")
    print("the ten largest:")
    for cluster in clusters[:10]:
        print(f"  {_told(cluster, made, names, similar)}")


def _kind(one: Printed) -> str:
    kind, of, _ = one.story.partition(" of ")
    return kind if of else "story"


def _mirrors(connection: Connection) -> None:
    began = time.perf_counter()
    found = list(mirrors.function(Asked(connection, Filters())))
    print(f"mirrors proposed, in {time.perf_counter() - began:.1f} s:")
    for one in found:
        right = "right" if ORIGINALS.get(one.domain) == one.of else "WRONG"
        evidence = f"alone {one.alone}, same paths {one.same_path}, lag {one.lag_hours} h, later {one.later}"
        print(f"  {right}: {one.domain} of {one.of}, {one.copies} of {one.articles} ({one.share:.0%}), {evidence}")
    missed = set(ORIGINALS) - {one.domain for one in found}
    print(f"  not proposed: {', '.join(sorted(missed)) or 'none'}")


def main() -> None:
    """Make the year, record it, tell what hangs together."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--database", help="an empty database; SQLite in a temporary folder if not given")
    options = parser.parse_args()
    made = year(options.days)
    with tempfile.TemporaryDirectory() as folder:
        engine = _recorded(options.database or f"sqlite:///{folder}/archive.db", Path(folder), made)
        with engine.connect() as connection:
            _judged(connection, made)
            _mirrors(connection)
        engine.dispose()


if __name__ == "__main__":
    main()
