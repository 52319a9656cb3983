"""Near copies as they are recorded: what is stored is what the texts give, in any order, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, text, update

from archive import db, verify
from archive.export.transfer import transfer
from archive.home import Home
from archive.models import ArticleRow, OutletRow, VersionRow
from archive.query.filters import Filters
from archive.questions.ask import asking
from archive.questions.catalog import named
from archive.questions.copies import copies
from archive.questions.stories import clusters as clusters_
from archive.store.derived.anew import is_current, make_anew
from archive.store.derived.copies import Copies
from tests.archive.material import Archive, at, in_groups, opened
from tests.archive.press import Press, edited, words


def pairs(archive: Archive) -> list[dict[str, Any]]:
    """What `v1_copies` says, in order."""
    with archive.engine.connect() as connection:
        found = connection.execute(text("SELECT * FROM v1_copies")).mappings()
        return sorted(map(dict, found), key=lambda row: (row["article_a"], row["article_b"]))


def clusters(archive: Archive) -> dict[str, list[str]]:
    """What `v1_clusters` says."""
    found: dict[str, list[str]] = {}
    with archive.engine.connect() as connection:
        for cluster, article in connection.execute(text("SELECT cluster, article FROM v1_clusters")):
            found.setdefault(cluster, []).append(article)
    return {cluster: sorted(articles) for cluster, articles in found.items()}


def _year(press: Press) -> None:
    story, other, boilerplate = words("story", 300), words("other", 300), words("boilerplate", 50)
    press.prints("a:1", 0, story, boilerplate)
    press.prints("a:1", 600, edited(story, 8, "later"), boilerplate)
    press.prints("b:1", 60, edited(story, 30, "b"))
    press.prints("c:1", 700, edited(edited(story, 8, "later"), 40, "c"))
    press.prints("d:1", 90, words("d", 120), story[100:200], words("e", 120))
    press.prints("e:1", 95, story[:150], other[:150])
    press.prints("b:2", 100, other)
    press.prints("c:2", 110, [*other[:100], *edited(other[100:], 20, "c2")])
    for n in range(14):
        press.prints(f"a:w{n}", 200 + n, words(f"weather {n}", 60), boilerplate)


def _all(archive: Archive) -> Iterator[Any]:
    yield pairs(archive)
    yield clusters(archive)


@pytest.mark.parametrize("seed", [1])
def test_any_order_of_arrival_gives_the_same(both_homes: tuple[Home, Home], seed: int) -> None:
    found = []
    for n, home in enumerate(both_homes):
        press = Press(home)
        _year(press)
        with opened(home) as archive:
            archive.run(*in_groups(press.made, Random(f"{seed}{n}")))
            archive.content()
            found.append(list(_all(archive)))
    assert found[0] == found[1]
    near, groups = found[0]
    assert {(one["article_a"], one["article_b"]) for one in near} >= {("a:1", "b:1"), ("a:1", "c:1"), ("a:1", "d:1")}
    assert groups == {"a:1": ["a:1", "b:1", "c:1"], "b:2": ["b:2", "c:2"]}


def test_a_bridge_merges_clusters_and_what_is_withdrawn_parts_them(sqlite_home: Home) -> None:
    press = Press(sqlite_home)
    parts = [words(n, 60) for n in range(7)]
    for n, article in enumerate(("a:1", "b:1", "c:1")):
        press.prints(article, n, *parts[n : n + 4])
    press.prints("d:1", 9, *parts[2:7])
    press.prints("e:1", 10, words("e", 400), *parts[3:6])
    press.prints("b:1", 3000, words("quite another", 300))
    every = press.made
    with opened(sqlite_home) as archive:
        archive.run([item for item in every if item.key == "1" and item.outlet.name in "ac"])
        assert clusters(archive) == {}, "a third of both is a pair, and no more"
        assert [(one["article_a"], one["article_b"]) for one in pairs(archive)] == [("a:1", "c:1")]
        archive.run([item for item in every if item.outlet.name in "bde"])
        assert clusters(archive) == {"a:1": ["a:1", "b:1", "c:1", "d:1"]}, "what stands within another joins nothing"
        inside = next(one for one in pairs(archive) if one["article_b"] == "e:1" and one["article_a"] == "d:1")
        assert inside["similarity"] < 0.4 < inside["containment_a"]
        with db.writing(archive.engine) as connection:
            of = select(ArticleRow.id).join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
            b = connection.execute(of.where(OutletRow.name == "b")).scalar_one()
            first = VersionRow.article_id == b, VersionRow.number == 1
            connection.execute(update(VersionRow).where(*first).values(number=None))
            Copies().grouped(connection, [b])
        assert clusters(archive) == {"c:1": ["c:1", "d:1"]}


def test_boilerplate_is_learnt_and_a_template_makes_no_cluster(sqlite_home: Home) -> None:
    press = Press(sqlite_home)
    boilerplate = words("boilerplate", 60)
    for n in range(40):
        press.prints(f"a:{n}", n, words(n, 60), boilerplate)
    press.prints("b:1", 50, boilerplate)
    with opened(sqlite_home) as archive:
        archive.run([item for item in press.made if int(item.key) < 9])
        assert {one["article_b"] for one in pairs(archive) if one["article_a"] == "a:1"} >= {"a:2", "b:1"}
        archive.run([item for item in press.made if int(item.key) >= 9])
        assert pairs(archive) == []
        assert clusters(archive) == {}
        archive.content()


def test_of_many_versions_those_are_told_that_share_most(sqlite_home: Home) -> None:
    press = Press(sqlite_home)
    said = words("live", 200)
    for n in range(20):
        press.prints("a:1", 60 * n, *(words(f"entry {m}", 40) for m in range(n, 0, -1)), said)
    press.prints("b:1", 2000, *(words(f"entry {m}", 40) for m in range(7, 0, -1)), said)
    with opened(sqlite_home) as archive:
        archive.run(*in_groups(press.made, Random(4)))
        (found,) = pairs(archive)
        with archive.engine.connect() as connection:
            number = text("SELECT number FROM v1_versions WHERE version = :version")
            assert connection.execute(number, {"version": found["version_a"]}).scalar() == 8
        assert (found["similarity"], found["exact"]) == (1.0, 1)


def test_upgrade_fills_them_stopped_and_resumed_and_a_move_takes_them_along(sqlite_home: Home, tmp_path: Path) -> None:
    def stop(done: int, _total: int) -> None:
        if done > 10:
            raise KeyboardInterrupt

    press = Press(sqlite_home)
    _year(press)
    with opened(sqlite_home) as archive:
        archive.run(press.made)
        before = list(_all(archive))
        with db.writing(archive.engine) as connection:
            Copies().empty(connection)
        assert not is_current(archive.engine, Copies())
        with pytest.raises(KeyboardInterrupt):
            make_anew(archive.engine, Copies(), stop, at_once=7)
        make_anew(archive.engine, Copies(), lambda _done, _total: None, at_once=7)
        assert is_current(archive.engine, Copies())
        assert list(_all(archive)) == before
        target = db.open_writer(f"sqlite:///{tmp_path / 'moved.db'}")
        transfer(archive.engine, target, lambda _done, _total: None)
        with target.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM v1_copies")).scalar() == len(before[0])
        target.dispose()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE copy SET shared = shared - 1",
        "DELETE FROM copy",
        "DELETE FROM cluster",
        "DELETE FROM copy_key WHERE article_id = 1",
        "UPDATE sketch SET hashes = x'0000000000000001' WHERE version_id = 1",
        "INSERT INTO common_key SELECT min(hash) FROM copy_key",
    ],
)
def test_a_row_that_was_changed_is_found(change: str, sqlite_home: Home) -> None:
    press = Press(sqlite_home)
    press.prints("a:1", 0, words("one", 80))
    press.prints("b:1", 1, edited(words("one", 80), 20, "b"))
    with opened(sqlite_home) as archive:
        archive.run(press.made)
        with db.writing(archive.engine) as connection:
            connection.execute(text(change))
        with archive.engine.connect() as connection:
            damage = verify.damage(connection, sqlite_home.warc)
    assert damage
    assert {one.kind for one in damage} == {"copies"}
    assert "upgrade --copies" in damage[0].what


def test_as_of_a_day_copies_are_what_they_were(both_homes: tuple[Home, Home]) -> None:
    for home in both_homes:
        press = Press(home)
        said = words("said", 200)
        press.prints("a:1", 0, said)
        press.prints("b:1", 10, edited(said, 25, "b"))
        press.prints("c:1", 20, words("c", 90), said[:80])
        on: dict[int, Any] = {}
        later = [("b:1", 2000, words("other", 200)), ("d:1", 2010, said), ("c:1", 2020, said)]
        for article, minutes, text_ in later:
            press.prints(article, minutes, text_)
        with opened(home) as archive:
            for day in (30, 3000):
                archive.run([item for item in press.made if at(day - 1500) < item.capture.fetched_at <= at(day)])
                on[day] = _asked(home)
            assert on[30] != on[3000]
            assert _asked(home, at(30)) == on[30]


_NEARLY = (
    *(("survives",), ("carriers", "a", 1), ("first-of-story",), ("other-headlines",), ("editions", "a:1")),
    *(("citing", "a"), ("pictures",), ("domains",)),
)
"""Questions that answer on near copies, too, and what they are asked of."""


def _asked(home: Home, day: datetime | None = None) -> Any:
    engine = db.open_reader(home.database_url)
    try:
        with asking(engine, Filters(as_of=day)) as asked:
            near = [list(copies.function(asked, article, similarity=0)) for article in ("a:1", "b:1", "c:1")]
            others = [list(named(one).function(asked, *words, similarity=0.5)) for one, *words in _NEARLY]
            return near, list(clusters_.function(asked)), others
    finally:
        engine.dispose()
