"""Al Mayadeen in Arabic and English: Lebanese and private by its own account, near to Iran's allies. Of its markup only
the meta elements are known, from scrapers' code of 2024, so that the general reader reads it."""

from crawler.outlets.base import Domain, Outlet
from crawler.outlets.find import Feed, Find, Sitemap

# /news/politics/slug-of-it · /articles/blog/… ; the number of a piece stands on its page only (meta `postid`).
_ARTICLE = r"/(?!(?:latestnews|tags?|search|live|programs)/)[\w-]+/(?:[\w-]+/)?(?P<id>[^/]*(?:-|%D9|%D8)[^/]*)/?$"


def _edition(language: str, title: str, host: str, neighbours: tuple[str, ...], find: tuple[Find, ...]) -> Outlet:
    return Outlet(
        name=f"almayadeen-{language}",
        family="almayadeen",
        title=title,
        domains=(Domain(host),),
        neighbours=neighbours,
        country="LB",
        languages=(language,),
        timezone="Asia/Beirut",
        charset="utf-8",
        controlled_by="private; its owners are not known",
        daily=150 if language == "ar" else 60,
        article=_ARTICLE,
        general=True,
        find=find,
    )


almayadeen_ar = _edition(
    "ar",
    "الميادين",
    "almayadeen.net",
    ("espanol.almayadeen.net",),
    (Feed("https://www.almayadeen.net/rss"), Sitemap("https://www.almayadeen.net/sitemaps/all.xml", past=True)),
)
almayadeen_en = _edition(
    "en", "Al Mayadeen English", "english.almayadeen.net", (), (Feed("https://english.almayadeen.net/rss"),)
)
