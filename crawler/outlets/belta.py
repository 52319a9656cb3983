"""BelTA, the state agency of Belarus, in Russian and English: one content system. Nothing of it was seen but in
scrapers' code of October 2026."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, meta
from crawler.outlets.find import Feed, Listing

# /president/view/slug-of-it-170263-2026/ · the number is one of its year.
_ARTICLE = r"/[\w-]+/view/(?:[^/]*-)?(?P<id>\d+-\d{4})(?=/|$)"

_ZONE = "Europe/Minsk"
_VIEW = Reader(
    name="belta-view",
    marks=".js-mediator-article",
    body=".js-mediator-article",
    headline=first(css("h1"), meta("og:title")),
    published=(
        When(meta("mediator_published_time"), _ZONE),
        When(meta("article:published_time"), _ZONE),
        When(css(".date_full"), _ZONE),
    ),
    modified=(When(meta("article:modified_time"), _ZONE),),
    section=meta("mediator_theme", "article:section"),
    tags=css(".news_tags a"),
    pictures=(Picture(".js-mediator-article img"),),
    furniture=(
        Cut("video", "read-also", ".video_add", titles="a"),
        Cut("accent", "read-also", ".news_accent_block", titles="a"),
        Cut("messengers", "follow-us", ".invite_in_messagers"),
        Cut("tags", "tags", ".news_tags_block, .news_tags"),
        Cut("front-page", "promo", ".js-mediator-article .fp_block"),
        Cut(
            "below",
            "read-also",
            ".invite_in_messagers ~ *, .news_tags_block ~ *, .news_tags ~ *, .js-mediator-article > .clear ~ *",
            titles="a",
        ),
    ),
    seen=False,
)
_RUBRICS = "president politics economics society regions sport"


def _edition(language: str, title: str, host: str, *rubrics: str) -> Outlet:
    return Outlet(
        name=f"belta-{language}",
        family="belta",
        title=title,
        domains=(Domain(host),),
        country="BY",
        languages=(language,),
        timezone=_ZONE,
        charset="utf-8",
        controlled_by="Government of Belarus",
        monitor="SC",
        daily=80,
        robots="/printv*, *getResults* and *extendedSearch* are forbidden (October 2026)",
        access="open (October 2026); rubrics show their newest page only, whatever page is asked for",
        article=_ARTICLE,
        readers=(_VIEW,),
        find=(Feed(f"https://{host}/rss"), *(Listing(f"https://{host}/{rubric}/") for rubric in rubrics)),
    )


# Its feed answered 404 to some in October 2026; what rubrics link to is what was found by.
belta_ru = _edition("ru", "БелТА", "belta.by", *_RUBRICS.split())
belta_en = _edition("en", "BelTA", "eng.belta.by", *_RUBRICS.split())
