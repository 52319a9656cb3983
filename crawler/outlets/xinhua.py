"""Xinhua in Chinese and English. Layouts: tables until about 2012 (every channel had its own), `#p-detail` until 2020,
`#detail` since. Those marked `seen=False` are known from scrapers' code only."""

from dataclasses import replace

from crawler.outlets.base import (
    REPORTERS,
    Cut,
    Domain,
    Outlet,
    Picture,
    Reader,
    When,
    css,
    first,
    jsonld,
    meta,
    names,
    pick,
)
from crawler.outlets.find import Find, JsonList

_ZONE = "Asia/Shanghai"

# /politics/2022-12/14/c_1129207254.htm · /news/2012-06/04/content_25340717.htm · /world/20261003/<32 hex>/c.html, with
# the later pages of a long text as `…_2.htm`: those are other texts. The numbers of `c_` and `content_` are two series.
_ID = r"(?P<id>(?:c|content)_\d+(?:_\d+)?(?=\.s?html?$)|[0-9a-f]{32}(?=/c(?:_\d+)?\.html$))"
_PATH = r"/(?:[\w.-]+/)*?" + _ID
_NOT_ENGLISH = r"(?!/english\d*/)" + _PATH

_DAY = r"\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?"
_DATED = rf"({_DAY}\s*\d{{1,2}}:\d{{2}}(?::\d{{2}})?)"
_TITLE = pick(css("title"), r"^(.+?)(?:\s*+[-_—|]++\s*+(?:新华|.{0,8}新华网|.{0,8}news\.cn|Xinhua|.{0,12}频道).*)?$")


_DRESSED = ('font[color="navy"]', 'font[face="楷体"]', '[style*="navy"]', '[style*="楷体"]')


def _pictures(bodies: str, says: str, credit: str) -> tuple[Picture, ...]:
    """The pictures of a text; captions stand in the paragraph or row below, told by their dress or their words."""
    parts = bodies.split(", ")
    images = ", ".join(f"{body} img:not(#wxsharepic)" for body in parts)
    below = "{body} {tag}:has(img) + {tag}:not(:has(img, table, p + p))"
    dressed = "{body} p:has(img) + p:not(:has(img)):has(> {dress})"
    said = pick(css("p, td"), credit)
    return (
        Picture(
            images,
            credit=said,
            below=", ".join(dressed.format(body=body, dress=dress) for body in parts for dress in _DRESSED),
        ),
        Picture(
            images,
            credit=said,
            below=", ".join(below.format(body=body, tag=tag) for body in parts for tag in ("p", "tr")),
            says=says,
        ),
    )


# …拍照留念。新华社记者 张三 摄 · 图为… · （资料照片）
_SAYS = (
    r"摄(?:影|制)?[）)]?。?$|^(?:图为|资料图|上图|下图|图\d)"
    r"|(?:资料照片|资料图片|无人机照片|视频截图|新华社发)[）)]?。?$"
)
_BY = r"([^。！？；，（(]{2,40}(?:摄(?:影)?|发))[）)]?$"
_SAYS_EN = r"(?:\([^()]*(?:Xinhua|Photo)[^()]*\)|\[[^\[\]]*(?:Xinhua|Photo)[^\[\]]*\])$"
_BY_EN = r"[(\[]([^()\[\]]*(?:Xinhua|Photo)[^()\[\]]*)[)\]]$"

_EDITED = (
    Cut("editor", "editor-line", "#articleEdit, .p-jc, .p-tags, .zrbj, .editor"),
    Cut("next", "read-also", ".nextpage, .tadayuedu"),
    Cut("related", "read-also", ".relatedNews, #relatedNews, .xgxw"),
    Cut("gallery", "read-also", ".lb, .standard_lb"),
    Cut("like", "share", ".zan-wap, .bdshare, .pageShare, .share"),
    Cut("font-size", "share", ".setFont"),
    Cut("pages", "read-also", "#div_currpage, .pagebar"),
    Cut("advertising", "advertising", ".ad_right, ins[data-ycad-slot]"),
)
_EMBEDS = "iframe, video, audio, .pageVideo, .video-frame"


