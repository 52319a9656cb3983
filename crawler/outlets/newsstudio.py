"""Outlets on the NewsStudio (Nastooh) content system, which many Iranian agencies use: IRNA in Persian and English. The
layout is that of a page of another outlet on the system (2020); what differs since is known from scrapers' code."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, last, meta
from crawler.outlets.find import Feed, Sitemap

# /news/86148323/slug-of-it; numbers are given once, whatever the kind of piece.
_ARTICLE = r"/(?:amp/)?(?:news|photo|video)/(?P<id>\d+)(?=/|$)"

_ZONE = "Asia/Tehran"
_ITEM = Reader(
    name="newsstudio-item",
    marks="#item, .item-title",
    article="#item",
    body=".item-text, [itemprop=articleBody]",
    headline=first(css(".item-title h1"), css("h1[itemprop=headline]"), css("h1"), meta("og:title")),
    lead=css(".introtext"),
    published=(
        When(meta("article:published_time"), "UTC"),
        When(meta("date"), _ZONE),
        When(css(".item-date span, .item-date"), _ZONE),
    ),
    modified=(When(meta("article:modified_time"), "UTC"), When(jsonld("dateModified"), _ZONE)),
    section=first(meta("article:section"), last(css("li.breadcrumb-item"))),
    tags=css(".tags li"),
    variants=(("kicker", css(".kicker, .uptitle")),),
    pictures=(Picture(".item-img, .item-body figure, .item-text img", caption=css("figcaption")),),
    furniture=(Cut("tags", "tags", ".tags"), Cut("related", "read-also", ".item-text .related", titles="a")),
    bold_heads=True,
    ends=r"\d{3,5}\*\*\d{3,5}",  # the numbers of reporter and editor
    seen=False,
)


def _edition(language: str, title: str, host: str, others: str = "") -> Outlet:
    site = f"https://{host}"
    domain = host.removeprefix("www.")
    return Outlet(
        name=f"irna-{language}",
        family="irna",
        title=title,
        domains=(Domain(domain),),
        neighbours=tuple(f"{other}.{domain}" for other in others.split()),
        country="IR",
        languages=(language,),
        timezone=_ZONE,
        controlled_by="Government of Iran",
        monitor="SC",
        access="from abroad behind a JavaScript check of ArvanCloud (October 2026)",
        article=_ARTICLE,
        readers=(_ITEM,),
        find=(
            Feed(f"{site}/rss"),
            Sitemap(f"{site}/sitemap/news/sitemap.xml"),
            Sitemap(f"{site}/sitemap/all/sitemap.xml", past=True),  # this year; older ones stand by their own years
        ),
    )


# Where articles are found is known from scrapers' code of 2026 and was not fetched by us.
irna_fa = _edition("fa", "خبرگزاری جمهوری اسلامی", "www.irna.ir", "ar de es fr ru tr ur zh")
irna_en = _edition("en", "IRNA English", "en.irna.ir")
