"""Which articles share text: those that have keys in common are compared, shingle by shingle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, insert, not_, or_, select

from archive.copies import shingles
from archive.copies.overlap import Overlap, boilerplate, enough, measured
from archive.copies.shingles import Shingles
from archive.models import CopyRow, ShinglesRow, table_of
from archive.store.derived import copies_keys
from archive.store.derived.copies_keys import Compared, Edition, Posted

__all__ = ["Pair", "alike", "candidates", "overlap_of", "stored", "told", "within", "write"]

_COPY, _STORED_SHINGLES = table_of(CopyRow), table_of(ShinglesRow)

_VERSIONS_COMPARED = 64
"""Of each of two articles, those versions whose keys agree best with the other's."""

_TEXTS_COMPARED = 16
"""Of two articles, pairs of versions whose texts are compared: those whose keys agree best."""

_TOGETHER = 100
"""Pairs whose shingles are held at once."""


class Pair(NamedTuple):
    """Two articles by their integers, the lower first."""

    one: int
    other: int

    @classmethod
    def of(cls, one: int, other: int) -> Pair:
        """Two articles, in whatever order."""
        return cls(min(one, other), max(one, other))


def alike(copy: Table) -> ColumnElement[bool]:
    """Whether a row of `copy` joins two of a cluster: `Overlap.alike`."""
    of = copy.c
    return and_(not_(of.quotation), 2 * of.counted >= of.size_a + of.size_b - of.shared)


def within(articles: Iterable[int]) -> Iterator[Pair]:
    """Every two of these."""
    return (Pair(*pair) for pair in combinations(sorted(set(articles)), 2))


def candidates(of: Mapping[int, Compared], found: Posted, common: set[int]) -> set[Pair]:
    """What may be copies of these articles, by the keys found: those that share enough of them."""
    pairs, there = set(), found.keys() - common
    for article, one in of.items():
        shared = Counter((other, short) for key in one.keys & there for other, _, short in found[key])
        for (other, short), count in shared.items():
            if (count > 1 or short or one.short) and other != article:
                pairs.add(Pair.of(article, other))
    return pairs


# --- what is stored ---------------------------------------------------------------------------------------------------

_OF = (_COPY.c.article_a_id, _COPY.c.article_b_id)
_STORED = tuple(select(_COPY).where(column.in_(bindparam("articles", expanding=True))) for column in _OF)


def stored(connection: Connection, articles: Iterable[int]) -> dict[Pair, dict[str, Any]]:
    """The pairs that are stored of these articles."""
    found = {}
    for part in copies_keys.some(sorted(articles)):
        for statement in _STORED:
            for row in connection.execute(statement, {"articles": part}).mappings():
                found[Pair.of(row["article_a_id"], row["article_b_id"])] = dict(row)
    return found


_DROP = delete(_COPY).where(
    or_(
        and_(_COPY.c.article_a_id == bindparam("one"), _COPY.c.article_b_id == bindparam("other")),
        and_(_COPY.c.article_a_id == bindparam("other"), _COPY.c.article_b_id == bindparam("one")),
    )
)


def write(
    connection: Connection, before: Mapping[Pair, dict[str, Any]], now: Mapping[Pair, dict[str, Any]]
) -> tuple[set[Pair], set[Pair]]:
    """Let these be stored in the place of those; which have come to belong to one cluster, and which no longer do."""
    changed = {pair for pair in before.keys() | now.keys() if before.get(pair) != now.get(pair)}
    if dropped := [pair._asdict() for pair in sorted(changed & before.keys())]:
        connection.execute(_DROP, dropped)
    if added := [now[pair] for pair in sorted(changed & now.keys())]:
        connection.execute(insert(_COPY), added)
    were, are = ({pair for pair in changed if pair in rows and _alike(rows[pair])} for rows in (before, now))
    return are - were, were - are


def _alike(row: Mapping[str, Any]) -> bool:
    return overlap_of(row).alike


def overlap_of(row: Mapping[str, Any]) -> Overlap:
    """What a stored row says two texts share."""
    return Overlap(**{name: row[name] for name in ("size_a", "size_b", "shared", "counted", "quoted")})


# --- compared ---------------------------------------------------------------------------------------------------------


