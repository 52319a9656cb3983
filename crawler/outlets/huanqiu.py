"""Huanqiu, the Global Times in Chinese. Pages of 2019 and 2020 come whole; since then the text stands in form fields of
the page, from which a script builds what is shown."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, inner, meta, names, pick
from crawler.outlets.find import JsonList

_ZONE = "Asia/Shanghai"

# /article/9CaKrnKr0aB · m.: /article/… · 3w.: /a/d80b1f/3yWyyCuSR4w · until 2019 /exclusive/2018-08/12685432.html
_ARTICLE = (
    r"/(?:article|gallery|exclusive|hot|r|a(?:/\w+)?)/(?:\d{4}-\d\d/)?(?P<id>[0-9A-Za-z]{11}/?$|\d{6,10}(?=\.html))"
)

# Sections of a long text are headed by numbers alone.
_NUMBER = r"\d{1,2}|[一二三四五六七八九十]{1,3}[、.]?"
_BYLINE = r"执笔[/／:：\s]*(.{2,60})"
_SAYS = r"摄(?:影)?[）)]?$|^(?:图为|资料图|图源|图片来源)|(?:视频截图|资料图片?)[）)]?$"
_BY = r"([^。！？；，]{2,40}摄(?:影)?)[）)]?$"


def _pictures(body: str) -> tuple[Picture, ...]:
    """The pictures of a text; a caption stands in the paragraph below, and only what it says tells it."""
    return (
        Picture(
            f"{body} img",
            credit=pick(css("p"), _BY),
            below=f"{body} p:has(img) + p:not(:has(img))",
            says=_SAYS,
        ),
    )


_RENDERED = Reader(
    name="huanqiu-rendered",
    marks=".a-con",
    body=".a-con",
    headline=first(css("h1.a-title"), css("h1")),
    authors=names(css(".a-info .original > span")),
    byline=_BYLINE,
    published=(When(css(".a-info .time"), _ZONE),),
    tags=names(meta("keywords")),
    pictures=_pictures(".a-con"),
    heads=_NUMBER,
    furniture=(
        Cut("editor", "editor-line", ".a-edit"),
        Cut("tools", "share", ".a-btool, .uninterested-box"),
        Cut("advertising", "advertising", ".content-ad, adv-loader"),
    ),
)


def _field(name: str) -> str:
    return f"article > textarea.article-{name}"


# Around a hundred titles of other articles stand in fields of the same page, outside its <article>.
_FIELDS = Reader(
    name="huanqiu-fields",
    marks=_field("content"),
    hidden=inner(_field("content")),
    # The whole of what the field holds; the page itself has no text, and must never be read instead.
    body="body:not(:has(textarea.article-content))",
    headline=css(_field("title")),
    authors=first(
        names(pick(css(_field("author")), r"^(?:作者[:：])?\s*(?!\[\])(.+)$")),
        names(pick(css("section > p, body > p"), r"^【[^】]*?记者\s*([^】]+)】")),
    ),
    byline=_BYLINE,
    published=(When(css(_field("ext-xtime")), _ZONE), When(css(_field("time")), _ZONE)),
    tags=names(meta("keywords")),
    variants=(("subtitle", css(_field("subtitle"))),),
    pictures=_pictures("body"),
    heads=_NUMBER,
    furniture=(Cut("advertising", "advertising", "adv-loader"),),
)

# Channels and the nodes they list, as scrapers of 2020 to 2026 ask for them; not fetched by us.
_NODES = {
    "world": "e3pmh22ph/e3pmh2398 e3pmh22ph/e3pmh26vv e3pmh22ph/e3pn6efsl e3pmh22ph/efp8fqe21",
    "china": "e3pmh1nnq/e3pmh1obd e3pmh1nnq/e3pn61c2g e3pmh1nnq/e3pn6eiep e3pmh1nnq/e3pra70uk e3pmh1nnq/e5anm31jb "
    "e3pmh1nnq/e7tl4e309",
    "mil": "e3pmh1dm8/e3pmt7hva e3pmh1dm8/e3pmtdr2r e3pmh1dm8/e3pn62l96 e3pmh1dm8/e3pn6f3oh",
    "taiwan": "e3pmh1fmg/e3pmh1g6o e3pmh1fmg/e3pmt8gfv e3pmh1fmg/e3pmt8i3n e3pmh1fmg/e3pmt8lic e3pmh1fmg/e3pmunk13 "
    "e3pmh1fmg/e3pn6elbj",
}
_STEP = 24


def _list(channel: str, offset: int) -> JsonList:
    nodes = ",".join(f"%22/{node}%22" for node in _NODES[channel].split())
    return JsonList(
        f"https://{channel}.huanqiu.com/api/list?node={nodes}&offset={offset}&limit={_STEP}",
        items="list",
        address="https://{host}/article/{aid}",
        published="{ctime}",
    )


huanqiu = Outlet(
    name="huanqiu",
    family="huanqiu",
    title="环球网",
    domains=(Domain("huanqiu.com"),),
    country="CN",
    languages=("zh",),
    timezone=_ZONE,
    controlled_by="People's Daily",
    monitor="SC",
    daily=500,
    robots="allows everything (2026-10)",
    access="a list reaches back about a year, 10,000 items (2026-10)",
    article=_ARTICLE,
    readers=(_RENDERED, _FIELDS),
    find=tuple(_list(channel, offset) for channel in _NODES for offset in range(0, 4 * _STEP, _STEP)),
)
