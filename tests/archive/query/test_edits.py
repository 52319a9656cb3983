"""Edits as an analyst asks for them: when, how long after publication, whether the outlet said so, and of what kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.diff import sentence_edits
from archive.diff.classify import Kind
from archive.home import Home
from archive.query.campaigns import Campaign, campaigns
from archive.query.declared import Declared
from archive.query.filters import Filters
from archive.query.headline_tests import headline_tests, without_turns
from archive.query.passages import Edit, edits, passages
from archive.questions.catalog import named
from archive.questions.question import Asked
from archive.records import Block, BlockType, Circumstances, Date, Reading
from tests.archive.material import START, Archive, Material, opened, reading
from tests.support import RunCli

FIRST = "The port was closed by order of the council on a rainy day."
SECOND = "Repairs cost 12 crowns, the council said."
MORE = "A ferry runs at noon, and nobody knows why."


@pytest.fixture
def archive(home: Home) -> Iterator[Archive]:
    with opened(home) as found:
        yield found
        found.content()


def _looks(archive: Archive, *looks: tuple[int, Reading], article: str = "1", **more: Any) -> None:
    """Looks at an article, each at its minute."""
    material = Material(archive.home)
    for minute, said in looks:
        material.page(minute, said, article, **more)
    material.close()
    archive.run(material.made)


def _edits(archive: Archive) -> list[Edit]:
    with archive.engine.connect() as connection:
        return list(edits(connection))


def _campaigns(archive: Archive, **more: Any) -> list[Campaign]:
    with archive.engine.connect() as connection:
        return campaigns(connection, **more)


def _modified(hour: int | None) -> Circumstances:
    date = None if hour is None else Date(f"{hour} h", START.replace(hour=hour), "meta")
    return Circumstances(language="en", date_modified=date)


@pytest.mark.parametrize(
    ("before", "after", "notice", "declared"),
    [
        (12, 13, True, Declared.ANNOUNCED),
        (None, None, True, Declared.ANNOUNCED),
        (12, 13, False, Declared.DATED),
        (None, 13, False, Declared.DATED),
        (12, 12, False, Declared.SILENT),
        (None, None, False, Declared.UNDATABLE),
        (12, None, False, Declared.UNDATABLE),
    ],
)
def test_an_edit_is_announced_dated_silent_or_undatable(
    archive: Archive, before: int | None, after: int | None, notice: bool, declared: Declared
) -> None:
    spoken = (Block(BlockType.NOTICE, "Correction: the number was wrong."),) if notice else ()
    old, new = (tuple(Block(BlockType.P, one) for one in (FIRST, last)) for last in (SECOND, SECOND.replace("2", "9")))
    _looks(
        archive,
        (0, Reading("Headline", body=old, revision="r@0", circumstances=_modified(before))),
        (60, Reading("Headline", body=(*new, *spoken), revision="r@0", circumstances=_modified(after))),
    )
    (edit,) = _edits(archive)
    assert (edit.declared, edit.kinds) == (declared, (Kind.NUMBERS,))
    assert edit.claimed_at == (None if after is None else START.replace(hour=after).isoformat())


def test_the_modified_dates_compared_are_those_on_either_side_of_the_edit(archive: Archive) -> None:
    """A date that moved while the text stood still says nothing of the edit that came later."""
    said = [
        reading(*body, circumstances=_modified(hour))
        for hour, body in ((12, (FIRST, SECOND)), (13, (FIRST, SECOND)), (13, (FIRST,)))
    ]
    _looks(archive, *zip((0, 30, 60), said, strict=True))
    assert [edit.declared for edit in _edits(archive)] == [Declared.SILENT]


@pytest.mark.parametrize(
    ("published", "hours"),
    [
        (Date("10:00Z", START - timedelta(hours=2)), (2.0, 3.0)),
        (Date("10:00", (START - timedelta(hours=2)).replace(tzinfo=None)), (-10.0, 17.0)),
        (Date("this morning"), (None, None)),
        (None, (None, None)),
        (Date("year 1", datetime(1, 1, 1)), (None, None)),
    ],
)
def test_hours_after_publication_have_bounds(
    archive: Archive, published: Date | None, hours: tuple[float | None, float | None]
) -> None:
    """As wide as the looks are apart; wider by the zones of the world where the date names none."""
    looks = ((minute, reading(FIRST, last, date_published=published)) for minute, last in ((0, SECOND), (60, MORE)))
    _looks(archive, *looks)
    (edit,) = _edits(archive)
    assert (edit.hours_min, edit.hours_max) == hours
    assert (edit.not_before, edit.not_after) == (START, START + timedelta(hours=1))
    assert (edit.published is None) == (published is None)


def test_new_entries_of_a_live_blog_are_told_apart_from_edits(archive: Archive) -> None:
    bodies = (FIRST, SECOND), (FIRST, SECOND, MORE), (FIRST, SECOND.replace("12", "19"), MORE)
    page = Circumstances(language="en", live=True)
    _looks(archive, *((n * 60, reading(*body, circumstances=page)) for n, body in enumerate(bodies)))
    assert [(edit.live, edit.kinds) for edit in _edits(archive)] == [(True, ()), (False, (Kind.NUMBERS,))]


def test_edits_are_filtered_by_kind_by_silence_and_by_what_only_grew(home: Home, run_cli: RunCli) -> None:
    page = Circumstances(language="en", live=True, date_modified=Date("noon", START, "meta"))
    bodies = (FIRST, SECOND), (FIRST, SECOND, MORE), (FIRST, SECOND.replace("12", "19"), MORE)
    with opened(home) as archive:
        looks = [(n * 60, reading(*body, circumstances=page)) for n, body in enumerate(bodies)]
        _looks(archive, *looks)
        _looks(archive, (0, reading(FIRST)), (60, reading(FIRST.replace("closed", "sold"))), article="2")
        archive.content()
    shown = {
        words: [json.loads(line)["kinds"] for line in run_cli("edits", *words, "--json", fine=True).stdout.splitlines()]
        for words in ((), ("--live",), ("--kind", "numbers"), ("--silent",))
    }
    assert shown == {
        (): [["substantive"], ["numbers"]],
        ("--live",): [[], ["substantive"], ["numbers"]],
        ("--kind", "numbers"): [["numbers"]],
        ("--silent",): [["numbers"]],
    }


def test_what_is_stored_of_an_edit_is_what_its_texts_tell_and_spares_comparing_them(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Circumstances(language="en", live=True, date_modified=Date("noon", START, "meta"))
    bodies = (FIRST, SECOND), (FIRST, SECOND, MORE), (FIRST, SECOND.replace("12", "19"), MORE)
    _looks(archive, *((n * 60, reading(*body, circumstances=page)) for n, body in enumerate(bodies)))
    with archive.engine.connect() as connection:
        first, again = list(edits(connection)), list(edits(connection))
        assert [len(edit.sentences) for edit in first] == [1, 1]
        assert first == again
        brief = list(passages(connection, Filters()))

        def compared(*_: object, **__: object) -> None:
            raise AssertionError("the sentences were compared")

        with monkeypatch.context() as patched:
            patched.setattr(sentence_edits, "changes", compared)
            assert [(edit.kinds, edit.live) for edit in edits(connection)] == [((), True), ((Kind.NUMBERS,), False)]
            assert list(passages(connection, Filters())) == brief
    with archive.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM edit_kind")
        assert (list(edits(connection)), list(passages(connection, Filters()))) == (first, brief)


# --- headline tests ---------------------------------------------------------------------------------------------------


def test_a_headline_that_flips_is_one_test_with_shares_of_time(archive: Archive) -> None:
    shown = [(0, "A"), (60, "A"), (120, "B"), (180, "B"), (240, "A"), (300, "A"), (360, "B"), (420, "B"), (900, "C")]
    page = Circumstances(date_modified=Date("0", START, "meta"))
    _looks(archive, *((minute, reading(FIRST, headline=said, circumstances=page)) for minute, said in shown))
    others = ((minute, reading(FIRST, headline=said, circumstances=page)) for minute, said in ((0, "A"), (60, "B")))
    _looks(archive, *others, article="2")
    with archive.engine.connect() as connection:
        (test,) = headline_tests(connection, Filters(outlets=("paper",)))
        assert list(headline_tests(connection, Filters(changed_since=START + timedelta(minutes=360)))) == [test]
        # What is left is an edit behind the test.
        assert list(headline_tests(connection, Filters(changed_since=START + timedelta(minutes=361)))) == []
        left = [(one.article, one.headline) for one in without_turns(connection, edits(connection))]
        silent = [(one.article, one.headline) for one in named("silent-edits").answer(Asked(connection, Filters()))]
    # The test is one thing; the last headline, which never came back, and another article's are edits.
    assert left == silent == [("paper:2", "B"), ("paper:1", "C")]
    assert (test.article, test.turns) == ("paper:1", 3)
    assert (test.first_seen, test.last_seen) == (START, START + timedelta(minutes=420))
    first, second = test.alternatives
    assert (first.headline, first.looks, first.times, first.share) == ("A", 4, 2, 0.5)
    assert (first.share_min, first.share_max) == (round(120 / 420, 4), round(300 / 420, 4))
    assert (second.headline, second.share) == ("B", 0.5)


def test_a_body_that_changes_under_one_headline_is_no_headline_test(archive: Archive) -> None:
    _looks(archive, (0, reading(FIRST)), (60, reading(SECOND)), (120, reading(FIRST)))
    with archive.engine.connect() as connection:
        assert list(headline_tests(connection)) == []


# --- campaigns --------------------------------------------------------------------------------------------------------

_DAY = 24 * 60


def _campaign(archive: Archive, days: dict[str, int]) -> None:
    """Articles of different words in which the same words were replaced on those days, and a number in each."""
    for n, (article, day) in enumerate(days.items()):
        text = f"Number {n} told of the war near village {article}, as {n + 2} people saw it."
        new = text.replace("the war", "the special operation").replace(f"{n + 2} people", "99 people")
        _looks(archive, (0, reading(FIRST, text)), (day * _DAY, reading(FIRST, new)), article=article)


def test_the_same_replacement_in_many_articles_within_days_is_one_campaign(archive: Archive) -> None:
    _campaign(archive, {"1": 1, "2": 2, "3": 5, "4": 60})
    (found,) = _campaigns(archive)
    assert (found.replaced, found.by, found.articles) == ("war", "special operation", 3)
    assert [step.article for step in found.edits] == ["paper:1", "paper:2", "paper:3"]
    assert (found.first_seen, found.last_seen) == (START + timedelta(days=1), START + timedelta(days=5))
    assert found.outlets == ("paper",)
    (wider,) = _campaigns(archive, span=timedelta(days=90), filters=Filters(changed_since=START.astimezone(UTC)))
    assert wider.articles == 4


def test_one_article_edited_often_is_no_campaign(archive: Archive) -> None:
    texts = ("It was the war of words.", "It was the special operation of words.")
    _looks(archive, *((n * 60, reading(FIRST, texts[n % 2])) for n in range(8)))
    assert _campaigns(archive) == []


def test_a_sentence_taken_out_of_many_articles_is_a_campaign(archive: Archive) -> None:
    for n in range(3):
        rest = (FIRST, f"Village {n} knows of {n} more such days.")
        _looks(archive, (0, reading(*rest, MORE)), (60 + n, reading(*rest)), article=str(n))
    assert [(one.replaced, one.by, one.articles) for one in _campaigns(archive)] == [(MORE, "", 3)]
