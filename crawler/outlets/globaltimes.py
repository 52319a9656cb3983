"""Global Times, the English paper of the People's Daily's Global Times house. Two layouts: rows until 2020, known from
scrapers' code only, and the one since, of which pages of July to September 2026 were seen: lines, no paragraphs, and
captions in a `p` below the picture."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, meta, names, pick
from crawler.outlets.find import Listing, Sitemap

# /page/202609/1371581.shtml since February 2021, where the month has to be right; /content/1200050.shtml before.
_ARTICLE = r"/(?:page/\d{6}|content)/(?P<id>\d{5,8})\.shtml$"

_ZONE = "Asia/Shanghai"
_TITLE = pick(css("title"), r"^(.+?)\s*-\s*Global Times$")
_BY = r"(?i)^by\s+(?!global times\s*$)(.+?)(?:\s+(?:source|published)\s*:.*)?$"

_COLUMNS = Reader(
    name="globaltimes-article",
    marks=".article_title, .article_content .article_right",
    body=".article_right",
    headline=first(css(".article_title"), _TITLE),
    authors=names(first(css(".author_name, .author_card .author_name"), pick(css(".byline"), _BY))),
    published=(
        When(pick(css(".pub_time"), r"Published:\s*(.+?)\s*(?:Updated:.*)?$"), _ZONE),
        When(meta("publishdate", "article:published_time"), _ZONE),
    ),
    modified=(When(pick(css(".pub_time"), r"Updated:\s*(.+)$"), _ZONE),),
    section=css(".article_column"),
    pictures=(
        Picture(".article_right .picture:has(img)", caption=css(".picture")),
        Picture(
            ".article_right center:has(img)", caption=css("center"), below=".article_right .picture:not(:has(img))"
        ),
    ),
    furniture=(
        Cut("author", "editor-line", ".author_card"),
        Cut("related", "read-also", ".related_section", titles=".new_title_s, li a"),
        Cut("share", "share", ".share_section"),
    ),
)

_ROWS = Reader(
    name="globaltimes-rows",
    marks=".article-title h3, .span12.row-content",
    body=".span12.row-content",
    headline=first(css(".article-title h3"), _TITLE),
    authors=names(pick(css(".article-source .text-left, .text-left"), _BY)),
    published=(When(pick(css(".text-left"), r"(\d{4}[-/]\d{1,2}[-/]\d{1,2}\s+\d{1,2}:\d{2}(?::\d{2})?)"), _ZONE),),
    section=pick(css(".text-left, .posted"), r"Posted in:\s*([^,|]+?)\s*(?:[,|].*)?$"),
    pictures=(Picture(".row-content center:has(img)", caption=css("center")),),
    furniture=(
        Cut("posted", "tags", ".row-content .posted"),
        Cut("related", "read-also", ".row-content .related-news"),
    ),
    until="2021-06-01",
    seen=False,
)

_SECTIONS = (
    "china/politics china/diplomacy china/military china/society china/science opinion/editorial opinion/observer "
    "opinion/viewpoint source/gt-voice world/asia-pacific world/americas world/europe world/mid-east world/africa "
    "life/culture sport"
)

globaltimes = Outlet(
    name="globaltimes",
    family="globaltimes",
    title="Global Times",
    domains=(Domain("globaltimes.cn"),),
    country="CN",
    languages=("en",),
    timezone=_ZONE,
    charset="utf-8",
    controlled_by="People's Daily",
    monitor="SC",
    daily=80,
    robots="forbids nothing (October 2026)",
    access="open (October 2026); its sitemap lists the newest dozen only",
    article=_ARTICLE,
    readers=(_COLUMNS, _ROWS),
    find=(
        Sitemap("https://www.globaltimes.cn/sitemap.xml"),
        *(Listing(f"https://www.globaltimes.cn/{section}/index.html") for section in _SECTIONS.split()),
    ),
)
