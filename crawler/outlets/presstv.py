"""Press TV, the English and French news of Iran's state broadcasting. Its front page of 2026 was seen, its articles in
scrapers' code of 2023 to October 2026."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, last, meta, pick
from crawler.outlets.find import Feed, Find, Listing, Sitemap

# /Detail/2026/05/07/768213/Slug-of-it
_ARTICLE = r"(?i:/Detail)/\d{4}/\d{1,2}/\d{1,2}/(?P<id>\d+)(?=/|$)"

_ZONE = "Asia/Tehran"
_DETAILS = Reader(
    name="presstv-details",
    marks=".details-page",
    article=".details-page",
    body=".details-page .news-body-container, .details-page .col-md-9",
    headline=first(css("h1.news-title-container"), css("h1"), meta("og:title")),
    # `Saturday, 03 October 2026 11:50 AM`; shown `03 October Last Update: 04 October 2026`
    published=(
        When(css("time.news-modifydate-container", "datetime"), _ZONE),
        When(css("time.news-modifydate-container"), _ZONE),
        When(jsonld("datePublished"), _ZONE),
    ),
    modified=(When(pick(css("time.news-modifydate-container"), r"Last Update:\s*(.+)$"), _ZONE),),
    section=last(css(".news-section-container a")),
    pictures=(Picture(".details-page figure", caption=css("figcaption")), Picture(".details-page .col-md-9 img")),
    furniture=(
        Cut("card", "read-also", "[data-oembed-url]", titles="a"),
        Cut("title", "masthead", ".col-md-9 .news-title-container, .col-md-9 .news-section-container"),
        Cut("date", "date-line", ".col-md-9 .news-modifydate-container"),
        Cut("share", "share", ".share-container, .col-md-9 .social-share"),
        Cut("below", "follow-us", ".details-page .col-md-9 .col-md-12"),
    ),
    embeds="iframe, video",
    seen=False,
)
_BEFORE = Reader(
    name="presstv-item",
    marks="h2.page-header, .item-text",
    body=".item-text, div.body:has(> p)",
    headline=first(css("h2.page-header"), css("h1"), meta("og:title")),
    published=(When(css(".item-date"), _ZONE), When(jsonld("datePublished"), _ZONE)),
    pictures=(Picture(".item-text img"),),
    until="2021-01-01",
    seen=False,
)


def _domain(host: str) -> Domain:
    # Seized by the United States on 22 June 2021.
    return Domain(host, until="2021-06-23" if host == "presstv.com" else "")


def _edition(language: str, title: str, hosts: str, find: tuple[Find, ...]) -> Outlet:
    """`hosts` are its domains: its own, a bar, its mirrors."""
    own, _, mirrors = (part.split() for part in hosts.partition("|"))
    return Outlet(
        name=f"presstv-{language}",
        family="presstv",
        title=title,
        domains=(*map(_domain, own), *(Domain(host, mirror=True) for host in mirrors)),
        country="IR",
        languages=(language,),
        timezone=_ZONE,
        charset="utf-8",
        controlled_by="Islamic Republic of Iran Broadcasting",
        monitor="SC",
        daily=60 if language == "en" else 20,
        robots="none (October 2026)",
        access="presstv.ir leads to presstv.co.uk abroad (October 2026)",
        article=_ARTICLE,
        readers=(_DETAILS, _BEFORE),
        find=find,
    )


# Sitemaps of months are served for 2014 to 2023 only.
presstv_en = _edition(
    "en",
    "Press TV",
    "presstv.ir presstv.com | presstv.co.uk",
    (
        Feed("https://www.presstv.co.uk/rss.xml"),
        Sitemap(
            "https://www.presstv.co.uk/SiteMap/{date:%Y-%m}/sitemap-news-{date:%Y-%m}.xml",
            past=True,
            since="2014-12-01",
        ),
    ),
)
presstv_fr = _edition(
    "fr", "Press TV français", "french.presstv.ir | french.presstv.com", (Listing("https://french.presstv.ir/"),)
)
