"""Granma, the daily of the Communist Party of Cuba: the Spanish edition and the English one of Granma International."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, meta, metas, pick
from crawler.outlets.find import Feed, Find, Listing

# /cuba/2022-04-26/slug-of-it-26-04-2022-23-04-54. Canonical links point home: only the address names a piece.
_ARTICLE = r"/[\w-]+/(?P<of>\d{4}-\d\d-\d\d)/(?P<id>[^/]+)/?$"

# The body's class ends in `-textt` in Spanish and in `-text` in English; empty ones follow it. The site prints the
# month where the minutes belong (April 2022, everywhere on the page): the hour is right, the minutes as published.
_STORY = Reader(
    name="granma-story",
    marks=".g-story-heading",
    article="article.g-story",
    body=".story-body-textt, .story-body-text",
    headline=first(css("h1.g-story-heading"), meta("og:title")),
    lead=css(".g-story-description"),
    authors=css(".byline-author"),
    published=(
        When(css("time.dateline", "datetime"), "America/Havana"),
        When(css(".g-story-meta-footer .dateline"), "America/Havana"),
        When(pick(css(".g-story-meta-footer"), r"(\w+ \d{1,2}, \d{4} \d\d:\d\d(?::\d\d)?)"), "America/Havana"),
    ),
    section=pick(css("title"), r"› ([^›]+) ›"),
    tags=metas("article:tag"),
    variants=(("kicker", css(".g-story-epi")),),
    pictures=(
        Picture(
            ".g-story-media-photo, .story-content figure, .story-content img",
            caption=first(css(".caption-text"), css("figcaption")),
            credit=css(".credit"),
        ),
    ),
    furniture=(
        Cut("byline", "date-line", ".g-story-meta-footer"),
        Cut("share", "share", ".g-story-share"),
    ),
    embeds="iframe, video, .twitter-tweet, .instagram-media, .fb-post",
    bold_heads=True,
)


def _edition(language: str, title: str, host: str, daily: int, *find: Find, others: str = "") -> Outlet:
    return Outlet(
        name=f"granma-{language}",
        family="granma",
        title=title,
        domains=(Domain(host),),
        neighbours=tuple(f"{other}.{host}" for other in others.split()),
        country="CU",
        languages=(language,),
        timezone="America/Havana",
        controlled_by="Central Committee of the Communist Party of Cuba",
        monitor="SC",
        daily=daily,
        robots="articles and the archive of listings are allowed (October 2026)",
        access="open (October 2026)",
        article=_ARTICLE,
        readers=(_STORY,),
        find=find,
    )


# Where articles are found is known from scrapers' code of 2026 and was not fetched by us. /archivo?s=…&page=… lists all
# years, in no order of time, and is left out.
granma_es = _edition(
    "es",
    "Granma",
    "granma.cu",
    0,
    Feed("https://www.granma.cu/feed"),
    Listing("https://www.granma.cu/"),
    others="fr pt it de tr",  # editions in other languages, which are not described here
)
granma_en = _edition("en", "Granma International", "en.granma.cu", 3, Listing("https://en.granma.cu/"))
