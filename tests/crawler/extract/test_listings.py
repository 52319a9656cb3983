"""Pages of many articles under the address of one, told from articles that stand among many links."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.records import Capture, Source, Verdict
from crawler.extract.examine import examine
from crawler.outlets.registry import registry

AT = datetime(2026, 1, 1, tzinfo=UTC)
URL = "https://www.valley-gazette.example/2025/12/ferry-sails-again-4711"
_TITLES = (
    (
        "Council of the valley agrees on the new bridge after ten years",
        "Le conseil de la vallée approuve le nouveau pont",
    ),
    ("Old railway carriage becomes a library for three villages", "Un vieux wagon devient une bibliothèque"),
    ("Snow closes the upper pass until the middle of the week", "La neige ferme le col jusqu’au milieu de la semaine"),
    ("School paints the harbour wall in white and in green", "L’école repeint le mur du port en blanc et vert"),
    ("Winter market moves to the square in front of the mill", "Le marché d’hiver s’installe devant le moulin"),
    ("Fire brigade looks for volunteers in every village", "Les pompiers cherchent des volontaires partout"),
)
_SENTENCES = (
    """The ferry over the lake will sail again from Monday, the council of the valley said on Friday evening. It had
    lain in the harbour since the storm of last winter, which tore the old pier from its piles.""",
    """Carpenters of three villages built a new one, and the boat was painted white and green by the school. Tickets
    cost what they cost two years ago, and bicycles travel for nothing on weekdays before noon.""",
    """The first crossing is at seven in the morning, and the band of the fire brigade will play on the pier. Whoever
    was born in the year in which the ferry was built is invited to a glass of cider afterwards.""",
)


def _card(tag: str, title: str, number: int, *, teaser: bool) -> str:
    text = f"<p>{title} and what the people of the valley say about it.</p>" if teaser else ""
    picture = f'<a href="/n/{number}"><img src="/i/{number}.jpg" alt=""></a>'
    return f'<{tag} class="c{number % 3}">{picture}<h3><a href="/n/{number}">{title}</a></h3>{text}</{tag}>'


def _cards(language: int, tag: str, *, teaser: bool, count: int = 30) -> str:
    titles = [pair[language] for pair in _TITLES]
    return "".join(_card(tag, f"{titles[at % 6]} ({at})", at, teaser=teaser) for at in range(count))


def _page(body: str, *, head: str = "", title: str, name: str = "") -> str:
    nav = '<nav><a href="/">Valley Gazette</a><a href="/news/">News</a><a href="/sport/">Sport</a></nav>'
    foot = "<footer><p>The Valley Gazette is written, printed and carried by its readers since 1911.</p></footer>"
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title}</title>{head}</head>'
        f'<body class="{name}">{nav}{body}{foot}</body></html>'
    )


def _verdict(page: str) -> Verdict:
    outlet = registry().for_url(URL, AT)
    return examine(Capture(URL, AT, page.encode(), source=Source.GIVEN_PAGE), outlet)[0].verdict


_HOME = '<link rel="canonical" href="https://www.valley-gazette.example/"><meta property="og:type" content="website">'


@pytest.mark.parametrize("teaser", [False, True])
@pytest.mark.parametrize("tag", ["div", "article", "li"])
@pytest.mark.parametrize("language", [0, 1])
def test_a_front_page_is_one_whatever_it_is_made_of(language: int, tag: str, teaser: bool) -> None:
    cards = _cards(language, tag, teaser=teaser)
    for head, name in ((_HOME, ""), ("", "home page"), ("", "")):
        page = _page(f"<main>{cards}</main>", head=head, title="Valley Gazette | News of the valley", name=name)
        assert _verdict(page) in {Verdict.HOME, Verdict.LISTING}, (head, name)


@pytest.mark.parametrize("heading", ["Sport", "Results for “ferry”", "Tag: bridges", "Pictures of the week"])
def test_a_section_a_tag_a_list_of_results_are_lists(heading: str) -> None:
    own = '<link rel="canonical" href="https://www.valley-gazette.example/x/y/">'
    head = f'{own}<meta property="og:type" content="website">'
    page = _page(f"<main><h1>{heading}</h1>{_cards(0, 'div', teaser=True)}</main>", head=head, title=heading)
    assert _verdict(page) is Verdict.LISTING


def _story(text: str, *, head: str = "", beside: str = "") -> str:
    body = f"<main><h1>Ferry sails again</h1>{text}</main><section>{beside}</section>"
    return _page(body, head=head, title="Ferry sails again | Valley Gazette")


_TEXT = "".join(f"<p>{sentence}</p>" for sentence in _SENTENCES)
_OWN = f'<link rel="canonical" href="{URL}"><meta property="og:type" content="article">'
_DATED = '<p><time datetime="2025-12-12T09:30:00+00:00" itemprop="datePublished">12 December 2025</time></p>'


@pytest.mark.parametrize(
    "page",
    [
        _story(_TEXT),
        _story(_TEXT, beside=_cards(0, "div", teaser=True, count=8)),
        _story(_TEXT * 2, beside=_cards(0, "div", teaser=True, count=20)),
        _story(_DATED + _TEXT, beside=_cards(0, "div", teaser=False)),
        _story(_TEXT, head=_OWN, beside=_cards(0, "article", teaser=True)),
        _story(f"<p>{_SENTENCES[0]}</p>", head=_OWN, beside=_cards(0, "div", teaser=True)),
    ],
)
def test_an_article_among_other_articles_is_one(page: str) -> None:
    assert _verdict(page) is Verdict.ARTICLE


def test_a_wrapper_around_each_paragraph_makes_no_list_of_a_text() -> None:
    wrapped = "".join(f'<div class="w"><p>{sentence}</p></div>' for sentence in _SENTENCES * 2)
    assert _verdict(_story(wrapped, beside=_cards(0, "div", teaser=True, count=50))) is Verdict.ARTICLE


def test_a_column_written_before_the_text_makes_no_list_of_it() -> None:
    column = f"<aside>{_cards(0, 'div', teaser=False, count=20)}</aside>"
    text = f"<p>{_SENTENCES[0]}</p>" * 3
    page = _page(f"{column}<main><h1>Ferry sails again</h1>{text}</main>", title="Ferry sails again")
    assert _verdict(page) is Verdict.ARTICLE


def test_a_template_that_calls_every_page_its_home_loses_no_article() -> None:
    page = _story(_DATED + _TEXT * 3, head=_HOME, beside=_cards(0, "div", teaser=False, count=6))
    assert _verdict(page) is Verdict.ARTICLE


@pytest.mark.parametrize("dated", [False, True])
def test_cards_of_one_paragraph_each_are_a_list(dated: bool) -> None:
    day = "12 December 2025 " if dated else ""
    items = "".join(
        f'<p class="item">{day}<a href="/n/{at}"><b>{_TITLES[at % 6][0]} ({at})</b></a><br>{_SENTENCES[at % 3]}</p>'
        for at in range(20)
    )
    assert _verdict(_page(f"<div><h1>News</h1>{items}</div>", title="News")) is Verdict.LISTING


def test_one_long_text_that_leads_nowhere_is_no_list() -> None:
    lines = "".join(f"<ul><li>{sentence}</li></ul>" for sentence in _SENTENCES * 8)
    page = _page(f"<div>{lines}</div>", title="Valley Gazette", name="home")
    assert _verdict(page.replace('class="home"', "")) is Verdict.ARTICLE
