"""What a search may be narrowed to: each number is what the search narrowed to that value finds, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from archive import db
from archive.home import Home
from archive.query import facets as module
from archive.query.facets import Facet, facets
from archive.query.filters import Filters
from archive.query.search import Search, find
from archive.search.language import parse

_ASKED = (
    "bridge",
    "the",
    '"the bridge"',
    "bridge OR harbour OR ship*",
    "bridge NOT minister",
    "мост",
    "operation",
    "million",
)


@pytest.fixture
def asked(example: Home) -> Iterator[Connection]:
    engine = db.open_reader(example.database_url)
    with db.reading(engine) as connection:
        yield connection
    engine.dispose()


def _narrowed(one: Facet) -> Filters:
    if one.by != "month":
        return Filters(**{"outlet": {"outlets": (one.value,)}, "lang": {"languages": (one.value,)}}[one.by])  # type: ignore[arg-type]
    year, month = map(int, one.value.split("-"))
    until = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return Filters(published_since=datetime(year, month, 1, tzinfo=UTC), published_until=until)


@pytest.mark.parametrize("earlier", [False, True])
def test_a_search_narrowed_to_a_value_finds_as_many(asked: Connection, earlier: bool) -> None:
    met: set[str] = set()
    for words in _ASKED:
        search = Search(parse(words), earlier=earlier)
        for one in facets(asked, search):
            met.add(one.by)
            if one.value:
                found = find(asked, replace(search, filters=_narrowed(one)), count=True).total
                assert (found and found.versions, one.at_least) == (one.versions, False), (words, one)
    assert met == {"outlet", "lang", "month"}


def test_where_too_many_match_the_last_of_them_are_counted(asked: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    search = Search(parse("bridge OR harbour OR ship*"))
    whole = {(one.by, one.value): one.versions for one in facets(asked, search)}
    monkeypatch.setattr(module, "MOST_HITS", 3)
    monkeypatch.setattr(module, "_PARTLY", 2)
    partly: list[Any] = list(facets(asked, search))
    assert sum(one.versions for one in partly if one.by == "outlet") == 2
    assert all(one.at_least and one.versions <= whole[one.by, one.value] for one in partly)
    assert len(partly) < len(whole)


def test_letter_by_letter_nothing_is_counted(asked: Connection) -> None:
    assert list(facets(asked, Search(parse("bridge"), exact=True))) == []
