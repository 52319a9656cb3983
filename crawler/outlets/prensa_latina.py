"""Prensa Latina, the Cuban agency for abroad, in Spanish and English. Both sites are WordPress; of their markup nothing
is known, so that the general reader reads them."""

from crawler.outlets.base import Domain, Outlet
from crawler.outlets.find import Feed


def _edition(language: str, title: str, host: str, article: str, feed: str) -> Outlet:
    return Outlet(
        name=f"prensa-latina-{language}",
        family="prensa-latina",
        title=title,
        domains=(Domain(host),),
        country="CU",
        languages=(language,),
        timezone="America/Havana",
        charset="utf-8",
        controlled_by="Government of Cuba",
        monitor="SC",
        daily=150 if language == "es" else 60,
        article=article,
        general=True,
        find=(Feed(feed),),
    )


# /2026/05/02/slug-of-it/ · /news/2026/05/02/slug-of-it/
_NAMED = r"(?P<of>\d{4}/\d\d/\d\d)/(?P<id>[^/]+)/?$"
prensa_latina_es = _edition(
    "es", "Prensa Latina", "prensa-latina.cu", "/" + _NAMED, "https://www.prensa-latina.cu/feed/"
)
prensa_latina_en = _edition(
    "en", "Prensa Latina (English)", "plenglish.com", "/news/" + _NAMED, "https://www.plenglish.com/feed/"
)
