"""Cubadebate, in Spanish: a WordPress site whose theme shows the title in an h2 (the h1 is the logo)."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, meta, metas, pick
from crawler.outlets.find import Feed

# /noticias/2022/04/26/slug-of-it/, with print/ or amp/ behind it; WordPress gives a slug once only.
_ARTICLE = r"/(?:[\w-]+/)+\d{4}/\d\d/\d\d/(?P<id>[^/]+)(?:/(?:print|amp))?/?$"

_THEME = Reader(
    name="cubadebate-theme",
    marks=".note_content",
    article="div.post",
    body=".note_content",
    headline=first(css("h2.title"), meta("og:title")),
    authors=css('#taxonomies a[href*="/autor/"]'),
    # What the meta elements label -04:00 is UTC; what is shown is the hour in Havana.
    published=(
        When(css(".meta time", "datetime"), "America/Havana"),
        When(meta("article:published_time"), "UTC", relabel=True),
    ),
    modified=(When(meta("article:modified_time"), "UTC", relabel=True),),
    section=first(meta("article:section"), css('.breadcrumbs a[rel*="category"]')),
    tags=metas("article:tag"),
    videos=first(jsonld("video.contentUrl"), css(".note_content video source", "src")),
    pictures=(
        Picture(
            ".wp-caption, .note_content figure, .note_content img",
            caption=pick(css(".wp-caption-text, figcaption"), r"^(.*?)\s*(?:\(?(?:Fotos?|Imagen|Crédito): .*)?$"),
            credit=pick(css(".wp-caption-text, figcaption"), r"(?:Fotos?|Imagen|Crédito): *(.+?)[.)]*$"),
        ),
    ),
    # Additions to a running story stand in sections of their own (`anexos`) within the text: they are part of it. Their
    # list is not closed in the markup, so that what follows the text stands within it too.
    furniture=(
        Cut("taxonomies", "tags", "#taxonomies"),
        Cut("share", "share", ".addthis_toolbox"),
        Cut("more", "read-also", ".note_content #moreposts, .note_content #relates"),
        Cut("comments", "comments", ".note_content #comments"),
    ),
    embeds="iframe, video, .twitter-tweet, .instagram-media, .fb-post",
    bold_heads=True,
)

cubadebate = Outlet(
    name="cubadebate",
    family="cubadebate",
    title="Cubadebate",
    domains=(Domain("cubadebate.cu"),),
    # editions in other languages and sites of others, with layouts of their own
    neighbours=tuple(f"{name}.cubadebate.cu" for name in ("en", "it", "fr", "de", "ru", "pt", "mesaredonda")),
    country="CU",
    languages=("es",),
    timezone="America/Havana",
    controlled_by="Government of Cuba",  # not in the list of the State Media Monitor
    access="open (April 2022)",
    article=_ARTICLE,
    readers=(_THEME,),
    find=(Feed("http://www.cubadebate.cu/feed/"),),  # known from scrapers' code of 2026; not fetched by us
)
