"""Kommersant: a private paper loyal to the Kremlin. The layout of 2014 to 2020 is known from scrapers' code only."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, meta, names
from crawler.outlets.find import Feed, Sitemap

_AUTHORS = first(jsonld("author.name"), names(css(".document_authors")))
_FURNITURE = (
    Cut("authors", "byline", ".document_authors"),
    Cut("footer", "subscribe", ".doc_footer"),
)

_2020 = Reader(
    name="kommersant-2020",
    marks=".doc_header__name",
    article="article.doc",
    body=".article_text_wrapper",
    headline=first(css("h1.doc_header__name"), css(".doc_header__name"), meta("og:title")),
    lead=css(".doc_header__subheader"),
    authors=_AUTHORS,
    published=(
        When(meta("article:published_time"), "Europe/Moscow"),
        When(jsonld("datePublished")),
        When(css("time.doc_header__publish_time", "datetime"), "Europe/Moscow"),
        When(css("time.doc_header__publish_time"), "Europe/Moscow"),
    ),
    modified=(When(meta("article:modified_time"), "Europe/Moscow"), When(jsonld("dateModified"))),
    section=css(".crumbs__item a"),
    tags=css('.doc_footer__item_name[href*="/theme/"]'),
    variants=(("alternative", jsonld("alternativeHeadline")),),
    # The words of a picture stand there twice: beside it, and beside it in full size.
    pictures=(
        Picture(
            ".doc_media",
            caption=first(
                css(".doc_media__caption.ui-modal__hide .doc_media__text:not(.doc_media__src)"),
                css(".doc_media__text:not(.doc_media__src)"),
            ),
            credit=first(css(".doc_media__caption.ui-modal__hide .doc_media__src"), css(".doc_media__src")),
        ),
    ),
    furniture=_FURNITURE,
    quotes="p.doc__thought",
    since="2020-01-01",
)

_2014 = Reader(
    name="kommersant-2014",
    marks=".article_name",
    body=".article_text_wrapper",
    headline=first(css(".article_name"), meta("og:title")),
    lead=css(".article_subheader"),
    authors=_AUTHORS,
    published=(
        When(meta("article:published_time"), "Europe/Moscow"),
        When(css("time[itemprop=datePublished], time.b-article__publish_date", "datetime"), "Europe/Moscow"),
        When(css("time[itemprop=datePublished], time.b-article__publish_date"), "Europe/Moscow"),
    ),
    furniture=_FURNITURE,
    until="2020-06-01",
    seen=False,
)

kommersant = Outlet(
    name="kommersant",
    family="kommersant",
    title="Коммерсантъ",
    domains=(Domain("kommersant.ru"),),
    country="RU",
    languages=("ru",),
    timezone="Europe/Moscow",
    charset="utf-8",
    # Not in the list of the State Media Monitor.
    controlled_by="Kommersant Publishing House (private, Alisher Usmanov)",
    daily=200,
    # News and articles are numbered together, galleries apart.
    article=r"(?:/[\w-]+)*?/(?:doc|news)/(?P<id>\d+)(?=/|$)",
    readers=(_2020, _2014),
    find=(
        Feed("https://www.kommersant.ru/RSS/news.xml"),
        Sitemap("https://www.kommersant.ru/sitemaps/sitemap_daily.xml"),
    ),
)
