"""SANA, the Syrian state agency, in Arabic and English. The site of August 2025 and the one before, which stands in the
agency's archive. Nothing of it was seen but in scrapers' code of October 2026."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, meta
from crawler.outlets.find import Feed, Listing

# /en/politics/2271401/ · /politics/2271402/ in Arabic; addresses of before have the number in the query: /en/?p=271401
_OTHERS = "en|fr|es|ru|tr|fa|he|zh|ku"
_NUMBERED = r"(?:[\w-]+/)+(?P<id>\d{3,})/?$"

_ZONE = "Asia/Damascus"
_INITIALS = r"[A-Z][A-Za-z]?\.[A-Za-z.]{0,4}(?:\s*/\s*[A-Z][A-Za-z.]{0,5})*\W*$"
"""`Kh.A / H.H`: who wrote and who edited it, as the last paragraph."""

_SITE = Reader(
    name="sana-2025",
    marks="h1.s-title",
    body=".entry-content",
    headline=first(css("h1.s-title"), meta("og:title")),
    lead=css(".s-tagline"),
    published=(When(jsonld("datePublished"), _ZONE), When(meta("article:published_time"), _ZONE)),
    modified=(When(jsonld("dateModified"), _ZONE), When(meta("article:modified_time"), _ZONE)),
    section=first(meta("article:section"), css(".p-category")),
    tags=css(".efoot .tag-bar a, .efoot-bar a"),
    pictures=(Picture(".entry-content figure", caption=css("figcaption")),),
    furniture=(
        Cut("foot", "tags", ".entry-content .efoot, .entry-bottom"),
        Cut("share", "share", ".e-shared"),
        Cut("contents", "masthead", ".entry-content .ruby-table-contents"),
        Cut("related", "read-also", ".entry-content .block-wrap, .entry-content [class*=related]", titles="a"),
    ),
    ends=rf"TAGGED:|{_INITIALS}",
    since="2025-08-01",
    seen=False,
)
_ARCHIVE = Reader(
    name="sana-archive",
    marks="h1.post-title",
    body="div.entry",
    headline=first(css("h1.post-title"), meta("og:title")),
    published=(When(meta("article:published_time"), _ZONE),),
    modified=(When(meta("article:modified_time"), _ZONE),),
    section=first(meta("article:section"), css(".post-cats a")),
    tags=css(".post-tag a"),
    pictures=(Picture(".entry figure, .entry .wp-caption", caption=css("figcaption, .wp-caption-text")),),
    furniture=(
        Cut("gallery", "read-also", ".entry [id^=gallery-]"),
        Cut("share", "share", ".entry .share-post"),
        Cut("tags", "tags", ".entry .post-tag"),
    ),
    ends=_INITIALS,
    until="2025-10-01",
    seen=False,
)


def _edition(language: str, title: str, path: str, article: str, category: str) -> Outlet:
    site = f"https://sana.sy{path}"
    return Outlet(
        name=f"sana-{language}",
        family="sana",
        title=title,
        domains=(Domain("sana.sy"),),
        path=path,
        country="SY",
        languages=(language,),
        timezone=_ZONE,
        charset="utf-8",
        controlled_by="Government of Syria",
        monitor="SC",
        daily=80,
        robots="asks for 5 s between requests (October 2026)",
        access="open; archive.sana.sy, with what is older than August 2025, is slow and often 503 (October 2026)",
        article=article,
        readers=(_SITE, _ARCHIVE),
        find=(Feed(f"{site}/feed/"), Listing(f"{site}/{category}/", next=f"{site}/{category}/page/{{page}}/", pages=5)),
    )


sana_en = _edition("en", "SANA English", "/en", r"/en/" + _NUMBERED, "politics")
sana_ar = _edition("ar", "الوكالة العربية السورية للأنباء", "", rf"/(?!(?:{_OTHERS})/)" + _NUMBERED, "politics")
