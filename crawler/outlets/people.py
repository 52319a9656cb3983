"""People's Daily in Chinese, online and in print, and People's Daily Online in English. Layouts of the Chinese site:
`#p_content` until 2016, `#rwb_zw` until 2020, `.rm_txt_con` since. Those marked `seen=False` are known from scrapers'
code only. Pages are sent as GB2312 or GBK; some have been seen to say so of bytes that are UTF-8."""

from dataclasses import replace

from crawler.outlets.base import REPORTERS, Cut, Domain, Outlet, Picture, Reader, When, css, first, meta, names, pick
from crawler.outlets.find import DayArchive, Find, Listing

_ZONE = "Asia/Shanghai"

# The site, its regional channels and its mobile site (n1, n2, n4) count for themselves; a number moves between sections
# of one series. Print: /rmrb/pc/content/202412/01/content_30043210.html · /rmrb/html/2024-04/24/nw.D110000renmrb_…htm
_ARTICLE = (
    r"/(?:BIG5/)?(?:"
    r"(?P<of>n[124]?)/\d{4}/\d{4}/c\d+-"
    r"|(?:GB/)(?:\d+/)+"
    r"|(?:\w+/)+content/\d{6}/\d\d/(?=content_)"
    r"|(?:\w+/)+html/\d{4}-\d\d/\d\d/nw\.(?=D)"
    r")(?P<id>\d+(?:-\d+)?|content_\d+|D\w+_\d{8}_[\d-]+)\.html?$"
)
_ENGLISH = r"/(?:n3?/\d{4}/\d{4}/c\d+-|(?:9\d{4}/)+)(?P<id>\d+(?:-\d+)?)\.html$"

_DATED = r"(\d{4}年\d{1,2}月\d{1,2}日(?:\s*\d{1,2}:\d{2})?)"
_REPORTED = first(names(css(".rm_txt .author, .text_title .author")), names(pick(css(".rm_txt_con p"), REPORTERS)))
_BYLINE = r"(?:本报|本网|人民网|新华社)[^\s。，]{0,6}?记者[\s:：]*([^。，！？（）]{2,60})"
_ORIGINAL = ("original", pick(css(".otitle"), r"原标题[：:]\s*(.+?)[)）]?$"))
_KICKER = ("kicker", css("h3.pre"))

# …新华社记者 张三 摄 · 李四摄/光明图片 · （王五摄） · 照片：… · 图为… · （人民图片）
_SAYS = (
    r"摄(?:影|制)?(?:[/／][^（）]{2,20})?[）)]?$|^(?:图为|资料图|照片[：:]|上图|下图|图①)"
    r"|(?:人民图片|资料照片|人民视觉|影像中国)[）)]?$"
)
_BY = r"([^。！？；，（(]{2,40}摄(?:影)?(?:[/／][^（）]{2,20})?(?:（[^（）]{2,10}）)?)[）)]?$"


def _pictures(body: str) -> tuple[Picture, ...]:
    """The pictures of a text; a caption stands in the paragraph below, and only what it says tells it."""
    below = "{body} {tag}:has(img) + {tag}:not(:has(img, table, p + p))"
    return (
        Picture(
            f'{body} img:not([src*="_page."])',
            credit=pick(css("p, td"), _BY),
            below=", ".join(below.format(body=body, tag=tag) for tag in ("p", "tr")),
            says=_SAYS,
        ),
    )


_FURNITURE = (
    Cut("editor", "editor-line", ".edit, #p_editor, .editor"),
    Cut("original-title", "editor-line", ".otitle"),
    Cut("pages", "read-also", ".zdfy, center:has(a img)"),
    Cut("share", "share", ".paper_num, #ops_share, .share"),
    Cut("downloads", "app", ".rm_download, .box_down"),
    Cut("related", "read-also", ".rm_relevant:not(.rm_download), #rwb_tjyd, #rwb_xgxw, #rwb_jctj"),
)

