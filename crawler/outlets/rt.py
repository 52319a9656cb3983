"""RT in all its editions. Two template families: `article__…` (since about 2014) and `ArticleView` (React, since about
2021); Arabic has its own. Layouts marked `seen=False` are known from scrapers' code only."""

from dataclasses import replace

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, meta, pick
from crawler.outlets.find import Feed, Find, Sitemap

# /uk/322589-slug/ · /world/article/1234-slug · until about 2014 the number stood last: /usa/slug-of-it-417/
_ARTICLE = r"/(?:[\w-]+/)+(?P<id>\d{4,}(?=[-/]|$)|[a-z][\w-]*-\d{3}(?=/|$))"

_METAS = (When(meta("published_time_telegram", "mediator_published_time")), When(jsonld("datePublished")))
_NOT_THE_HOUSE = r"^(?!RT\b)(.+)$"

_FURNITURE = (
    Cut(
        "read-more-big",
        "read-also",
        "a.read-more-big, .article__read-more",
        titles=".read-more-big__title, .article__read-more a",
    ),
    Cut("read-more", "read-also", ".read-more, .read-more__link, .crosslinks", titles="a, .read-more__title"),
    Cut("read-more-text", "read-also", ".read-more-text-only, .Read-more-text-only", titles="a"),
    Cut("article-date", "date-line", ".article__date"),
    Cut("short-url", "short-url", ".article__short-url, .short-url"),
    Cut("article-share", "share", ".article__share, .addthis_sharing_toolbox, .social-container"),
    Cut("follow", "follow-us", ".article__google-news, .follows-channel, .article__follow"),
    Cut("tags", "tags", ".article__tags-trends, .tags-trends, .news-tags"),
    Cut("newsletter", "subscribe", ".subscribe, .article__subscribe"),
    Cut("typo", "comments", ".error-on-page"),
    Cut("podcast", "promo", ".podcast-view-card"),
)
_EMBEDS = "iframe, video, .rtcode, .twitter-tweet, .instagram-media, .tiktok-embed, .fb-post, .article__podcast"

_PICTURE = Picture(
    ".article__cover, .article__cover-image, .article__text .media, .photo",
    caption=first(
        css('[data-role="title"]'), css(".media__title:not(:has([data-role])), .caption, .article__cover-description")
    ),
    credit=first(
        css('[data-role^="copyright"], [data-role="source"]'),
        css(".media__copyright, .copyright, .article__cover-copyright"),
    ),
)


# `Von Anna Beispiel` or `Eine Analyse von Anna Beispiel` as a paragraph of its own.
_BYLINE = r"(?:(?:Eine?|Ein) \w+ von|Von|Por|Аутор:|Autor:) ([^\W\d_a-zа-я][\w.'’-]*(?:[, ]+[\w.'’-]+){1,5})"


def _article(name: str, zone: str, *, seen: bool) -> Reader:
    """The `article__…` family; `zone` is that of the hours shown on the page."""
    return Reader(
        name=name,
        marks=".article__heading",
        article="div.article",
        body="div.article__text",
        headline=first(css("h1.article__heading, h1"), css(".article__heading"), meta("og:title")),
        lead=first(css(".article__summary"), css("p.text__summary")),
        lead_inside="p.text__summary, .article__text .article__summary",
        authors=first(
            css(".article__author-text em strong, .blog-autor__name, .article__author-name"),
            css(".article__author"),
            pick(meta("article:author"), _NOT_THE_HOUSE),
        ),
        published=(
            *_METAS,
            When(meta("publish-date"), zone),
            When(css(".article__date .date"), zone),
            When(css(".article__date"), zone),
        ),
        modified=(
            When(jsonld("dateModified")),
            When(meta("article:modified_time")),
            When(pick(css(".article__date .date"), r"(?i)(?:edited|updated)[^:]*:\s*(.+)"), zone),
        ),
        section=first(
            css(".article__breadcrumbs a:last-child"),
            meta("article:section"),
            css(".breadcrumbs-item, .article__category"),
        ),
        tags=css("a.tags-trends__link"),
        byline=_BYLINE,
        pictures=(_PICTURE,),
        furniture=_FURNITURE,
        embeds=_EMBEDS,
        seen=seen,
    )


