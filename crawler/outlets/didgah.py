"""Outlets on the Didgah content system, which many Iranian ones use: the Young Journalists Club and Kayhan. Editions by
language stand on one host and are told apart by the first part of the path."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, meta, pick
from crawler.outlets.find import Feed, Find, Sitemap

# /fa/news/7349926/slug-of-it and /fa/news/7349926; /fa/amp/news/… and /fa/print/… are the same piece.
_ARTICLE = r"/\w\w/(?:(?:amp/)?news|print)/(?P<id>\d+)(?=/|$)"

_ZONE = "Asia/Tehran"
# Machine-readable dates are Gregorian in JSON-LD and, on some sites, Solar Hijri with Persian digits in the metas. Of
# pieces that were planned ahead they may lie in the future: then what is shown is believed.
_PUBLISHED = (
    When(jsonld("datePublished"), _ZONE),
    When(meta("article:published_time"), _ZONE),
    When(css(".news_pdate_c"), _ZONE),
)
_MODIFIED = (When(jsonld("dateModified"), _ZONE), When(meta("article:modified_time"), _ZONE))
_KICKER = (("kicker", css(".rutitr, .rutitr_body")),)

_CLASSIC = Reader(
    name="didgah-classic",
    marks=".news_pdate_c, h1.Htags",
    article=".news_p_box",
    body=".body",
    headline=first(css("h1.Htags"), css("h1[class*=title]"), css("h1"), meta("og:title")),
    lead=css(".subtitle"),
    published=_PUBLISHED,
    modified=_MODIFIED,
    section=first(css(".news_path a"), pick(css(".news_cat_c"), r"^(?:[^:]*:)?\s*(.+)$"), meta("article:section")),
    tags=css("a.tags_item, .tags_title > a"),
    variants=_KICKER,
    pictures=(Picture(".body img"),),
    furniture=(
        Cut("toolbar", "date-line", ".news_toolbar"),
        Cut("share", "share", ".share_to_box"),
        Cut("tags", "tags", ".tags_container"),
        Cut("short-url", "short-url", ".news_home_link"),
    ),
    bold_heads=True,
)

_YJC_2021 = Reader(
    name="yjc-2021",
    marks=".title-news",
    body=".baznashr-body",
    headline=first(css(".title-news"), meta("og:title")),
    lead=css(".Htags_news_subtitle"),
    lead_inside=".baznashr-body .subtitle, .baznashr-body .Htags_news_subtitle",
    published=_PUBLISHED,
    modified=_MODIFIED,
    section=first(css("a.cat-news-details"), meta("article:section")),
    tags=css(".path_bottom_body a"),
    variants=_KICKER,
    pictures=(Picture(".parent-lead-img img, .baznashr-body img"),),
    bold_heads=True,
    seen=False,
)


def _edition(
    name: str, title: str, host: str, language: str, owner: str, *readers: Reader, mirrors: str = "", feed: str = ""
) -> Outlet:
    find: tuple[Find, ...] = (
        Sitemap(f"https://{host}/{language}-sitemap-news"),
        Sitemap(f"https://{host}/{language}-sitemap-newsarchive", past=True),  # one part for each month
    )
    return Outlet(
        name=f"{name}-{language}",
        family=name,
        title=title,
        domains=(Domain(host.removeprefix("www.")), *(Domain(mirror, mirror=True) for mirror in mirrors.split())),
        path=f"/{language}",
        country="IR",
        languages=(language,),
        timezone=_ZONE,
        controlled_by=owner,
        monitor="SC",  # of the Young Journalists Club only the owner is listed
        robots="save, print, send, report, ajax and archive are forbidden (October 2026)",
        access="open from abroad (October 2026)",
        article=_ARTICLE,
        readers=readers,
        find=(*find, Feed(f"https://{host}/{language}/rss/{feed}")) if feed else find,
    )


# Where articles are found is known from scrapers' code of 2026 and was not fetched by us.
yjc_fa = _edition(
    "yjc",
    "باشگاه خبرنگاران جوان",
    "www.yjc.ir",
    "fa",
    "Islamic Republic of Iran Broadcasting",
    _YJC_2021,
    _CLASSIC,
    mirrors="yjc.news",
    feed="allnews",
)
_KAYHAN = "Kayhan Institute, whose head the Supreme Leader appoints"
kayhan_fa = _edition("kayhan", "کیهان", "kayhan.ir", "fa", _KAYHAN, _CLASSIC)
kayhan_en = _edition("kayhan", "Kayhan International", "kayhan.ir", "en", _KAYHAN, _CLASSIC)
