"""Elements within a described text that its layout does not know: what is no text of the article stays out of the
body, and on record; whatever says something of its own stays in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.records import Capture, Reading, Source
from crawler.extract.examine import examine
from crawler.outlets.registry import registry

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
PARAGRAPHS = (
    "The ferry to Harrow Point was taken out of service on Monday after a crack was found in her keel.",
    "“We shall not sail before the yard says so,” said Maren Oldcastle, who has run the line since 2009.",
    "A smaller boat carries passengers until then; cars have to take the road around the bay.",
)
RT = "https://www.rt.com/news/700101-ferry-harrow-point/"
RIA = "https://ria.ru/20260504/parom-2095800100.html"


def _read(url: str, markup: str) -> Reading:
    capture = Capture(url=url, fetched_at=AT, status=200, body=markup.encode(), source=Source.OWN_HTTP)
    judgement, reading = examine(capture, registry().for_url(url, AT))
    assert reading is not None, judgement.reason
    return reading


def _rt(inset: str) -> Reading:
    """An article of the `article__…` layout with an element between its second and third paragraph."""
    first, second, third = (f"<p>{text}</p>" for text in PARAGRAPHS)
    return _rt_of(f"{first}{second}{inset}{third}")


def _rt_of(text: str) -> Reading:
    return _read(
        RT,
        '<html lang="en"><head><meta charset="utf-8"><title>Ferry</title></head><body><div class="article">'
        '<h1 class="article__heading">Ferry to Harrow Point stays in port</h1>'
        f'<div class="article__text text">{text}</div></div></body></html>',
    )


def _body(reading: Reading) -> list[str]:
    return [block.text for block in reading.body]


IMG = '<img src="/1.jpg" alt="">'
STRANGERS = {
    "card-with-picture": f'<div class="q1"><a href="/news/1-a/">{IMG}<span>Timetable changes</span></a></div>',
    "card-with-heading": '<aside class="q2"><h4><a href="/news/1-a/">Timetable changes again</a></h4></aside>',
    "card-with-label": '<div class="q3"><span>In this series</span> <a href="/news/1-a/">Timetable changes</a></div>',
    "card-with-lead": f'<div><a href="/n/1">{IMG}</a><h3><a href="/n/1">Storm ahead</a></h3><p>It is near.</p></div>',
    "card-with-lead-below": '<div class="y"><a href="/n/1">Storm ahead</a><p>It is near, the office said.</p></div>',
    "list-with-labels": '<ul><li><b>Bay:</b> <a href="/n/1">Storm ahead of us</a></li><li><b>Now?</b> <a href="/n/2">'
    "Skippers answer</a></li></ul>",
    "cards-in-a-list": '<ul><li><a href="/n/1"><h5>One</h5></a></li><li><a href="/n/2"><h5>Two</h5></a></li></ul>',
    "the-next-article": '<article><h2><a href="/news/1-a/">Storm ahead</a></h2>'
    + "<p>The office said on Tuesday that a storm was near, and that no boat would leave before it was over.</p>" * 6
    + "</article>",
    "card-that-is-a-link": f'<a class="q5" href="/n/1">{IMG}<div>Storm ahead for the islands</div></a>',
    "teaser-in-a-paragraph": f'<p class="q5"><a href="/n/1">{IMG} Storm ahead for the islands</a></p>',
    "teaser-in-a-figure": f'<figure><a href="/n/1">{IMG}<figcaption>Storm ahead</figcaption></a></figure>',
    "in-a-wrapper": f'<div><div><div class="q6"><a href="/n/1">{IMG}<b>Storm ahead</b></a></div></div></div>',
    "other-language": f'<div class="x"><a href="/n/1">{IMG}<span>Расписание изменится</span></a></div>',
    "sign-up": "<div><h4>Evening letter</h4><p>Every day. No spam.</p><form><input><button>Go</button></form></div>",
    "sign-up-without-form": '<section>Abonnieren Sie uns. <input name="mail"><button>Los</button></section>',
    "poll": "<div><p>Will you sail?</p><form><label><input>Yes</label><label><input>No</label></form></div>",
    "counter": '<div class="q9">1,204 people are reading this</div>',
    "counter-in-parts": '<div class="q10"><span>3 412</span> <span>Aufrufe</span></div>',
    "counter-in-a-sentence": '<div class="q9">128 people are reading this article right now.</div>',
    "counter-set-apart": "<div>Über <b>1.204</b> Menschen lesen gerade mit.</div>",
    "counter-behind": '<div class="q11">Просмотров: 18 204</div>',
    "counter-of-comments": '<div class="q12">87 comments</div>',
    "pager": '<p class="q13"><a href="?p=1">[1]</a> <a href="?p=2">[2]</a> [3] <a href="?p=2">Next</a></p>',
    "pager-of-tables": '<table><tr><td>1</td><td><a href="b_2">2</a></td><td><a href="b_3">3</a></td></tr></table>',
    "pager-in-chinese": '<div><a href="_2">上一页</a> <a href="_1">1</a> <a href="_2">2</a> 3 <a>下一页</a></div>',
}

OWN = {
    "text-in-a-box": ('<div class="v1">The yard works on Sundays too.</div>', ["The yard works on Sundays too."]),
    "picture-and-its-words": (
        f'<figure><a href="/big/1.jpg">{IMG}<figcaption>The keel in the yard.</figcaption></a></figure>',
        ["The keel in the yard."],
    ),
    "text-with-a-number": ("<div>The yard employs 128 people.</div>", ["The yard employs 128 people."]),
    "text-that-begins-with-a-link": (
        '<div><a href="/n/1">The yard</a> works on Sundays too.</div>',
        ["The yard works on Sundays too."],
    ),
    "list-with-links": (
        '<ul><li>Twelve of the <a href="/n/1">cars</a> were new</li><li>Three were <a href="/n/2">old</a></li></ul>',
        ["Twelve of the cars were new", "Three were old"],
    ),
    "text-with-a-link": (
        '<div class="v2">The <a href="/n/1">report of the yard</a> names no date.</div>',
        ["The report of the yard names no date."],
    ),
    "heading-in-a-box": ('<div class="v3">What comes next</div>', ["What comes next"]),
    "numbered-heading": ('<div class="v4">Part 2</div>', ["Part 2"]),
    "year": ('<div class="v5">2009</div>', ["2009"]),
    "hour": ('<div class="v6">14:05</div>', ["14:05"]),
    "hour-with-an-unseen-mark": ('<div class="v6">14:&rlm;05</div>', ["14:\u200f05"]),
    "day": ('<div class="v7">12 May 2026</div>', ["12 May 2026"]),
    "list": ("<ul><li>12 cars</li><li>300 people</li></ul>", ["12 cars", "300 people"]),
    "list-of-sources": (
        '<ul><li><a href="https://yard.example/r">Report</a></li><li><a href="https://sea.example">Log</a></li></ul>',
        ["Report", "Log"],
    ),
    "table": (
        "<table><tr><td>Monday</td><td>12</td></tr><tr><td>Tuesday</td><td>14</td></tr></table>",
        ["Monday 12", "Tuesday 14"],
    ),
    "linked-paragraph": (
        '<p><a href="/n/1">The whole statement of the yard</a></p>',
        ["The whole statement of the yard"],
    ),
    "paragraph-of-a-number": ("<p>42</p>", ["42"]),
    "paragraphs-in-a-box": (
        "<div><p>The keel was laid in 1988.</p><p>It was mended twice.</p></div>",
        ["The keel was laid in 1988.", "It was mended twice."],
    ),
}


@pytest.mark.parametrize("inset", STRANGERS.values(), ids=STRANGERS)
def test_a_stranger_is_no_text_and_is_on_record(inset: str) -> None:
    reading = _rt(inset)
    assert _body(reading) == list(PARAGRAPHS)
    assert [removal.rule.partition("-")[2] for removal in reading.removed]


@pytest.mark.parametrize(("inset", "texts"), OWN.values(), ids=OWN)
def test_what_says_something_of_its_own_is_text(inset: str, texts: list[str]) -> None:
    assert _body(_rt(inset)) == [*PARAGRAPHS[:2], *texts, PARAGRAPHS[2]]


@pytest.mark.parametrize("inset", list(STRANGERS.values())[:9], ids=list(STRANGERS)[:9])
def test_a_stranger_among_boxes_of_text(inset: str) -> None:
    blocks = [f'<div class="article__block"><div class="article__text">{text}</div></div>' for text in PARAGRAPHS]
    reading = _read(
        RIA,
        '<html><head><meta charset="utf-8"></head><body><div class="article"><h1 class="article__title">Паром</h1>'
        f'<div class="article__body">{blocks[0]}{blocks[1]}{inset}{blocks[2]}</div></div></body></html>',
    )
    assert _body(reading) == list(PARAGRAPHS)


SHORT = ("<p>Сутки.</p>", "<p>一名船员说，船已经修好。</p>", "<p>She is mended.</p>")
AROUND = {
    "paragraph": '<div class="v">{}</div>',
    "quotation": "<blockquote>{}</blockquote>",
    "box": '<div class="v"><div class="w">{}</div></div>',
}
BESIDE_ONE = ("card-with-picture", "card-with-heading", "sign-up", "sign-up-without-form", "poll", "counter-behind")


@pytest.mark.parametrize("inset", [STRANGERS[name] for name in BESIDE_ONE], ids=BESIDE_ONE)
@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_a_stranger_beside_a_single_text(around: str, inset: str) -> None:
    blocks = [around.format(f"{text}{inset if at == 1 else ''}") for at, text in enumerate(SHORT)]
    assert _body(_rt_of("".join(blocks))) == [text[3:-4] for text in SHORT]


@pytest.mark.parametrize("inset", STRANGERS.values(), ids=STRANGERS)
def test_a_stranger_among_lines_of_text(inset: str) -> None:
    reading = _read(
        "https://www.globaltimes.cn/page/202605/1366101.shtml",
        '<html lang="en"><head><meta charset="utf-8"></head><body><div class="article_title">Ferry stays in port</div>'
        f'<div class="article_right">{"<br><br>".join(PARAGRAPHS[:2])}{inset}{PARAGRAPHS[2]}</div></body></html>',
    )
    assert _body(reading) == list(PARAGRAPHS)


@pytest.mark.parametrize("inset", STRANGERS.values(), ids=STRANGERS)
def test_a_stranger_within_a_summary(inset: str) -> None:
    items = f"<ul><li>The ferry stays in port.</li>{inset}<li>A smaller boat sails.</li></ul>"
    text = f'<div class="article__summary">{items}</div><div class="article__text">{PARAGRAPHS[0]}</div>'
    reading = _read(
        RIA,
        '<html><head><meta charset="utf-8"></head><body><div class="article"><h1 class="article__title">Паром</h1>'
        f'<div class="article__body">{text}</div></div></body></html>',
    )
    assert _body(reading) == ["The ferry stays in port.", "A smaller boat sails.", PARAGRAPHS[0]]


def test_the_next_article_is_no_second_part_of_the_text() -> None:
    own = '<article><h1 class="text-center">호수가마을들의 지붕수리 완료</h1><p>갈대지붕수리가 끝났다.</p></article>'
    reading = _read(
        "http://www.kcna.kp/kp/article/detail/0123456789abcdef0123456789abcdef",
        f'<html><head><meta charset="utf-8"></head><body>{own}{STRANGERS["the-next-article"]}</body></html>',
    )
    assert _body(reading) == ["갈대지붕수리가 끝났다."]


def test_a_link_among_lines_of_text_is_text() -> None:
    first, second, third = PARAGRAPHS
    reading = _read(
        "https://www.globaltimes.cn/page/202605/1366101.shtml",
        '<html lang="en"><head><meta charset="utf-8"></head><body><div class="article_title">Ferry stays in port</div>'
        f'<div class="article_right">{first}<br><br>{second} The <a href="/n/1">report of the yard</a> names no date. '
        f"{third}</div></body></html>",
    )
    assert _body(reading) == [first, f"{second} The report of the yard names no date. {third}"]


def test_a_form_around_the_whole_text_takes_nothing() -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in PARAGRAPHS[:2])
    reading = _rt(f'<form action="?"><div><p>Short.</p></div><div>{paragraphs}{paragraphs}{paragraphs}</div></form>')
    assert len(_body(reading)) == 3 + 7


def test_boxes_within_boxes_without_end_are_no_trouble() -> None:
    depth = 3_000
    reading = _rt("<div>" * depth + "<p>Deep below.</p>" + "</div>" * depth)
    assert "Deep below." in _body(reading)
