"""The RIA platform: RIA Novosti, its English service of before 2014, and Sputnik in all its editions. One machine, so
one set of readers: `b-article` (2014 to 2020), `article__…` (since 2019 on ria.ru, since 2021 on Sputnik).

Readers marked `seen=False` are known from scrapers' code only, and so are nearly all addresses of Sputnik's editions
but the English and the Arabic ones. No edition's move from one domain to the next is known to the day, so that domains
stand without days; the older ones come first."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, meta, names, pick
from crawler.outlets.find import Feed, Find, Sitemap

# Since about 2020 /20220611/slug-1794720292.html · 2017 to 2020 /world/201906201075975805-slug/ · before that
# /world/20110410/163458489.html, also with -print, and /economy/20180630/8718574/slug.html. The id stays the same when
# the platform gives its articles new addresses, and under /amp/.
_ARTICLE = r"(?:/[\w-]+)*?/\d{8}(?:/(?:[^/]*-)?|(?=\d{6}))(?P<id>\d{5,})(?:-print)?(?:\.html|[-/]|$)"

# The agency is no author, however it spells itself.
_NOT_THE_HOUSE = (
    r"^(?!(?i:.*(?:sputnik|спутник|спутнік|sputnic|سبوتنيك|اسپوتنیک|سپوتنیک|卫星|スプートニク|риа новости)))(.+)$"
)


# --- the platform since 2019 ----------------------------------------------------------------------------------------

_FURNITURE = (
    Cut(
        "related",
        "read-also",
        '.article__block[data-type="article"], .article__article, .article__block[data-type="recommend"]',
        titles=".article__article-title",
    ),
    Cut("advertising", "advertising", '.article__block[data-type="banner"], .banner'),
    Cut("follow", "follow-us", ".article__aggr, .article__google-news, .article__messengers, .article__subscribe"),
    Cut("date", "date-line", ".article__info-date"),
    Cut("tags", "tags", ".article__tags"),
    Cut("quotation-mark", "masthead", ".article__quote-bg"),
)
_EMBEDDED = ", ".join(f'.article__block[data-type="{kind}"]' for kind in ("social", "embed", "video", "audio", "poll"))
_SOCIAL = ".twitter-tweet, .instagram-media, .fb-post, .tiktok-embed"
_EMBEDS = f".article__body iframe, .article__body video, {_SOCIAL}, {_EMBEDDED}"
_VIDEOS = first(css(".media source, .media video, .media iframe", "src"), jsonld("video.contentUrl"))
# A film has the same words around it as a picture; `.photoview__open-info` has them once more, for the full size.
_PICTURE = Picture(
    ".article__photo-item, .media",
    caption=first(css(".media__description, .media__title"), css(".article__photo-item-text, .photoview__desc-text")),
    credit=first(css(".media__copyright-item.m-copyright"), css(".photoview__copyright")),
)


def _platform(name: str, zone: str, *, since: str, seen: bool) -> Reader:
    """The layout since 2019. `zone` is that of the hours shown; most pages state theirs in a meta element.

    The title displayed is `article__title`, a div or the h1; where it is a div, the h1 is a longer title below it. The
    whole text stands a second time in `article__meta`, unseen; next articles follow in elements of their own.
    """
    return Reader(
        name=name,
        marks=".article__body",
        article="div.article",
        body=".article__body",
        headline=first(css(".article__title"), meta("og:title")),
        lead=css(".article__second-title, .article__announce-text"),
        authors=first(css(".article__author-name"), pick(jsonld("author.name"), _NOT_THE_HOUSE)),
        published=(
            When(meta("article:published_time"), zone),
            When(jsonld("datePublished"), zone),
            When(css(".article__meta [itemprop=datePublished]"), zone),
            When(css(".article__info-date a[data-unixtime]", "data-unixtime")),
            When(css(".article__info-date a"), zone),
        ),
        modified=(
            When(meta("article:modified_time"), zone),
            When(jsonld("dateModified"), zone),
            When(css(".article__meta [itemprop=dateModified]"), zone),
            When(pick(css(".article__info-date-modified"), r"([\d:]+(?: GMT)? [\d.]+)"), zone),
        ),
        section=first(meta("analytics:rubric"), css(".article__supertag-header-title")),
        tags=first(css(".article__tags-item"), css(".article__tags .tag__text"), css(".article__tags a")),
        videos=_VIDEOS,
        pictures=(_PICTURE,),
        furniture=_FURNITURE,
        embeds=_EMBEDS,
        summaries=".article__summary",
        quotes=".article__quote-text",
        since=since,
        seen=seen,
    )


_WHITE = Reader(
    name="ria-white",
    marks=".white-longread__block, .online__item",
    body=".white-longread__block, .online__item, .article__body",
    headline=first(css(".white-longread__header-title"), css(".article__title"), meta("og:title")),
    authors=css(".white-longread__header-author, .article__author-name"),
    published=(When(meta("article:published_time"), "Europe/Moscow"), When(jsonld("datePublished"), "Europe/Moscow")),
    modified=(When(meta("article:modified_time"), "Europe/Moscow"), When(jsonld("dateModified"), "Europe/Moscow")),
    section=meta("analytics:rubric"),
    tags=css(".article__tags-item"),
    pictures=(Picture(".white-longread__header-media", caption=css(".white-longread__media-description")), _PICTURE),
    furniture=(Cut("online-top", "share", ".online__item-top"), *_FURNITURE),
    embeds=f"{_EMBEDS}, .white-longread__block iframe, .white-longread__block video",
    quotes=".white-longread__quote-text, .article__quote-text",
    since="2020-01-01",
    seen=False,
)


# --- 2014 to 2020 ---------------------------------------------------------------------------------------------------

_OLD_FURNITURE = (
    # An inset with a link is another article, one without is a picture.
    Cut(
        "inset",
        "read-also",
        ".b-inject:has(.b-inject__content a, .b-inject__media > a)",
        titles=".b-inject__content a, .b-inject__article-title",
    ),
    Cut("disclaimer", "disclaimer", ".b-disclaimer"),
    Cut("credits", "date-line", ".b-article__refs-credits"),
    Cut("follow", "follow-us", ".article__google-news"),
    Cut("comment-rules", "comments", ".window-comments-rules"),
)


def _b_article(zone: str, *, seen: bool) -> Reader:
    """Sputnik from 2014 to 2020. The hours shown are without a zone, the meta elements say which they are."""
    return Reader(
        name="sputnik-b-article",
        marks=".b-article__text",
        body=".b-article__text",
        headline=first(css(".b-article__header-title h1"), css("h1"), meta("og:title")),
        lead=css(".b-article__lead"),
        authors=first(
            css(".b-article__refs-author a"),
            names(pick(meta("author"), r"^(?!Sputnik)(.+?)\.\s+Sputnik")),
        ),
        published=(
            When(meta("datepublished", "pubdate", "datecreated")),
            When(css("time[itemprop=dateCreated]", "datetime"), zone),
            When(css("time.b-article__refs-date"), zone),
        ),
        modified=(
            When(meta("datemodified", "lastmod")),
            When(css("time[itemprop=dateModified]", "datetime"), zone),
        ),
        section=first(css(".b-article__refs-rubric"), meta("analytics:rubric")),
        tags=css(".b-article__refs-tags a"),
        pictures=(
            Picture(".b-article__header", credit=css(".b-article__header-copy")),
            Picture(
                ".b-inject:has(.b-inject-foto), .b-inject:has(.b-inject__media > img)",
                caption=css(".b-inject__content"),
                credit=css(".b-inject__copy"),
            ),
        ),
        furniture=_OLD_FURNITURE,
        embeds=f".b-article__text iframe, .b-article__text video, .ria-fb, .b-inject, {_SOCIAL}",
        quotes="p[class^=marker-quote]",
        until="2021-06-01",
        seen=seen,
    )


_RIA_2014 = Reader(
    name="ria-b-article",
    marks=".b-article__body",
    body=".b-article__body",
    headline=first(css("h1.b-article__title"), css("h1"), meta("og:title")),
    published=(
        When(meta("datepublished", "article:published_time"), "Europe/Moscow"),
        When(css(".b-article__info-date", "datetime"), "Europe/Moscow"),
        When(css(".b-article__info-date [datetime]", "datetime"), "Europe/Moscow"),
        When(css(".b-article__info-date"), "Europe/Moscow"),
    ),
    modified=(
        When(meta("datemodified", "article:modified_time"), "Europe/Moscow"),
        When(css(".b-article__info-date-update [datetime]", "datetime"), "Europe/Moscow"),
    ),
    section=meta("analytics:rubric"),
    tags=css(".b-article__tags-item, .b-article__tags-list a"),
    pictures=(Picture(".l-photoview__open"),),
    furniture=(
        Cut("inset", "read-also", ".b-inject", titles=".b-inject__article-title"),
        *(cut for cut in _OLD_FURNITURE if cut.name != "inset"),
        Cut("tags", "tags", ".b-article__tags-list"),
    ),
    until="2019-06-01",
    seen=False,
)

_RIA_LONGREAD = Reader(
    name="ria-longread",
    marks=".b-longread__row",
    body=".b-longread__row",
    headline=first(css(".m-input_title_article"), meta("og:title")),
    lead=css(".m-input_subtitle_article"),
    lead_inside=".m-input_subtitle_article",
    authors=names(css(".m-input_author")),
    published=(When(meta("datepublished", "article:published_time"), "Europe/Moscow"),),
    furniture=(Cut("title", "masthead", ".m-input_title_article, .m-input_author"),),
    until="2020-01-01",
    seen=False,
)


# --- RIA Novosti ----------------------------------------------------------------------------------------------------

_2011 = Reader(
    name="rian-2011",
    marks="#article .body",
    article=".article-content",
    body="#article .body",
    headline=first(css("h1.bigtitle"), meta("og:title")),
    published=(When(css("#article > .data"), "Europe/Moscow", order="dmy"),),
    section=css(".rubric-header a"),
    pictures=(Picture("#article .ncentered", caption=css(".copyright p"), credit=css(".copyright .cr")),),
    furniture=(
        Cut("topic", "tags", "#article > h4"),
        Cut("date", "date-line", "#article > .data"),
        Cut("related", "read-also", ".injects"),
        Cut("shares", "share", "#social_buttons, #actions, .forms"),
    ),
    embeds="#article .body iframe",
    until="2014-11-10",
)

_FEED = "/export/rss2/archive/index.xml"


def _found(host: str, since: str = "") -> tuple[Find, ...]:
    """The feed of the newest hundred, and the index of monthly sitemaps that goes back to `since`."""
    period = r"date_start=(?P<year>\d{4})(?P<month>\d{2})"
    return (
        Feed(f"https://{host}{_FEED}"),
        Sitemap(f"https://{host}/sitemap_article_index.xml", period=period, past=True, since=since),
    )


# State Media Monitor on Rossiya Segodnya, 2022 and 2025: statemediamonitor.com/2022/03/rossiya-segodnya/
_CONTROLLED_BY = "Rossiya Segodnya (federal state unitary enterprise)"
_OPEN = "Some editions are refused in the European Union; sputnikglobe.com times out at times (2026-10)."
_CLOSED = "Closed; to be found in web archives."
_ROBOTS = "Pages may be fetched; print pages, search and /services/ may not (scrapers' notes, 2026)."

ria = Outlet(
    name="ria",
    family="ria",
    title="РИА Новости",
    domains=(Domain("ria.ru"), Domain("www.rian.ru")),  # de.rian.ru and others were editions of their own
    country="RU",
    languages=("ru",),
    timezone="Europe/Moscow",
    charset="utf-8",
    controlled_by=_CONTROLLED_BY,
    monitor="SC",
    daily=600,
    robots=_ROBOTS,
    access="Answers plain clients; 4 s between requests are kept by others (2026-10).",
    article=_ARTICLE,
    readers=(
        _platform("ria-2021", "Europe/Moscow", since="2019-06-01", seen=True),
        _WHITE,
        _RIA_2014,
        _RIA_LONGREAD,
    ),
    find=_found("ria.ru", "2004-12-01"),
)

# An edition of its own on the same platform, with its own numbers; nothing of it was fetched by us.
ria_crimea = Outlet(
    name="ria-crimea",
    family="ria",
    title="РИА Новости Крым",
    domains=(Domain("crimea.ria.ru"),),
    country="RU",
    languages=("ru",),
    timezone="Europe/Moscow",
    charset="utf-8",
    controlled_by=_CONTROLLED_BY,
    monitor="SC",
    robots=_ROBOTS,
    article=_ARTICLE,
    readers=(_platform("ria-2021", "Europe/Moscow", since="2019-06-01", seen=False),),
    find=_found("crimea.ria.ru"),
)

rian_en = Outlet(
    name="rian-en",
    family="ria",
    title="RIA Novosti (English)",
    domains=(Domain("en.rian.ru"), Domain("en.ria.ru")),
    country="RU",
    languages=("en",),
    timezone="Europe/Moscow",
    charset="utf-8",
    controlled_by="RIA Novosti (state agency, dissolved on 9 December 2013)",
    access="Closed when Sputnik began (2014-11-10); to be found in web archives.",
    article=_ARTICLE,
    readers=(_2011,),
)


# --- Sputnik --------------------------------------------------------------------------------------------------------


def _domain(host: str) -> Domain:
    # Sputnik began on 10 November 2014 (Wikipedia).
    return Domain(host, since="2014-11-10" if host.endswith("sputniknews.com") else "")


def _edition(
    name: str, title: str, languages: str, hosts: str, *, zone: str = "", seen: bool = False, daily: int = 0
) -> Outlet:
    """One edition. `hosts` are its domains: those of before, a bar, those of now; `zone` is that of the hours shown."""
    before, _, now = (part.split() for part in hosts.partition("|"))
    return Outlet(
        name=name,
        family="sputnik",
        title=title,
        domains=tuple(map(_domain, (*before, *now))),
        country="RU",
        languages=tuple(languages.split()),
        timezone=zone,
        charset="utf-8",
        controlled_by=_CONTROLLED_BY,
        monitor="SC",
        daily=daily,
        robots=_ROBOTS if now else "",
        access=_OPEN if now else _CLOSED,
        article=_ARTICLE,
        readers=(_platform("sputnik-2021", zone, since="2020-06-01", seen=False), _b_article(zone, seen=seen)),
        find=tuple(find for host in now for find in _found(host)),
    )


sputnik_en = _edition(
    "sputnik-en", "Sputnik International", "en", "sputniknews.com | sputnikglobe.com", zone="UTC", seen=True
)
sputnik_africa = _edition("sputnik-africa", "Sputnik Africa", "en", "| en.sputniknews.africa")
sputnik_in = _edition("sputnik-in", "Sputnik India", "en", "| sputniknews.in")
sputnik_hi = _edition("sputnik-hi", "Sputnik भारत", "hi", "| hindi.sputniknews.in")
sputnik_es = _edition(
    "sputnik-es", "Sputnik Mundo", "es", "mundo.sputniknews.com sputniknews.lat latamnews.lat | noticiaslatam.lat"
)
sputnik_br = _edition(
    "sputnik-br",
    "Sputnik Brasil",
    "pt",
    "br.sputniknews.com sputniknewsbr.com.br sputniknewsbrasil.com.br | noticiabrasil.net.br",
)
sputnik_fr = _edition("sputnik-fr", "Sputnik Afrique", "fr", "fr.sputniknews.com | fr.sputniknews.africa")
# Closed in the spring of 2022 after the European Union forbade them.
sputnik_de = _edition("sputnik-de", "SNA (Sputnik Deutschland)", "de", "de.sputniknews.com snanews.de |")
sputnik_it = _edition("sputnik-it", "Sputnik Italia", "it", "it.sputniknews.com |")
sputnik_gr = _edition("sputnik-gr", "Sputnik Ελλάδα", "el", "sputniknews.gr |")
sputnik_cz = _edition("sputnik-cz", "Sputnik Česká republika", "cs", "cz.sputniknews.com |")
sputnik_pl = _edition("sputnik-pl", "Sputnik Polska", "pl", "pl.sputniknews.com |")
# The two scripts are two sites with the same articles under the same numbers: two outlets, or every look at the other
# script would be an edit.
sputnik_rs = _edition("sputnik-rs", "Спутњик Србија", "sr", "rs.sputniknews.com | sputnikportal.rs")
sputnik_rs_lat = _edition("sputnik-rs-lat", "Sputnjik Srbija", "sr", "rs-lat.sputniknews.com | lat.sputnikportal.rs")
# Editions for former Soviet republics write in the language of the state and, on a host beside it, in Russian.
sputnik_lv = _edition("sputnik-lv", "Sputnik Latvija", "lv ru", "sputniknewslv.com | lv.sputniknews.ru")
sputnik_lt = _edition("sputnik-lt", "Sputnik Lietuva", "lt ru", "lt.sputniknews.com sputniknews.lt | lt.sputniknews.ru")
sputnik_ee = _edition("sputnik-ee", "Sputnik Eesti", "et ru", "sputnik-news.ee |")  # closed on 1 January 2020
sputnik_md = _edition("sputnik-md", "Sputnik Moldova", "ro ru", "sputnik.md | md.sputniknews.com")
sputnik_by = _edition("sputnik-by", "Sputnik Беларусь", "be ru", "| bel.sputnik.by sputnik.by")
sputnik_am = _edition("sputnik-am", "Sputnik Արմենիա", "hy ru", "| armeniasputnik.am")
sputnik_abkhazia = _edition("sputnik-abkhazia", "Sputnik Аԥсны", "ab ru", "| sputnik-abkhazia.info sputnik-abkhazia.ru")
sputnik_ossetia = _edition(
    "sputnik-ossetia", "Sputnik Хуссар Ирыстон", "os ru", "| sputnik-ossetia.com sputnik-ossetia.ru"
)
sputnik_georgia = _edition("sputnik-georgia", "Sputnik საქართველო", "ka ru", "| sputnik-georgia.com sputnik-georgia.ru")
sputnik_az = _edition("sputnik-az", "Sputnik Azərbaycan", "az ru", "| sputnik.az")
sputnik_kz = _edition("sputnik-kz", "Sputnik Қазақстан", "kk ru", "sputniknews.kz | sputnik.kz ru.sputnik.kz")
sputnik_kg = _edition("sputnik-kg", "Sputnik Кыргызстан", "ky ru", "kg.sputniknews.com | sputnik.kg ru.sputnik.kg")
sputnik_tj = _edition("sputnik-tj", "Sputnik Тоҷикистон", "tg ru", "sputnik-tj.com | sputnik.tj tj.sputniknews.ru")
# Uzbek in two scripts, as in Serbia; the Russian site goes with the Cyrillic one.
sputnik_uz = _edition(
    "sputnik-uz", "Sputnik Ўзбекистон", "uz ru", "sputniknews-uz.com | sputniknews.uz uz.sputniknews.ru"
)
sputnik_uz_lat = _edition("sputnik-uz-lat", "Sputnik Oʻzbekiston", "uz", "oz.sputniknews-uz.com | oz.sputniknews.uz")
sputnik_ar = _edition(
    "sputnik-ar",
    "سبوتنيك عربي",
    "ar",
    "arabic.sputniknews.com sputnikarabic.ae | sarabic.ae",
    zone="UTC",
    seen=True,
)
sputnik_tr = _edition(
    "sputnik-tr", "Sputnik Türkiye", "tr", "tr.sputniknews.com sputniknews.com.tr | anlatilaninotesi.com.tr"
)
sputnik_fa = _edition("sputnik-fa", "اسپوتنیک ایران", "fa", "ir.sputniknews.com | spnfa.ir")
sputnik_af = _edition("sputnik-af", "اسپوتنیک افغانستان", "fa ps", "af.sputniknews.com | sputnik.af")
sputnik_vn = _edition("sputnik-vn", "Sputnik Việt Nam", "vi", "vn.sputniknews.com | sputniknews.vn")
sputnik_jp = _edition("sputnik-jp", "Sputnik 日本", "ja", "jp.sputniknews.com | sputniknews.jp")
sputnik_cn = _edition("sputnik-cn", "俄罗斯卫星通讯社", "zh", "| sputniknews.cn", zone="Asia/Shanghai", daily=75)
