"""What stands in articles of other outlets: copies by outlet and original, with what tells who was first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, or_, select
from sqlalchemy.orm import aliased

from archive.models import ArticleRow, CopyRow, OutletRow, TextRow, VersionRow
from archive.query.articles import main_address
from archive.query.bodies import WITH_BODY
from archive.query.filters import Filters, narrow

__all__ = ["Standing", "addresses", "between", "versions"]

_AT_ONCE = 500


@dataclass(slots=True)
class Standing:
    """By article (its integer): of each other publisher's outlet (its integer) the versions here and there that share
    most (their integers), all pairs that share as much; and by article, the outlets that have its text or a part."""

    stands: dict[int, dict[int, list[tuple[int, int]]]] = field(default_factory=lambda: defaultdict(dict))
    beside: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    outlets: dict[int, int] = field(default_factory=dict)
    """The outlet of each article."""

    def pairs(self, at_least: int) -> set[tuple[int, int]]:
        """Of two outlets, the one of which so many articles stand in the other's first."""
        counts = Counter((self.outlets[one], outlet) for one, others in self.stands.items() for outlet in others)
        return {pair for pair, count in counts.items() if count >= at_least}


_A, _B = aliased(VersionRow), aliased(VersionRow)
_OF_A, _OF_B = aliased(ArticleRow), aliased(ArticleRow)
_HERE, _THERE = aliased(OutletRow), aliased(OutletRow)
_SHARES = (
    select(CopyRow.__table__, _OF_A.outlet_id.label("outlet_a"), _OF_B.outlet_id.label("outlet_b"))
    .join(_OF_A, _OF_A.id == CopyRow.article_a_id)
    .join(_OF_B, _OF_B.id == CopyRow.article_b_id)
    .join(_HERE, _HERE.id == _OF_A.outlet_id)
    .join(_THERE, _THERE.id == _OF_B.outlet_id)
    .where(~CopyRow.quotation, _HERE.family != _THERE.family)
)


def between(connection: Connection, inside: float, at_least: int) -> Standing:
    """What of each publisher stands in another's: texts of which at least that share does. Exact bodies that are too
    much alike to be compared count for outlets that have so many others in common."""
    found, best = Standing(), dict[tuple[int, int], float]()
    enough = or_(CopyRow.shared >= inside * CopyRow.size_a, CopyRow.shared >= inside * CopyRow.size_b)
    for row in connection.execute(_SHARES.where(enough), execution_options={"yield_per": 1000}):
        a = row.article_a_id, row.version_a_id, row.outlet_a, row.shared / row.size_a
        b = row.article_b_id, row.version_b_id, row.outlet_b, row.shared / row.size_b
        for (article, version, outlet, share), (_, there, theirs, _) in ((a, b), (b, a)):
            found.outlets[article] = outlet
            found.beside[article].add(theirs)
            similar = row.shared / (row.size_a + row.size_b - row.shared)
            most = best.get((article, theirs), 0)
            if share >= inside and similar >= most:
                best[article, theirs] = similar
                same = found.stands[article].get(theirs, []) if similar == most else []
                found.stands[article][theirs] = [*same, (version, there)]
    for outlet, theirs in sorted(found.pairs(at_least)):
        _exact(connection, found, outlet, theirs)
    return found


def _exact(connection: Connection, found: Standing, outlet: int, theirs: int) -> None:
    """Bodies that are the same word for word, of which no pair is told."""
    first = (
        select(_B.body, func.min(_B.id).label("id"))
        .join(_OF_B, _OF_B.id == _B.article_id)
        .where(_OF_B.outlet_id == theirs, _B.body.is_not(None), _B.number.is_not(None))
        .group_by(_B.body)
        .subquery()
        .c
    )
    statement = (
        select(_A.article_id, _A.id, first.id.label("there"))
        .join(_OF_A, _OF_A.id == _A.article_id)
        .join(first.id.table, first.body == _A.body)
        .where(_OF_A.outlet_id == outlet, _A.number.is_not(None))
        .order_by(_A.number)
    )
    for row in connection.execute(statement):
        if theirs not in found.stands[row.article_id]:
            found.stands[row.article_id][theirs] = [(row.id, row.there)]
            found.outlets[row.article_id] = outlet


_SAYS = select(VersionRow.id, VersionRow.article_id, TextRow.headline, TextRow.description, TextRow.body).join(
    TextRow, TextRow.id == VersionRow.text_id
)


def versions(connection: Connection, wanted: Collection[int]) -> Iterator[tuple[Any, Any]]:
    """These versions (their integers), as `bodies.WITH_BODY` has them, each with what it says."""
    ids = sorted(wanted)
    for start in range(0, len(ids), _AT_ONCE):
        some = VersionRow.id.in_(ids[start : start + _AT_ONCE])
        says = {row.id: row for row in connection.execute(_SAYS.where(some))}
        for row in connection.execute(WITH_BODY.order_by(None).where(some)):
            yield row, says[row.version]


def addresses(connection: Connection, filters: Filters, outlets: Iterable[int]) -> dict[int, tuple[int, str]]:
    """The articles of these outlets that have a text long enough and that the filters keep: the outlet of each, and its
    main address."""
    statement = (
        select(ArticleRow.id, ArticleRow.outlet_id, main_address().scalar_subquery().label("url"))
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .join(VersionRow, VersionRow.article_id == ArticleRow.id)
        .where(VersionRow.body.is_not(None), ArticleRow.outlet_id.in_(sorted(outlets)))
        .distinct()
    )
    rows = connection.execute(narrow(statement, filters))
    return {row.id: (row.outlet_id, row.url or "") for row in rows}
