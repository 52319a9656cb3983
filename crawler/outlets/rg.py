"""Rossiyskaya Gazeta, the paper of the Russian government, in which laws are published. Next.js since 2021, whose class
names end in marks that change with every build. Nothing of it was seen but in scrapers' code of 2023 to 2026."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, meta
from crawler.outlets.find import Feed

# /2026/03/12/slug-of-it.html, with a region before the name of some: /2026/03/12/reg-szfo/slug.html · laws and decrees
# /documents/2026/03/12/slug.html. A name is one of its day.
_ARTICLE = r"/(?:documents/)?(?P<of>\d{4}/\d\d/\d\d)/(?:reg-[\w-]+/)?(?P<id>[^/]+)\.html$"

_ZONE = "Europe/Moscow"

# The text has one class on pages of today, others on those of 2021 to 2023 and on documents.
_TEXTS = "PageContentCommonStyling_text", "PageArticleContentStyling_text", "PageArticleContent_textWrapper"
_BODY = ", ".join(f"[class*={name}]" for name in (*_TEXTS, "PageDocumentContent_text"))
_LEAD = "[class*=PageArticleContent_lead]"

_NEXT = Reader(
    name="rg-next",
    marks=f"[class*=PageArticleCommonTitle_title], {_BODY}",
    body=_BODY,
    headline=first(css("h1[class*=PageArticleCommonTitle_title]"), css("h1"), meta("og:title")),
    lead=css(_LEAD),
    lead_inside=_LEAD,
    authors=css("[class*=PageArticleContent_authors] a, [class*=PageArticle_authors] a"),
    published=(
        When(jsonld("datePublished"), _ZONE),
        When(meta("article:published_time"), _ZONE),
        When(css("[class*=ContentMetaDefault_date]"), _ZONE, order="dmy"),
    ),
    modified=(When(jsonld("dateModified"), _ZONE), When(meta("article:modified_time"), _ZONE)),
    section=first(jsonld("articleSection"), meta("article:section"), css("[class*=ContentMetaDefault_rubric]")),
    pictures=(Picture("[class*=PageArticleContent_image], rg-photo, figure", caption=css("figcaption")),),
    furniture=(
        Cut("inset", "read-also", "rg-incut, incut", titles="a"),
        Cut("likes", "share", "[class*=Likes_wrapper]"),
        Cut("issue", "date-line", "[class*=PageArticleContent_issue]"),
        Cut("advertising", "advertising", "[class*=Adfox_]"),
    ),
    embeds="iframe, video, rg-video",
    seen=False,
)

# Its sitemaps, one a day from 2003, are named by seconds since 1970: no window of days tells which to fetch.
rg = Outlet(
    name="rg",
    family="rg",
    title="Российская газета",
    domains=(Domain("rg.ru"),),
    country="RU",
    languages=("ru",),
    timezone=_ZONE,
    charset="utf-8",
    controlled_by="Government of the Russian Federation",
    monitor="SC",
    daily=300,
    robots="/oficial/, /arhiv/ and /printable/ are forbidden (October 2026)",
    access="open (October 2026)",
    article=_ARTICLE,
    readers=(_NEXT,),
    find=(Feed("https://rg.ru/xml/index.xml"),),
)
