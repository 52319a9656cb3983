"""CCTV, the television of China Media Group, in Chinese and English. On its Chinese pages since about 2024 the text
stands in a string of a script, which puts it on the page."""

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
    meta,
    names,
    pick,
    script,
)
from crawler.outlets.find import Find, JsonList

_ZONE = "Asia/Shanghai"

# /2026/06/25/ARTIxxxxxxxxxxxxxxxxxxxxxxxx260625.shtml; VIDE and PHOA are films and galleries.
_ARTICLE = r"/(?:\w+/)*?\d{4}/\d{2}/\d{2}/(?P<id>[A-Z]{4}\w{6,40})\.shtml$"

_DATED = r"(\d{4}年\d{1,2}月\d{1,2}日\s*\d{1,2}:\d{2}(?::\d{2})?)"
_HELD = "body:not(:has(#content_area, #text_area))"
_AREAS = ("#content_area", "#text_area", ".cnt_bd", _HELD)
_SAYS = r"摄(?:影)?[）)]?$|^(?:图为|资料图|↑|△|▲)|(?:视频截图|资料图片?)[）)]?$"

_FURNITURE = (
    Cut("editor", "editor-line", ".zebian, .bianji, .editor"),
    Cut("fold", "share", ".zhankai, .shouqi, .more_btn"),
    Cut("font-size", "share", ".fontadd"),
    Cut("share", "share", ".share, .bdsharebuttonbox, .function, .shareto"),
    Cut("related", "read-also", ".tuijian, .xgxw, .editors_choice"),
    Cut("info", "date-line", ".info, .yd_time"),
)


def _pictures(says: str) -> tuple[Picture, ...]:
    return (
        Picture(
            ", ".join(f"{area} img" for area in _AREAS),
            below=", ".join(f"{area} p:has(img) + p:not(:has(img))" for area in _AREAS),
            says=says,
        ),
    )


_CHINESE = Reader(
    name="cctv",
    marks="#content_area, #text_area, .cnt_bd",
    hidden=script("contentdate"),
    # In the markup the script holds, all of it; on older pages, the element that is filled there already.
    body=f"#content_area, #text_area:not(:has(#content_area)), .cnt_bd, {_HELD}",
    headline=first(css("#title_area h1, .title_area h1"), css("h1"), pick(css("title"), r"^(.+?)_[^_]*_央视网")),
    authors=names(pick(css("#content_area p, #text_area p, .cnt_bd p, body:not(:has(#content_area)) p"), REPORTERS)),
    published=(
        When(pick(css("#title_area .info, .title_area .info, .info"), _DATED), _ZONE),
        When(script("publishDate"), _ZONE),
        When(meta("publishdate", "contentdate"), _ZONE),
    ),
    tags=names(meta("keywords")),
    pictures=_pictures(_SAYS),
    furniture=_FURNITURE,
    embeds="iframe, video, .video_box, [id^=flvplayer], .player",
)
_ENGLISH = Reader(
    name="cctv-en",
    marks="#content_area, #text_area, .text_box, .cnt_bd",
    body="#content_area, #text_area:not(:has(#content_area)), .cnt_bd",
    headline=first(css("#title_area h1, .title_area h1"), css("h1"), pick(css("title"), r"^(.+?)[_|-]\s*CCTV")),
    published=(
        # 30-09-26 02:56  Updated BJT
        When(pick(css(".info"), r"(\d{2}-\d{2}-\d{2,4}\s+\d{1,2}:\d{2})"), _ZONE, order="dmy"),
        When(pick(css(".yd_time"), r"(\d{2}-\d{2}-\d{2,4}\s+\d{1,2}:\d{2})"), _ZONE, order="dmy"),
        When(script("publishDate"), _ZONE),
    ),
    tags=names(meta("keywords")),
    pictures=_pictures(r"[(\[][^()\[\]]*(?:Photo|photo|Xinhua|CFP|CCTV)[^()\[\]]*[)\]]$|^\W?(?:Photo|File photo)\b"),
    furniture=_FURNITURE,
)


def _edition(name: str, title: str, language: str, hosts: str, reader: Reader, find: tuple[Find, ...]) -> Outlet:
    return Outlet(
        name=name,
        family="cctv",
        title=title,
        domains=tuple(map(Domain, hosts.split())),
        country="CN",
        languages=(language,),
        timezone=_ZONE,
        controlled_by="China Media Group",
        monitor="SC",  # statemediamonitor.com/2024/09/china-media-group
        daily=300,
        robots="none (2026-10)",
        access="the first visit sets a cookie by script (2026-10)",
        article=_ARTICLE,
        readers=(reader,),
        find=find,
    )


# Where articles are found is known from scrapers' code of October 2026 and was not fetched by us.
_LATEST = "https://news.cctv.com/2019/07/gaiban/cmsdatainterface/page/news_{}.jsonp?cb=news"
_LATEST_EN = "https://api.cntv.cn/newList/getMixListByPageId?serviceId=pcenglish&id=PAGE1394789601117162&p={}&n=100"

cctv_zh = _edition(
    "cctv-zh",
    "央视网",
    "zh",
    "cctv.com cctv.cn cntv.cn",
    _CHINESE,
    tuple(JsonList(_LATEST.format(page), items="data.list", published="{focus_date}") for page in range(1, 8)),
)
cctv_en = _edition(
    "cctv-en",
    "CCTV English",
    "en",
    "english.cctv.com english.cctv.cn api.cntv.cn",
    _ENGLISH,
    tuple(JsonList(_LATEST_EN.format(page), items="data.list", published="{focus_date}") for page in range(1, 4)),
)
