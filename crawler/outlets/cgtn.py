"""CGTN, the foreign television of China Media Group, in English. Nothing of it was seen but in scrapers' code of 2021
and of October 2026."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, meta, names, pick
from crawler.outlets.find import Feed, Sitemap

# /news/2026-10-07/Slug-of-it-1R4py2V4RKo/p.html; index, p, share_p and share_amp are one piece. Until 2019
# /news/3d3d674d3559444d33457a6333566d54/share_p.html
_ARTICLE = r"/news/(?:\d{4}-\d\d-\d\d/(?:[^/]*-)?)?(?P<id>[0-9A-Za-z]{8,80})/(?:index|p|share|share_p|share_amp)\.html$"

_ZONE = "Asia/Shanghai"
_CMS = Reader(
    name="cgtn-cms",
    marks="#cmsMainContent",
    # What stands behind the source is of other pieces.
    body="#cmsMainContent .text.en:not(.sourceTextDiv ~ *, #sourceTextDiv ~ *)",
    headline=first(css(".news-title"), pick(css("title"), r"^(.+?)(?:\s+-\s+CGTN)?$")),
    authors=names(pick(css(".news-author"), r"^(?:[Bb]y\s+)?(?!CGTN\b|Updated\b)(.+?)(?:[\s,]*\bUpdated\b.*)?$")),
    # `Opinion 16:15, 07-Oct-2026`
    published=(
        When(css(".news-section-date .date, .news-section-date"), _ZONE),
        When(meta("publishdate", "article:published_time"), _ZONE),
    ),
    modified=(When(pick(css(".news-author, .news-update"), r"Updated\s+(.+)$"), _ZONE),),
    section=first(css(".news-section-date .section"), pick(css(".news-section-date"), r"^(.+?)\s*\d{1,2}:\d{2}")),
    pictures=(
        Picture("#cmsMainContent .cmsImage, #cmsMainContent figure", caption=css(".cmsImage_caption, figcaption")),
    ),
    furniture=(
        Cut("follow", "follow-us", ".follow-us"),
        Cut("source", "editor-line", ".sourceTextDiv, #sourceTextDiv"),
    ),
    bold_heads=True,
    seen=False,
)

# Its sitemaps of a year are continued in `_2`, `_3`; pieces that are films have no text.
cgtn = Outlet(
    name="cgtn",
    family="cgtn",
    title="CGTN",
    domains=(Domain("cgtn.com"),),
    neighbours=("arabic.cgtn.com", "espanol.cgtn.com", "francais.cgtn.com", "russian.cgtn.com", "chinese.cgtn.com"),
    country="CN",
    languages=("en",),
    timezone=_ZONE,
    charset="utf-8",
    controlled_by="China Media Group",
    monitor="SC",
    daily=150,
    robots="/*.do*, /*contents.0.shareBody.shareUrl* and the account are forbidden (October 2026)",
    access="open (October 2026)",
    article=_ARTICLE,
    readers=(_CMS,),
    find=(
        Sitemap("https://www.cgtn.com/sitemap_latestnews.xml"),
        Sitemap("https://www.cgtn.com/sitemap_news.xml", parts=r"/sitemap_news"),
        Sitemap(
            "https://www.cgtn.com/sitemap_archived_{date:%Y}.xml",
            parts=r"/sitemap_archived_\d{4}",
            past=True,
            since="2017-01-01",
        ),
        Feed("https://www.cgtn.com/subscribe/rss/section/china.xml"),
    ),
)
