"""Where the text of other articles stood, that of the next is looked for; elsewhere it is doubtful, never refused."""

from __future__ import annotations

from dataclasses import replace

from archive.records import Capture, DoubtKind, Reading, Source
from crawler.extract.examine import examine
from crawler.outlets.learnt import Learnt, LearntRule, Teaches
from crawler.outlets.registry import ad_hoc
from tests.crawler.learn.restless import BEGAN, Site

TEXT = LearntRule(Teaches.TEXT, "main.story>p", "", 100, 300)
HOME = Learnt(1, (TEXT,))


def read(learnt: Learnt, letters: int, where: str = "story") -> Reading:
    """A short article in the element `where`, and so many letters to the editor below it."""
    site = Site()
    said = "".join(f"<p>{site.sentence(1, n)}</p>" for n in range(3))
    others = "".join(f"<p>{site.sentence(99, n)} {site.sentence(98, n)}</p>" for n in range(letters))
    head = "The bridge at the old mill is closed again"
    page = f"<h1>{head}</h1><main class='{where}'>{said}</main><div class='voices'>{others}</div>"
    page = f"<!doctype html><html><head><title>{head}</title></head><body>{page}</body></html>"
    capture = Capture("https://paper.test/1", BEGAN, page.encode(), source=Source.GIVEN_PAGE)
    reading = examine(capture, replace(ad_hoc("paper.test"), learnt=learnt))[1]
    assert reading is not None
    return reading


def test_the_text_stands_where_that_of_other_articles_stood() -> None:
    assert len(read(Learnt(), 5).body) == 8
    found = read(HOME, 5)
    assert [block.text.split(", said")[1] for block in found.body] == [f" speaker {n} of 1." for n in range(3)]
    assert found.doubts == ()


def test_a_text_that_stands_elsewhere_is_doubtful() -> None:
    found = read(HOME, 0, "feature")
    assert [doubt.kind for doubt in found.doubts] == [DoubtKind.UNKNOWN_LAYOUT]
    assert len(found.body) == 3


def test_rules_that_would_leave_nothing_of_a_text_take_nothing() -> None:
    all_of_it = LearntRule(Teaches.CIRCUMSTANCE, "main.feature>p", "", 9, 9)
    found = read(Learnt(1, (TEXT, all_of_it)), 0, "feature")
    assert (len(found.body), [doubt.kind for doubt in found.doubts]) == (3, [DoubtKind.UNKNOWN_LAYOUT])
