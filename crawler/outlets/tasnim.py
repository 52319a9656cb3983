"""Tasnim in Persian and English, on a content system of its own. Nothing of it was seen but in scrapers' code of
October 2026."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, last, meta, pick
from crawler.outlets.find import Feed, Sitemap

# /fa/news/1405/07/12/3401234/slug-of-it, by the Solar Hijri day; /en/news/2026/10/04/3401235/slug by the Gregorian one.
_ARTICLE = r"/\w\w/(?:news|media)/\d{4}/\d\d?/\d\d?/(?P<id>\d+)(?=/|$)"

_ZONE = "Asia/Tehran"
_STORY = Reader(
    name="tasnim-story",
    marks="article.single-news, .single-news .story",
    article="article.single-news",
    body=".story",
    headline=first(css("h1.title"), css("h1"), pick(meta("og:title"), r"^(.+?) - ")),
    lead=css("h3.lead, h2.lead"),
    published=(
        When(meta("datepublished", "article:published_time"), _ZONE),
        When(jsonld("datePublished"), _ZONE),
        When(css(".time"), _ZONE),
    ),
    modified=(When(meta("datemodified", "article:modified_time"), _ZONE),),
    section=last(first(css("li.service a"), css("li.service"))),
    tags=first(css(".tags li a"), css("li.skeyword-item a")),
    variants=(("kicker", css("h2.subtitle, .kicker")),),
    pictures=(Picture(".story figure, .story img", caption=css("figcaption")),),
    furniture=(
        Cut("tags", "tags", ".story .tags, .story .keywords-box"),
        Cut("player", "promo", ".story .jwplayer, .story .hideTag"),
        Cut("related", "read-also", ".story .related-news, .story .inner-related", titles="a"),
    ),
    bold_heads=True,
    seen=False,
)

# The sitemaps of a day; those of a year and a month list them.
_DAYS = "{date:%Y}/{date:%-m}/{date:%-d}"


def _edition(language: str, title: str) -> Outlet:
    site = f"https://www.tasnimnews.ir/{language}"
    days = f"{site}/{_DAYS}/{language}_{{date:%Y}}_{{date:%-m}}_{{date:%-d}}_sitemap.xml"
    return Outlet(
        name=f"tasnim-{language}",
        family="tasnim",
        title=title,
        domains=(Domain("tasnimnews.com"), Domain("tasnimnews.ir", mirror=True)),
        path=f"/{language}",
        country="IR",
        languages=(language,),
        timezone=_ZONE,
        charset="utf-8",
        controlled_by="Islamic Revolutionary Guard Corps (affiliated)",
        daily=400 if language == "fa" else 60,
        robots="/*/search* is forbidden (October 2026)",
        access="tasnimnews.com is not resolved abroad, tasnimnews.ir is (October 2026)",
        article=_ARTICLE,
        readers=(_STORY,),
        find=(Feed(f"{site}/rss"), Sitemap(days)),
    )


tasnim_fa = _edition("fa", "خبرگزاری تسنیم")
tasnim_en = _edition("en", "Tasnim News Agency")
