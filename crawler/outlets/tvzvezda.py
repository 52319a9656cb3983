"""TV Zvezda, the television of the Russian ministry of defence. Of its pages a part of one of 2026 was seen, the rest
in scrapers' code of October 2026."""

from crawler.outlets.base import Domain, Outlet, Picture, Reader, When, css, first, jsonld, meta, names
from crawler.outlets.find import Feed

# /news/20261050010-AbCdE.html · before /news/forces/content/201907311315-mil-ru-s54zy.html, until about 2017 .htm
_ARTICLE = r"/news/(?:[\w-]+/content/)?(?P<id>\d{8,12}-(?:[\w-]+-)?\w{4,5})\.html?$"

_ZONE = "Europe/Moscow"
_TEXT = Reader(
    name="tvzvezda-text",
    marks="div.text18, div.text:has(> p)",
    body="div.text18, div.text:has(> p)",
    headline=first(css("h1"), jsonld("headline"), meta("og:title")),
    # They name no zone.
    published=(When(jsonld("datePublished"), _ZONE), When(meta("article:published_time"), _ZONE)),
    modified=(When(jsonld("dateModified"), _ZONE),),
    section=jsonld("articleSection"),
    tags=names(meta("keywords")),
    pictures=(Picture("div.text img"),),
    seen=False,
)

tvzvezda = Outlet(
    name="tvzvezda",
    family="tvzvezda",
    title="Телеканал «Звезда»",
    domains=(Domain("tvzvezda.ru"),),
    country="RU",
    languages=("ru",),
    timezone=_ZONE,
    charset="utf-8",
    controlled_by="Ministry of Defence of the Russian Federation",
    monitor="SC",
    daily=150,
    robots="/api* and /vcard* are forbidden (October 2026)",
    access="open (October 2026); there is no sitemap, and its feeds reach back a day and a half",
    article=_ARTICLE,
    readers=(_TEXT,),
    find=(Feed("https://tvzvezda.ru/export/rss.xml"), Feed("https://tvzvezda.ru/export/yandex.xml")),
)
