"""Furniture rules at work: how often each took something, from when to when, what, and which deserve a second look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, func, select

from archive.models import CaptureRow, FurnitureRow, OutletRow, RemovalRow, RuleRow
from archive.query.filters import Filters, looked, of_outlets
from archive.wording import counted

__all__ = ["QUIET", "RuleAtWork", "rules"]

QUIET = timedelta(weeks=3)
"""A rule that took nothing for so long, while pages came in, may have lost its layout."""

_ALL = Filters()
_BUSY = 10
"""Pages a rule must have taken from before, and that must have come since, for its silence to say something."""

_SENTENCE = 80
"""Characters from which a text is more than a label."""

# What differs from article to article by its nature: titles of others, names, dates, tags.
_DIFFERS = frozenset({"read-also", "promo", "byline", "editor-line", "date-line", "short-url", "tags", "navigation"})


@dataclass(frozen=True, slots=True)
class RuleAtWork:
    """One rule: pages and articles it took something from, different texts it took, by how many outlets; the first and
    last page; texts it took, the most frequent first; and why it deserves a look (empty: it does not)."""

    rule: str
    kind: str
    outlets: tuple[str, ...]
    pages: int
    articles: int
    texts: int
    first_seen: datetime
    last_seen: datetime
    samples: tuple[str, ...]
    suspicions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Use:
    """A rule at one outlet."""

    rule_id: int
    outlet: str
    pages: int
    articles: int
    first_seen: datetime
    last_seen: datetime


_Asked = TypeVar("_Asked", bound=Select[*tuple[Any, ...]])


def _only(statement: _Asked, filters: Filters, rule: str | None) -> _Asked:
    statement = statement.where(*of_outlets(filters), *looked(filters))
    return statement.where(RuleRow.name == rule) if rule else statement


def _uses(connection: Connection, filters: Filters, rule: str | None) -> list[_Use]:
    # A rule may take several blocks of one page.
    taken = select(RemovalRow.set_id, RemovalRow.rule_id).distinct().subquery()
    statement = (
        select(
            taken.c.rule_id,
            OutletRow.name,
            func.count(),
            func.count(CaptureRow.article_id.distinct()),
            func.min(CaptureRow.fetched_at),
            func.max(CaptureRow.fetched_at),
        )
        .join(CaptureRow, CaptureRow.removals_id == taken.c.set_id)
        .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
        .join(RuleRow, RuleRow.id == taken.c.rule_id)
        .group_by(taken.c.rule_id, OutletRow.name)
    )
    return [_Use(*row) for row in connection.execute(_only(statement, filters, rule))]


@dataclass(frozen=True, slots=True)
class _Taken:
    """A text a rule took, and from how many pages and articles."""

    text: str
    pages: int
    articles: int


def _texts(connection: Connection, filters: Filters, rule: str | None) -> dict[int, list[_Taken]]:
    statement = (
        select(
            RemovalRow.rule_id,
            FurnitureRow.text,
            func.count(),
            func.count(CaptureRow.article_id.distinct()),
        )
        .join(FurnitureRow, FurnitureRow.id == RemovalRow.furniture_id)
        .join(RuleRow, RuleRow.id == RemovalRow.rule_id)
        .join(CaptureRow, CaptureRow.removals_id == RemovalRow.set_id)
        .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
        .group_by(RemovalRow.rule_id, FurnitureRow.id, FurnitureRow.text)
        .order_by(func.count().desc(), FurnitureRow.text)
    )
    found: dict[int, list[_Taken]] = defaultdict(list)
    for rule_id, text, pages, articles in connection.execute(_only(statement, filters, rule)):
        found[rule_id].append(_Taken(text, pages, articles))
    return found


def _pages_since(connection: Connection, filters: Filters, use: _Use) -> tuple[int, datetime | None]:
    """How many articles' pages an outlet showed after a rule last took something, and when the last was."""
    statement = (
        select(func.count(), func.max(CaptureRow.fetched_at))
        .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
        .where(OutletRow.name == use.outlet, CaptureRow.removals_id.is_not(None), *looked(filters))
        .where(CaptureRow.fetched_at > use.last_seen)
    )
    number, latest = connection.execute(statement).one()
    return number, latest


def _quiet(connection: Connection, filters: Filters, use: _Use) -> str:
    if use.pages < _BUSY:
        return ""
    since, latest = _pages_since(connection, filters, use)
    if latest is None or since < _BUSY or latest - use.last_seen < QUIET:
        return ""
    return f"took nothing of {use.outlet} since {use.last_seen:%Y-%m-%d}, while {counted(since, 'page')} came"


def _unique(kind: str, articles: int, taken: Iterable[_Taken]) -> str:
    """Furniture is what many pages share: a sentence that one article alone had may be that article's."""
    if kind in _DIFFERS or articles < _BUSY:
        return ""
    alone = [one.text for one in taken if one.articles == 1 and len(one.text) >= _SENTENCE]
    stand = "stands" if len(alone) == 1 else "stand"
    return f"took {counted(len(alone), 'text')} that {stand} in one article only" if alone else ""


def rules(
    connection: Connection, filters: Filters = _ALL, rule: str | None = None, samples: int = 3
) -> list[RuleAtWork]:
    """Every rule that took anything (one of that name) of the outlets and in the window of `seen_*` asked for, the
    busiest first."""
    uses: dict[int, list[_Use]] = defaultdict(list)
    for use in _uses(connection, filters, rule):
        uses[use.rule_id].append(use)
    texts = _texts(connection, filters, rule)
    named = connection.execute(select(RuleRow.id, RuleRow.name, RuleRow.kind).where(RuleRow.id.in_(uses)))
    found = [
        _at_work(name, kind, uses[of], texts[of], samples, [_quiet(connection, filters, use) for use in uses[of]])
        for of, name, kind in named.all()
    ]
    return sorted(found, key=lambda one: (-one.pages, one.rule))


def _at_work(name: str, kind: str, uses: list[_Use], taken: list[_Taken], samples: int, quiet: list[str]) -> RuleAtWork:
    articles = sum(use.articles for use in uses)
    alone = sorted(taken, key=lambda one: one.articles > 1) if (unique := _unique(kind, articles, taken)) else taken
    return RuleAtWork(
        rule=name,
        kind=kind,
        outlets=tuple(sorted(use.outlet for use in uses)),
        pages=sum(use.pages for use in uses),
        articles=articles,
        texts=len(taken),
        first_seen=min(use.first_seen for use in uses),
        last_seen=max(use.last_seen for use in uses),
        # What is suspicious is shown first.
        samples=tuple(one.text for one in alone[:samples]),
        suspicions=tuple(filter(None, (unique, *quiet))),
    )
