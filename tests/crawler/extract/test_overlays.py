"""A wall is a page on which nothing else is; what asks for consent beside a headline, a date and a text is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from archive.records import Capture, Reading, Source, Verdict
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from tests.crawler.extract.overlay_material import ASKED, Words
from tests.crawler.extract.walls_material import page

URL = "https://www.valley-gazette.example/2026/bridge"
AT = datetime(2026, 2, 1, tzinfo=UTC)
_FOOT = "<footer><p>The Valley Gazette is written, printed and carried by its readers since 1911.</p></footer>"


def _examined(body: str) -> tuple[Verdict, Reading | None]:
    capture = Capture(URL, AT, body.encode(), 200, source=Source.OWN_HTTP)
    judgement, reading = examine(capture, registry().for_url(URL, AT))
    return judgement.verdict, reading


def _dialog(words: Words) -> str:
    heading, first, second, button = words.asks
    return f'<div role="dialog"><h2>{heading}</h2><p>{first}</p><p>{second}</p><button>{button}</button></div>'


def _plain(words: Words) -> str:
    heading, first, second, button = words.asks
    return f'<div class="k3"><div><div>{heading}</div><div>{first} {second}</div></div><a href="#">{button}</a></div>'


def _named(words: Words) -> str:
    heading, first, second, button = words.asks
    return (
        f'<div id="cookie-bar"><p>{first} {second} {first} {second}</p><a href="/privacy">{heading}</a> {button}</div>'
    )


def _text(words: Words) -> str:
    headline, date, first, second = words.article
    return f"<main><h1>{headline}</h1><div>{date}</div><p>{first}</p><p>{second}</p></main>"


def _bare(words: Words) -> str:
    headline, date, first, second = words.article
    return f"<div><div><h2>{headline}</h2></div><div>{date}</div><div>{first}<br><br>{second}</div></div>"


WALLS: dict[str, Callable[[Words], str]] = {
    "a dialog": _dialog,
    "a box": lambda words: _plain(words) + _FOOT,
    "a headline that it covers": lambda words: f"<h1>{words.article[0]}</h1>" + _dialog(words),
    "the beginning of a sentence": lambda words: (
        f"<main><h1>{words.article[0]}</h1><p>{words.article[2][:-9]}…</p></main>{_plain(words)}"
    ),
}
OVERLAYS: dict[str, Callable[[Words], str]] = {
    "a dialog before": lambda words: _dialog(words) + _text(words),
    "a box before": lambda words: _plain(words) + _bare(words),
    "a bar behind": lambda words: _text(words) + _named(words) + _FOOT,
}


@pytest.mark.parametrize("form", WALLS)
@pytest.mark.parametrize("language", ASKED)
def test_a_page_that_only_asks_for_consent_is_a_wall(language: str, form: str) -> None:
    words = ASKED[language]
    made = page(f"<title>{words.article[0]}</title>", WALLS[form](words), language)
    assert _examined(made)[0] is Verdict.CONSENT


@pytest.mark.parametrize("form", OVERLAYS)
@pytest.mark.parametrize("language", ASKED)
def test_what_asks_for_consent_beside_a_short_article_is_furniture(language: str, form: str) -> None:
    words = ASKED[language]
    made = page(f"<title>{words.article[0]} | Gazette</title>", OVERLAYS[form](words), language)
    verdict, reading = _examined(made)
    assert verdict is Verdict.ARTICLE
    assert reading is not None
    said = "\n".join((reading.description, *(block.text for block in reading.body)))
    assert words.article[2] in said
    assert words.article[3] in said
    assert not any(asked in said for asked in words.asks)


def test_one_sentence_of_ten_that_asks_makes_no_wall() -> None:
    short = "".join(f"<p>Ferry {n} sails again.</p>" for n in range(9))
    asks = "<p>We and our partners use cookies to measure our audience.</p>"
    verdict, reading = _examined(page("<title>Ferries sail again</title>", f"<h1>Ferries sail again</h1>{asks}{short}"))
    assert verdict is Verdict.ARTICLE
    assert reading is not None
    assert [block.text for block in reading.body] == [f"Ferry {n} sails again." for n in range(9)]