def told(
    connection: Connection, pairs: Iterable[Pair], known: Mapping[int, Compared], common: set[int]
) -> dict[Pair, dict[str, Any]]:
    """Those of these pairs that share text, as their rows: a pure function of what the archive holds. `known` are
    articles that were loaded already, `common` those of their keys that are common."""
    pairs = sorted(set(pairs))
    missing = {article for pair in pairs for article in pair} - known.keys()
    of = {**known, **copies_keys.load(connection, missing)}
    sides = {pair: _in_order(of[pair.one], of[pair.other]) for pair in pairs if pair.one in of and pair.other in of}
    both = {pair: a.keys & b.keys for pair, (a, b) in sides.items()}
    others = (keys for pair, keys in both.items() if known.keys().isdisjoint(pair))
    common = common | copies_keys.common_among(connection, frozenset[int]().union(*others))
    near = [
        pair
        for pair, (a, b) in sides.items()
        if len(both[pair] - common) >= enough(min(len(a.keys), len(b.keys))) and both[pair] - common
    ]
    found = {}
    for start in range(0, len(near), _TOGETHER):
        ranked_ = ((pair, _ranked(*sides[pair])) for pair in near[start : start + _TOGETHER])
        part = {pair: of for pair, of in ranked_ if not all(boilerplate(a.keys & b.keys, common) for a, b in of)}
        versions = {side.version for ranked in part.values() for both in ranked for side in both}
        bodies = _shingles(connection, versions)
        for pair, ranked in part.items():
            if row := _best(sides[pair], ranked, bodies, common):
                found[pair] = row
    return found


def _in_order(one: Compared, other: Compared) -> tuple[Compared, Compared]:
    """By public id, whose order is the same in every archive."""
    return (one, other) if one.name < other.name else (other, one)


def _ranked(a: Compared, b: Compared) -> list[tuple[Edition, Edition]]:
    """The pairs of versions to compare, those first whose keys agree best, and of equal ones the earliest."""
    pairs = product(_closest(a, b), _closest(b, a))
    order = sorted(pairs, key=lambda pair: (-_agreement(*pair), pair[0].number, pair[1].number))
    return order[:_TEXTS_COMPARED]


def _closest(one: Compared, other: Compared) -> list[Edition]:
    if len(one.editions) <= _VERSIONS_COMPARED:
        return list(one.editions)
    order = sorted(one.editions, key=lambda edition: (-len(edition.keys & other.keys), edition.number))
    return order[:_VERSIONS_COMPARED]


def _agreement(a: Edition, b: Edition) -> float:
    both = len(a.keys & b.keys)
    return both / (len(a.keys) + len(b.keys) - both)


_SHINGLES = select(_STORED_SHINGLES.c.version_id, _STORED_SHINGLES.c.hashes).where(
    _STORED_SHINGLES.c.version_id.in_(bindparam("versions", expanding=True))
)


def _shingles(connection: Connection, versions: Iterable[int]) -> dict[int, Shingles]:
    parts = copies_keys.some(sorted(versions))
    rows = (row for part in parts for row in connection.execute(_SHINGLES, {"versions": part}))
    return {version: shingles.unpacked(stored) for version, stored in rows}


def _best(
    sides: tuple[Compared, Compared],
    ranked: Iterable[tuple[Edition, Edition]],
    bodies: Mapping[int, Shingles],
    common: set[int],
) -> dict[str, Any] | None:
    """The row of two articles, by those of their versions that share most; None where that is too little."""

    def order(one: tuple[Overlap, Edition, Edition]) -> tuple[float, float, int, int]:
        overlap, a, b = one
        return overlap.similarity, overlap.containment, -a.number, -b.number

    compared = ((measured(bodies[a.version], bodies[b.version], a.keys & b.keys, common), a, b) for a, b in ranked)
    overlap, a, b = max(compared, key=order)
    if not overlap.counts:
        return None
    return {
        "article_a_id": sides[0].article,
        "article_b_id": sides[1].article,
        "version_a_id": a.version,
        "version_b_id": b.version,
        "size_a": overlap.size_a,
        "size_b": overlap.size_b,
        "shared": overlap.shared,
        "counted": overlap.counted,
        "quoted": overlap.quoted,
        "quotation": overlap.quotation,
    }