_VIEW = Reader(
    name="rt-view",
    marks=".ArticleView-root",
    article=".ArticleView-root",
    body=".ArticleView-text",
    headline=first(css(".ArticleView-title h1"), css("h1.HeadLine-root"), meta("og:title")),
    lead=css(".ArticleView-summary"),
    authors=css(".ArticleView-authors a, .ArticleView-authors .author-simple-card__title"),
    byline=_BYLINE,
    published=(
        *_METAS,
        When(css(".ArticleView-timestamp time", "datetime"), "UTC"),
        When(meta("publish-date"), "UTC"),
        When(css(".ArticleView-timestamp time"), "UTC"),
    ),
    modified=(When(jsonld("dateModified")), When(meta("article:modified_time"))),
    section=meta("article:section"),
    tags=css("a.Tags-link"),
    pictures=(
        Picture(
            "figure.Cover-root, figure.RTImage-root",
            caption=first(css(".Cover-caption, .RTImage-caption"), css(".Cover-captionItem")),
            credit=css(".Cover-source, .Cover-imageSource, .RTImage-source"),
        ),
    ),
    furniture=(
        Cut("read-more-card", "read-also", ".ReadMore-root", titles="a.Link-isFullCard"),
        Cut("crosslink", "read-also", ".ArticleView-crosslink", titles="a"),
        Cut("timestamp", "date-line", ".ArticleView-timestamp"),
        Cut("shares", "share", ".ArticleView-shares, .ArticleView-sharesInline"),
        Cut("tags", "tags", ".ArticleView-tags"),
        Cut("banner", "consent", "[class*=CookiesBanner]"),
        Cut("advertising", "advertising", ".ArticleView-rsya, .ArticleView-rotatorBanners"),
        Cut("comments", "comments", ".ArticleView-comments"),
        Cut("endless-scroll", "read-also", ".articles-listing"),
    ),
    embeds="iframe, video, [class*=EmbedBlock], .TwitterEmbed, .TelegramEmbed, .YouTubeEmbed, .VkEmbed, .twitter-tweet",
    promo=True,
)

# Sub-heads are paragraphs in bold there.
_VIEW_DE = replace(_VIEW, name="rt-view-de", bold_heads=True)

_ARABIC = Reader(
    name="rt-arabic",
    marks=".js-mediator-article",
    body=".js-mediator-article",
    headline=first(css("h1"), meta("og:title")),
    lead=css("p.intro"),
    lead_inside="p.intro",
    authors=pick(meta("mediator_author"), _NOT_THE_HOUSE),
    published=(*_METAS, When(meta("publish-date"), "Europe/Moscow")),
    modified=(When(jsonld("dateModified")), When(meta("article:modified_time"))),
    section=first(meta("category"), css(".time-public a")),
    tags=css(".news-tags a"),
    pictures=(_PICTURE,),
    furniture=_FURNITURE,
    embeds=_EMBEDS,
    seen=False,
)


def _domains(*hosts: str, mirrors: str = "") -> tuple[Domain, ...]:
    return (*map(Domain, hosts), *(Domain(host, mirror=True) for host in mirrors.split()))


def _sitemap(site: str, *, past: bool = True) -> Sitemap:
    """The index of the yearly sitemaps. It does not list every `_2`, `_3`, … of a year; `lastmod` is the day a sitemap
    was written (in October 2026 that was 2026-06-08), so that newer articles stand in the feed only."""
    return Sitemap(
        f"https://{site}/sitemap.xml",
        parts=r"/sitemap_\d{4}",
        period=r"/sitemap_(?P<year>\d{4})",
        past=past,
    )


def _edition(
    name: str,
    title: str,
    language: str,
    domains: tuple[Domain, ...],
    *readers: Reader,
    find: tuple[Find, ...] = (),
    daily: int = 0,
    robots: str = "",
    access: str = "",
) -> Outlet:
    return Outlet(
        name=name,
        family="rt",
        title=title,
        domains=domains,
        country="RU",
        languages=(language,),
        timezone="Europe/Moscow",
        charset="utf-8",
        controlled_by="ANO TV-Novosti",
        monitor="SC",
        daily=daily,
        robots=robots,
        access=access,
        article=_ARTICLE,
        readers=readers,
        text_has_lead=True,
        find=find,
    )


