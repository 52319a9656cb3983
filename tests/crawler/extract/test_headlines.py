"""The headline is what a person sees as it; what a page states of itself only tells which line that is."""

from __future__ import annotations

import pytest

from archive.records import Reading
from tests.crawler.extract.test_general import FIRST, SECOND, read

_TEXT = f"<p>{FIRST}</p><p>{SECOND}</p>"


def _read(title: str, body: str) -> Reading:
    head = f'<meta charset="utf-8"><title>{title}</title><meta property="og:title" content="{title}">'
    judgement, reading = read(f"<html><head>{head}</head><body>{body}</body></html>")
    assert reading is not None, judgement
    return reading


def test_the_heading_counts_though_another_title_stands_in_the_path() -> None:
    path = '<ul class="path"><li><a href="/">Start</a></li><li>Ferry strike: what travellers need to know</li></ul>'
    for edited in ("The boats stay in harbour for now", "The boats stayed in harbour for now"):
        body = f"{path}<h1>{edited}</h1><div>{_TEXT}</div>"
        assert _read("Ferry strike: what travellers need to know", body).headline == edited


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("渡口的信--文化--东镇网", "渡口的信"),
        ("大桥检修_新闻频道_东镇网(dongzhen.example)", "大桥检修"),
        ("港で祭り | 地域 | 東町新聞", "港で祭り"),
        ("Ferry runs | Islands | News | The Gazette", "Ferry runs"),
    ],
)
def test_a_short_heading_counts_however_long_the_name_of_the_site_is(title: str, heading: str) -> None:
    assert _read(title, f"<h1>{heading}</h1><div>{_TEXT}</div>").headline == heading


@pytest.mark.parametrize("names", ['class="main-title"', 'class="x7f3a"', ""])
def test_where_a_page_is_called_by_its_site_the_line_before_the_text_counts(names: str) -> None:
    body = f'<div><a href="/">GAZETTE</a></div><div {names}>New ferry put to sea</div><div>9 March 2024</div>{_TEXT}'
    assert _read("GAZETTE", body).headline == "New ferry put to sea"


@pytest.mark.parametrize("names", ['class="kicker"', 'class="css-a1b2c3"'])
def test_what_stands_before_a_colon_in_the_title_is_a_part_of_it_whatever_it_is_called(names: str) -> None:
    heading = f"<h1><span {names}>Inquiry into the flood</span> <span>Two resign and much stays open</span></h1>"
    title = "Inquiry into the flood: Two resign and much stays open"
    assert _read(f"{title} | The Gazette", f"{heading}<div>{_TEXT}</div>").headline == title


def test_what_is_said_to_machines_is_no_text() -> None:
    data = (
        '<div itemscope class="m"><div itemprop="url">https://vale.example/n/1</div>'
        f'<div itemprop="articleBody">{FIRST} {SECOND} {FIRST}</div><div itemprop="name">Vale</div></div>'
    )
    body = f"{data}<h1>Ferry runs again</h1><div>{_TEXT}</div>"
    assert [block.text for block in _read("Ferry runs again", body).body] == [FIRST, SECOND]
