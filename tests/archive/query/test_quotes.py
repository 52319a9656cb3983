"""What an analyst hands on: a sheet of two versions, a citation, where a sentence stands; nothing foreign gets out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.diff import compare, sheet
from archive.diff.sheet import Sheet, Side
from archive.errors import UsageError
from archive.home import Home
from archive.proof.citation import Citation, Style, cite
from archive.query import articles, quotes
from tests.archive.material import Material, at, opened, reading

_SIDE = Side("paper:1@aa", 1, at(0), at(5), "c" * 32, "own-http", "reader@1", "a.warc.gz", 10, 20, "d" * 64, "Cited")


def _sheet(old: list[str], new: list[str], headline: str = "Headline", language: str = "en") -> Sheet:
    found = tuple(compare("body", old, new))
    sides = _SIDE, replace(_SIDE, version="paper:1@bb", number=2)
    return Sheet("paper:1", "https://paper.test/1", headline, language, ("body",), found, *sides, at(5), at(9), at(10))


class _Page(HTMLParser):
    """What a browser would see: tags, and the text of table cells."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.marks: list[str] = []
        self.shown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.marks += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.shown.append(data)


def _seen(page: str) -> _Page:
    parser = _Page()
    parser.feed(page)
    parser.close()
    return parser


_TAGS = set("html head meta title style body h1 h2 p br hr bdi del ins main table tr td dl dt dd".split())


@given(st.lists(st.text(max_size=40), max_size=4), st.lists(st.text(max_size=40), max_size=4), st.text())
def test_nothing_foreign_is_markup_in_a_sheet(old: list[str], new: list[str], headline: str) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=y>"
    seen = _seen(sheet.as_html(_sheet([*old, hostile], new, headline + hostile, '"><script>')))
    assert seen.tags <= _TAGS
    assert not [name for name in seen.marks if name.startswith("on")]


def test_a_sheet_loads_and_runs_nothing() -> None:
    page = sheet.as_html(_sheet(["one"], ["two"]))
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)\s*=|@import|url\(", page)


def test_a_sheet_numbers_paragraphs_and_names_interval_ids_and_digests() -> None:
    page = sheet.as_html(
        _sheet(["Kept.", "It cost 12 million, they said."], ["Kept.", "It cost 19 million, they said."])
    )
    assert '<td class="n">2</td><td class="n">2</td><td dir="auto">It cost <del>' in page
    assert "It cost <del><bdi>12</bdi></del> <ins><bdi>19</bdi></ins> million" in page
    assert "after 2026-03-01 12:05:00 UTC (last look at the old text), by 2026-03-01 12:09:00 UTC" in page
    for fact in ("Cited", "paper:1@aa", "paper:1@bb", "c" * 32, "d" * 64, "warc/a.warc.gz at 10, 20 bytes"):
        assert fact in page


@pytest.mark.parametrize(
    ("language", "old", "new", "marked"),
    [
        ("ar", "قال الوزير 12", "قال الوزير 13", "<del><bdi>12</bdi></del> <ins><bdi>13</bdi></ins>"),
        ("zh", "他没有去北京", "他去北京", "<del><bdi>没有</bdi></del>"),
        (
            "fa",
            "او به شهر می‌رود",
            "او به شهر نمی‌رود",
            "<del><bdi>می\u200cرود</bdi></del> <ins><bdi>نمی\u200cرود</bdi></ins>",
        ),
    ],
)
def test_each_paragraph_runs_in_the_direction_of_its_script(language: str, old: str, new: str, marked: str) -> None:
    page = sheet.as_html(_sheet([old], [new], language=language))
    assert f'<main lang="{language}">' in page
    assert marked in page
    assert 'dir="auto"' in page


@pytest.mark.parametrize(("language", "shown"), [("en", ">Text<"), ("fr-CA", ">Texte<"), ("ar", ">النص<"), ("ko", "")])
def test_a_field_is_called_as_in_the_language_of_the_article_or_not_at_all(language: str, shown: str) -> None:
    page = sheet.as_html(_sheet(["one"], ["two"], language=language)).partition("<main")[2].partition("</main>")[0]
    assert ">Text<" not in page or shown == ">Text<"
    assert shown in page if shown else "<h2" not in page


def test_markdown_says_the_same_and_nothing_foreign_is_markup_in_it() -> None:
    page = sheet.as_markdown(
        _sheet(["It cost *12* million, they said. # [x](y)"], ["It cost *19* million, they said."])
    )
    assert r"It cost \*~~12~~ **19**\* million" in page
    assert "[x](y)" not in page
    assert "after 2026-03-01 12:05:00 UTC" in page


# --- citations --------------------------------------------------------------------------------------------------------

_CITED = Citation(
    version="paper:1@0f3a9c2b7d1e",
    headline="50 % of {all} & more",
    authors=("Ann O'Neil", "Петров И."),
    outlet="The Paper",
    published="2026-02-28T10:00:00+00:00",
    url="https://paper.test/1_a",
    language="en",
    first_seen=datetime(2026, 3, 1, 12, tzinfo=UTC),
    last_seen=datetime(2026, 3, 4, 12, tzinfo=UTC),
    capture="c" * 32,
    payload_digest="d" * 64,
)


@pytest.mark.parametrize("style", Style)
def test_every_style_names_the_version_and_the_digest_of_its_bytes(style: Style) -> None:
    said = cite(_CITED, style)
    assert "0f3a9c2b7d1e" in said
    assert "d" * 64 in said
    assert "https://paper.test/1_a" in said
    assert said.endswith("\n")


def test_bibtex_keeps_special_signs_from_breaking_it() -> None:
    said = cite(_CITED, Style.BIBTEX)
    assert r"title = {{50 \% of \{all\} \& more}}" in said
    assert "author = {{Ann O'Neil} and {Петров И.}}" in said
    assert "date = {2026-02-28}" in said


def test_ris_has_a_line_a_field_and_ends_its_record() -> None:
    lines = cite(replace(_CITED, headline="A\nTY  - X"), Style.RIS).split("\r\n")
    assert lines[0] == "TY  - NEWS"
    assert "TI  - A TY - X" in lines
    assert lines[-2:] == ["ER  - ", ""]
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])


