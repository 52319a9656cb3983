"""teleSUR in Spanish and English: OpenCms until about 2023, WordPress since. Nothing of it was seen but in scrapers'
code of 2018 to 2025."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, meta, names, pick
from crawler.outlets.find import Feed

# /news/slug-of-it-20181119-0040.html before; /slug-of-it/ since, where a name is one of the site and those of sections
# are short.
_ARTICLE = (
    r"/(?:[\w-]+/)*?(?:[^/]+-(?=\d{8}-\d{4}\.html))?"
    r"(?P<id>\d{8}-\d{4}(?=\.html)|[^/.]+(?:-[^/.-]+){2,}(?=/?$))(?:\.html)?/?$"
)

_ZONE = "America/Caracas"
_HOUSE = r"(?i)^(?!\s*telesur\b)(.+)$"

_WORDPRESS = Reader(
    name="telesur-content-area",
    marks=".content-area__text__full",
    body=".content-area__text__full",
    headline=first(css("h1.content-area__title"), css("h1"), meta("og:title")),
    lead=css(".content-area__excerpt"),
    # `Autor: teleSUR - Ana Ejemplo`
    authors=names(
        pick(
            css(".content-area__text__full__fuente__detalle"),
            r"(?i)^(?:autor|author)\s*:\s*(?:telesur\s*[-–/]?\s*)?(\S.*)$",
        )
    ),
    published=(When(meta("article:published_time"), _ZONE), When(jsonld("datePublished"), _ZONE)),
    modified=(When(meta("article:modified_time"), _ZONE),),
    section=meta("article:section"),
    pictures=(Picture(".content-area__text__full figure", caption=css("figcaption")),),
    furniture=(
        Cut("source", "byline", "[class*=content-area__text__full__fuente]"),
        Cut("share", "share", ".sharedaddy, .content-area__share"),
        Cut("related", "read-also", ".jp-relatedposts", titles="a"),
    ),
    since="2023-01-01",
    seen=False,
)
_OPENCMS = Reader(
    name="telesur-newworld",
    marks=".txt_newworld",
    body=".txt_newworld",
    headline=first(css("h1"), jsonld("headline"), meta("og:title")),
    authors=names(pick(jsonld("author"), _HOUSE)),
    published=(When(jsonld("datePublished"), _ZONE),),
    modified=(When(jsonld("dateModified"), _ZONE),),
    section=css(".nworldtop .itacaput a"),
    tags=css(".tagBarNews a"),
    pictures=(Picture(".txt_newworld figure, .txt_newworld img", caption=css("figcaption")),),
    furniture=(Cut("tags", "tags", ".tagBarNews"),),
    until="2024-01-01",
    seen=False,
)


def _edition(language: str, title: str, host: str) -> Outlet:
    return Outlet(
        name=f"telesur-{language}",
        family="telesur",
        title=title,
        domains=(Domain(host),),
        country="VE",
        languages=(language,),
        timezone=_ZONE,
        charset="utf-8",
        controlled_by="Governments of Venezuela, Cuba and Nicaragua",
        monitor="SC",
        daily=60,
        article=_ARTICLE,
        readers=(_WORDPRESS, _OPENCMS),
        find=(Feed(f"https://www.{host}/feed/"),),
    )


telesur_es = _edition("es", "teleSUR", "telesurtv.net")
telesur_en = _edition("en", "teleSUR English", "telesurenglish.net")
