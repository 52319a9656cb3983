"""What a capture is, from that capture alone: no article is ever a wall, no wall an article."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.records import Capture, Source, Verdict
from crawler.extract.examine import examine
from crawler.outlets.registry import registry

AT = datetime(2026, 1, 1, tzinfo=UTC)
URL = "https://www.rt.com/news/473001-slug/"
HEAD = '<!DOCTYPE html><html lang="en"><head><title>T</title></head><body>'
ARTICLE = (
    f'{HEAD}<div class="article"><h1 class="article__heading">Bridge to close</h1><div class="article__text">'
    "<p>The bridge will close for a year.</p></div></div></body></html>"
)


def verdict(
    body: str = ARTICLE,
    *,
    status: int = 200,
    url: str = URL,
    final_url: str = "",
    source: Source = Source.OWN_HTTP,
    headers: tuple[tuple[str, str], ...] = (),
    truncated: bool = False,
) -> Verdict:
    capture = Capture(url, AT, body.encode(), status, headers, final_url=final_url, source=source, truncated=truncated)
    return examine(capture, registry().for_url(url, AT))[0].verdict


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Verdict.ARTICLE),
        (404, Verdict.GONE),
        (410, Verdict.GONE),
        (451, Verdict.GEO_BLOCKED),
        (302, Verdict.REDIRECTED),
        (304, Verdict.REDIRECTED),
        (403, Verdict.ERROR_PAGE),
        (500, Verdict.ERROR_PAGE),
        (503, Verdict.ERROR_PAGE),
        (206, Verdict.ERROR_PAGE),
    ],
)
def test_status(status: int, expected: Verdict) -> None:
    assert verdict(status=status) is expected


@pytest.mark.parametrize("status", [200, 403, 503])
@pytest.mark.parametrize(
    "markup",
    [
        "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>",
        "<title>DDoS-Guard</title>",
        "<script src='https://servicepipe.ru/static/a.js'></script>",
        "<script>__arcsjs()</script>",
        "<script src='https://x.token.awswaf.com/c.js'></script>",
    ],
)
def test_walls(markup: str, status: int) -> None:
    page = f"<!DOCTYPE html><html><head>{markup}</head><body><p>Checking your browser.</p></body></html>"
    assert verdict(page, status=status) is Verdict.CAPTCHA
    assert verdict(page, status=status, url="https://nobody.example/a/1") is Verdict.CAPTCHA


def test_a_wall_told_by_its_header() -> None:
    page = f"{HEAD}<p>Hello.</p></body></html>"
    assert verdict(page, status=403, headers=(("CF-Mitigated", "challenge"),)) is Verdict.CAPTCHA


def test_a_regional_block() -> None:
    page = f"{HEAD}<p>This content is not available in your region.</p></body></html>"
    assert verdict(page) is Verdict.GEO_BLOCKED
    assert verdict(page, status=403) is Verdict.GEO_BLOCKED


@pytest.mark.parametrize(
    "words",
    ["g-recaptcha", "window._cf_chl_opt", "not available in your country", "servicepipe.ru/static", "Just a moment..."],
)
def test_an_article_about_walls_is_an_article(words: str) -> None:
    assert verdict(ARTICLE.replace("for a year", f"for a year: {words}")) is Verdict.ARTICLE


def test_truncated_by_its_carrier() -> None:
    assert verdict(truncated=True) is Verdict.CUT


def test_shorter_than_announced() -> None:
    assert verdict(headers=(("Content-Length", str(len(ARTICLE) + 1)),)) is Verdict.CUT
    assert verdict(headers=(("Content-Length", str(len(ARTICLE))),)) is Verdict.ARTICLE
    assert verdict(headers=(("Content-Length", "999999"), ("Transfer-Encoding", "chunked"))) is Verdict.ARTICLE
    assert verdict(headers=(("Content-Length", "²"),)) is Verdict.ARTICLE


@pytest.mark.parametrize(
    ("body", "own", "given"),
    [
        (ARTICLE.removesuffix("</html>"), Verdict.ARTICLE, Verdict.ARTICLE),
        (ARTICLE.removesuffix("</body></html>"), Verdict.ARTICLE, Verdict.ARTICLE),
        (
            ARTICLE.removesuffix("</body></html>").replace("</head><body>", "").replace("<head>", ""),
            Verdict.ARTICLE,
            Verdict.ARTICLE,
        ),
        (ARTICLE.partition("</head>")[0] + "<style>a{}</style>", Verdict.CUT, Verdict.CUT),
        (ARTICLE.removesuffix("</div></div></body></html>"), Verdict.CUT, Verdict.CUT),
        (ARTICLE.partition(" for a year")[0], Verdict.CUT, Verdict.CUT),
        (ARTICLE.removesuffix("></html>"), Verdict.CUT, Verdict.ARTICLE),
        (ARTICLE.removesuffix("</html>") + "<!-- toolbar", Verdict.CUT, Verdict.ARTICLE),
        (ARTICLE + "<!-- saved by somebody -->", Verdict.ARTICLE, Verdict.ARTICLE),
        (ARTICLE.replace("html", "HTML"), Verdict.ARTICLE, Verdict.ARTICLE),
        (ARTICLE.partition("<body>")[2].removesuffix("</body></html>"), Verdict.ARTICLE, Verdict.ARTICLE),
    ],
)
def test_a_document_that_does_not_end(body: str, own: Verdict, given: Verdict) -> None:
    assert verdict(body) is own
    assert verdict(body, source=Source.GIVEN_PAGE) is given


@pytest.mark.parametrize(
    ("final_url", "expected"),
    [
        (URL, Verdict.ARTICLE),
        ("https://swentr.site/news/473001-slug/", Verdict.ARTICLE),
        ("https://www.rt.com/news/473001-another-slug/", Verdict.ARTICLE),
        ("https://www.rt.com/", Verdict.HOME),
        ("https://www.rt.com/news/480000-other/", Verdict.REDIRECTED),
        ("https://www.rt.com/news/", Verdict.REDIRECTED),
        ("https://elsewhere.example/news/473001-slug/", Verdict.REDIRECTED),
        ("https://consent.elsewhere.example/?continue=x", Verdict.CONSENT),
    ],
)
def test_where_it_landed(final_url: str, expected: Verdict) -> None:
    assert verdict(final_url=final_url) is expected


def test_a_section_is_a_listing_and_an_article_under_an_unknown_address_is_not() -> None:
    assert verdict(f"{HEAD}<ul><li>A</li></ul></body></html>", url="https://www.rt.com/news/") is Verdict.LISTING
    assert verdict(url="https://www.rt.com/some/new/form") is Verdict.ARTICLE


def test_a_layout_nobody_knows_is_unreadable() -> None:
    assert verdict(f"{HEAD}<main><h1>Bridge</h1><p>Text of it.</p></main></body></html>") is Verdict.UNREADABLE


def test_a_layout_without_its_text_is_unreadable() -> None:
    assert verdict(f'{HEAD}<h1 class="article__heading">Bridge</h1></body></html>') is Verdict.UNREADABLE


def test_a_headline_alone_is_an_empty_shell() -> None:
    assert verdict(ARTICLE.replace("The bridge will close for a year.", "")) is Verdict.EMPTY_SHELL


def test_a_text_without_a_headline_is_unreadable() -> None:
    assert verdict(ARTICLE.replace("Bridge to close", "")) is Verdict.UNREADABLE


def test_a_page_that_only_a_script_would_fill_is_an_empty_shell() -> None:
    page = f'{HEAD}<div id="root"></div><script src="app.js"></script></body></html>'
    assert verdict(page, url="https://nobody.example/a/1") in {Verdict.EMPTY_SHELL, Verdict.UNREADABLE}
