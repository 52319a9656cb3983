"""An address that a page calls its own is believed where it names the same article, and only there."""

from __future__ import annotations

import pytest

from crawler.pipeline.canonical import believed

SITE = "https://www.lindal-courier.example"
HEADLINE = "Ferry to Lindal sails twice a day"

TWINS = [
    ("/news/ferry-41", "/news/ferry-41?from=front"),
    ("/news/ferry-41", "/amp/news/ferry-41"),
    ("/news/ferry-41", "/news/ferry-41/amp/"),
    ("/news/ferry-41", "/news/ferry-41.amp.html"),
    ("/news/ferry-41.html", "/news/ferry-41?outputType=amp"),
    ("/news/ferry-41", "/print/41"),
    ("/news/ferry-41", "/print.php?id=41"),
    ("/2026/11/ferry-sails-twice", "/?p=41"),
    ("/news/ferry-sails-twice-a-day", "/economy/ferry-sails-twice-a-day"),
    ("/news/41-ferry-sails", "/news/41-ferry-to-sail"),
    ("/news/ferry", "/news/ferry?from=front"),
    ("/article.php?id=1", "/article.php?id=1&section=3"),
    ("/article.php?id=1", "/print.php?id=1"),
    ("/news/ferry-sails", "/news/ferry-sails?page=2"),
    ("/новости/паром-ходит-дважды", "/amp/новости/паром-ходит-дважды"),
    ("/news/ferry-41", "/news/ferry-41?a_b=12"),
]
OTHERS = [
    ("/article.php", "/article.php?id=1"),
    ("/index.php", "/index.php?option=com_content&view=article&id=41"),
    ("/article.php?id=7", "/article.php?id=1"),
    ("/article.php?section=3", "/article.php?id=1"),
    ("/news/view", "/news/view?id=41"),
    ("/view-article", "/view-article?nid=41"),
    ("/news/", "/news/ferry-41"),
    ("/news", "/news/2026/11/24/ferry"),
    ("/politics-and-economy/", "/politics-and-economy/ferry-41"),
    ("/economy/", "/news/ferry-41"),
    ("/news/quay-40", "/news/ferry-41"),
    ("/news/2026/11/24/quay", "/news/2026/11/24/ferry"),
    ("/20261124/quay", "/20261124/ferry"),
    ("/news/harbour-opens-again", "/news/ferry"),
    ("/news/show.aspx", "/news/show.aspx?story=ferry"),
    ("/app", "/app#/news/41"),
    ("/app#/news/40", "/app#/news/41"),
]


@pytest.mark.parametrize(("stated", "landed"), TWINS)
def test_twins_are_one_article(stated: str, landed: str) -> None:
    assert believed(SITE + stated, SITE + landed, HEADLINE)


@pytest.mark.parametrize(("stated", "landed"), OTHERS)
def test_other_articles_stay_apart(stated: str, landed: str) -> None:
    assert not believed(SITE + stated, SITE + landed, HEADLINE)


def test_the_mobile_host_is_a_twin() -> None:
    assert believed(f"{SITE}/news/ferry-41", "https://m.lindal-courier.example/news/ferry-41", HEADLINE)
    assert believed(f"{SITE}/news/ferry", "https://m.lindal-courier.example/news/ferry", HEADLINE)
