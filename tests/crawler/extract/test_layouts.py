"""What an outlet file can say of a layout, on pages that need it: hidden texts, ends, summaries, lists of names."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import BlockType, Capture, Domain, Judgement, Reading, Verdict
from archive.text import iso
from crawler.extract.examine import examine
from crawler.outlets.base import (
    Cut,
    Outlet,
    Picture,
    Reader,
    When,
    css,
    inner,
    last,
    meta,
    metas,
    names,
    nothing,
    pick,
    script,
)
from crawler.parse.page import Page, load

AT = datetime(2026, 10, 5, tzinfo=UTC)
PLAIN = Reader(name="plain", marks="main", article="main", body=".text", headline=css("h1"))
WORDS = "The bridge was opened on Monday, and traffic returned to it before the evening came."


def _outlet(reader: Reader) -> Outlet:
    return Outlet("site", "site", "Site", (Domain("site.test"),), languages=("en",), readers=(reader,))


def _page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body><main>{body}</main></body></html>".encode()


def _read(body: str, reader: Reader, head: str = "") -> Reading:
    judgement, reading = examine(Capture("https://site.test/a/1", AT, _page(body, head)), _outlet(reader))
    assert reading is not None, judgement
    return reading


def _texts(reading: Reading) -> list[str]:
    return [block.text for block in reading.body]


def _loaded(body: str) -> Page:
    return load(Capture("https://site.test/a/1", AT, _page(body)))


# --- texts the page hides ---------------------------------------------------------------------------------------------

MARKUP = f"<div class='text'><p>{WORDS}</p><p>It's \"said\" \u2014 twice.</p></div>"


@pytest.mark.parametrize(
    "held",
    [
        f"<script>var other = 'x'; var story = {json.dumps(MARKUP)};</script>",
        "<script>var story='" + MARKUP.replace("'", "\\'").replace("</p>", "<\\/p>") + "';</script>",
    ],
    ids=["double", "single"],
)
def test_a_text_that_stands_in_a_script_is_read(held: str) -> None:
    reading = _read(f"<h1>Bridge opens</h1><div class='text'></div>{held}", replace(PLAIN, hidden=script("story")))
    assert _texts(reading) == [WORDS, 'It\'s "said" \u2014 twice.']


@pytest.mark.parametrize("times", [1, 2])
def test_a_text_that_stands_in_a_form_field_is_read_escaped_once_or_twice(times: int) -> None:
    held = MARKUP
    for _ in range(times):
        held = held.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    page = f"<textarea class='title'>Bridge opens</textarea><textarea class='story'>{held}</textarea>"
    reading = _read(page, replace(PLAIN, headline=css("textarea.title"), hidden=inner("textarea.story")))
    assert reading.headline == "Bridge opens"
    assert _texts(reading)[0] == WORDS


def test_fields_are_looked_for_in_the_text_that_was_hidden_after_the_page() -> None:
    held = f"<div class='text'><p>{WORDS}</p><p>(Anna Muster)</p></div>".replace("<", "&lt;")
    layout = replace(PLAIN, hidden=inner("textarea.story"), authors=pick(css(".by, .text p"), r"^\((.+)\)$"))
    page = f"<h1>A</h1><textarea class='story'>{held}</textarea>"
    assert _read(page, layout).authors == ("Anna Muster",)
    assert _read(f"<p class='by'>(Ben Beispiel)</p>{page}", layout).authors == ("Ben Beispiel",)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
def test_any_text_comes_out_of_a_script_as_it_went_in(text: str) -> None:
    held = json.dumps(text).replace("</", "<\\/").replace("<!--", "\\x3c!--")
    assert script("story")(_loaded(f"<script>story={held}</script>")) == (text,)


# --- ends, summaries, embeds ------------------------------------------------------------------------------------------


def test_what_follows_the_end_of_the_article_is_on_record_and_not_in_it() -> None:
    text = f"<h1>A</h1><div class='text'><p>{WORDS}</p><p>(c) Agency</p><p>Another story altogether.</p></div>"
    reading = _read(text, replace(PLAIN, ends=r"\(c\) "))
    assert _texts(reading) == [WORDS]
    assert [one.rule for one in reading.removed] == ["plain/after-the-end"] * 2


def test_a_machine_made_summary_is_marked_as_one() -> None:
    text = f"<h1>A</h1><div class='text'><div class='ai'>In short: a bridge.</div><p>{WORDS}</p></div>"
    reading = _read(text, replace(PLAIN, summaries=".ai"))
    assert reading.body[0].type is BlockType.SUMMARY
    assert reading.description == ""


def test_a_quotation_no_tag_tells_is_told_by_its_class() -> None:
    text = f"<h1>A</h1><div class='text'><p>{WORDS}</p><p class='said'>It is a bridge.</p></div>"
    types = [block.type for block in _read(text, replace(PLAIN, quotes="p.said")).body]
    assert types == [BlockType.P, BlockType.QUOTE]


def test_videos_and_title_variants_are_circumstances() -> None:
    film = '<script type="application/ld+json">{"@type":"NewsArticle","video":{"contentUrl":"/v/1.mp4"}}</script>'
    text = f"<h1>A</h1><h2>A, longer</h2><div class='text'><p>{WORDS}</p><video><source src='/v/2.mp4'></video></div>"
    found = _read(text, replace(PLAIN, variants=(("second", css("h2")),)), film).circumstances
    assert found.videos == ("https://site.test/v/1.mp4", "https://site.test/v/2.mp4")
    assert ("second", "A, longer") in found.titles


# --- captions in paragraphs of their own ------------------------------------------------------------------------------

GALLERY = Picture(
    ".text img",
    credit=pick(css("p"), r"([^.]+ photo)$"),
    below=".text p:has(img) + p:not(:has(img))",
    says=r" photo$|^In the picture:",
)


def test_a_paragraph_below_a_picture_is_its_caption_where_it_says_so() -> None:
    page = (
        "<h1>A</h1><div class='text'><p><img src='/1.jpg' alt='one'></p><p>The bridge. Agency photo</p>"
        f"<p><img src='/2.jpg'></p><p>{WORDS} <b>It held.</b></p>"
        "<p>Before <img src='/3.jpg'></p><p>In the picture: the quay.</p><p>In the picture: no caption.</p></div>"
    )
    reading = _read(page, replace(PLAIN, pictures=(GALLERY,)))
    assert [(image.caption, image.credit, image.address) for image in reading.images] == [
        ("The bridge. Agency photo", "Agency photo", "https://site.test/1.jpg"),
        ("In the picture: the quay.", "", "https://site.test/3.jpg"),
    ]
    assert _texts(reading) == [f"{WORDS} It held.", "Before", "In the picture: no caption."]
    assert [address for address, _ in reading.circumstances.images] == [f"https://site.test/{n}.jpg" for n in (1, 2, 3)]


def test_what_two_selectors_of_a_list_find_is_read_once() -> None:
    page = f"<h1>A</h1><div class='text' id='text'><p>{WORDS}</p></div><b class='by' id='by'>Anna Muster</b>"
    reading = _read(page, replace(PLAIN, body="#text, .text", lead=css(".by, #by")))
    assert (reading.description, _texts(reading)) == ("Anna Muster", [WORDS])


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Anna Muster, Ben Beispiel", ("Anna Muster", "Ben Beispiel")),
        ("Анна Иванова и Пётр Сидоров", ("Анна Иванова", "Пётр Сидоров")),
        ("叨叨、小刀&阿飞", ("叨叨", "小刀", "阿飞")),
        ("Name  |", ("Name",)),
        ("Andrés Rey y Yolanda Yera", ("Andrés Rey", "Yolanda Yera")),
        ("Sandeep Anderson", ("Sandeep Anderson",)),
        ("罗一 萧二三", ("罗一", "萧二三")),
        ("本报记者 何 一、参与记者：李二\u3000王三四", ("何一", "李二", "王三四")),
        ("钟\u3000岭\u3000唐小河", ("钟岭", "唐小河")),
        ("执笔记者：张一；李二、胡\ufffd二", ("张一", "李二")),
    ],
)
def test_a_byline_is_its_names(line: str, expected: tuple[str, ...]) -> None:
    assert names(css(".by"))(_loaded(f"<p class='by'>{line}</p>")) == expected


def test_names_at_the_end_of_a_text_are_found_and_the_text_stays() -> None:
    closing = names(pick(last(css(".text p")), r"（评论员[：:\s]*([^）]+)）$"))
    text = f"<h1>A</h1><div class='text'><p>{WORDS}（评论员 别人）</p><p>完了。（评论员：罗一、萧二）</p></div>"
    reading = _read(text, replace(PLAIN, authors=closing))
    assert reading.authors == ("罗一", "萧二")
    assert _texts(reading)[-1].endswith("）")


def test_nothing_finds_nothing() -> None:
    assert nothing(_loaded("<p>x</p>")) == ()


def test_a_rule_for_something_inside_an_element_is_none_for_the_element() -> None:
    reader = replace(PLAIN, pictures=(Picture(".text img"),), furniture=(Cut("share", "share", ".share"),))
    page = f"<h1>T</h1><div class='text'><p>{WORDS}</p><div class='share'>Send<img src='/logo.png'></div></div>"
    reading = _read(page, reader)
    assert [(removal.rule, removal.text) for removal in reading.removed] == [("plain/share", "Send")]
    assert reading.circumstances.images == ()


def test_a_meta_element_that_is_repeated_gives_all_its_values_wherever_the_article_stands() -> None:
    head = "".join(f'<meta property="Article:Tag" content="{tag}">' for tag in ("Bridge", "", "Ferry"))
    reading = _read(
        f"<h1>T</h1><div class='text'><p>{WORDS}</p></div>", replace(PLAIN, tags=metas("article:tag")), head
    )
    assert reading.circumstances.tags == ("Bridge", "Ferry")


# --- headings without a tag of their own ------------------------------------------------------------------------------

BOLD = (
    f"<p>{WORDS}</p><p><strong>What it <b>cost</b></strong> </p><p><b>Nobody knows it.</b></p>"
    "<p><strong>The mayor</strong> said so</p><p><strong> </strong>Not even he</p>"
)


@pytest.mark.parametrize(("bold_heads", "heads"), [(True, ["What it cost"]), (False, [])])
def test_a_paragraph_in_bold_is_a_heading_where_the_layout_means_it_and_it_is_no_sentence(
    bold_heads: bool, heads: list[str]
) -> None:
    page = f"<h1>Bridge opens</h1><div class='text'>{BOLD}</div>"
    reading = _read(page, replace(PLAIN, bold_heads=bold_heads))
    assert len(reading.body) == 5
    assert [block.text for block in reading.body if block.type is BlockType.H] == heads


# --- dates ------------------------------------------------------------------------------------------------------------


def test_a_date_is_what_its_places_say_together() -> None:
    stated = '<meta property="article:published_time" content="2026-03-09T15:35:23-04:00">'
    shown = "<time>3/9/2026 11:50 AM</time><time>3/9/2026 11:59 AM</time>"
    reader = replace(
        PLAIN,
        published=(
            When(css("time"), "America/Havana", order="mdy"),
            When(meta("article:published_time"), "UTC", relabel=True),
        ),
    )
    date = _read(f"<h1>Bridge opens</h1>{shown}<div class='text'><p>{WORDS}</p></div>", reader, stated).date_published
    assert date is not None
    assert (date.raw, iso(date.instant)) == ("3/9/2026 11:50 AM", "2026-03-09T15:50:00+00:00")
    assert date.how == (
        "page, zone of the outlet; meta article:published_time says 2026-03-09T15:35:23-04:00 (15 min earlier)"
    )


# --- language ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("declared", "found"), [("en", "en"), ("fr", "en"), ("en-GB", "en")])
def test_an_article_is_in_the_language_it_is_written_in(declared: str, found: str) -> None:
    outlet = replace(_outlet(PLAIN), languages=(declared,))
    page = _page(f"<h1>Bridge opens</h1><div class='text'><p>{WORDS}</p></div>")
    reading = examine(Capture("https://site.test/a/1", AT, page), outlet)[1]
    assert reading is not None
    assert reading.circumstances.language == found


@pytest.mark.parametrize(
    "repeated", ["<h2>Bridge opened</h2>", "<p><b>BRIDGE opened</b></p>", "<div>Bridge opened</div>"]
)
def test_a_headline_that_the_text_repeats_is_no_text(repeated: str) -> None:
    def said(text: str) -> tuple[list[str], list[str]]:
        page = _page(f"<h1>Bridge opened</h1><div class='text'>{text}</div>")
        reading = examine(Capture("https://site.test/a/1", AT, page), _outlet(PLAIN))[1]
        assert reading is not None
        return [block.text for block in reading.body], [removal.rule for removal in reading.removed]

    assert said(f"{repeated}<p>{WORDS}</p>") == ([WORDS], ["plain/headline"])
    assert said(f"<p>{WORDS}</p>{repeated.replace('opened', 'is open')}")[1] == []
    assert said("<p>Bridge opened</p>") == (["Bridge opened"], [])


_FIGURE = "<figure><img src='/{n}.jpg'><figcaption>The bridge, as it was on day {n}.</figcaption></figure>"
_PICTURES = "".join(_FIGURE.format(n=n) for n in range(3))


def _over(body: str) -> tuple[Judgement, Reading | None]:
    """A page with a headline and a lead over this."""
    reader = replace(PLAIN, lead=css(".lead"), pictures=(Picture("figure", caption=css("figcaption")),))
    page = _page(f"<h1>Bridge opened</h1><p class='lead'>{WORDS}</p><div class='text'>{body}</div>")
    return examine(Capture("https://site.test/a/1", AT, page), _outlet(reader))


@pytest.mark.parametrize("body", ["", "<p></p>", "<div><script>fill()</script></div>", _FIGURE.format(n=1)])
def test_a_headline_and_a_lead_over_nothing_is_an_empty_shell(body: str) -> None:
    judgement, reading = _over(body)
    assert (judgement.verdict, reading) == (Verdict.EMPTY_SHELL, None)


def test_a_page_of_pictures_needs_no_text() -> None:
    assert _over(_PICTURES)[1] is not None
