"""The general reader on pages that mislead: names, footers, lists, damage. Layouts are in `tests/outlets/generic/`."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.records import Block, Capture, Judgement, Reading, Source, Verdict
from archive.text import fingerprint
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from tests.support import REPOSITORY

AT = datetime(2026, 10, 5, tzinfo=UTC)
CASES = REPOSITORY / "tests" / "outlets" / "generic"

FIRST = "The ferry to the island runs again after nine years, the harbour master said on Monday."
SECOND = "The first crossing carried forty passengers, two goats and a piano that nobody had ordered."
THIRD = "Tickets cost four crowns, and the goats travel free."
LEGAL = (
    "Every reproduction, translation, storage or transmission of material, whether whole or partial, requires written "
    "permission. Publisher, editors and contributors accept neither liability nor responsibility concerning external "
    "websites. Registered office, commercial register, supervisory authority, telephone numbers, electronic mail and "
    "complaints procedure are available upon request during usual business hours, excluding public holidays. Personal "
    "data is processed according to applicable legislation; withdrawing consent remains possible whenever desired. "
    "Advertisements represent opinions held by respective advertisers exclusively. Trademarks, logotypes and typefaces "
    "belong to their proprietors. Jurisdiction lies with competent courts of our principal place of business."
)


def read(body: bytes | str, url: str = "https://island-post.example/news/ferry") -> tuple[Judgement, Reading | None]:
    encoded = body.encode() if isinstance(body, str) else body
    capture = Capture(url, AT, encoded, source=Source.GIVEN_PAGE)
    return examine(capture, registry().for_url(url, AT))


def page(body: str, head: str = "") -> str:
    title = "<title>Ferry to the island runs again</title>"
    return f'<!DOCTYPE html><html lang="en"><head>{title}{head}</head><body>{body}</body></html>'


def texts(body: str, head: str = "") -> list[str]:
    judgement, reading = read(page(body, head))
    assert reading is not None, judgement
    return [block.text for block in reading.body]


HEADLINE = "<h1>Ferry to the island runs again</h1>"
ARTICLE = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"


def test_a_footer_is_never_the_article() -> None:
    judgement, reading = read(page(f"{HEADLINE}<div><p>{LEGAL}</p></div>"))
    assert reading is None
    assert judgement.verdict is Verdict.UNREADABLE


def test_a_footer_longer_than_the_article_is_left_out() -> None:
    assert texts(f"{HEADLINE}<div>{ARTICLE}</div><footer><p>{LEGAL}</p></footer>") == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "name", ["subscribe-content", "share", "promo-text", "hidden", "article-tags", "widget-related"]
)
def test_a_misleading_name_hides_no_text(name: str) -> None:
    assert texts(f'{HEADLINE}<div class="{name}">{ARTICLE}</div>') == [FIRST, SECOND, THIRD]


def test_readers_comments_are_not_the_article_however_many() -> None:
    comment = "<p>I have waited for this boat since the year it stopped, and I shall be the first on board.</p>"
    assert texts(f'{HEADLINE}<div>{ARTICLE}</div><div class="comments">{comment * 30}</div>') == [FIRST, SECOND, THIRD]


def test_other_articles_are_not_the_text() -> None:
    head = "<h3><a href='/n/1'>Another headline of the day</a></h3>"
    card = f"<div>{head}<p>What another article says in short here.</p></div>"
    assert texts(f"{HEADLINE}<main>{ARTICLE}</main><section>{card * 12}</section>") == [FIRST, SECOND, THIRD]


def test_what_stands_among_the_sentences_is_on_record() -> None:
    promo = '<p><a href="/news/bridge">Who still wants the bridge?</a></p>'
    share = '<div class="social-share">Share on Facebook</div>'
    _, reading = read(page(f"{HEADLINE}<main><p>{FIRST}</p>{promo}{share}<p>{SECOND}</p></main>"))
    assert reading is not None
    assert [removal.kind for removal in reading.removed] == ["read-also", "share"]
    assert reading.read_also == ("Who still wants the bridge?",)


def test_a_text_shown_shorter_than_stated_is_not_made_longer() -> None:
    """What a page keeps for machines is not what it shows: an article behind a wall is as long as it is shown."""
    stated = (
        f'<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{FIRST} {SECOND * 9}"}}</script>'
    )
    judgement, reading = read(page(f"{HEADLINE}<main><p>{FIRST}</p></main>", stated))
    assert reading is None or [block.text for block in reading.body] == [FIRST], judgement


CHINESE = "（记者{}）停航九年之后，通往海岛的渡船五日起恢复通航，港务局周一表示，首班船载客四十人，另有一架钢琴。"


@pytest.mark.parametrize(
    ("lead", "head", "authors"),
    [
        (FIRST, '<meta name="author" content="https://www.facebook.com/islandpost">', ()),
        ("新华社临江十月五日电" + CHINESE.format("江小白、高一帆"), "", ("江小白", "高一帆")),
        ("临江" + CHINESE.format("的提问他没有回答"), "", ()),
    ],
)
def test_who_signs(lead: str, head: str, authors: tuple[str, ...]) -> None:
    _, reading = read(page(f"{HEADLINE}<main>{ARTICLE}<p>{lead}</p></main>", head))
    assert reading is not None
    assert reading.authors == authors


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("The ferry. Photo: Ann Example.", ("The ferry.", "Ann Example")),
        ("The ferry. Photo: Ann Example Jr.", ("The ferry.", "Ann Example Jr.")),
        ("The ferry. Photo:", ("The ferry.", "")),
        ("The ferry [Ann Example/Island Post]", ("The ferry", "Ann Example/Island Post")),
        ("Le bac au port / Photo Anne Exemple", ("Le bac au port", "Anne Exemple")),
        ("The ferry [seen from the pier]", ("The ferry [seen from the pier]", "")),
        ("El barco zarpa. Autor: Ana Ejemplo Publicado: 04/05/2026 | 08:04 am", ("El barco zarpa.", "Ana Ejemplo")),
        ("Ferry to the island runs again", None),
    ],
)
def test_the_words_of_a_picture(words: str, found: tuple[str, str] | None) -> None:
    figure = f'<figure><img src="/a.jpg" alt="x"><figcaption>{words}</figcaption></figure>'
    _, reading = read(page(f"{HEADLINE}<main>{figure}{ARTICLE}</main>"))
    assert reading is not None
    assert [(image.caption, image.credit) for image in reading.images] == ([found] if found else [])


_COUNTER = "https://counter.example/1.gif"
_NOBODY_SEES = {
    "counter": (r"(<p\b[^>]*>)", rf'\1<noscript><img src="{_COUNTER}" alt=""></noscript>'),
    "pixel": (r"(<p\b[^>]*>)", rf'\1<img src="{_COUNTER}" width="1" height="1">'),
    "soft hyphen": (r"([^\W\d_]{4})([^\W\d_]{4})(?![^<]*>)", r"\1&shy;\2"),
}


@pytest.mark.parametrize("name", ["react", "wordpress", "footer-longer-than-article"])
@pytest.mark.parametrize(("pattern", "with_it"), _NOBODY_SEES.values(), ids=_NOBODY_SEES)
def test_what_nobody_sees_is_no_edit(pattern: str, with_it: str, name: str) -> None:
    whole = (CASES / name / "page.html").read_text(encoding="utf-8")
    head, begin, body = whole.partition("<body")
    readings = [read(text)[1] for text in (whole, head + begin + re.sub(pattern, with_it, body))]
    assert None not in readings
    assert len({fingerprint(reading) for reading in readings if reading is not None}) == 1


def test_two_statements_of_a_change_that_differ_are_both_kept() -> None:
    head = (
        '<meta property="article:modified_time" content="2026-10-04T10:00:00Z">'
        '<meta property="og:updated_time" content="2026-10-04T12:00:00Z">'
    )
    _, reading = read(page(f"{HEADLINE}<main>{ARTICLE}</main>", head))
    assert reading is not None
    changed = reading.circumstances.date_modified
    assert changed is not None
    assert "og:updated_time says 2026-10-04T12:00:00Z (2 h later)" in changed.how


def _ends_in_words(body: bytes) -> None:
    judgement, reading = read(body)
    assert (reading is None) == (judgement.verdict is not Verdict.ARTICLE)
    assert reading is None or all(isinstance(block, Block) for block in reading.body)


@pytest.mark.parametrize("path", sorted(CASES.glob("*/page.html")), ids=lambda path: path.parent.name)
def test_a_damaged_page_ends_in_a_word(path: Path) -> None:
    chance, whole = random.Random(path.parent.name), path.read_bytes()
    for _ in range(60):
        at = chance.randrange(len(whole))
        _ends_in_words(whole[:at])
        _ends_in_words(whole[:at] + bytes([chance.randrange(256)]) + whole[at + 1 :])
