"""Questions about the pictures articles show: shared by outlets, swapped for others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from archive import urls
from archive.models import ArticleRow, CaptureRow, OutletRow, PictureRow
from archive.query import near
from archive.query.filters import BY_NAME, Filters, of_outlets
from archive.questions.looks import pages
from archive.questions.options import OUTLETS, SEEN
from archive.questions.question import Asked, Unit, question

__all__ = ["pictures"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture (its address) that articles of several outlets show (`reused`), or that took the place of another in an
    article (`swapped`, for `replaced`), or that a near copy shows where the article shows others (`other`); since the
    first look that shows it so."""

    what: str
    picture: str
    replaced: str
    articles: tuple[str, ...]
    outlets: tuple[str, ...]
    first_seen: datetime


@question(21, Unit.ARTICLE, filters=OUTLETS + SEEN)
def pictures(asked: Asked, similarity: float = 1) -> Iterator[Picture]:
    """Which pictures are reused across outlets, or swapped in later looks at an article?

    similarity: least similarity of near copies of other outlets of which is told that they show none of the article's
    pictures, as `other` (0.5); 1: it is not.

    Pictures are told by their address. Those an article gains or loses without another in its place are not swapped.
    `--seen-since` and `--seen-until` narrow it to when an article came to show the picture."""
    yield from _reused(asked)
    yield from _swapped(asked)
    if similarity < 1:
        yield from _replaced(asked, similarity)


_OTHER, _OTHERS = aliased(PictureRow), aliased(ArticleRow)


def _window(asked: Asked) -> list[ColumnElement[bool]]:
    """When a picture was first seen."""
    filters = asked.filters
    return [
        *([PictureRow.first_seen >= filters.seen_since] if filters.seen_since else []),
        *([PictureRow.first_seen < filters.seen_until] if filters.seen_until else []),
    ]


def _reused(asked: Asked) -> Iterator[Picture]:
    elsewhere = exists().where(
        _OTHER.address == PictureRow.address,
        _OTHERS.id == _OTHER.article_id,
        _OTHERS.outlet_id != ArticleRow.outlet_id,
    )
    shown = (
        select(PictureRow.address)
        .join(ArticleRow, ArticleRow.id == PictureRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(elsewhere, *of_outlets(asked.filters), *_window(asked))
    )
    statement = (
        select(PictureRow.address, PictureRow.first_seen, ArticleRow.id, OutletRow.name, ArticleRow.key)
        .join(ArticleRow, ArticleRow.id == PictureRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(PictureRow.address.in_(shown))
        .order_by(PictureRow.first_seen, *BY_NAME, PictureRow.address)
    )
    groups: dict[bytes, list[Any]] = defaultdict(list)
    for row in asked.connection.execute(statement):
        groups[row.address].append(row)
    for address, rows in groups.items():
        outlets = tuple(sorted({row.name for row in rows}))
        if len(outlets) > 1:
            names = tuple(f"{row.name}:{row.key}" for row in rows)
            picture = _addresses(asked, rows[0].id).get(address, "")
            yield Picture("reused", picture, "", names, outlets, rows[0].first_seen)


def _addresses(asked: Asked, article: int) -> dict[bytes, str]:
    """The pictures an article's pages showed, by what they are told by."""
    shown = (address for _, page in pages(asked, article) for address, _ in page.get("images", ()))
    return {urls.digest(address)[:8]: address for address in shown}


def _swapped(asked: Asked) -> Iterator[Picture]:
    several = (
        select(PictureRow.article_id)
        .group_by(PictureRow.article_id)
        .having(func.min(PictureRow.first_seen) < func.max(PictureRow.first_seen))
    )
    statement = (
        select(ArticleRow.id, OutletRow.name, ArticleRow.key)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(ArticleRow.id.in_(several), *of_outlets(asked.filters), *_looked_at(asked))
        .order_by(*BY_NAME)
    )
    for row in asked.connection.execute(statement).all():
        yield from _swaps(asked, row)


def _looked_at(asked: Asked) -> list[ColumnElement[bool]]:
    """Only what was looked at since the time asked about can have been swapped since."""
    since = asked.filters.seen_since
    return [ArticleRow.id.in_(select(CaptureRow.article_id).where(CaptureRow.fetched_at >= since))] if since else []


def _swaps(asked: Asked, article: Any) -> Iterator[Picture]:
    """Each swap where it came first; what was swapped back is another."""
    known: set[tuple[str, str]] = set()
    shown = [(at, [address for address, _ in page.get("images", ())]) for at, page in pages(asked, article.id)]
    for (_, before), (at, after) in pairwise(shown):
        gone = [address for address in before if address not in after]
        come = [address for address in after if address not in before]
        swaps = [pair for pair in zip(gone, come, strict=False) if pair not in known]
        known.update(swaps)
        for old, new in swaps:
            if _within(asked.filters, at):
                yield Picture("swapped", new, old, (f"{article.name}:{article.key}",), (article.name,), at)


def _within(filters: Filters, at: datetime) -> bool:
    since, until = filters.seen_since, filters.seen_until
    return (since is None or since <= at) and (until is None or at < until)


def _replaced(asked: Asked, similarity: float) -> Iterator[Picture]:
    """Near copies across outlets that show other pictures, the article first that showed one first."""
    kept = select(PictureRow.article_id).where(*_window(asked))
    shown: dict[int, Any] = defaultdict(list)
    for row in asked.connection.execute(_SHOWN.where(PictureRow.article_id.in_(kept), *of_outlets(asked.filters))):
        shown[row.id].append(row)
    found = []
    for pair in near.pairs(asked.connection, similarity):
        sides = sorted((shown[one] for one in (pair.article, pair.other) if one in shown), key=lambda rows: rows[0][:4])
        if len(sides) == 2 and sides[0][0].name != sides[1][0].name and _apart(*sides):
            found.append([rows[0] for rows in sides])
    for one, other in sorted(found, key=lambda sides: [side[:4] for side in sides]):
        picture, instead = (_addresses(asked, side.id).get(side.address, "") for side in (one, other))
        names = tuple(f"{side.name}:{side.key}" for side in (one, other))
        yield Picture("other", instead, picture, names, tuple(sorted({one.name, other.name})), other.first_seen)


_SHOWN = (
    select(PictureRow.first_seen, OutletRow.name, ArticleRow.key, PictureRow.address, ArticleRow.id)
    .join(ArticleRow, ArticleRow.id == PictureRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .order_by(PictureRow.first_seen, *BY_NAME, PictureRow.address)
)


def _apart(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return {row.address for row in one}.isdisjoint(row.address for row in other)