def _detail(name: str, says: str, credit: str, *, seen: bool) -> Reader:
    """Since 2021. The title stands twice, for wide and for narrow screens; so does the date, in pieces and whole."""
    return Reader(
        name=name,
        marks="#detail",
        body="#detail",
        headline=first(css(".head-line .title, h1 .title"), css("h1.Btitle, h1"), _TITLE),
        authors=names(pick(css("#detail p"), REPORTERS)),
        byline=_BYLINE_EN,
        published=(
            When(pick(css(".mheader .info, .info"), _DATED), _ZONE),
            When(pick(css("p.time, .con-time, .time"), _DATED), _ZONE),
            When(css(".header-time"), _ZONE),
            When(jsonld("datePublished"), _ZONE),
            When(meta("publishdate"), _ZONE),
        ),
        section=first(css(".curColumn"), css(".header-nav a:nth-of-type(2)")),
        tags=names(meta("keywords")),
        pictures=_pictures("#detail", says, credit),
        furniture=_EDITED,
        embeds=_EMBEDS,
        seen=seen,
    )


_BYLINE_EN = (
    r"[Bb]y (?:Xinhua (?:[Ww]riters?|[Cc]orrespondents?) )?([A-Z][\w.'’-]*(?:(?:, | and | )[A-Z][\w.'’-]*){1,8})"
)

_P_DETAIL = Reader(
    name="xinhua-p-detail",
    marks="#p-detail",
    body="#p-detail",
    headline=first(css(".h-title"), css("h1"), _TITLE),
    authors=names(pick(css("#p-detail p"), REPORTERS)),
    published=(When(css(".h-time, .sub-time"), _ZONE), When(meta("publishdate"), _ZONE)),
    section=css(".news-position a:nth-of-type(2)"),
    tags=names(meta("keywords")),
    pictures=_pictures("#p-detail", _SAYS, _BY),
    furniture=_EDITED,
    embeds=_EMBEDS,
)


def _content(name: str, says: str, credit: str) -> Reader:
    """From about 2010 to 2018 in Chinese, to 2020 in English."""
    body = "#Content, #content, div.article, #articleContent"
    return Reader(
        name=name,
        marks="h1#title, #title, #pubtime, i.time, .sj, #Content",
        body=body,
        headline=first(css("#title"), css("h1"), _TITLE),
        authors=names(pick(css("#Content p, #content p, div.article p"), REPORTERS)),
        byline=_BYLINE_EN,
        published=(
            When(pick(css("#pubtime, .info .time, i.time, .sj, .time, .info"), _DATED), _ZONE),
            When(meta("pubdate", "publishdate"), _ZONE),
        ),
        section=css(".curNews a:last-of-type, .weizhi02 a:last-of-type"),
        tags=names(meta("keywords")),
        pictures=_pictures("#Content, #content, div.article", says, credit),
        furniture=_EDITED,
        embeds=_EMBEDS,
        seen=False,
    )


# `新华网某某频道 记者 张三 李四` as the first paragraph: nothing but where it is from and who wrote it.
_BYLINE_ZH = r"(?:新华\w|本报|本网)[^，。：；！？]{0,16}?(?:记者|通讯员|作者)[\s:：/／]+([^，。：；！？]{2,40})"

