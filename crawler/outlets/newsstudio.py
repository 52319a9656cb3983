"""Outlets on the NewsStudio (Nastooh) content system, which many Iranian agencies use: IRNA and Mehr in Persian and
English, Khabaronline. The layout is that of a page of Khabaronline (2020); what differs since, and on the others, is
known from scrapers' code."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, last, meta
from crawler.outlets.find import Feed, Sitemap

# /news/86148323/slug-of-it; numbers are given once, whatever the kind of piece.
_ARTICLE = r"/(?:amp/)?(?:news|photo|video|media|live)/(?P<id>\d+)(?=/|$)"

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
    ends=r"\d{3,5}\*\*\d{3,5}|\d{5,6}\W*$",  # the numbers of reporter and editor
    seen=False,
)


def _edition(name: str, title: str, host: str, owner: str, *, monitor: str, access: str, others: str = "") -> Outlet:
    """`name` is the agency's and the edition's language; `others` are hosts below its own of editions in others."""
    site = f"https://{host}"
    domain = host.removeprefix("www.")
    family, _, language = name.rpartition("-")
    return Outlet(
        name=name,
        family=family,
        title=title,
        domains=(Domain(domain),),
        neighbours=tuple(f"{other}.{domain}" for other in others.split()),
        country="IR",
        languages=(language,),
        timezone=_ZONE,
        controlled_by=owner,
        monitor=monitor,
        access=access,
        article=_ARTICLE,
        readers=(_ITEM,),
        find=(
            Feed(f"{site}/rss"),
            Sitemap(f"{site}/sitemap/news/sitemap.xml"),
            Sitemap(f"{site}/sitemap/all/sitemap.xml", past=True),  # this year; older ones stand by their own years
        ),
    )


_STATE = "Government of Iran"
_ARVAN = "from abroad behind a JavaScript check of ArvanCloud (October 2026)"
_TIMEOUTS = "from abroad requests time out (October 2026)"
_DEVELOPMENT = "Islamic Development Organization, whose head the Supreme Leader appoints"

# Where articles are found is known from scrapers' code of 2026 and was not fetched by us.
irna_fa = _edition(
    "irna-fa",
    "خبرگزاری جمهوری اسلامی",
    "www.irna.ir",
    _STATE,
    monitor="SC",
    access=_ARVAN,
    others="ar de es fr ru tr ur zh",
)
irna_en = _edition("irna-en", "IRNA English", "en.irna.ir", _STATE, monitor="SC", access=_ARVAN)
mehr_fa = _edition(
    "mehr-fa",
    "خبرگزاری مهر",
    "www.mehrnews.com",
    _DEVELOPMENT,
    monitor="SC",
    access=_TIMEOUTS,
    others="ar de tr ur ru hi ku",
)
mehr_en = _edition("mehr-en", "Mehr News Agency", "en.mehrnews.com", _DEVELOPMENT, monitor="SC", access=_TIMEOUTS)
# Private, and near to one wing of those in power: what state agencies write is held against what it makes of it.
khabaronline = _edition(
    "khabaronline-fa", "خبرآنلاین", "www.khabaronline.ir", "private", monitor="", access="open (October 2026)"
)
