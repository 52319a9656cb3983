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
# The page says its day in the dateline alone, and no year: that stands in the list of articles only. The year of the
# look would be wrong of what is found late, and another one at a look a year later.
_EN_DATELINE = r"^[A-Z][\w ]{2,40}, ([A-Z]\w+ \d{1,2}) \(KCNA\)"
_KO_DATELINE = r"^\(\S{1,20} (\d{1,2}월 \d{1,2}일)발 조선중앙통신\)"
_DETAIL = Reader(
    name="kcna-detail",
    marks="body:has(article p) h1.text-center",
    body="article",
    headline=first(css("h1.text-center"), meta("og:title")),
    published=(When(pick(css("article p"), _EN_DATELINE)), When(pick(css("article p"), _KO_DATELINE))),
    furniture=(Cut("title", "masthead", "article h1"), Cut("back", "share", "article > a")),
    ends=_END,
    since="2026-06-01",
    seen=False,
)
_LATEST = "/category/articles/q/1ee9bdb7186944f765208f34ecfb5407.kcmsf"


_HOME = "http://www.kcna.kp"


def _edition(language: str, title: str, path: str, *find: Listing) -> Outlet:
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
        find=(
            Listing(f"{_HOME}{path}{_LATEST}", links=".article-link a", dates=".publish-time"),
            *find,
        ),
    )


# What is new, since June 2026; of the Korean edition its address is not known.
_NEW = Listing(f"{_HOME}/en/article/list/a666dda1282180e0ee1b4427b0574ae7", links="a[href*='/article/detail/']")

kcna_en = _edition("en", "KCNA", "/en", _NEW)
kcna_ko = _edition("ko", "조선중앙통신", "/kp")
