"""KCNA, the agency of North Korea, in English and Korean. Days are counted from 1912 until October 2024 (`Juche113`),
by the common era since. Nothing of it was seen but in scrapers' code of 2023 to October 2026."""

from crawler.outlets.base import Cut, Domain, Outlet, Reader, When, css, first, meta, pick
from crawler.outlets.find import Listing

# /en/article/q/<32 hex or more>.kcmsf until June 2026 · /en/article/detail/<32 hex> since. The same piece has another
# number in each.
_ARTICLE = r"/\w\w/article/(?:q|detail)/(?P<id>[0-9a-f]{32,})(?:\.kcmsf)?$"

_ZONE = "Asia/Pyongyang"
_END = r"(?:-0-|끝)\W*$"

_QUERY = Reader(
    name="kcna-content",
    marks=".article-main-title",
    body=".content-wrapper",
    headline=first(css(".article-main-title"), meta("og:title")),
    # `www.kcna.kp (Juche113.3.9.)`
    published=(When(pick(css(".publish-time"), r"\(([^()]+)\)"), _ZONE),),
    furniture=(Cut("publish-time", "date-line", ".publish-time"),),
    ends=_END,
    until="2026-09-01",
    seen=False,
)
# The page says no day; the dateline says one without a year.
_DETAIL = Reader(
    name="kcna-detail",
    marks="body:has(article p) h1.text-center",
    body="article",
    headline=first(css("h1.text-center"), meta("og:title")),
    furniture=(Cut("title", "masthead", "article h1"), Cut("back", "share", "article > a")),
    ends=_END,
    since="2026-06-01",
    seen=False,
)
_LATEST = "1ee9bdb7186944f765208f34ecfb5407"


def _edition(language: str, title: str, path: str) -> Outlet:
    return Outlet(
        name=f"kcna-{language}",
        family="kcna",
        title=title,
        domains=(Domain("kcna.kp"),),
        path=path,
        country="KP",
        languages=(language,),
        timezone=_ZONE,
        charset="utf-8",
        controlled_by="Workers' Party of Korea",
        monitor="SC",
        daily=25,
        access="blocks who opens more than three connections; slow from abroad, and filtered in some networks",
        article=_ARTICLE,
        readers=(_QUERY, _DETAIL),
        find=(Listing(f"http://www.kcna.kp{path}/category/articles/q/{_LATEST}.kcmsf", links=".article-link a"),),
    )


kcna_en = _edition("en", "KCNA", "/en")
kcna_ko = _edition("ko", "조선중앙통신", "/kp")
