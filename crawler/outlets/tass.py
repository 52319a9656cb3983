"""TASS in Russian and English. The layout of 2018 to about 2023 (Angular, filled in on the server) is that of tass.com
until today; tass.ru has moved to Next.js, whose class names end in marks that change with every build.

Readers marked `seen=False` are known from scrapers' code only."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, inner, jsonld, meta, pick
from crawler.outlets.find import Feed, Sitemap

# /moskva/8836033 · /moskva/8836033/amp
_ARTICLE = r"(?:/[\w-]+)+/(?P<id>\d{5,})(?=/|$)"

_AUTHOR = pick(jsonld("author.name"), r"^(?!(?i:ТАСС|TASS|ИТАР-ТАСС)\b)(.+)$")
# `Headline -  Section - ТАСС`; a headline may hold dashes of its own.
_SECTION = pick(css("title"), r" -\s+([^-]+?) - (?:ТАСС|TASS)\s*$")


def _stated(name: str) -> When:
    """A date in what the page hands to its script: JSON within a string, its quotes escaped once or twice."""
    return When(pick(inner("script:not([src])"), rf'\\"{name}\\{{1,3}}"\s*:\s*\\{{1,3}}"([^"\\]+)'))


_NEXT = Reader(
    name="tass-next",
    marks="[class*=NewsHeader_titles], article[class*=Content_wrapper], p[class*=Paragraph_paragraph]",
    body="article",
    headline=first(css("h1[class*=NewsHeader_titles]"), css("h1"), meta("og:title")),
    lead=css("[class*=NewsHeader_lead]"),
    authors=_AUTHOR,
    published=(
        When(jsonld("datePublished")),
        _stated("datePublished"),
        When(css("[class*=PublishedMark_date]")),  # UTC as the server sends it, the reader's own zone in a browser
    ),
    modified=(When(jsonld("dateModified")), _stated("dateModified")),
    section=_SECTION,
    tags=css("[class*=Tags_container] a"),
    furniture=(
        Cut("cards", "read-also", "a[class*=tass_pkg_card]", titles="[class*=tass_pkg_title]"),
        Cut("tags", "tags", "[class*=Tags_container]"),
    ),
    ends="©",
    since="2023-01-01",
    seen=False,
)


def _angular(name: str, *, seen: bool) -> Reader:
    """Texts stand in blocks; what stands between the blocks are pictures and other news."""
    return Reader(
        name=name,
        marks=".news-header__title, .text-content .text-block",
        article="div.news",
        body=".text-content .text-block",
        headline=first(css("h1.news-header__title"), css("h1"), meta("og:title")),
        lead=css(".news-header__lead"),
        authors=_AUTHOR,
        published=(When(jsonld("datePublished")), When(css(".news-header__date dateformat", "time"))),
        modified=(When(jsonld("dateModified")),),
        section=_SECTION,
        tags=css(".tags__item"),
        pictures=(Picture(".news-media", caption=css(".news-media")),),
        furniture=(Cut("tags", "tags", ".tags"),),
        embeds=".text-content iframe, .text-content video",
        since="2018-06-01",
        seen=seen,
    )


_MATERIAL = Reader(
    name="tass-material",
    marks=".b-material-text__l",
    body=".b-material-text__l",
    headline=first(css("h1.b-material__title"), css("h1"), meta("og:title")),
    lead=css(".b-material__preview"),
    published=(When(meta("article:published_time"), "Europe/Moscow"), When(css(".b-material__date"), "Europe/Moscow")),
    section=_SECTION,
    furniture=(
        Cut("links", "read-also", ".b-links", titles="a"),
        Cut("gallery", "promo", ".b-gallery-widget-item"),
    ),
    until="2018-09-01",
    seen=False,
)

_NUMBERS = range(10)
_CONTROLLED_BY = "TASS (federal state unitary enterprise)"

tass_ru = Outlet(
    name="tass-ru",
    family="tass",
    title="ТАСС",
    domains=(Domain("tass.ru"), Domain("itar-tass.com")),
    country="RU",
    languages=("ru",),
    timezone="Europe/Moscow",
    charset="utf-8",
    controlled_by=_CONTROLLED_BY,
    monitor="SC",
    daily=500,
    robots="Disallowed: /search, /preview/, /n/, */api/*, /video/ (2026-10).",
    access="Pages answer 403 (servicepipe) to all but browsers; feeds have headline and lead only (2026-10).",
    article=_ARTICLE,
    readers=(_NEXT, _angular("tass-2020", seen=True), _MATERIAL),
    find=(
        Feed("https://tass.ru/rss/v2.xml"),
        *(Sitemap(f"https://tass.ru/sitemap/sitemap_news{number}.xml", past=True) for number in _NUMBERS),
    ),
)

tass_en = Outlet(
    name="tass-en",
    family="tass",
    title="TASS (English)",
    domains=(Domain("tass.com"), Domain("en.itar-tass.com")),
    country="RU",
    languages=("en",),
    timezone="Europe/Moscow",
    charset="utf-8",
    controlled_by=_CONTROLLED_BY,
    monitor="SC",
    daily=100,
    robots="Disallowed: /search (2026-10).",
    article=_ARTICLE,
    readers=(_angular("tass-com-2020", seen=False), _MATERIAL, _NEXT),
    find=(
        Feed("https://tass.com/rss/v2.xml"),
        *(
            Sitemap(f"https://tass.com/sitemap/sitemap_news{number}.xml", past=True, since="2020-10-01")
            for number in _NUMBERS
        ),
    ),
)
