"""A layout that breaks overnight never becomes edits, however often it is seen; and what a person decides of it."""

from __future__ import annotations

import json
from random import Random

import pytest
from sqlalchemy import Connection, select

from archive.home import Home
from archive.models import CaptureRow
from archive.query import passages, quarantine
from archive.records import Doubt, DoubtKind, Outcome, Reading, Recordable
from archive.store.decisions import Word, release
from tests.archive.material import Archive, Material, at, in_groups, opened, reading
from tests.support import RunCli

ARTICLES = 20
DAY = 24 * 60
BROKEN = ("We are sorry, something went wrong here, and we are working on it. Please come back in a while, or later.",)
TORN = (Doubt(DoubtKind.SLOPPY_MARKUP, "a tag that is none"),)


def _own(article: int) -> Reading:
    return reading(f"What article {article} says is long enough to be told by: it has a hundred characters or more.")


def _nights(home: Home, *nights: str) -> list[Recordable]:
    """An outlet's articles, all looked at each night: whole, broken (one body under all), or torn (text in doubt)."""
    material = Material(home)
    for night, what in enumerate(nights):
        for article in range(ARTICLES):
            said = _own(article)
            if what == "broken":
                said = reading(*BROKEN)
            if what == "torn":
                said = reading(*(one.text for one in said.body), f"And a tail of {article}.", doubts=TORN)
            material.page(night * DAY + article, said, str(article))
    material.close()
    return material.made


def _edits(connection: Connection) -> list[str]:
    return [edit.article for edit in passages.edits(connection)]


def _told(archive: Archive) -> tuple[list[str], int]:
    """The edits, and how many looks are held."""
    with archive.engine.connect() as connection:
        return _edits(connection), len(list(quarantine.held(connection)))


@pytest.mark.parametrize("what", ["broken", "torn"])
def test_what_most_looks_show_is_not_believed_by_repetition(home: Home, what: str) -> None:
    """One body stands under all articles from the third on: it may be the first two's own."""
    first = 2 if what == "broken" else 0
    with opened(home) as archive:
        archive.run(_nights(home, "whole", what, what, what))
        edits, held = _told(archive)
        assert (len(edits), held) == (first, 3 * (ARTICLES - first))
        archive.content()


def test_it_ends_by_itself_when_the_outlet_is_as_it_was(home: Home) -> None:
    items = _nights(home, "whole", "torn", "torn", "whole")
    with opened(home) as archive:
        archive.run(items)
        assert _told(archive) == ([], 2 * ARTICLES)
        # One of them is torn again, while all others are whole: it says so twice, and is believed.
        later = Material(home)
        for minutes in (4 * DAY, 4 * DAY + 40):
            later.page(minutes, reading("Another text of one article.", doubts=TORN), "3")
        later.close()
        archive.run(later.made)
        assert _told(archive)[0] == ["paper:3"]
        archive.content()


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_arrival_holds_the_same_back(home: Home, seed: int) -> None:
    chance, items = Random(seed), _nights(home, "whole", "torn", "torn", "broken", "broken")
    with opened(home) as archive:
        archive.run(items)
        wanted = archive.content()
        archive.forget()
        archive.run(*in_groups(items, chance))
        assert archive.content() == wanted


def test_a_person_releases_it_and_that_is_on_record(home: Home) -> None:
    with opened(home) as archive:
        archive.run(_nights(home, "whole", "torn", "torn"))
        release(archive.engine, "paper", Word("Ann", "they mean it", at(3 * DAY)))
        edits, held = _told(archive)
        assert (sorted(edits), held) == (sorted(f"paper:{n}" for n in range(ARTICLES)), 0)
        with archive.engine.connect() as connection:
            dates = {edit.not_after for edit in passages.edits(connection)}
        assert dates == {at(DAY + article) for article in range(ARTICLES)}, "from the first look that was held"
        archive.content()


def test_few_that_are_held_at_once_are_believed_as_ever(home: Home) -> None:
    with opened(home) as archive:
        items = _nights(home, "whole", "torn", "torn")
        few = [item for item in items if int(item.key) < 9]
        archive.run(few)
        assert len(_told(archive)[0]) == 9
        with archive.engine.connect() as connection:
            held = connection.execute(select(CaptureRow.id).where(CaptureRow.outcome == Outcome.HELD)).all()
        assert held == []


# --- edits that were ours ---------------------------------------------------------------------------------------------


def test_struck_edits_do_not_count_are_shown_when_asked_for_and_come_back(home: Home, run_cli: RunCli) -> None:
    material = Material(home)
    for minutes, words in enumerate(("The old text.", "The new text.", "The newest text of all.")):
        material.page(60 * minutes, reading(words))
    material.close()
    with opened(home) as archive:
        archive.run(material.made)
        with archive.engine.connect() as connection:
            first, second = (edit.new for edit in passages.edits(connection))
    by = ("--by", "Ann", "--because", "our reader")
    assert run_cli("strike", first).code == 2, "who, and why"
    assert run_cli("strike", *by).code == 2, "which"
    assert run_cli("strike", "paper:1@0123456789ab", *by).code == 4

    def counted(*words: str) -> list[str]:
        lines = run_cli("edits", "--json", *words, fine=True).stdout.splitlines()
        return [json.loads(line)["to"] for line in lines]

    run_cli("strike", first, *by, fine=True)
    assert counted() == [second]
    assert counted("--struck") == [first, second]
    run_cli("strike", first, "--back", *by, fine=True)
    assert counted() == [first, second]
    run_cli("strike", "--outlet", "paper", *by, fine=True)
    assert counted() == []
    run_cli("verify", fine=True)


def test_what_moves_at_every_look_is_held_back_from_counts_until_it_stands_still(home: Home, run_cli: RunCli) -> None:
    def ship(minutes: int, number: int) -> Material:
        material = Material(home)
        said = reading("A text that stands.", f"{number} people have read this.", "Its end.")
        material.page(minutes, said)
        material.close()
        return material

    with opened(home) as archive:
        for n in range(4):
            archive.run(ship(60 * n, n).made)
        assert run_cli("edits", "--json", fine=True).stdout == ""
        assert len(run_cli("edits", "--unsettled", "--json", fine=True).stdout.splitlines()) == 3
        archive.content()
        archive.run(ship(60 * 4, 3).made)
        assert len(run_cli("edits", "--json", fine=True).stdout.splitlines()) == 3
        archive.content()