_SINCE_2020 = Reader(
    name="people-rm",
    marks=".rm_txt_con, #rm_txt_zw",
    article=".rm_txt",
    body=".rm_txt_con, #rm_txt_zw",
    headline=first(css(".col-1 > h1"), css("h1")),
    lead=css(".col-1 > h4.sub"),
    authors=_REPORTED,
    byline=_BYLINE,
    published=(
        When(pick(css("#newstime, .col-1-1, .channel"), _DATED), _ZONE),
        When(meta("publishdate"), _ZONE),
    ),
    section=css("#rwb_navpath a:nth-of-type(2), .route a:nth-of-type(2)"),
    tags=names(meta("keywords")),
    variants=(_KICKER, _ORIGINAL),
    pictures=_pictures(".rm_txt_con"),
    furniture=_FURNITURE,
)
_SINCE_2016 = replace(
    _SINCE_2020,
    name="people-rwb",
    marks="#rwb_zw",
    article="body",
    body="#rwb_zw",
    headline=first(css(".text_title h1"), css("h1")),
    lead=css(".text_title h4.sub"),
    authors=first(names(css(".text_title .author")), names(pick(css("#rwb_zw p"), REPORTERS))),
    published=(When(pick(css(".text_title .box01 .fl, .text_title"), _DATED), _ZONE), When(meta("publishdate"), _ZONE)),
    section=css("#rwb_navpath a:nth-of-type(2)"),
    pictures=_pictures("#rwb_zw"),
)
_SINCE_2012 = replace(
    _SINCE_2016,
    name="people-p-content",
    marks="#p_content",
    body="#p_content",
    headline=first(css("#p_title"), css("h1")),
    lead=css("#p_subtitle"),
    authors=first(names(css("#p_author")), names(pick(css("#p_content p"), REPORTERS))),
    published=(When(css("#p_publishtime"), _ZONE), When(meta("publishdate"), _ZONE)),
    section=css("#p_navigator a:last-of-type"),
    pictures=_pictures("#p_content"),
    seen=False,
)
# One page of the printed paper; its day is all it says of when.
_PRINT = Reader(
    name="people-print",
    marks="#articleContent, #ozoom",
    article=".article",
    body="#ozoom, #articleContent",
    headline=first(css("h1"), css("h3"), css("h2")),
    lead=css(":is(h1, h3) ~ h2"),
    authors=first(names(css("author")), names(pick(css("p.sec"), r"^(.*?)\s*(?:《|人民日报|[（(]|\d{4}年|$)"))),
    published=(When(pick(css(".newstime, .date, p.sec"), _DATED), _ZONE),),
    section=pick(css(".date, p.sec, .paper-title, .ban"), r"(第\s*\d+\s*版(?:\s*[:：]\s*[^\s）)]+)?)"),
    variants=(("kicker", css("h3")),),
    pictures=(
        Picture(
            "#articleContent img, #ozoom img, .attachment img, .pci_c img",
            credit=pick(css("p, td"), _BY),
            below="#ozoom p:has(img) + p:not(:has(img)), #articleContent p:has(img) + p:not(:has(img))",
            says=_SAYS,
        ),
    ),
    furniture=(Cut("pages", "read-also", ".art-btn, .prev-next"),),
    seen=False,
)