# Tables within tables, with paragraphs that nobody closed; nothing but their place tells the text from the rest.
_TABLES = Reader(
    name="xinhua-tables",
    marks="td > p + p, td font > p + p, #Zoom, #fontzoom, #mainText",
    body="#Zoom, #fontzoom, #mainText, td:has(> p + p), td :is(font, span, div):has(> p + p)",
    headline=first(
        css('td font[style*="font-size:20px"], td.bigtitle, td .bigtitle, #article h2, h1'),
        _TITLE,
    ),
    authors=first(
        names(pick(css("td font"), r"^作者[:：]\s*(.+)$")),
        names(pick(css("td p"), REPORTERS)),
    ),
    byline=_BYLINE_ZH,
    published=(
        When(pick(css("td font, td span, #source, td[align=center]"), _DATED), _ZONE),
        # Of some only the day is known: beside the source, above the text.
        When(pick(css("td div, td font, td span, td[align=center]"), rf"({_DAY})\s*来源"), _ZONE),
    ),
    tags=names(meta("keywords")),
    pictures=_pictures("#Zoom, #fontzoom, #mainText, td:has(> p + p)", _SAYS, _BY),
    furniture=_EDITED,
)

# The same, with lines instead of paragraphs; a list of links is none.
_LINES = replace(
    _TABLES,
    name="xinhua-lines",
    marks="td > br ~ br ~ br ~ br",
    body="td:has(> br ~ br ~ br ~ br):not(:has(> a + br + a, table))",
    authors=names(pick(css("td:has(> br ~ br ~ br ~ br)"), REPORTERS)),
    pictures=(Picture("td:has(> br ~ br ~ br ~ br) img"),),
    seen=False,
)

_DETAIL = _detail("xinhua-detail", _SAYS, _BY, seen=True)
_DETAIL_EN = _detail("xinhua-detail-en", _SAYS_EN, _BY_EN, seen=False)


def _hub(page: str) -> JsonList:
    """A section page, whose lists of up to 1,000 of the newest items lie beside it."""
    return JsonList(
        page,
        items="datasource",
        address="{publishUrl}",
        published="{publishTime}",
        named=r"datasource:([0-9a-f]{32})",
        lists="ds_{}.json",
    )


# Editions in other languages; no part of these.
_OTHERS = "arabic french german japanese jp kr portuguese russian spanish swahili thai vietnamese".split()

_SECTIONS = "politics world mil tw gangao comments legal fortune local"


def _edition(
    name: str, title: str, language: str, article: str, hosts: str, daily: int, *readers: Reader, find: tuple[Find, ...]
) -> Outlet:
    return Outlet(
        name=name,
        family="xinhua",
        title=title,
        domains=tuple(map(Domain, hosts.split())),
        country="CN",
        languages=(language,),
        timezone=_ZONE,
        controlled_by="State Council of the People's Republic of China",
        monitor="SC",
        daily=daily,
        robots="www.news.cn and www.xinhuanet.com allow everything; english.news.cn has none (404) (2026-10)",
        access="news.cn/sitemap.xml answers 403; the old english/rss/*.xml are dead (2026-10)",
        article=article,
        neighbours=tuple(f"{other}.{host}" for other in _OTHERS for host in ("news.cn", "xinhuanet.com")),
        readers=readers,
        find=find,
    )


# Where articles are found is known from scrapers' code of October 2026 and was not fetched by us.
xinhua_zh = _edition(
    "xinhua-zh",
    "新华网",
    "zh",
    _NOT_ENGLISH,
    "news.cn xinhuanet.com",
    1_000,
    _DETAIL,
    _P_DETAIL,
    _content("xinhua-content", _SAYS, _BY),
    _TABLES,
    _LINES,
    find=tuple(_hub(f"https://www.news.cn/{section}/") for section in _SECTIONS.split()),
)
xinhua_en = _edition(
    "xinhua-en",
    "Xinhua",
    "en",
    _PATH,
    "english.news.cn news.cn xinhuanet.com",
    300,
    _DETAIL_EN,
    _P_DETAIL,
    _content("xinhua-content-en", _SAYS_EN, _BY_EN),
    find=(_hub("https://english.news.cn/"), _hub("https://english.news.cn/list/latestnews.htm")),
)
