"""Where else an article says who wrote it, when, and what it is called; and what is said of something else there."""

from __future__ import annotations

import pytest

from archive.records import Capture, Source
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from tests.crawler.extract.test_fields import AT, TEXT, TITLE, article, day, read


@pytest.mark.parametrize(
    ("first", "found"),
    [
        ("2.10.2026 - Le pont a rouvert lundi matin, après neuf semaines de travaux sur les piles.", "2026-10-02"),
        ("VARLUNE, 2 octobre 2026 (AVP) – Le pont a rouvert lundi matin après neuf semaines.", "2026-10-02"),
        ("2 octobre 2026 – le jour où nul ne passa le gué – restera dans la mémoire des bouviers.", ""),
    ],
)
def test_the_day_before_the_first_sentence_is_that_of_the_agency(first: str, found: str) -> None:
    assert day(read(f"<article><h1>{TITLE}</h1><p>{first}</p>{TEXT}</article>")) == found


@pytest.mark.parametrize(
    ("foot", "found"),
    [
        ("<footer class='post-footer'>Par Anna Exemple le 2 octobre 2026</footer>", "2026-10-02"),
        ("<abbr class='published' title='2026-10-02T10:15:00+02:00'>10:15</abbr>", "2026-10-02"),
        ("<p class='byline'>Page Pont, modifié le 2 octobre 2026 par Anna Exemple</p>", ""),
    ],
)
def test_the_foot_of_an_article_says_when_it_was_published(foot: str, found: str) -> None:
    assert day(article(behind=foot)) == found


def test_what_the_head_calls_a_date_and_no_more_yields_to_the_line_beside_the_headline() -> None:
    head = '<meta name="date" content="2026-10-04">'
    assert day(article(head=head)) == "2026-10-04"
    assert day(article(above="<p class='date'>02.10.2026 | Ponts</p>", head=head)) == "2026-10-02"


@pytest.mark.parametrize(
    "body",
    [
        f"<article><h1>{TITLE}</h1><p>Le pont est fini.</p><p class='author'>Par Anna Exemple</p>{TEXT}",
        f"<article><h1>{TITLE}</h1>{TEXT}<footer class='post-footer'>Par Anna Exemple le 2 octobre</footer></article>",
    ],
)
def test_a_by_line_may_stand_behind_the_lead_or_in_the_foot(body: str) -> None:
    assert read(body).authors == ("Anna Exemple",)


def test_a_label_in_the_head_says_who_wrote_it() -> None:
    head = '<meta name="twitter:label1" content="Écrit par"><meta name="twitter:data1" content="Anna Exemple">'
    assert article(head=head).authors == ("Anna Exemple",)


def test_an_address_is_nobody() -> None:
    assert article(head='<meta name="author" content="Atelier Gué www.atelier-gue.example">').authors == ()


@pytest.mark.parametrize("name", ["<a href='/'>La nouvelle de Varlune</a>", "Varlune Libre"])
def test_the_name_of_the_site_is_no_headline(name: str) -> None:
    title = "Les bouviers fêtent la nouvelle"
    called = name.partition(">")[2].partition("<")[0] or name
    body = f"<div><h1>{name}</h1></div><div><h2>{title}</h2>{TEXT}</div>"
    page = f"<!DOCTYPE html><html lang='fr'><head><title>{called} | {title}</title></head><body>{body}</body></html>"
    url = "https://varlune-libre.example/pont"
    reading = examine(Capture(url, AT, page.encode(), source=Source.GIVEN_PAGE), registry().for_url(url, AT))[1]
    assert reading is not None
    assert reading.headline == title
