"""Anadolu Agency: editions by language on one host, told apart by the first part of the path. Two layouts: ASP.NET
pages (2019 to 2025) and a Next.js site (2026). Article numbers are the agency's, one row for all editions."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, meta, names, pick
from crawler.outlets.find import Feed, Find, Sitemap

# /tr/ekonomi/slug-of-it/3529015 · galleries, graphics and pages about the agency have numbers of their own.
_ARTICLE = r"/\w\w/(?!(?:p|pgc?|vgc?|info|rss|search)/)(?:[^/]+/)+(?P<id>\d{5,9})/?$"

_ZONE = "Europe/Istanbul"
_DAY = r"\d\d\.\d\d\.\d{4}(?: \d\d:\d\d)?"
_NOT_THE_HOUSE = r"^(?!(?:Anadolu|AA|وكالة|الأناضول)\b)(.+)$"
_EMBEDS = "iframe, video, .twitter-tweet, .instagram-media"

_ASPNET = Reader(
    name="anadolu-aspnet",
    marks=".detay-icerik",
    article=".print",
    body=".detay-icerik",
    headline=css(".detay-spot-category h1"),
    lead=css(".detay-spot-category h4"),
    authors=pick(names(css(".detay-spot-category .row > span:not(.tarih)")), _NOT_THE_HOUSE),
    published=(When(pick(css(".tarih"), rf"^({_DAY})"), _ZONE, order="dmy"),),
    # `05.04.2025 - Güncelleme : 06.04.2025`, the word in the edition's language
    modified=(
        When(pick(css(".tarih"), rf":\s*({_DAY})"), _ZONE, order="dmy"),
        When(meta("article:modified_time"), _ZONE),
    ),
    section=css(".detay-news-category a"),
    tags=css(".detay-paylas a.btn-outline-secondary"),
    pictures=(Picture("img.detay-buyukFoto, .detay-icerik img"),),
    furniture=(
        Cut("place", "date-line", ".detay-icerik > h6"),
        Cut("subscription", "subscribe", ".detay-icerik .detay-foto-editor"),
        Cut("topics", "tags", ".detay-paylas"),
        Cut("share", "share", ".social-left"),
    ),
    embeds=_EMBEDS,
    bold_heads=True,
)

# What only some pages have in the container behind the text is known from scrapers' code: related pieces, a box of the
# readers' editor, and names of texts that were not filled in.
_NEXT = Reader(
    name="anadolu-next",
    marks=".embed-responsive.prose",
    body=".embed-responsive.prose",
    headline=first(css("h1.caustenBlack"), css("h1"), meta("og:title")),
    lead=first(
        css("h1 + span.lora"), css("h1 ~ span.lora"), css("span.lora:not(.prose *, header *, footer *, figure *, a *)")
    ),
    authors=pick(names(jsonld("author")), _NOT_THE_HOUSE),
    # They differ by minutes; what stands in the JSON-LD is the earlier one.
    published=(When(jsonld("datePublished"), _ZONE), When(meta("article:published_time"), _ZONE)),
    modified=(When(jsonld("dateModified"), _ZONE), When(meta("article:modified_time"), _ZONE)),
    section=first(jsonld("articleSection"), meta("article:section")),
    pictures=(
        Picture(
            "figure",
            caption=pick(css("figcaption"), r"^(?!\w+ ?:)(.+)$"),
            credit=pick(css("figcaption"), r"^\w+ ?: *(.+)$"),
        ),
    ),
    furniture=(
        Cut("place", "date-line", ".prose > span:first-child, .prose > h6"),
        Cut("related", "read-also", ".prose [class*=relatedNews]", titles="a"),
        Cut("subscription", "subscribe", ".text-shareNewsTextColor"),
    ),
    embeds=_EMBEDS,
    bold_heads=True,
    ends=r"(?:Okur Temsilci\w*|Bu haberde bir hata mı var|Is there an error in this story"
    r"|contact_the_ombudsman|is_there_an_error|news_share|subscription_contact)\W*$",
)


def _edition(language: str, title: str, daily: int = 0, *, feed: str = "") -> Outlet:
    site = f"https://www.aa.com.tr/{language}"
    find: tuple[Find, ...] = (Sitemap(f"{site}/SiteMap/News"),)  # the newest thousand
    return Outlet(
        name=f"anadolu-{language}",
        family="anadolu",
        title=title,
        domains=(Domain("aa.com.tr"),),
        path=f"/{language}",
        country="TR",
        languages=(language,),
        timezone=_ZONE,
        controlled_by="Directorate of Communications of the Presidency of Türkiye",
        monitor="SC",
        daily=daily,
        robots="/api/ and searches (?s=) are forbidden (October 2026)",
        access="open (October 2026)",
        article=_ARTICLE,
        readers=(_ASPNET, _NEXT),
        find=(*find, Feed(f"{site}/rss/default?cat={feed}")) if feed else find,
    )


# Where articles are found is known from scrapers' code of 2026 and was not fetched by us.
anadolu_tr = _edition("tr", "Anadolu Ajansı", 250, feed="guncel")
anadolu_en = _edition("en", "Anadolu Agency", 150)
anadolu_ar = _edition("ar", "وكالة الأناضول", feed="guncel")
