"""Bytes -> page: content encodings, torn streams, charsets that lie, markup that hurts. Never an exception."""

from __future__ import annotations

import gzip
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.records import Capture, Source, Verdict
from crawler.extract.examine import Fault, examine
from crawler.outlets.registry import registry
from crawler.parse.decode import LONGEST_BODY
from crawler.parse.mojibake import spoilt
from crawler.parse.page import Page, load

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

AT = datetime(2026, 1, 1, tzinfo=UTC)
URL = "https://www.rt.com/news/473001-slug/"
WORDS = "Гавань “закрыта” на год: é ü ñ 港口 ميناء."
PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>T</title></head><body><div class="article">'
    f'<h1 class="article__heading">Bridge to close</h1><div class="article__text"><p>{WORDS}</p>'
    + "".join(f"<p>Paragraph {number} of the article, long enough to be read.</p>" for number in range(40))
    + "</div></div></body></html>"
).encode()


def _deflate_raw(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


def capture(
    body: bytes, encoding: str = "", content_type: str = "text/html", source: Source = Source.OWN_HTTP
) -> Capture:
    headers = (("Content-Type", content_type), *((("Content-Encoding", encoding),) if encoding else ()))
    return Capture(URL, AT, body, headers=headers, source=source)


def verdict(body: bytes, encoding: str = "", content_type: str = "text/html") -> Verdict:
    found = examine(capture(body, encoding, content_type), registry().get("rt-en"))[0]
    assert not isinstance(found, Fault), found
    return found.verdict


def words(page: Page) -> str:
    node = page.tree.css_first("p")
    assert node is not None
    return node.text()


@pytest.mark.parametrize("encoding", PACK)
def test_content_encodings_are_undone(encoding: str) -> None:
    assert words(load(capture(PACK[encoding](PAGE), encoding))) == WORDS


def test_deflate_without_its_header() -> None:
    assert words(load(capture(_deflate_raw(PAGE), "deflate"))) == WORDS


def test_several_gzip_members_and_padding() -> None:
    body = gzip.compress(PAGE[:500]) + gzip.compress(PAGE[500:]) + b"\0" * 20
    assert load(capture(body, "gzip")).text.encode() == PAGE


def test_several_zstd_frames() -> None:
    assert load(capture(zstd.compress(PAGE[:500]) + zstd.compress(PAGE[500:]), "zstd")).text.encode() == PAGE


def test_stacked_encodings_are_undone_from_the_last() -> None:
    body = brotli.compress(gzip.compress(PAGE))
    assert words(load(capture(body, "gzip, br"))) == WORDS


def test_gzip_nobody_declared() -> None:
    assert words(load(capture(gzip.compress(PAGE)))) == WORDS


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("encoding", PACK)
def test_a_stream_without_its_end_is_cut(encoding: str, share: float) -> None:
    packed = PACK[encoding](PAGE)
    body = packed[: int(len(packed) * share)] or packed[:1]
    assert verdict(body, encoding) is Verdict.CUT


def test_a_second_member_that_is_torn_is_cut() -> None:
    assert verdict(gzip.compress(PAGE) + gzip.compress(PAGE)[:-10], "gzip") is Verdict.CUT


WORDS_FOR_NOTHING = ["none", "utf-8", "iso-8859-1", "binary", "text/html", "compress", "identity, gzip", *PACK, "br, x"]


@pytest.mark.parametrize("source", [Source.OWN_HTTP, Source.GIVEN_WARC])
@pytest.mark.parametrize("encoding", WORDS_FOR_NOTHING)
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\n\n<!--" + b" comment" * 1_000 + b"-->"])
def test_an_encoding_that_is_not_there_is_passed_over(encoding: str, before: bytes, source: Source) -> None:
    assert words(load(capture(before + PAGE, encoding, source=source))) == WORDS


@pytest.mark.parametrize("encoding", ["compress", "exotic", "br, exotic"])
def test_an_encoding_that_nobody_knows_is_unreadable(encoding: str) -> None:
    assert verdict(zlib.compress(PAGE), encoding) is Verdict.UNREADABLE


@pytest.mark.parametrize("said", ["gzip, gzip", "none, gzip", "gzip, none", "gzip, utf-8"])
def test_what_is_packed_once_may_be_said_twice(said: str) -> None:
    assert words(load(capture(gzip.compress(PAGE), said))) == WORDS


def test_two_lines_of_the_header_count_as_one() -> None:
    twice = replace(capture(gzip.compress(brotli.compress(PAGE)), "br"), headers=())
    lines = (("Content-Encoding", "br"), ("content-encoding", "gzip"))
    assert words(load(replace(twice, headers=lines))) == WORDS


@pytest.mark.parametrize("encoding", ["", "gzip", "none"])
def test_gzip_that_is_packed_once_more_is_undone(encoding: str) -> None:
    assert words(load(capture(gzip.compress(gzip.compress(PAGE)), encoding))) == WORDS


@pytest.mark.parametrize("encoding", PACK)
def test_a_bomb_is_too_big(encoding: str) -> None:
    bomb = PACK[encoding](b"<html>" + b" " * (LONGEST_BODY + 10))
    assert verdict(bomb, encoding) is Verdict.TOO_BIG


def test_a_plain_body_may_be_too_big() -> None:
    assert verdict(b"<html>" + b" " * LONGEST_BODY) is Verdict.TOO_BIG


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7 x",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b'{"a": 1}',
        b"[1, 2]",
        b"<?xml version='1.0'?><rss></rss>",
        b"\0\1\2\3binary",
        b"GIF89a",
        b"PK\x03\x04zip",
        b"<urlset></urlset>",
    ],
)
def test_what_is_no_html_whatever_the_header_says(body: bytes) -> None:
    assert verdict(body) is Verdict.NOT_HTML