_NO_QUERIES = "forbids addresses with a query, /search and /listing/ (October 2026)"
_BANNED = "banned in the European Union since March 2022: many networks there answer by a block or not at all"

# How many articles a day are expected is an order of magnitude: Russian from its sitemaps (1.2 million addresses from
# 2008 to 2026), the others from how long their feeds reach back.
# Where articles are found is known from scrapers' code of 2022 to 2026 and was not fetched by us, except for the French
# feed, of which there is a copy of 2020. robots.txt forbids addresses with `?` on www.rt.com and russian.rt.com.
rt_en = _edition(
    "rt-en",
    "RT",
    "en",
    _domains("rt.com", mirrors="swentr.site russiatoday.com"),
    _article("rt-article", "UTC", seen=True),
    _VIEW,
    find=(
        Feed("https://www.rt.com/rss/"),
        Feed("https://www.rt.com/rss/news"),
        Sitemap("https://www.rt.com/newssitemap.xml"),
        _sitemap("www.rt.com"),
    ),
    daily=60,
    robots=_NO_QUERIES,
    access=_BANNED,
)
rt_fr = _edition(
    "rt-fr",
    "RT en français",
    "fr",
    _domains("francais.rt.com", mirrors="rtenfrance.tv"),
    _article("rt-article-fr", "Europe/Paris", seen=False),
    _VIEW,
    find=(Feed("https://francais.rt.com/rss"), _sitemap("francais.rt.com")),
    daily=30,
    access=_BANNED,
)
rt_es = _edition(
    "rt-es",
    "RT en Español",
    "es",
    _domains(
        "actualidad.rt.com", "es.rt.com", mirrors="actualidad-rt.com esrt.site esrt.press esrt.space esrt.website"
    ),
    _VIEW,
    _article("rt-article-es", "UTC", seen=False),
    find=(Feed("https://actualidad.rt.com/feeds/all.rss"), _sitemap("actualidad.rt.com")),
    daily=80,
    access=_BANNED,
)
rt_de = _edition(
    "rt-de",
    "RT DE",
    "de",
    _domains(
        "de.rt.com",
        "deutsch.rt.com",
        mirrors="freedert.online dert.online rtde.live rtde.world rtde.me rtde.xyz rtde.tech rtde.team rtde.site "
        "rteam.tech rt.programmier-opa.de",
    ),
    _VIEW_DE,
    replace(_article("rt-article-de", "Europe/Berlin", seen=False), bold_heads=True),
    find=(_sitemap("de.rt.com", past=False),),  # no feed is known
    daily=40,
    access=_BANNED + "; mirrors change every few months",
)
rt_ar = _edition(
    "rt-ar",
    "RT Arabic",
    "ar",
    _domains("arabic.rt.com", mirrors="rtarabic.com"),
    _ARABIC,
    _VIEW,
    find=(Feed("https://arabic.rt.com/rss/"), _sitemap("arabic.rt.com")),
    daily=150,
    access="a DDoS-Guard check was reported; " + _BANNED,
)
rt_ru = _edition(
    "rt-ru",
    "RT на русском",
    "ru",
    _domains("russian.rt.com", mirrors="rtnewsru.com rurtnews.com"),
    _article("rt-article-ru", "Europe/Moscow", seen=False),
    _VIEW,
    find=(Feed("https://russian.rt.com/rss"), _sitemap("russian.rt.com")),
    daily=180,
    robots="forbids addresses with a query (October 2026)",
    access=_BANNED,
)
# The two scripts stand at the same paths: each is an edition of its own, or every look at the other would be an edit.
rt_rs = _edition(
    "rt-rs",
    "РТ Балкан",
    "sr",
    _domains("rt.rs"),
    _VIEW,
    find=(_sitemap("rt.rs", past=False),),
    daily=60,
    access=_BANNED,
)
rt_rs_latin = _edition(
    "rt-rs-latin",
    "RT Balkan",
    "sr",
    _domains("lat.rt.rs"),
    _VIEW,
    find=(_sitemap("lat.rt.rs", past=False),),
    daily=60,
    access=_BANNED,
)
rt_pt = _edition("rt-pt", "RT Brasil", "pt", _domains("rtbrasil.com"), _VIEW, daily=20, access="no feed is known")
