"""Charsets that a page does not declare, or declares falsely: read right, with a doubt; never doubted where true."""

from __future__ import annotations

import tomllib
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.records import Capture, DoubtKind, Reading, Source
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from crawler.parse.decode import decode

REPORTS: dict[str, str] = tomllib.loads((Path(__file__).parent / "languages.toml").read_text(encoding="utf-8"))
CYRILLIC = ("cp1251", "iso8859-5")
WRITTEN = {
    **dict.fromkeys(("pl", "cs", "hu", "sr-Latn", "ro"), ("cp1250", "iso8859-2")),
    **dict.fromkeys(("fr", "de", "es", "pt", "it", "ca", "fi", "sv", "sq", "ga"), ("cp1252",)),
    **dict.fromkeys(("bg", "mk", "be", "sr-Cyrl"), CYRILLIC),
    "ru": (*CYRILLIC, "koi8-r", "cp866"),
    "uk": (*CYRILLIC, "koi8-u"),
    "el": ("cp1253", "iso8859-7"),
    "tr": ("cp1254",),
    "he": ("cp1255", "iso8859-8"),
    "ar": ("cp1256", "iso8859-6"),
    "fa": ("cp1256",),
    "th": ("cp874",),
    "zh-Hans": ("gb18030",),
    "zh-Hant": ("big5hkscs", "gb18030"),
    "ja": ("cp932", "euc_jp"),
    "ko": ("cp949",),
}
PAIRS = [(language, charset) for language, charsets in WRITTEN.items() for charset in charsets]


def _report(language: str, charset: str) -> str:
    """The report, as far as it can be written in the charset."""
    return REPORTS[language].encode(charset, "ignore").decode(charset)


def _page(text: str, charset: str, declared: str = "") -> bytes:
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<html><head>{meta}<title>Port</title></head><body><p>{text}</p></body></html>".encode(charset)


def _shown(body: bytes) -> tuple[str, str]:
    """(the paragraph as read, the doubt)"""
    found = decode(body)
    return unicodedata.normalize("NFC", found.text.partition("<p>")[2].partition("</p>")[0]), found.doubt


@pytest.mark.parametrize(("language", "charset"), PAIRS)
def test_a_charset_that_is_not_declared_is_told_by_the_language(language: str, charset: str) -> None:
    text = _report(language, charset)
    shown, doubt = _shown(_page(text, charset))
    assert shown == text
    assert doubt.startswith("no charset is declared; read as")


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1251", "gb2312", "windows-1256"])
@pytest.mark.parametrize(("language", "charset"), PAIRS)
def test_a_false_declaration_gives_no_false_text_without_a_word(language: str, charset: str, declared: str) -> None:
    text = _report(language, charset)
    shown, doubt = _shown(_page(text, charset, declared))
    assert shown == text or doubt


@pytest.mark.parametrize(("language", "charset"), PAIRS)
def test_what_is_truly_declared_is_beyond_doubt(language: str, charset: str) -> None:
    text = _report(language, charset)
    names = {"cp874": "tis-620", "cp949": "euc-kr", "big5hkscs": "big5", "cp932": "shift_jis", "cp866": "ibm866"}
    assert _shown(_page(text, charset, names.get(charset, charset.replace("cp125", "windows-125")))) == (text, "")


@pytest.mark.parametrize(("language", "charset"), PAIRS)
def test_a_small_edit_leaves_the_charset_as_it_was(language: str, charset: str) -> None:
    words = _report(language, charset).split()
    charsets = set()
    for at in range(len(words)):
        text = " ".join(words[:at] + words[at + 1 :]) or words[0]
        assert _shown(_page(text, charset))[0] == text
        charsets.add(decode(_page(text, charset)).charset)
    assert len(charsets) <= 2  # two charsets may write the same letters alike


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-16", "utf-32"])
@pytest.mark.parametrize("language", ["en", "ru", "zh-Hans", "he"])
def test_wide_letters_need_no_mark(language: str, charset: str) -> None:
    assert _shown(_page(REPORTS[language], charset)) == (REPORTS[language], "")


# --- from bytes to the reading ----------------------------------------------------------------------------------------

URL = "https://www.lindal-courier.example/news/port"


def _read(body: bytes) -> Reading:
    capture = Capture(URL, datetime(2026, 3, 1, tzinfo=UTC), body, source=Source.GIVEN_PAGE)
    judgement, reading = examine(capture, registry().for_url(URL, capture.fetched_at))
    assert reading is not None, judgement
    return reading


def _article(text: str, head: str = "") -> str:
    more = "".join(f"<p>{text} ({number})</p>" for number in range(2, 6))
    return (
        f"<!doctype html><html><head>{head}<title>Port 4</title></head>"
        f"<body><article><h1>Port 4</h1><p>{text}</p>{more}</article></body></html>"
    )


@pytest.mark.parametrize(
    ("language", "charset"), [("cs", "cp1250"), ("he", "cp1255"), ("ko", "cp949"), ("uk", "koi8-u")]
)
def test_a_guess_is_a_doubt_of_the_reading(language: str, charset: str) -> None:
    reading = _read(_article(_report(language, charset)).encode(charset))
    assert reading.body[0].text == _report(language, charset)
    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.WRONG_LETTERS]


def test_the_charset_matters_to_no_article_in_plain_ascii() -> None:
    body = _article(REPORTS["en"]).replace("</article>", "</article><footer>© Übersee</footer>").encode("cp1252")
    assert _read(body).doubts == ()


@pytest.mark.parametrize("where", [b"Port 4</h1>", b"</title>", b"crane fell", b"</body>", b"<article>"])
def test_zero_bytes_are_passed_over_with_a_doubt(where: bytes) -> None:
    body = _article(REPORTS["en"], '<meta charset="utf-8">').encode()
    reading = _read(body.replace(where, b"\0" + where, 1))
    assert [block.text for block in reading.body] == [block.text for block in _read(body).body]
    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.WRONG_LETTERS]


def test_zero_bytes_that_fill_a_block_are_no_doubt() -> None:
    body = _article(REPORTS["en"], '<meta charset="utf-8">').encode()
    assert _read(body + b"\0" * (4096 - len(body) % 4096)) == _read(body)