def test_html_whatever_the_header_says() -> None:
    assert verdict(PAGE, content_type="application/pdf") is Verdict.ARTICLE


def test_plain_text_declared_as_such_is_not_html() -> None:
    assert verdict(b"only words", content_type="text/plain") is Verdict.NOT_HTML


@pytest.mark.parametrize("body", [b"", b"  \r\n "])
def test_no_bytes_are_an_empty_shell(body: bytes) -> None:
    assert verdict(body) is Verdict.EMPTY_SHELL


# --- charsets ---------------------------------------------------------------------------------------------------------

RUSSIAN = "Мост через гавань закроют на год, сообщил владелец порта. “Другого пути нет”, сказал он."


def _page(text: str, charset: str, declared: str) -> bytes:
    meta = f'<meta charset="{declared}">' if declared else ""
    markup = f"<html><head>{meta}</head><body><h1 class='article__heading'>{text}</h1><p>{text}</p></body></html>"
    return markup.encode(charset, "xmlcharrefreplace" if charset == "koi8-r" else "strict")


@pytest.mark.parametrize(
    ("charset", "header", "meta"),
    [
        ("utf-8", "", ""),
        ("utf-8", "windows-1251", "latin-1"),
        ("utf-8", "gb2312", ""),
        ("windows-1251", "windows-1251", ""),
        ("windows-1251", "", "windows-1251"),
        ("windows-1251", "", "cp1251"),
        ("windows-1251", "utf-8", "windows-1251"),
        ("utf-8-sig", "windows-1251", ""),
        ("utf-16", "", ""),
        ("gb18030", "", "gb2312"),
        ("koi8-r", "koi8-r", ""),
    ],
)
def test_the_text_survives_what_is_declared(charset: str, header: str, meta: str) -> None:
    text = "汉字“港口”" if charset == "gb18030" else RUSSIAN
    content_type = f"text/html; charset={header}" if header else "text/html"
    page = load(capture(_page(text, charset, meta), content_type=content_type))
    assert (words(page), page.replaced) == (text, 0)


def test_the_outlet_knows_its_charset() -> None:
    page = load(capture(_page(RUSSIAN, "windows-1251", "utf-8")), charset="windows-1251")
    assert words(page) == RUSSIAN


def test_a_declaration_of_an_archives_tool_bar_does_not_count_alone() -> None:
    body = b'<html><head><meta charset="utf-8"><!-- tool bar --><meta charset="gb2312">' + "<p>汉字</p>".encode(
        "gb2312"
    )
    assert words(load(capture(body))) == "汉字"


TEXTS = {
    "ru": RUSSIAN * 5,
    "ar": "أعلن صاحب الميناء يوم الاثنين أن الجسر فوق المرفأ سيغلق لمدة عام، وقال إنه لا يوجد طريق آخر. " * 5,
    "fa": "مالک بندر روز دوشنبه گفت که پل روی لنگرگاه به مدت یک سال بسته خواهد شد و راه دیگری نیست. " * 5,
    "zh": "港口所有者周一表示，港湾大桥将关闭一年，没有其他办法。渡轮的班次将增加一倍，居民可以免费乘坐。" * 5,
    "fr": "Le propriétaire du port a déclaré lundi que le pont serait fermé : « où aller ? », répètent les élèves. "
    * 5,
}


