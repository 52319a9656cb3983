"""A page that was built anew and shows the same words is a look at the version that stood; what it loses is an edit."""

from __future__ import annotations

import pytest

from archive.home import Home
from archive.page_words import BODY, Line, PageWords, key
from archive.query import comparison, passages
from archive.query.articles import find
from archive.records import Outcome, Reading, Recordable
from tests.archive.material import PIER, Archive, Material, laid_out, opened, reading

SAID = reading("The bridge reopened on Monday.", "Repairs cost 12 million.", "Traffic is back to normal.")
EDITED = reading("The bridge reopened on Monday.", "Repairs cost 19 million.", "Traffic is back to normal.")


def _looks(home: Home, *said: Reading) -> list[Recordable]:
    """Looks at one article, a day apart."""
    material = Material(home)
    for day, one in enumerate(said):
        material.page(day * 24 * 60, one)
    material.close()
    return material.made


def _came(archive: Archive, items: list[Recordable]) -> list[Outcome]:
    """What the looks came to when all of them were there."""
    archive.run(*([item] for item in items))
    told = archive.content()
    assert told
    return [one.outcome for one in archive.run(items)]


def test_a_layout_is_no_edit_and_an_edit_on_it_is_one(home: Home) -> None:
    layouts = "plain", "wide", "wide", "short", "plain", "wide"
    looks = [laid_out(SAID, layout) for layout in layouts]
    with opened(home) as archive:
        came = _came(archive, _looks(home, *looks, laid_out(EDITED, "wide"), laid_out(EDITED, "plain")))
        same = Outcome.SAME, Outcome.SAME_WORDS
        assert came == ["new", same[1], same[1], same[1], same[0], same[1], "changed", same[1]]
        with archive.engine.connect() as connection:
            (edit,) = passages.edits(connection)
            sides = comparison.compared(connection, find(connection, "paper:1"))
        # Nothing is told of the caption that the layout takes into the text.
        assert (edit.changed, edit.added, edit.deleted) == (("body",), 2, 2)
        assert {PIER in side["body"] for side in sides} == {True}


def test_what_a_layout_leaves_out_is_missed_when_the_page_loses_it(home: Home) -> None:
    """Its reading says nothing of it: the page does."""
    short = laid_out(SAID, "short")
    assert short.page_words is not None
    lines = [line for line in short.page_words.lines if line.text != key("Traffic is back to normal.")]
    lost = Reading(short.headline, body=short.body, revision=short.revision, page_words=PageWords(tuple(lines)))
    with opened(home) as archive:
        items = _looks(home, laid_out(SAID, "plain"), short, short, lost)
        assert _came(archive, items) == ["new", "same-words", "same-words", "changed"]


def test_words_that_come_back_in_another_layout_are_a_return(home: Home) -> None:
    looks = laid_out(SAID, "plain"), laid_out(EDITED, "plain"), laid_out(SAID, "wide")
    with opened(home) as archive:
        assert _came(archive, _looks(home, *looks)) == ["new", "changed", "reverted"]


@pytest.mark.parametrize("layout", ["wide", "short"])
def test_a_paragraph_that_comes_out_of_a_box_is_an_edit(home: Home, layout: str) -> None:
    """The words stood on the page before, elsewhere."""
    old, new = laid_out(SAID, "plain"), laid_out(SAID, layout)
    assert old.page_words is not None
    first, second, *others = old.page_words.lines
    moved = PageWords((first, *others, Line(second.text, BODY if layout == "wide" else "")))
    looks = old, Reading(new.headline, body=new.body, revision=new.revision, page_words=moved)
    with opened(home) as archive:
        assert _came(archive, _looks(home, *looks))[1] == ("changed" if layout == "wide" else "same-words")
