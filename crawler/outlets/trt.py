"""TRT, the public broadcaster of Türkiye: its news in Turkish, and its sites for abroad, which share one machine. All
that is known of that machine's markup is that its JSON-LD holds the text, so that the general reader reads those; of
TRT Haber's a little is, from scrapers' code of 2021 to 2025."""

from crawler.outlets.base import Cut, Domain, Outlet, Picture, Reader, When, css, first, jsonld, meta
from crawler.outlets.find import Feed, Find, Listing

_ZONE = "Europe/Istanbul"

# /article/3e946db45c45 since 2025 · /middle-east/slug-of-it-17811425 · until 2022 /turkey/slug-of-it-55278
_ABROAD = r"/(?:[\w-]+/)*?(?:article/|[^/]+-)(?P<id>\d{5,9}|[0-9a-f]{12})/?$"
# /haber/gundem/slug-of-it-724162.html
_HABER = r"/haber/(?:[\w-]+/)+(?:[^/]*-)?(?P<id>\d{4,8})\.html$"

_NEWS = Reader(
    name="trt-news-content",
    marks=".news-content, #trtdty",
    body=".news-content, #trtdty",
    headline=first(css("h1.news-title"), css(".news-title"), css("h1"), meta("og:title")),
    lead=css(".news-spot"),
    published=(When(jsonld("datePublished"), _ZONE), When(meta("article:published_time", "datepublished"), _ZONE)),
    modified=(When(jsonld("dateModified"), _ZONE), When(meta("article:modified_time", "datemodified"), _ZONE)),
    section=first(jsonld("articleSection"), meta("article:section")),
    tags=css(".news-tags a, .tag-area a"),
    pictures=(Picture(".news-content figure, .news-content img", caption=css("figcaption")),),
    furniture=(
        Cut("tags", "tags", ".news-tags, .tag-area"),
        Cut("related", "read-also", ".news-content .related-news", titles="a"),
    ),
    bold_heads=True,
    seen=False,
)


def _site(
    name: str,
    title: str,
    language: str,
    host: str,
    article: str,
    daily: int,
    *readers: Reader,
    find: tuple[Find, ...] = (),
) -> Outlet:
    return Outlet(
        name=f"trt-{name}",
        family="trt",
        title=title,
        domains=(Domain(host),),
        country="TR",
        languages=(language,),
        timezone=_ZONE,
        charset="utf-8",
        controlled_by="Turkish Radio and Television Corporation",
        monitor="SC",
        daily=daily,
        access="the feed of TRT World was taken down (404, 2025)" if name == "world" else "",
        article=article,
        readers=readers,
        general=not readers,
        find=find or (Listing(f"https://www.{host}/"),),  # no feed is known
    )


_FEEDS = "sondakika manset gundem dunya ekonomi"

trt_haber = _site(
    "haber",
    "TRT Haber",
    "tr",
    "trthaber.com",
    _HABER,
    250,
    _NEWS,
    find=tuple(Feed(f"https://www.trthaber.com/{name}_articles.rss") for name in _FEEDS.split()),
)
trt_world = _site("world", "TRT World", "en", "trtworld.com", _ABROAD, 60)
trt_deutsch = _site("deutsch", "TRT Deutsch", "de", "trtdeutsch.com", _ABROAD, 30)
trt_francais = _site("francais", "TRT Français", "fr", "trtfrancais.com", _ABROAD, 30)
trt_russian = _site("russian", "TRT на русском", "ru", "trtrussian.com", _ABROAD, 30)
trt_arabi = _site("arabi", "TRT عربي", "ar", "trtarabi.com", _ABROAD, 50)
trt_balkan = _site("balkan", "TRT Balkan", "bs", "trtbalkan.com", _ABROAD, 30)
