"""Headline, names and date of pages nobody has described: from where the article says them, and from nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.records import Capture, Reading, Source
from crawler.extract.examine import examine
from crawler.outlets.registry import registry

AT = datetime(2026, 10, 5, 12, tzinfo=UTC)
TITLE = "Le pont de Varlune rouvre"
TEXT = "".join(
    f"<p>{sentence}</p>"
    for sentence in (
        "Le pont de Varlune a rouvert lundi matin après neuf semaines de travaux, a annoncé la mairie.",
        "Les bouviers, qui faisaient un détour de six lieues par le gué, ont fêté la nouvelle avec des tartes.",
        "Une seconde visite des piles est prévue au printemps, quand la rivière sera descendue de moitié.",
    )
)


def read(body: str, head: str = "", language: str = "fr", url: str = "https://varlune-libre.example/pont") -> Reading:
    title = f'<title>{TITLE}</title><meta property="og:title" content="{TITLE}">'
    page = f'<!DOCTYPE html><html lang="{language}"><head>{title}{head}</head><body>{body}</body></html>'
    capture = Capture(url, AT, page.encode(), source=Source.GIVEN_PAGE)
    judgement, reading = examine(capture, registry().for_url(url, AT))
    assert reading is not None, judgement
    return reading


def article(above: str = "", below: str = "", behind: str = "", after: str = "", **more: str) -> Reading:
    inner = f"{above}<h1>{TITLE}</h1>{below}<div class='corps'>{TEXT}{behind}</div>"
    return read(f"<article>{inner}</article>{after}", **more)


def day(reading: Reading) -> str:
    date = reading.date_published
    return f"{date.instant:%Y-%m-%d}" if date and date.instant else ""


# --- dates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "masthead",
    [
        "<div class='top'><p>lundi 5 octobre 2026</p></div>",
        "<header><p>Vieille Gazette</p><p class='jour'>5 octobre 2026</p></header>",
        "<div class='meteo'><span>Varlune 12°</span> <span>5 octobre 2026</span></div>",
        "<div>5 octobre 2026, 12:00</div><ul><li><a href='/'>Une</a></li><li><a href='/b'>Ponts</a></li></ul>",
    ],
)
def test_the_day_in_a_masthead_is_nobodys(masthead: str) -> None:
    assert day(read(f"{masthead}<article><h1>{TITLE}</h1>{TEXT}</article>")) == ""
    assert day(read(f"{masthead}<main><h1>{TITLE}</h1>{TEXT}</main>")) == ""
    assert day(read(f"<div id='page'>{masthead}<h1>{TITLE}</h1>{TEXT}</div>")) == ""


@pytest.mark.parametrize(
    "other",
    [
        "<div class='comments'><p><b>Otto</b> 4 octobre 2026 10:11</p><p>Enfin ! Mes boeufs en ont assez.</p></div>",
        "<aside><h3>À lire</h3><p><time datetime='2019-05-05'>5 mai 2019</time> <a href='/b'>Le gué</a></p></aside>",
        "<footer>Varlune Libre, mis à jour le 3 mars 2021</footer>",
        "<div itemscope itemtype='//schema.org/Comment'><meta itemprop='datePublished' content='2026-10-04'>Oh</div>",
    ],
)
def test_the_date_of_something_else_is_not_taken(other: str) -> None:
    assert day(article(after=other)) == ""


@pytest.mark.parametrize(
    ("far", "found"),
    [
        ("<footer><p>Publié le 2 octobre 2026 à 10:15</p></footer>", "2026-10-02"),
        ("<div>Varlune</div><div>Ponts</div><div>Gués</div><div>Bacs</div><div>Date : 02.10.26</div>", "2026-10-02"),
        ("<div><p>Publié le 2 octobre 2026</p></div><div><p>Publié le 3 octobre 2026</p></div>", ""),
        ("<div class='related'><p>Publié le 2 octobre 2026</p></div>", ""),
        ("<div class='comments'><p>Publié le 2 octobre 2026</p></div>", ""),
        ("<footer><p>2 octobre 2026</p></footer>", ""),
    ],
)
def test_far_behind_the_text_only_a_line_that_says_so_and_stands_alone_says_when(far: str, found: str) -> None:
    assert day(article(after=far)) == found


@pytest.mark.parametrize(
    ("line", "language", "found"),
    [
        ("Ponts, 2.10.26", "fr", "2026-10-02"),
        ("02/10/26 10h15", "fr", "2026-10-02"),
        ("26-10-02", "fr", ""),
        ("02.13.26", "fr", ""),
    ],
)
def test_a_year_of_two_digits_stands_last_where_days_come_first(line: str, language: str, found: str) -> None:
    assert day(article(below=f"<div>{line}</div>", language=language)) == found


def test_the_date_in_a_sentence_is_no_publication() -> None:
    lead = "<p>Le pont avait été fermé le 5 mai 2019 par un arrêté, que nul habitant de Varlune n'avait lu.</p>"
    assert day(read(f"<article><h1>{TITLE}</h1>{lead}{TEXT}</article>")) == ""


def test_a_date_of_change_is_no_publication() -> None:
    assert day(article(below="<p class='date'>Mis à jour le 4 octobre 2026 à 10h05</p>")) == ""


@pytest.mark.parametrize(
    ("place", "how"),
    [
        ("below", "page"),
        ("above", "page, above the headline"),
    ],
)
def test_a_line_beside_the_headline_says_when(place: str, how: str) -> None:
    reading = article(**{place: "<p class='date'>4 octobre 2026 à 10h05</p>"})
    assert reading.date_published is not None
    assert day(reading) == "2026-10-04"
    assert reading.date_published.how == f"{how}, zone not stated"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/2026/oct/04/pont", "2026-10-04"),
        ("/a/pont-2026-10-04.html", "2026-10-04"),
        ("/a/04-10-2026/pont", "2026-10-04"),
        ("/a_20261004.html", "2026-10-04"),
        ("/2026/10/4-ponts", ""),
        ("/a/modele-2026-1", ""),
        ("/a/120261004", ""),
    ],
)
def test_the_day_in_an_address(path: str, found: str) -> None:
    assert day(article(url=f"https://varlune-libre.example{path}")) == found


def test_an_hour_of_utc_under_another_offset_is_put_right() -> None:
    head = '<meta property="article:published_time" content="2026-10-04T08:30:12+05:30">'
    reading = article(head=head, below="<p class='date'>4 octobre 2026, 14:00</p>")
    assert reading.date_published is not None
    assert reading.date_published.instant == datetime(2026, 10, 4, 8, 30, 12, tzinfo=UTC)
    assert "labelled with a wrong zone" in reading.date_published.how


# --- names ----------------------------------------------------------------------------------------------------------

PERSON = '{"@type":"NewsArticle","headline":"x","author":%s}'


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ('{"@type":["Person","Organization"],"name":"Ana Primer"}', ("Ana Primer",)),
        ('[{"@type":"Person","name":"Par Ana Primer"},{"name":"Otto Muster"}]', ("Ana Primer", "Otto Muster")),
        ('{"@type":"Person","givenName":"Ana","familyName":"Primer"}', ("Ana Primer",)),
        ('"Ana Primer et Otto Muster"', ("Ana Primer", "Otto Muster")),
        ('{"@type":"Person","name":"VARLUNE LIBRE"}', ()),
        ('{"@type":"Person","name":"La rédaction"}', ()),
        ('{"@type":"Organization","name":"Ana Primer"}', ()),
        ('[[], 3, null, {"@type":[],"name":null}]', ()),
    ],
)
def test_who_is_stated(author: str, names: tuple[str, ...]) -> None:
    assert article(head=f'<script type="application/ld+json">{PERSON % author}</script>').authors == names


@pytest.mark.parametrize(
    ("below", "language", "names"),
    [
        ("<p>Par <b>Ana Primer</b> et Otto Muster | 4 octobre 2026</p>", "fr", ("Ana Primer", "Otto Muster")),
        ("<div><h5>Texte :</h5><p>Ana Primer</p></div>", "fr", ("Ana Primer",)),
        ("<p class='auteur'>Ana Primer</p>", "fr", ("Ana Primer",)),
        ("<p>Автор: Анна Примерова</p>", "ru", ("Анна Примерова",)),
        ("<p>Беседовала Анна Примерова</p>", "ru", ("Анна Примерова",)),
        ("<p>4.10.2026 | 10:05 | Anna Muster</p>", "de", ("Anna Muster",)),
        ("<p>Text & Fotos: Anna Muster</p>", "de", ("Anna Muster",)),
        ("<p>Reporting by Ann Example; Editing by Bo Other</p>", "en", ("Ann Example",)),
        ("<p><a href='/autores/ana'>Ana Primer</a></p>", "es", ("Ana Primer",)),
        ("<p>홍길동 기자</p>", "ko", ("홍길동",)),
        ("<p>本報記者 王小明</p>", "zh", ("王小明",)),
        ("<p>نویسنده: رضا نمونه</p>", "fa", ("رضا نمونه",)),
        ("<p>Rédaction</p>", "fr", ()),
        ("<p>Photo : Ana Primer</p>", "fr", ()),
        ("<p>De retour à Varlune</p>", "fr", ()),
    ],
)
def test_who_signs_beside_the_headline(below: str, language: str, names: tuple[str, ...]) -> None:
    assert article(below=below, language=language).authors == names


def test_an_editor_a_section_and_a_house_are_no_authors() -> None:
    meta = '<meta name="author" content="Ana Primer">'
    assert article(head=meta).authors == ("Ana Primer",)
    assert article(head=meta, after="<div><span>Rédacteur en chef : Ana Primer</span></div>").authors == ()
    assert article(head=f'{meta}<meta property="article:section" content="Ana Primer">').authors == ()
    assert article(head=f'{meta}<meta property="og:site_name" content="ana-primer">').authors == ()


def test_who_signs_under_the_text() -> None:
    assert article(behind="<p style='text-align: right'>Ana Primer</p>").authors == ("Ana Primer",)
    assert article(behind="<p><em>Ana Primer</em></p>").authors == ("Ana Primer",)
    assert article(behind="<p>Ana Primer</p>").authors == ()


# --- the headline ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        f"<h1><span class='rubrique'>Ponts</span> <span>{TITLE}</span></h1>",
        f"<h2><div><em>Ponts :</em><strong>{TITLE}</strong></div></h2>",
        f"<h1 class='nom'>Varlune Libre</h1><h2>{TITLE}</h2>",
        "<h1>Le pont de Var\N{SOFT HYPHEN}lune rouvre</h1>",
    ],
)
def test_the_headline_is_what_heads_the_text(heading: str) -> None:
    head = '<meta property="og:site_name" content="Varlune Libre">'
    assert read(f"<article>{heading}{TEXT}</article>", head).headline == TITLE


def test_a_kicker_is_told_by_its_name_where_no_title_tells() -> None:
    heading = "<h1><span class='kicker'>Ponts et gués</span><span>Varlune respire enfin de nouveau</span></h1>"
    assert read(f"<article>{heading}{TEXT}</article>").headline == "Varlune respire enfin de nouveau"


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ("Ponts | Le pont de Varlune rouvre", f"<h2>Ponts</h2><h1>{TITLE}</h1>"),
        ("La Vieille Gazette » Le pont de Varlune rouvre", f"<h1>La Vieille Gazette</h1><h1>{TITLE}</h1>"),
        (TITLE, f"<h1><span>{TITLE}</span><span class='b'>Neuf semaines de travaux</span></h1>"),
        (TITLE, f"<h1><span></span>- {TITLE}</h1>"),
        ("Rouvre, le pont de Varlune !", f"<h1>Aide et navigation</h1><h1>{TITLE}</h1>"),
    ],
)
def test_the_headline_is_neither_kicker_nor_site_nor_subtitle(stated: str, shown: str) -> None:
    page = f"<title>{stated}</title><body>{shown}<div class='corps'>{TEXT}</div>"
    capture = Capture("https://varlune-libre.example/pont", AT, page.encode(), source=Source.GIVEN_PAGE)
    _, reading = examine(capture, registry().for_url(capture.url, AT))
    assert reading is not None
    assert reading.headline == TITLE


@pytest.mark.parametrize(
    "line",
    [
        "<p class='info'>Mis à jour : 30.12.2025 à 14:05</p>",
        "<div>pont.md (last edited 2025-12-30 14:05:18 by Odile)</div>",
        "<span class='updated' title='2025-12-30T14:05:00'></span>",
    ],
)
def test_a_line_that_says_when_it_was_changed_says_no_more(line: str) -> None:
    reading = article(behind=line)
    changed = reading.circumstances.date_modified
    assert changed is not None
    assert changed.instant is not None
    assert changed.instant.strftime("%Y-%m-%d %H:%M") == "2025-12-30 14:05"
    assert reading.date_published is None


@pytest.mark.parametrize("parts", [("avr.", "04", "2025"), ("04", "avr.", "2025"), ("4", "/04/", "2025")])
def test_the_parts_of_a_date_may_stand_in_elements_of_their_own(parts: tuple[str, ...]) -> None:
    reading = article(below=f"<div class='date'>{''.join(f'<span>{part}</span>' for part in parts)}</div>")
    assert day(reading) == "2025-04-04"
