"""Headline tests: articles whose headline went and came back, with the alternatives and how long each stood."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, islice, pairwise
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, select, true

from archive import text
from archive.models import ArticleRow, OutletRow, SightingRow, TextRow, VersionRow
from archive.query.articles import main_address
from archive.query.filters import BY_NAME, Filters, but_changes, coming, conditions, of_outlets
from archive.query.passages import Edit, Passage

__all__ = ["Alternative", "HeadlineTest", "headline_tests", "without_turns"]


_ALL = Filters()


@dataclass(frozen=True, slots=True)
class Alternative:
    """A headline, how often it was looked at and how often it came, and its share of the time of the test.

    It stood for at least `share_min` (between looks that show it) and at most `share_max`; `share` puts each change in
    the middle between the looks on either side of it."""

    headline: str
    share: float
    share_min: float
    share_max: float
    looks: int
    times: int


@dataclass(frozen=True, slots=True)
class HeadlineTest:
    """An article whose headline went and came back: from the first look at one that did to the last. `turns` counts the
    changes; the alternative that stood longest comes first."""

    article: str
    url: str
    outlet: str
    first_seen: datetime
    last_seen: datetime
    turns: int
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class _Stand:
    """A headline from the first look at it to the last, without another between; `kept` by the filters."""

    headline: str
    first: datetime
    last: datetime
    looks: int
    kept: bool


_SIGHTINGS = (
    select(
        ArticleRow.id,
        ArticleRow.key,
        OutletRow.name,
        main_address().scalar_subquery().label("url"),
        SightingRow.first_seen,
        SightingRow.last_seen,
        SightingRow.times,
        TextRow.headline,
    )
    .select_from(SightingRow)
    .join(ArticleRow, ArticleRow.id == SightingRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(VersionRow, VersionRow.id == SightingRow.version_id)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    # What went and came back was seen three times.
    .where(SightingRow.article_id.in_(select(SightingRow.article_id).where(SightingRow.n == 2)))
    .order_by(*BY_NAME, SightingRow.n)
)


def _stands(rows: Iterable[Any]) -> list[_Stand]:
    found = []
    for _, run in groupby(rows, key=lambda row: text.canonical(row.headline)):
        spans = list(run)
        looks = sum(row.times for row in spans)
        found.append(
            _Stand(spans[0].headline, spans[0].first_seen, spans[-1].last_seen, looks, any(row.kept for row in spans))
        )
    return found


def _test(stands: Sequence[_Stand]) -> Sequence[_Stand]:
    """From the first headline that came back to the last; empty where none did."""
    counts = Counter(text.canonical(stand.headline) for stand in stands)
    back = [n for n, stand in enumerate(stands) if counts[text.canonical(stand.headline)] > 1]
    return stands[back[0] : back[-1] + 1] if back else ()


def _alternatives(stands: Sequence[_Stand]) -> Iterator[Alternative]:
    whole = max(stands[-1].last - stands[0].first, timedelta(microseconds=1))
    gaps = [timedelta(0), *(later.first - earlier.last for earlier, later in pairwise(stands)), timedelta(0)]
    for name in dict.fromkeys(text.canonical(stand.headline) for stand in stands):
        places = [n for n, stand in enumerate(stands) if text.canonical(stand.headline) == name]
        seen = sum((stands[n].last - stands[n].first for n in places), timedelta(0))
        around = sum((gaps[n] + gaps[n + 1] for n in places), timedelta(0))
        yield Alternative(
            headline=stands[places[0]].headline,
            share=round((seen + around / 2) / whole, 4),
            share_min=round(seen / whole, 4),
            share_max=round((seen + around) / whole, 4),
            looks=sum(stands[n].looks for n in places),
            times=len(places),
        )


def _tests(rows: Iterable[Any]) -> Iterator[HeadlineTest]:
    """The tests in sightings that stand together by article."""
    for _, group in groupby(rows, key=lambda row: row.id):
        spans = list(group)
        stands = _test(_stands(spans))
        if any(stand.kept for stand in stands):
            yield HeadlineTest(
                article=f"{spans[0].name}:{spans[0].key}",
                url=spans[0].url,
                outlet=spans[0].name,
                first_seen=stands[0].first,
                last_seen=stands[-1].last,
                turns=len(stands) - 1,
                alternatives=tuple(sorted(_alternatives(stands), key=lambda one: -one.share)),
            )


def headline_tests(connection: Connection, filters: Filters = _ALL) -> Iterator[HeadlineTest]:
    """The headline tests with a version in them that the filters keep, by outlet and article."""
    kept = and_(*coming(filters, SightingRow), *conditions(but_changes(filters)))
    statement = _SIGHTINGS.add_columns(kept.label("kept")).where(*of_outlets(filters))
    yield from _tests(connection.execute(statement))


_Passed = TypeVar("_Passed", Edit, Passage)
_FIRST, _TOGETHER = 32, 200
"""Edits whose articles are looked up at once: few at first, for whoever reads few."""


def without_turns(connection: Connection, found: Iterable[_Passed]) -> Iterator[_Passed]:
    """Those edits that are no turns of a headline test: each test is one thing, however often its headline went."""
    edits, size = iter(found), _FIRST
    while group := list(islice(edits, size)):
        size = min(2 * size, _TOGETHER)
        tests = _tests_of(connection, [edit for edit in group if edit.changed == _HEADLINE])
        yield from (edit for edit in group if not _is_turn(edit, tests.get(edit.article)))


_HEADLINE = ("headline",)


def _is_turn(edit: Edit | Passage, test: HeadlineTest | None) -> bool:
    within = test is not None and test.first_seen <= edit.not_before and edit.not_after <= test.last_seen
    return within and edit.changed == _HEADLINE


def _tests_of(connection: Connection, edits: Iterable[Edit | Passage]) -> dict[str, HeadlineTest]:
    """The tests of the articles these edits are of, by article."""
    keys: dict[str, set[str]] = defaultdict(set)
    for edit in edits:
        keys[edit.outlet].add(edit.article.removeprefix(f"{edit.outlet}:"))
    found: dict[str, HeadlineTest] = {}
    for outlet, those in keys.items():
        rows = connection.execute(
            _SIGHTINGS.add_columns(true().label("kept")).where(OutletRow.name == outlet, ArticleRow.key.in_(those))
        )
        found.update((test.article, test) for test in _tests(rows))
    return found