@pytest.mark.parametrize("stated", ["", "utf-8", "windows-1251", "gb2312"])
@pytest.mark.parametrize("header", ["", "utf-8", "koi8-r"])
@pytest.mark.parametrize(
    ("language", "charset"),
    [
        *(("ru", charset) for charset in ("utf-8", "windows-1251", "koi8-r", "utf-16")),
        *(("ar", charset) for charset in ("utf-8", "windows-1256")),
        *(("zh", charset) for charset in ("utf-8", "gb18030", "utf-16")),
        *(("fr", charset) for charset in ("utf-8", "windows-1252")),
        ("fa", "utf-8"),
    ],
)
def test_the_text_is_right_or_the_page_unreadable(language: str, charset: str, header: str, stated: str) -> None:
    """What a page is declared as in the header and in itself, twice over or not at all, never gives a false text."""
    text = TEXTS[language]
    meta = f'<meta charset="{stated}">' if stated else ""
    markup = PAGE.decode().replace(WORDS, text).replace('<meta charset="utf-8">', meta)
    content_type = f"text/html; charset={header}" if header else "text/html"
    judgement, reading = examine(
        capture(markup.encode(charset, "xmlcharrefreplace"), content_type=content_type), registry().get("rt-en")
    )
    assert not isinstance(judgement, Fault), judgement
    if reading is None:
        assert judgement.verdict is Verdict.UNREADABLE
        assert charset not in {"utf-8", "utf-16", header, stated}
    else:
        assert reading.body[0].text == text.strip()


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "gb18030", "windows-1256"])
def test_a_charset_nobody_declared_is_told_by_its_letters(charset: str) -> None:
    language = {"gb18030": "zh", "windows-1256": "ar"}.get(charset, "ru")
    markup = PAGE.decode().replace(WORDS, TEXTS[language]).replace('<meta charset="utf-8">', "")
    assert words(load(capture(markup.encode(charset, "replace")))) == TEXTS[language].encode(charset, "replace").decode(
        charset
    )


@pytest.mark.parametrize("text", TEXTS.values())
def test_a_sound_text_is_not_spoilt(text: str) -> None:
    assert spoilt(text) == 0
    assert spoilt(text.upper()) == 0


def test_mojibake_the_outlet_itself_made_is_unreadable() -> None:
    spoilt = (RUSSIAN * 20).encode().decode("cp1252", "replace")
    assert verdict(PAGE.decode().replace(WORDS, spoilt).encode()) is Verdict.UNREADABLE


# --- markup that hurts ------------------------------------------------------------------------------------------------


def _timed(body: bytes) -> tuple[Verdict, float]:
    began = time.process_time()
    return verdict(body), time.process_time() - began


@pytest.mark.parametrize(
    "middle",
    [
        b"<div>" * 100_000,
        b"<ul><li>" * 60_000,
        b"<table><tr><td>" * 40_000,
        b"".join(b"<p><b id=%d>x" % number for number in range(3_000)),
        b"<div " + b" ".join(b"a%d=1" % number for number in range(60_000)) + b">",
    ],
    ids=["divs", "lists", "tables", "formatting", "attributes"],
)
def test_what_no_parser_can_show_is_unreadable_at_once(middle: bytes) -> None:
    found, seconds = _timed(PAGE.replace(b'<div class="article">', middle + b'<div class="article">'))
    assert found is Verdict.UNREADABLE
    assert seconds < 2


@pytest.mark.parametrize("depth", [300, 3_000])
def test_deep_but_readable(depth: int) -> None:
    found, seconds = _timed(
        PAGE.replace(b"<body>", b"<body>" + b"<div>" * depth).replace(b"</body>", b"</div>" * depth)
    )
    assert found is Verdict.ARTICLE
    assert seconds < 2


def test_a_very_long_text_and_title() -> None:
    body = PAGE.replace(b"Bridge to close", b"x" * 5_000_000).replace(b"Paragraph 1 ", b"y" * 6_000_000)
    found, reading = examine(capture(body), registry().get("rt-en"))
    assert found.verdict is Verdict.ARTICLE
    assert reading is not None
    assert len(reading.headline) == 20_000


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(PAGE) - 15))
def test_a_cut_page_is_never_an_article(length: int) -> None:
    assert verdict(PAGE[:length]) is not Verdict.ARTICLE


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(PAGE) - 1), st.integers(0, 255)), min_size=1, max_size=30))
def test_flipped_bytes_never_raise(flips: list[tuple[int, int]]) -> None:
    body = bytearray(PAGE)
    for at, byte in flips:
        body[at] = byte
    assert isinstance(verdict(bytes(body)), Verdict)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["", *PACK, "gzip, gzip"]))
def test_any_bytes_end_in_a_verdict(body: bytes, encoding: str) -> None:
    assert verdict(body, encoding) is not Verdict.ARTICLE


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(PAGE)), st.integers(0, 255))
def test_the_general_reader_never_raises(at: int, byte: int) -> None:
    body = PAGE[:at] + bytes([byte]) + PAGE[at + 1 :]
    outlet = registry().for_url("https://nobody.example/a", AT)
    assert not isinstance(examine(capture(body, source=Source.GIVEN_PAGE), outlet)[0], Fault)
