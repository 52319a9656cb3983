"""Pars Today, the world service of Iran's state broadcasting, in some thirty languages on one host: English and
Persian. Parts of pages of 2020 and 2026 were seen, the rest in scrapers' code of October 2026."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, meta
from crawler.outlets.find import Feed

# /en/news/iran-i246012-slug-of-it · /fa/iran-i44012 · any words before and behind the number lead there, and every
# language has numbers of its own.
_ARTICLE = r"/\w\w(?:/[\w-]+)*?/[^/]*?-i(?P<id>\d+)(?=[-/]|$)"

_ZONE = "Asia/Tehran"
_ITEM = Reader(
    name="parstoday-item",
    marks="h1.item-title, .item-text .introtext",
    body=".item-text",
    headline=first(css("h1.item-title"), css("h1"), meta("og:title")),
    lead=css(".item-text .introtext"),
    lead_inside=".item-text .introtext",
    # Shown with its zone: `Apr 20, 2020 09:23 UTC`, `مهر ۱۲, ۱۴۰۵ ۱۹:۲۴ Asia/Tehran`
    published=(When(meta("article:published_time")), When(css(".item-date"), _ZONE)),
    modified=(When(meta("article:modified_time")),),
    section=meta("og:article:section", "article:section"),
    tags=css(".item-tags a, .tags a"),
    pictures=(Picture(".item-img, .item-text figure, .item-text img", caption=css("figcaption")),),
    furniture=(Cut("tags", "tags", ".item-text .tags"), Cut("related", "read-also", ".item-text .related", titles="a")),
    ends=r"\W*[A-Za-z]{2}\W*$",  # the initials of who wrote it, as a paragraph of their own
    seen=False,
)


def _edition(language: str, title: str) -> Outlet:
    return Outlet(
        name=f"parstoday-{language}",
        family="parstoday",
        title=title,
        domains=(Domain("parstoday.ir"), Domain("parstoday.com")),
        path=f"/{language}",
        country="IR",
        languages=(language,),
        timezone=_ZONE,
        charset="utf-8",
        controlled_by="Islamic Republic of Iran Broadcasting",
        monitor="SC",
        daily=40,
        access="open (October 2026); its sitemaps list feeds only, and an unknown number answers 500",
        article=_ARTICLE,
        readers=(_ITEM,),
        find=(Feed(f"https://parstoday.ir/{language}/rss--mu__home"),),
    )


parstoday_en = _edition("en", "Pars Today English")
parstoday_fa = _edition("fa", "پارس تودی")