_IN_ENGLISH = Reader(
    name="people-en",
    marks=".d2txtCon, .d2txt_con, .main_l #p_content, .wb_left .wb_12, .wb_12.wb_left, #p_content",
    body=".d2txtCon, .d2txt_con, #p_content, .wb_12.wb_left:not(:has(#p_content))",
    headline=first(css(".d2txtCon h1, .d2txt_con h1, #p_title"), css("h1")),
    authors=names(pick(css(".origin, .d2txt_con .d2txt_1"), r"^[Bb]y ([^(\d]+)")),
    byline=r"[Bb]y ([A-Z][\w.'’-]*(?:(?:, | and | )[A-Z][\w.'’-]*){1,8})(?:, People's Daily(?: Online)?)?",
    published=(
        When(
            pick(css(".origin span, .origin, #p_publishtime, .d2txt_1"), r"(\d{1,2}:\d{2}(?:\s?[ap]m)?, .+?\d{4})"),
            _ZONE,
        ),
        When(meta("publishdate"), _ZONE),
    ),
    section=css(".path a:nth-of-type(2), .wb_nav a:nth-of-type(2)"),
    tags=names(meta("keywords")),
    pictures=(
        Picture(
            ".d2txtCon img, .d2txt_con img, #p_content img",
            credit=pick(css("p"), r"[(\[]([^()\[\]]*(?:[Pp]hoto|Xinhua)[^()\[\]]*)[)\]]$"),
            below=".d2txtCon p:has(img) + p:not(:has(img)), .d2txt_con p:has(img) + p:not(:has(img)), "
            "#p_content p:has(img) + p:not(:has(img))",
            says=r"(?:\([^()]*(?:[Pp]hoto|Xinhua)[^()]*\)|\[[^\[\]]*(?:[Pp]hoto|Xinhua)[^\[\]]*\])$",
        ),
    ),
    furniture=(
        # The text stands beside these in one element.
        Cut(
            "head",
            "masthead",
            ".d2txtCon > h1, .d2txtCon > h2.sub, .d2txtCon > h3.pre, .d2txt_con > h1, .origin, .d2txt_1",
        ),
        Cut("editor", "editor-line", ".editor, .edit, #p_editor"),
        Cut("share", "share", ".share, .bshare-custom, .addthis, .wb_18"),
        Cut("related", "read-also", ".relevant, .d2_related, .photos"),
        Cut("pages", "read-also", ".page, .zdfy, center:has(a)"),
    ),
    seen=False,
)


def _edition(
    name: str, title: str, language: str, article: str, hosts: str, daily: int, *readers: Reader, find: tuple[Find, ...]
) -> Outlet:
    return Outlet(
        name=name,
        family="people",
        title=title,
        domains=tuple(map(Domain, hosts.split())),
        country="CN",
        languages=(language,),
        timezone=_ZONE,
        controlled_by="Central Committee of the Chinese Communist Party",
        monitor="SC",
        daily=daily,
        robots="www.people.com.cn asks for 120 s between requests; paper.people.com.cn has none (404); en.people.cn "
        "forbids /rss_mobile/ and *.php (2026-10)",
        access="days of the printed paper before 2023 answer 403 (2026-10)",
        article=article,
        neighbours=_OTHERS,
        readers=readers,
        find=find,
    )


# Editions in other languages, of China and abroad; no part of these.
_OTHERS = (
    *(f"{name}.people.com.cn" for name in "arabic french german j japanese kazakh kr korean mongol portuguese".split()),
    *(f"{name}.people.com.cn" for name in "russian sawcuengh spanish uyghur xizang yi".split()),
    *(
        f"{name}.people.cn"
        for name in "greek italian j kaz kr malay russian swahili thai www.swahili www.italian".split()
    ),
    *(f"{name}.peopledaily.com.cn" for name in "french russian spanish".split()),
)

_SECTIONS = "90777 90780 90778 90779 90882 90782 90783 90785 90786 205040 202936 102775 102840 102842"

# Where articles are found is known from scrapers' code of October 2026 and was not fetched by us.
people_zh = _edition(
    "people-zh",
    "人民网",
    "zh",
    _ARTICLE,
    "people.com.cn people.cn peopledaily.com.cn",
    1_000,
    _SINCE_2020,
    _SINCE_2016,
    _SINCE_2012,
    _PRINT,
    find=(
        DayArchive(
            "https://paper.people.com.cn/rmrb/pc/layout/{date:%Y%m/%d}/node_01.html",
            "2024-12-01",
            links=".news-list a",
            next="node_{page:02}.html",
            pages=24,
        ),
        Listing("http://politics.people.com.cn/GB/1024/index1.html", links='a[href*="/n1/"]'),
        Listing("http://world.people.com.cn/GB/157278/index.html", links='a[href*="/n1/"]'),
        Listing("http://opinion.people.com.cn/GB/223228/index.html", links='a[href*="/n1/"]'),
    ),
)
people_en = _edition(
    "people-en",
    "People's Daily Online",
    "en",
    _ENGLISH,
    "en.people.cn english.people.com.cn english.peopledaily.com.cn english.people.cn",
    100,
    _IN_ENGLISH,
    find=tuple(
        Listing(
            f"http://en.people.cn/{section}/index.html",
            links='a[href*="/n3/"]',
            next="index{page}.html",
            pages=3,
        )
        for section in _SECTIONS.split()
    ),
)
