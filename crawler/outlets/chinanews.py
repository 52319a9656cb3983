"""China News Service in Chinese (chinanews) and English (ECNS). Layouts marked `seen=False` are known from code of
scrapers only."""

from crawler.outlets.base import REPORTERS, Cut, Domain, Outlet, Picture, Reader, When, css, first, meta, names, pick
from crawler.outlets.find import DayArchive, Find, Listing

_ZONE = "Asia/Shanghai"

# /ll/2020/07-04/9229287.shtml; the regional sites (/2020/2020-07-04/408888.shtml) count for themselves and have no id.
_ARTICLE = r"/(?:[a-zA-Z][\w-]*/)+\d{4}/\d{2}-\d{2}/(?P<id>\d+)\.shtml$"
# /news/politics/2026-10-03/detail-ihfxxxxx1234567.shtml · until 2018 /2016/05-04/209001.shtml
_ENGLISH = r"/(?:[a-zA-Z][\w-]*/)*(?:\d{4}-\d{2}-\d{2}/detail-|\d{4}/\d{2}-\d{2}/)(?P<id>\w+)\.shtml$"

_DATED = r"(\d{4}年\d{1,2}月\d{1,2}日\s*\d{1,2}:\d{2})"
_SAYS = r"摄(?:影)?[）)]?$|^(?:图为|资料图)|(?:中新社发|资料图片?|视频截图)[）)]?$"

_CHINESE = Reader(
    name="chinanews",
    marks=".left_zw",
    body=".left_zw",
    headline=first(css("#cont_1_1_2 h1, h1.content_left_title"), css(".title0"), css("h1")),
    # The author stated in hidden fields is the editor.
    authors=names(pick(css(".left_zw p"), REPORTERS)),
    published=(
        When(css("#pubtime_baidu"), _ZONE),
        When(pick(css(".left-t, .content_left_time"), _DATED), _ZONE),
    ),
    section=css("#nav a:nth-of-type(2), .nav_navcon a:nth-of-type(2)"),
    tags=names(meta("keywords")),
    pictures=(
        Picture(
            ".left_zw img",
            credit=pick(css("p"), r"([^。！？；，]{2,40}摄(?:影)?)[）)]?$"),
            below=".left_zw p:has(img) + p:not(:has(img))",
            says=_SAYS,
        ),
        Picture("#tupian_div, .left_ph", caption=css(".left_pt, .left_ph_t")),
    ),
    furniture=(
        Cut("editor", "editor-line", ".adEditor, .left_name"),
        Cut("pages", "read-also", "#function_code_page"),
        Cut("advertising", "advertising", ".left_zw > table:has(script), ._hn2d71sn6cp, #ad_ym"),
    ),
)
_ECNS = Reader(
    name="ecns",
    marks="#yanse, h1#contitle",
    body="#yanse, #ad0",
    headline=first(css("h1#contitle"), css("h1")),
    published=(
        When(pick(css(".downinfo span, .downinfo, .info"), r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?)"), _ZONE),
    ),
    byline=r"[Bb]y ([A-Z][\w.'’-]*(?:(?:, | and | )[A-Z][\w.'’-]*){1,8})",
    tags=names(meta("keywords")),
    pictures=(
        Picture(
            "#yanse img",
            credit=pick(css("p"), r"[(\[]([^()\[\]]*[Pp]hoto[^()\[\]]*)[)\]]$"),
            below="#yanse p:has(img) + p:not(:has(img))",
            says=r"[(\[][^()\[\]]*[Pp]hoto[^()\[\]]*[)\]]$",
        ),
    ),
    furniture=(
        Cut("social", "follow-us", '#yanse p:has(a[href*="facebook.com"])'),
        Cut("info", "date-line", ".downinfo"),
    ),
    seen=False,
)


def _edition(
    name: str, title: str, language: str, article: str, hosts: str, reader: Reader, find: tuple[Find, ...]
) -> Outlet:
    return Outlet(
        name=name,
        family="chinanews",
        title=title,
        domains=tuple(map(Domain, hosts.split())),
        country="CN",
        languages=(language,),
        timezone=_ZONE,
        controlled_by="United Front Work Department of the Chinese Communist Party",
        monitor="SC",
        daily=1_000 if language == "zh" else 50,
        robots="allows everything (2026-10)",
        article=article,
        readers=(reader,),
        find=find,
    )


_SECTIONS = (
    "china/politics china/national china/regional world business cns-wire voices opinion military hongkong taiwan"
)

# Where articles are found is known from scrapers' code of October 2026 and was not fetched by us.
chinanews_zh = _edition(
    "chinanews-zh",
    "中国新闻网",
    "zh",
    _ARTICLE,
    "chinanews.com.cn chinanews.com",
    _CHINESE,
    (DayArchive("https://www.chinanews.com.cn/scroll-news/{date:%Y/%m%d}/news.shtml", "2008-08-01", links=".dd_bt a"),),
)
chinanews_en = _edition(
    "chinanews-en",
    "ECNS",
    "en",
    _ENGLISH,
    "ecns.cn",
    _ECNS,
    tuple(Listing(f"https://www.ecns.cn/{section}/", links='a[href*="/detail-"]') for section in _SECTIONS.split()),
)
