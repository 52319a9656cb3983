"""What a search finds, counted by outlet, language and month: what it may be narrowed to, and what that leaves.

All that match are counted where they are `MOST_HITS` at most. Where more do, those that came into the archive last are
counted, as many on either database: each number is then how many there are at least.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from archive.models import OutletRow, VersionRow
from archive.query.search import MOST_HITS, Finder, Search, finding
from archive.search.sql import since

__all__ = ["Facet", "facets"]

_PARTLY = 2_000
"""Versions that are counted where more than `MOST_HITS` match: reading the last ten thousand takes five times as long,
and tells no more of what there is."""

_BYS = ("outlet", "lang", "month")
_Counts = dict[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class Facet:
    """How many matching versions are of one outlet, in one language (`sr` has those in `sr-Latn`, too), or state one
    month of publication (UTC; empty: none). `at_least`: not all that match were counted."""

    by: str
    value: str
    versions: int
    at_least: bool


def facets(connection: Connection, search: Search) -> Iterator[Facet]:
    """What the matching versions are of, by outlet, language and month; each by its number, months the newest first.
    Letter by letter nothing is counted: where a text has the words is known, not whether they stand in it as asked."""
    if search.exact:
        return
    with finding(connection, search) as finder:
        partly = finder.counted(MOST_HITS).more
        of = OutletRow.name, VersionRow.language, VersionRow.published
        rows = _last(finder, *of) if partly else connection.execute(finder.found(VersionRow.id, *of)).all()
    counts: _Counts = {by: Counter() for by in _BYS}
    for _, outlet, language, published in rows:
        counts["outlet"][outlet] += 1
        counts["lang"].update(_prefixes(language))
        counts["month"][f"{published:%Y-%m}" if published else ""] += 1
    for by, counted in counts.items():
        for value, versions in sorted(counted.items(), key=_by_number if by != "month" else _newest_first):
            yield Facet(by, value, versions, partly)


def _last(finder: Finder, *columns: Any) -> Sequence[Any]:
    """`_PARTLY` matching versions: those that came into the archive last. They are looked for in growing parts of it,
    for of a part no index reads more than that."""
    newest, width = finder.newest(), 8 * _PARTLY
    while True:
        part = replace(finder, condition=since(finder.condition, newest - width))
        rows = finder.connection.execute(part.found(VersionRow.id, *columns)).all()
        if len(rows) >= _PARTLY or width >= newest:
            return sorted(rows, key=lambda row: -row.id)[:_PARTLY]
        width *= 4


def _prefixes(language: str) -> Iterator[str]:
    """The codes by which the filter finds a language."""
    parts = language.split("-")
    return ("-".join(parts[: n + 1]) for n in range(len(parts)))


def _by_number(one: tuple[str, int]) -> tuple[int, str]:
    return -one[1], one[0]


def _newest_first(one: tuple[str, int]) -> tuple[int, ...]:
    """A year of four digits, whatever it is; what states none comes last."""
    return tuple(-int(part) for part in one[0].split("-")) if one[0] else (1,)