def test_csl_is_json_as_citation_managers_read_it() -> None:
    (item,) = json.loads(cite(_CITED, Style.CSL))
    assert item["type"] == "article-newspaper"
    assert item["author"][0] == {"literal": "Ann O'Neil"}
    assert item["issued"] == {"date-parts": [[2026, 2, 28]]}


@given(st.text(), st.text())
def test_a_citation_of_anything_is_one_record(headline: str, published: str) -> None:
    odd = replace(_CITED, headline=headline, published=published, authors=(headline,))
    assert cite(odd, Style.RIS).count("\r\n") == len(cite(odd, Style.RIS).splitlines())
    assert len(json.loads(cite(odd, Style.CSL))) == 1
    assert cite(odd, Style.BIBTEX).count("@online{") == 1


# --- in the archive ---------------------------------------------------------------------------------------------------

_OLD = "The bridge cost 12 million,\u00a0the ministry said. 他说：“没有。”"
_NEW = "The bridge cost 19 million, the ministry said. 他说：“没有。”"


def _archive(home: Home) -> None:
    material = Material(home)
    for minutes, said in ((0, _OLD), (60, _OLD), (120, _NEW), (180, _NEW)):
        material.page(minutes, reading("First.", said))
    material.page(30, reading("The bridge cost 12 million, the ministry said."), "2")
    material.close()
    with opened(home) as archive:
        archive.run(material.made)


def test_a_sentence_is_found_where_it_stands_word_for_word_from_when_to_when(home: Home) -> None:
    _archive(home)
    with opened(home) as archive, archive.engine.connect() as connection:
        found = list(quotes.quoted(connection, "cost 12 million, the  ministry said."))
        assert [(one.article, one.number, one.first_seen, one.last_seen) for one in found] == [
            ("paper:1", 1, at(0), at(60)),
            ("paper:2", 1, at(30), at(30)),
        ]
        assert found[0].paragraph == _OLD
        for other in ("Cost 12 million", "cost 12 million. the ministry", "12 million, the minister"):
            assert not list(quotes.quoted(connection, other)), other
        assert [one.number for one in quotes.quoted(connection, "他说：“没有。”")] == [1, 2]
        with pytest.raises(UsageError, match="no word"):
            list(quotes.quoted(connection, " — "))


def test_a_sheet_and_a_citation_come_from_the_archive(home: Home) -> None:
    _archive(home)
    with opened(home) as archive, archive.engine.connect() as connection:
        article = articles.find(connection, "paper:1")
        page = quotes.sheet(connection, article)
        assert (page.changed, page.not_before, page.not_after) == (("body",), at(60), at(120))
        assert (page.old.number, page.new.number) == (1, 2)
        first = articles.find(connection, page.old.version)
        cited = quotes.citation(connection, first)
        assert (cited.version, cited.first_seen, cited.last_seen) == (page.old.version, at(0), at(60))
        assert cited.outlet == "The Paper"
