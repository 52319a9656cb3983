"""Nothing of a page is left out: the parts of the account, put together, are the page's text."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from archive import text as same
from archive.records import Block, BlockType, Capture, Reading, Removal, Source
from crawler.authoring import cases
from crawler.extract.account import Account, Role, account
from crawler.extract.examine import examine
from crawler.extract.left import share
from crawler.outlets.base import Outlet
from crawler.outlets.registry import registry
from crawler.parse.page import Page, load
from crawler.parse.seen import lines
from crawler.parse.shadow import unfolded
from tests.archive.material import THOROUGH
from tests.support import REPOSITORY

AT = datetime(2026, 11, 23, tzinfo=UTC)
OWN = REPOSITORY / "tests" / "outlets"
SHARED = REPOSITORY.parent / "shared"
_SILENT = (
    "script, style, head, xmp, plaintext, template, noscript, iframe, object, audio, video, canvas, noembed, noframes, "
    "datalist, title, svg desc, svg metadata, applet, [hidden]"
)
_NAMED = re.compile(
    r"^(hidden|d-none|sr-only|visually-?hidden|screen-reader(-text|-only)?|offscreen|u-hidden)$", re.IGNORECASE
)
_STYLED = re.compile(r"(^|;)\s*(display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)


def _key(text: str) -> str:
    return "".join(same.clean(text).split())


def _visible(page: Page) -> str:
    """The text of a page without white space, by taking out of a tree of its own what nobody sees."""
    if page.is_text:
        return _key(page.text)
    tree = LexborHTMLParser(unfolded(page.markup))
    unseen = [node for node in tree.css("[style]") if _STYLED.search(node.attributes["style"] or "")]
    unseen += [node for node in tree.css("[class]") if any(map(_NAMED.match, (node.attributes["class"] or "").split()))]
    for node in [*tree.css(_SILENT), *unseen]:
        if node.tag != "body":
            for each in [one for one in node.traverse(include_text=True) if one.tag == "-text"]:
                each.replace_with("")
    return _key(tree.body.text() if tree.body else "")


def _shown(found: Account) -> str:
    return "".join(_key(part.text) for part in found.parts if not part.hidden)


def _of(markup: str, outlet: Outlet | None = None) -> tuple[Page, Reading | None]:
    url = "https://www.example.org/news/harbour"
    capture = Capture(url, AT, markup.encode(), source=Source.GIVEN_PAGE)
    outlet = outlet or registry().for_url(url, AT)
    return load(capture, outlet.charset), examine(capture, outlet)[1]


PAGE = """<html lang="en"><head><title>Harbour opens</title></head><body>
<nav><a href="/">Home</a> <a href="/n">News</a></nav>
<article><h1>Harbour opens after two years</h1><div class="by">By Ada Lund</div>
<p>The harbour of Northhaven opened on Monday after two years of repairs by two local firms.</p>
<p>"It works," said the master of the harbour, who had waited for this day since the great storm.</p>
<div class="related"><a href="/x">The storm that broke the quay</a></div>
<p>Ships from eleven countries are expected before the end of the month, the office said in a statement.</p>
<span class="sr-only">End of the story</span></article>
<aside><button>Show more</button><p>Weather: rain on Tuesday.</p></aside>
<footer>Northhaven Gazette</footer></body></html>"""


def test_each_text_is_in_one_place() -> None:
    page, reading = _of(PAGE)
    found = account(page, reading)
    assert _shown(found) == _visible(page)
    told = {part.text: (part.role, part.place) for part in found.parts}
    assert told["Harbour opens after two years"][0] is Role.HEADLINE
    assert told["Ada Lund"][0] is Role.AUTHOR
    assert told["By"] == (Role.UNASSIGNED, "above")
    assert told["The storm that broke the quay"][0] is Role.REMOVED
    assert told["Weather: rain on Tuesday."] == (Role.UNASSIGNED, "behind")
    assert told["Show more"] == (Role.UNASSIGNED, "behind")
    assert told["End of the story"][0] is Role.HIDDEN
    assert [part.number for part in found.parts if part.role is Role.BODY] == [1, 2, 3]


def test_without_a_reading_all_is_unassigned() -> None:
    page, _ = _of(PAGE)
    found = account(page, None)
    assert {part.role for part in found.parts} == {Role.UNASSIGNED, Role.HIDDEN}
    assert _shown(found) == _visible(page)


def test_what_repeats_is_matched_in_its_order() -> None:
    page, _ = _of("<p>Yes.</p><div><p>Why not?</p><p>Yes.</p><p>Because.</p><p>Yes.</p></div><p>Yes.</p>")
    body = tuple(Block(BlockType.P, text) for text in ("Why not?", "Yes.", "Because.", "Yes."))
    found = account(page, Reading("", body=body))
    assert [part.number for part in found.parts] == [0, 1, 2, 3, 4, 0]


def test_a_text_in_whose_midst_something_else_stands_is_found_in_pieces() -> None:
    page, _ = _of("<p>The council of Lindal met on Monday <button>share</button> and kept the old ferry.</p>")
    whole = "The council of Lindal met on Monday and kept the old ferry."
    found = account(page, Reading("", body=(Block(BlockType.P, whole),)))
    assert [(part.role, part.text) for part in found.parts] == [
        (Role.BODY, "The council of Lindal met on Monday"),
        (Role.UNASSIGNED, "share"),
        (Role.BODY, "and kept the old ferry."),
    ]
    assert not found.unshown


@pytest.mark.parametrize(
    ("head", "source"),
    [
        ('<meta name="description" content="Nobody on the page says this sentence.">', "meta"),
        (
            (
                '<script type="application/ld+json">'
                '{"@type": "NewsArticle", "description": "Nobody on the page says this sentence."}</script>'
            ),
            "json-ld",
        ),
        ('<script>var lead = "Nobody on the page says this sentence."</script>', "script"),
        ("<title>Nobody on the page says this sentence.</title>", "title"),
        ("<!-- nothing -->", "made"),
    ],
)
def test_what_the_page_does_not_show_is_told_with_its_source(head: str, source: str) -> None:
    page, _ = _of(f"<html><head>{head}</head><body><p>Some other words.</p></body></html>")
    found = account(page, Reading("", "Nobody on the page says this sentence."))
    assert [(each.role, each.source) for each in found.unshown] == [(Role.DESCRIPTION, source)]


_WORDS = st.text("ab 你,\u200c", min_size=1, max_size=12)
_TAGS = st.sampled_from(
    ["p", "div", "span", "b", "a", "li", "td", "button", "h1", "aside", "noscript", "template", 'p hidden=""', "br"]
)
_TREE = st.recursive(
    _WORDS,
    lambda inner: st.tuples(_TAGS, st.lists(inner, max_size=4)).map(
        lambda made: f"<{made[0]}>{' '.join(made[1])}</{made[0].split(' ')[0]}>"
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(_TREE, st.lists(_WORDS, max_size=6), st.lists(_WORDS, max_size=3), _WORDS)
def test_the_parts_sum_up_whatever_the_page_and_its_reading(
    markup: str, body: list[str], removed: list[str], headline: str
) -> None:
    page, _ = _of(f"<html><body>{markup}</body></html>")
    blocks = tuple(Block(BlockType.P, text) for text in body)
    taken = tuple(Removal("a/rule", "share", text) for text in removed)
    found = account(page, Reading(headline, body=blocks, removed=taken))
    assert _shown(found) == _visible(page)


# --- every page there is --------------------------------------------------------------------------------------------


def _captures() -> Iterator[tuple[str, Capture]]:
    for path in sorted(OWN.glob("*/*/expected.json")):
        yield str(path.parent.relative_to(OWN)), cases.load(path.parent).capture
    for listed in sorted(SHARED.glob("*/*.jsonl")):
        for row in map(json.loads, listed.read_text(encoding="utf-8").splitlines()):
            path = listed.parent / row.get("file", "")
            if path.is_file():
                yield str(path), _saved(path, row.get("url") or "https://www.example.org/a/b-c")
    for path in sorted(SHARED.glob("*/*/*.html"))[:: 1 if THOROUGH else 3]:
        yield str(path), _saved(path, "https://www.example.org/a/b-c")


def _saved(path: Path, url: str) -> Capture:
    body = path.read_bytes()
    return Capture(url, AT, gzip.decompress(body) if path.suffix == ".gz" else body, source=Source.GIVEN_PAGE)


def test_the_parts_sum_up_on_every_page() -> None:
    outlets, wrong, seen = registry(), [], 0
    for name, capture in _captures():
        outlet = outlets.for_url(capture.url, capture.fetched_at)
        page, (_, reading) = load(capture, outlet.charset), examine(capture, outlet)
        if page.problem is None:
            seen += 1
            found = account(page, reading)
            lost = [each for each in found.unshown if each.role is Role.BODY and each.source == "made"]
            wrong += [name] if _shown(found) != _visible(page) or lost else []
    assert seen > 100
    assert not wrong


def test_a_reading_that_left_half_of_the_text_is_told_by_its_share() -> None:
    page, reading = _of(PAGE)
    assert reading is not None
    assert share(page, reading) == 0
    half = Reading(reading.headline, body=reading.body[:1], removed=reading.removed)
    assert share(page, half) > 0.5


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<a href="/i">International</a><a href="/n">News</a>', "International News"),
        ("<span>Boats</span><span>Goats</span>", "Boats Goats"),
        ("<span>T</span><span>he ferry</span>", "The ferry"),
        ("<b>Ferry</b>man", "Ferryman"),
    ],
)
def test_words_side_by_side_in_elements_of_their_own_are_words(markup: str, expected: str) -> None:
    assert [line.text for line in lines(LexborHTMLParser(f"<body><div>{markup}</div>").body)] == [expected]
