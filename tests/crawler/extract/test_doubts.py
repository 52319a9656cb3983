"""What is stored with a doubt, and what is refused: a page that is sloppy or lacks its end may well be whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.records import Capture, DoubtKind, Source, Verdict
from crawler.extract.examine import examine
from crawler.outlets.registry import registry

AT = datetime(2026, 1, 1, tzinfo=UTC)
KNOWN, UNKNOWN = "https://www.rt.com/news/473001-slug/", "https://www.valley-gazette.example/news/ferry"
_SENTENCES = (
    "The ferry over the lake will sail again from Monday, the council of the valley said on Friday evening.",
    "It had lain in the harbour since the storm of last winter, which tore the old pier from its piles.",
    "Carpenters of three villages built a new one, and the boat was painted white and green by the school.",
)
_TEXT = "".join(f"<p>{sentence}</p>" for sentence in _SENTENCES)
_HEAD = '<!DOCTYPE html><html lang="en"><head><title>Ferry sails again</title></head><body>'
_FOOT = '<div class="foot"><a href="/">Home</a><p>All rights are with the valley.</p></div>'
PAGE = (
    f'{_HEAD}<div class="page"><div class="article"><h1 class="article__heading">Ferry sails again</h1>'
    f'<div class="article__text">{_TEXT}</div></div>{_FOOT}</div></body></html>'
)


def _kinds(page: str, url: str, source: Source = Source.OWN_HTTP) -> list[DoubtKind] | Verdict:
    """The kinds of doubt an article is read with; the verdict where it is refused."""
    outlet = registry().for_url(url, AT)
    judgement, reading = examine(Capture(url, AT, page.encode(), source=source), outlet)
    if reading is None:
        return judgement.verdict
    assert [block.text for block in reading.body][-1] == _SENTENCES[-1]
    assert len({doubt.kind for doubt in reading.doubts}) == len(reading.doubts)
    return [doubt.kind for doubt in reading.doubts]


@pytest.mark.parametrize("url", [KNOWN, UNKNOWN])
def test_a_sound_page_is_in_no_doubt(url: str) -> None:
    assert _kinds(PAGE, url) == []


@pytest.mark.parametrize("source", [Source.OWN_HTTP, Source.GIVEN_PAGE])
@pytest.mark.parametrize(
    "page",
    [
        PAGE.removesuffix("</div></body></html>"),
        PAGE.removesuffix("</body></html>"),
        PAGE.removesuffix("</div></div></body></html>"),
        PAGE.partition("<p>All rights")[0],
    ],
)
def test_an_end_that_is_missing_behind_the_article_is_a_doubt(page: str, source: Source) -> None:
    for url in (KNOWN, UNKNOWN):
        assert _kinds(page, url, source) == [DoubtKind.NO_END]


def test_an_end_tag_alone_may_be_left_out_where_nobody_knows_better() -> None:
    assert _kinds(PAGE.removesuffix("</html>"), UNKNOWN) == []
    assert _kinds(PAGE.removesuffix("</html>"), KNOWN) == [DoubtKind.NO_END]


@pytest.mark.parametrize("source", [Source.OWN_HTTP, Source.GIVEN_PAGE])
@pytest.mark.parametrize("url", [KNOWN, UNKNOWN])
@pytest.mark.parametrize(
    "page",
    [
        PAGE.partition(_FOOT)[0].removesuffix("</div></div>"),
        PAGE.partition("<p>Carpenters")[0],
        PAGE.partition("<p>Carpenters")[0] + '<div class="read-more"><a href="/a">The storm of last winter</a></div>',
        PAGE.partition(" of three villages")[0],
        PAGE.partition("ters of three villages")[0] + "<!-- adv",
        PAGE.partition("<p>Carpenters")[0] + "<p class=",
    ],
)
def test_a_document_that_ends_within_its_article_is_cut(page: str, url: str, source: Source) -> None:
    assert _kinds(page, url, source) is Verdict.CUT


@pytest.mark.parametrize(
    "page", [PAGE.partition("hts are")[0], PAGE.partition(">All rights")[0], PAGE.partition(_FOOT)[0] + "<!-- foot"]
)
def test_what_we_fetched_and_what_breaks_off_is_fetched_again(page: str) -> None:
    for url in (KNOWN, UNKNOWN):
        assert _kinds(page, url) is Verdict.CUT
        assert _kinds(page, url, Source.GIVEN_PAGE) == [DoubtKind.NO_END]


def test_a_layout_that_is_not_known_is_read_in_doubt() -> None:
    assert _kinds(PAGE.replace("article__", "story-"), KNOWN) == [DoubtKind.UNKNOWN_LAYOUT]


def test_a_layout_that_misses_most_of_the_text_yields() -> None:
    more = "".join(f"<p>{number} {sentence}</p>" for number in range(1, 4) for sentence in _SENTENCES)
    moved = PAGE.replace(_TEXT, f"<p>{_SENTENCES[0]}</p></div><div class='article__rest'>{more}{_TEXT}")
    assert _kinds(moved, KNOWN) == [DoubtKind.UNKNOWN_LAYOUT]


def test_what_a_layout_takes_out_is_not_missed() -> None:
    box = "".join(f"<p>{number} {sentence}</p>" for number in range(1, 4) for sentence in _SENTENCES)
    boxed = PAGE.replace(_TEXT, f'<div class="read-more">{box}</div>{_TEXT}')
    assert _kinds(boxed, KNOWN) == []
