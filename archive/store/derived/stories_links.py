"""Which articles in two languages tell one story: those that share what they are found by are compared."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from archive.models import StoryLinkRow, table_of
from archive.store.derived import stories_keys, stories_sides
from archive.store.derived.copies_keys import some
from archive.store.derived.copies_pairs import Pair
from archive.store.derived.stories_keys import Dated
from archive.store.derived.stories_sides import Told, day_of
from archive.stories.evidence import LEAST, WINDOW, Evidence, compare, may_be_linked, score

__all__ = ["candidates", "find", "near", "stored", "told", "write"]

_LINK = table_of(StoryLinkRow)
_OF = (_LINK.c.article_a_id, _LINK.c.article_b_id)
_STORED = tuple(select(_LINK).where(column.in_(bindparam("articles", expanding=True))) for column in _OF)
_DROP = delete(_LINK).where(_OF[0] == bindparam("one"), _OF[1] == bindparam("other"))
_ENOUGH = 2
"""Keys two articles share before they are compared; one that tells much counts for as many."""

Links = dict[Pair, dict[str, Any]]
"""Rows of links, by their articles in whatever order."""


def candidates(of: Mapping[int, Told], posted: Mapping[Dated, Collection[int]], often: Collection[Dated]) -> set[Pair]:
    """What may be on the same story as these articles, by what is posted under keys that say something."""
    pairs = set()
    for article, one in of.items():
        day, shared = day_of(one.side.at), Counter[int]()
        for key, telling in one.keys.items():
            if (key, day) not in often:
                for near in stories_keys.days_around(day):
                    shared.update(dict.fromkeys(posted.get((key, near), ()), _ENOUGH if telling else 1))
        pairs |= {Pair.of(article, other) for other, keys in shared.items() if keys >= _ENOUGH and other != article}
    return pairs


def near(connection: Connection, of: Mapping[int, Told]) -> set[Pair]:
    """What may be on the same story as these articles."""
    often = stories_keys.frequent(connection, {key for one in of.values() for key in one.keys})
    return candidates(of, _posted(connection, of, often), often)


def find(connection: Connection, of: Mapping[int, Told]) -> Links:
    """The links of these articles, as their rows: a pure function of what the archive holds."""
    often = stories_keys.frequent(connection, {key for one in of.values() for key in one.keys})
    return told(connection, candidates(of, _posted(connection, of, often), often), of, often)


def _posted(
    connection: Connection, of: Mapping[int, Told], often: Collection[Dated]
) -> Mapping[Dated, Collection[int]]:
    """The articles that have what these are found by."""
    dated = {
        (key, near)
        for one in of.values()
        for day in (day_of(one.side.at),)
        for key in one.keys
        if (key, day) not in often
        for near in stories_keys.days_around(day)
    }
    return stories_keys.had_by(connection, dated.difference(often))


def told(connection: Connection, pairs: Iterable[Pair], known: Mapping[int, Told], often: Collection[Dated]) -> Links:
    """Those of these pairs that tell one story. `known` are articles that were loaded already, `often` what says little
    of the keys of at least one of each pair."""
    pairs = sorted(set(pairs))
    missing = {article for pair in pairs for article in pair} - known.keys()
    of = {**known, **stories_sides.load(connection, missing)}
    found = {}
    for pair in pairs:
        if pair.one in of and pair.other in of:
            a, b = sorted((of[pair.one], of[pair.other]), key=lambda one: one.name)
            if row := _linked(a, b, often):
                found[pair] = row
    return found


def _linked(a: Told, b: Told, often: Collection[Dated]) -> dict[str, Any] | None:
    languages = {a.side.facts.language, b.side.facts.language}
    if len(languages) < 2 or "" in languages or abs(a.side.at - b.side.at) > WINDOW:
        return None
    if not may_be_linked(a.side, b.side):
        return None
    days = {day_of(a.side.at), day_of(b.side.at)}
    little = {key for key in a.keys.keys() & b.keys.keys() if any((key, day) in often for day in days)}
    evidence = compare(a.side, b.side, little)
    if (likely := round(score(evidence), 3)) < LEAST:
        return None
    return {
        "article_a_id": a.article,
        "article_b_id": b.article,
        "score": round(1000 * likely),
        "evidence": _written(evidence),
    }


def _written(evidence: Iterable[Evidence]) -> str:
    rows = [{"kind": one.kind, "value": one.value, "weight": one.weight, "what": one.what} for one in evidence]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def stored(connection: Connection, articles: Iterable[int]) -> Links:
    """The links that are stored of these articles."""
    found = {}
    for part in some(sorted(articles)):
        for statement in _STORED:
            for row in connection.execute(statement, {"articles": part}).mappings():
                found[Pair.of(row["article_a_id"], row["article_b_id"])] = dict(row)
    return found


def write(connection: Connection, before: Links, now: Links) -> None:
    """Let these be stored in the place of those."""
    changed = {pair for pair in before.keys() | now.keys() if before.get(pair) != now.get(pair)}
    dropped = [before[pair] for pair in sorted(changed & before.keys())]
    if dropped:
        connection.execute(_DROP, [{"one": row["article_a_id"], "other": row["article_b_id"]} for row in dropped])
    if added := [now[pair] for pair in sorted(changed & now.keys())]:
        connection.execute(insert(_LINK), added)
