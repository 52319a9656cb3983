"""China Daily in English and Chinese: one content system, two layouts. Nothing of the English one was seen but in
scrapers' code of 2020 to October 2026; of the Chinese one, a page of 2023 on another host."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, meta, names, pick
from crawler.outlets.find import Feed, Find, Listing

# /a/202607/21/WS64a1b2c3d4e5f60718293a4b.html, the later pages of a long text as `…_2.html`: other texts.
# Until 2018 /china/2018-02/02/content_35634514.htm
_ID = r"(?P<id>WS[0-9a-f]{24}(?:_\d+)?(?=\.html)|(?:content|c)_\d{6,}(?=\.html?))"
_ARTICLE = r"/(?:[\w.-]+/)*" + _ID + r"\.html?$"

_ZONE = "Asia/Shanghai"
_FURNITURE = (
    Cut("pages", "read-also", "#div_currpage, .selectpage"),
    Cut("share", "share", ".share, .art_share, .bdsharebuttonbox, .fenx"),
    Cut("editor", "editor-line", ".zrbj, .editor"),
    Cut("related", "read-also", ".relatedNews, .xgxw, .main-related", titles="a"),
)
_HOUR = r"(\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)"

# `By A. Name in Place | China Daily | Updated: 2026-07-21 09:12`: it names no other hour, and the meta element a day.
_ENGLISH = Reader(
    name="chinadaily-en",
    marks=".lft_art #Content, .ce_art #Content, .main_art #Content, #Content:not(.article)",
    body="#Content",
    headline=first(css(".lft_art h1, .ce_art h1, .main_art h1"), css("h1"), meta("og:title")),
    authors=names(pick(css(".info_l, .info"), r"^By\s+([^|]+?)(?:\s+in\s+[^|]+)?\s*\|")),
    published=(
        When(meta("publishdate"), _ZONE),
        When(pick(css(".info_l, .info"), rf"(?:Updated|Published):\s*{_HOUR}"), _ZONE),
    ),
    section=pick(css("#bread-nav a:last-of-type, .dqwz a:last-of-type"), r"^/?\s*(.+)$"),
    tags=names(meta("keywords")),
    pictures=(Picture("#Content figure", caption=css("figcaption")),),
    furniture=_FURNITURE,
    seen=False,
)

_CHINESE = Reader(
    name="chinadaily-zh",
    marks="h1.dabiaoti, #Content.article",
    body="#Content",
    headline=first(css("h1.dabiaoti"), css("h1")),
    authors=names(pick(css(".xinf-le"), r"作者[:：]\s*(\S.*?)\s*(?:来源|\d{4}-|$)")),
    published=(When(pick(css(".xinf-le"), _HOUR), _ZONE), When(meta("publishdate"), _ZONE)),
    section=css(".da-bre a:last-of-type"),
    tags=names(meta("keywords")),
    pictures=(Picture("#Content figure", caption=css("figcaption")), Picture("#Content p > img")),
    furniture=_FURNITURE,
    ends=r"[（(【\[](?:责任)?编辑\s*[:：]",
    seen=False,
)

_SECTIONS = (
    "china/governmentandpolicy china/society china/scitech china/newsmaker opinion/editorials opinion/columnists "
    "opinion/globalviews world/asia_pacific world/america world/europe world/middle_east world/africa business/economy "
    "business/companies culture/heritage sports/china"
)
_CHANNELS = (
    "https://china.chinadaily.com.cn/5bd5639ca3101a87ca8ff636",
    "https://world.chinadaily.com.cn/5bd55927a3101a87ca8ff618",
    "https://cn.chinadaily.com.cn/yuanchuang",
)


def _paged(section: str) -> Listing:
    return Listing(f"{section}/page_1.html", next=f"{section}/page_{{page}}.html", pages=3)


def _edition(language: str, title: str, hosts: str, daily: int, reader: Reader, find: tuple[Find, ...]) -> Outlet:
    return Outlet(
        name=f"chinadaily-{language}",
        family="chinadaily",
        title=title,
        domains=tuple(map(Domain, hosts.split())),
        country="CN",
        languages=(language,),
        timezone=_ZONE,
        charset="utf-8",
        controlled_by="Publicity Department of the Chinese Communist Party",
        monitor="SC",
        daily=daily,
        robots="none (October 2026)",
        access="open (October 2026)",
        article=_ARTICLE,
        readers=(reader,),
        find=find,
    )


chinadaily_en = _edition(
    "en",
    "China Daily",
    "chinadaily.com.cn",
    150,
    _ENGLISH,
    (
        Feed("https://www.chinadaily.com.cn/rss/china_rss.xml"),
        Feed("https://www.chinadaily.com.cn/rss/world_rss.xml"),
        *(_paged(f"https://www.chinadaily.com.cn/{section}") for section in _SECTIONS.split()),
    ),
)
chinadaily_zh = _edition(
    "zh",
    "中国日报网",
    "cn.chinadaily.com.cn china.chinadaily.com.cn world.chinadaily.com.cn caijing.chinadaily.com.cn",
    200,
    _CHINESE,
    tuple(map(_paged, _CHANNELS)),
)
