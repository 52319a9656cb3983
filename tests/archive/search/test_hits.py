"""In which order hits come, which version stands for an article, and how the words they are found by are made anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from sqlalchemy import Connection, update

from archive import db
from archive.errors import NotFound
from archive.home import Home
from archive.models import AnalyserRow
from archive.query import search
from archive.query.filters import Filters
from archive.query.search import Search
from archive.records import Circumstances, Recordable
from archive.search.language import parse
from archive.store.derived.anew import make_anew
from archive.store.derived.tokens import Tokens
from tests.archive.material import Material, at, opened, reading
from tests.archive.search.texts import found
from tests.support import RunCli


def _edited(home: Home) -> list[Recordable]:
    """Four articles; the first said something else before."""
    material = Material(home)
    english: dict[str, Any] = {"circumstances": Circumstances(language="en")}
    material.page(0, reading("The bridge was closed by ministers.", **english), "1")
    material.page(60, reading("The bridge was opened.", **english), "1")
    material.page(10, reading("A Bridge is open.", headline="Ministers", **english), "2")
    material.page(20, reading("Ministers came.", headline="bridges", **english), "3")
    material.page(20, reading("No minister was there.", description="a bridge", **english), "4")
    material.close()
    return material.made


class _Ask(Protocol):
    """Puts a query to the archive of the four."""

    def __call__(self, asked: str, limit: int = 20, *, count: bool = False, **how: Any) -> search.Found:
        """Put it."""


@pytest.fixture(scope="module")
def edited(module_home: Home) -> Iterator[Connection]:
    """The four, on either database."""
    with opened(module_home) as made:
        made.run(_edited(module_home))
        with made.engine.connect() as connection:
            yield connection


@pytest.fixture(params=[search.MOST_HITS, 2], ids=["put in order", "walked"])
def ask(request: pytest.FixtureRequest, edited: Connection, monkeypatch: pytest.MonkeyPatch) -> _Ask:
    """Asks where hits are few enough to be put in order, and where they are walked from the newest on."""
    monkeypatch.setattr(search, "MOST_HITS", request.param)
    monkeypatch.setattr(search, "_FEW", request.param // 20)

    def put(asked: str, limit: int = 20, *, count: bool = False, **how: Any) -> search.Found:
        return search.find(edited, Search(parse(asked), **how), limit, count=count)

    return put


def _names(page: search.Found) -> list[str]:
    return [hit.article.removeprefix("paper:") for hit in page.hits]


def test_articles_come_one_each_newest_first_page_by_page(ask: _Ask) -> None:
    assert _names(ask("bridge")) == ["1", "3", "4", "2"]
    first = ask("bridge", 2)
    assert (_names(first), first.more) == (["1", "3"], True)
    rest = ask("bridge", 2, after=first.hits[-1].version)
    assert (_names(rest), rest.more) == (["4", "2"], False)
    one_by_one = [ask("bridge", 1, after=hit.version) for hit in ask("bridge").hits]
    assert [_names(page) for page in one_by_one] == [["3"], ["4"], ["2"], []]
    assert _names(ask("bridge", filters=Filters(seen_until=at(15)))) == ["2", "1"]
    with pytest.raises(NotFound, match="is not the id of a version"):
        ask("bridge", after="paper:1@ffffffffffff")


def test_all_are_counted_where_that_is_asked_for_or_costs_nothing(ask: _Ask) -> None:
    assert ask("bridge", count=True).total == search.Total(4, 5)
    walked = search.MOST_HITS == 2
    assert ask("bridge").total == (search.Total(0, 2, more=True) if walked else search.Total(4, 5))


def test_the_newest_version_that_matches_stands_for_its_article(ask: _Ask) -> None:
    assert [hit.number for hit in ask("bridge minister").hits if hit.article == "paper:1"] == [1]
    assert _names(ask("minister", earlier=True)) == ["1"]
    assert _names(ask("closed", earlier=True, exact=True)) == ["1"]
    assert _names(ask("bridge", earlier=True)) == []


def test_what_is_meant_exactly_is_found_as_it_stands(ask: _Ask) -> None:
    assert _names(ask("bridge", exact=True)) == ["1", "4"]
    assert _names(ask("Bridge", exact=True, count=True)) == ["2"]
    assert _names(ask('"bridge was" NOT Closed', exact=True)) == ["1"]
    assert _names(ask("bridge NEAR/1 opened", exact=True)) == ["1"]
    assert _names(ask("opened NEAR/0 bridge", exact=True)) == []
    assert _names(ask("bridg*", exact=True)) == ["1", "3", "4"]
    assert {hit.match for hit in ask("bridges").hits if hit.article == "paper:3"} == {"exact"}
    assert {hit.match for hit in ask("bridges").hits if hit.article == "paper:4"} == {"stemmed"}


def test_by_relevance_what_stands_in_the_headline_comes_first(edited: Connection) -> None:
    def ask(limit: int = 20, **how: Any) -> search.Found:
        return search.find(edited, Search(parse("bridge"), relevance=True, **how), limit)

    assert _names(ask()) == ["3", "4", "1", "2"]
    page = ask(2)
    assert _names(ask(after=page.hits[-1].version)) == ["1", "2"]
    assert search.find(edited, Search(parse("unheard"), relevance=True)).hits == ()


def test_the_tokens_are_made_anew_from_where_it_was_interrupted(home: Home, run_cli: RunCli) -> None:
    with opened(home) as made:
        made.run(_edited(home))
        before = made.content()

        def stop(done: int, _total: int) -> None:
            if done:
                raise KeyboardInterrupt

        with db.writing(made.engine) as connection:
            connection.execute(update(AnalyserRow).values(number=1))
        with pytest.raises(KeyboardInterrupt):
            make_anew(made.engine, Tokens(), stop, at_once=2)
        refused = run_cli("search", "bridge")
        assert (refused.code, "palimpsest upgrade" in refused.stderr) == (6, True)
        done = run_cli("upgrade")
        assert (done.code, "done: 3 versions" in done.stderr) == (0, True), done.stderr
        with made.engine.connect() as connection:
            assert found(connection, parse("bridges")) == {"1", "2", "3", "4"}
        assert made.content() == before
