"""An outlet file from what a few saved pages show: a first draft that somebody looks through. Pure.

The general reader says what a page's headline and text are; the sketch looks for the shortest selectors that find
exactly these on every page given. What it cannot find out is left to the general reader, and said.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from archive import text as same
from archive import urls
from archive.errors import BadInput
from archive.records import Capture, Judgement, Reading
from crawler.extract import furniture
from crawler.extract.general import reader as generic
from crawler.outlets.expressions import Expression, css, jsonld, meta
from crawler.outlets.registry import ad_hoc
from crawler.parse.blocks import blocks, line
from crawler.parse.page import Page, absolute, load

__all__ = ["Sample", "Sketch", "drafted", "sample", "sketch"]

_ENOUGH = 0.7
"""How well an element must agree with the general reader's text to be taken for its place; furniture stands in it."""

_MOST = 60
"""Selectors that are tried, and elements one may find."""


@dataclass(frozen=True)
class Sample:
    """A saved page: its own address, the parsed page, and what the general reader makes of it (None: no article)."""

    capture: Capture
    page: Page
    reading: Reading | None

    @cached_property
    def paragraphs(self) -> frozenset[str]:
        """The texts of the body."""
        return frozenset(block.text for block in self.reading.body) if self.reading else frozenset()


@dataclass(frozen=True, slots=True)
class Sketch:
    """The text of an outlet file, and in words what could not be found out."""

    text: str
    open: tuple[str, ...]


# --- one page ---------------------------------------------------------------------------------------------------------


def stated_address(page: Page) -> str:
    """The address a page calls its own; empty where it says none, or its home page's."""
    canonical = (node.attributes.get("href") or "" for node in page.in_head('link[rel="canonical"]'))
    found = (absolute(page.base, address) for address in (*canonical, page.metas.get("og:url", "")))
    return next((address for address in found if address and not urls.is_home(address)), "")


def sample(capture: Capture, name: str) -> Sample:
    """A page as the general reader reads it. Without an address of its own in the capture (`urn:`), the page must state
    one. Raises BadInput, naming the file, where it does not."""
    page = load(capture)
    if capture.url.startswith("urn:"):
        stated = stated_address(page)
        if not stated:
            raise BadInput(f"{name} does not say where it stood: give it as {name}=https://...")
        capture = replace(capture, url=urls.normal(stated))
        page = load(capture)
    outlet = ad_hoc(urls.host(capture.url))
    raw = page.problem or generic.read(page, outlet, capture.fetched_at)
    return Sample(capture, page, None if isinstance(raw, Judgement) else furniture.strip(raw, outlet))


# --- selectors --------------------------------------------------------------------------------------------------------

# Names a program made up change with its next build.
_NAME = re.compile(r"[A-Za-z][A-Za-z]*(?:[-_]{1,2}[A-Za-z]+)*\Z")


def _selectors(node: LexborNode) -> Iterator[str]:
    """Selectors an element can be found by, the most telling first."""
    marks = node.attributes
    if _NAME.match(prop := marks.get("itemprop") or ""):
        yield f"[itemprop={prop}]"
    for name in (marks.get("class") or "").split():
        if _NAME.match(name):
            yield f"{node.tag}.{name}"
    if _NAME.match(marks.get("id") or ""):
        yield f"#{marks['id']}"
    if node.tag in {"article", "main", "h1", "h2", "time"}:
        yield str(node.tag)


def _above(node: LexborNode) -> Iterator[LexborNode]:
    while node.parent is not None and node.parent.tag not in {"html", "-document", None}:
        node = node.parent
        yield node


def _offered(one: Sample) -> list[str]:
    """Selectors of what a page's paragraphs stand in, those of the most paragraphs first."""
    counts: Counter[str] = Counter()
    for node in one.page.tree.css("p, li, h2, h3, h4, blockquote, div"):
        if line(node) in one.paragraphs:
            counts.update({selector: 1 for above in _above(node) for selector in _selectors(above)})
    return [selector for selector, _ in counts.most_common(_MOST)]


def _holds_text(one: Sample, selector: str) -> float:
    """How well what a selector finds agrees with the text (F0.5 over paragraphs): 1 is the text and nothing else.

    Weighted towards nothing else: the general reader takes leads and by-lines along, the place of the text does not."""
    nodes = one.page.tree.css(selector)
    if not nodes or len(nodes) > _MOST:
        return 0.0
    texts = Counter(found.text for node in nodes for found in blocks(node))
    both = sum(texts[text] == 1 for text in one.paragraphs)
    return 1.25 * both / max(1, texts.total() + 0.25 * len(one.paragraphs))


def _body(samples: Sequence[Sample]) -> str:
    scores = {selector: min(_holds_text(one, selector) for one in samples) for selector in _offered(samples[0])}
    best = max(scores, key=lambda selector: scores[selector], default="")
    return best if best and scores[best] >= _ENOUGH else ""


def _common(samples: Sequence[Sample], offered: Iterable[str], fits: Callable[[Sample, str], bool]) -> str:
    """The first selector that fits every page."""
    return next((selector for selector in offered if all(fits(one, selector) for one in samples)), "")


def _shows(text: Callable[[Reading], str]) -> Callable[[Sample, str], bool]:
    def fits(one: Sample, selector: str) -> bool:
        assert one.reading is not None
        found = css(selector)(one.page)
        wanted = text(one.reading)
        return not wanted or bool(found and found[0] == wanted)

    return fits


def _element(samples: Sequence[Sample], tags: str, text: Callable[[Reading], str]) -> str:
    """A selector that finds a field's element on every page that has the field."""
    first = next((one for one in samples if one.reading and text(one.reading)), None)
    if first is None or first.reading is None:
        return ""
    wanted = text(first.reading)
    nodes = [node for node in first.page.tree.css(tags) if line(node) == wanted]
    return _common(samples, (selector for node in nodes for selector in _selectors(node)), _shows(text))


# --- values -----------------------------------------------------------------------------------------------------------

_DATES = (
    ('jsonld("datePublished")', jsonld("datePublished")),
    ('meta("article:published_time")', meta("article:published_time")),
    ('css("[itemprop=datePublished]", "datetime")', css('[itemprop="datePublished"]', "datetime")),
    ('css("[itemprop=datePublished]", "content")', css('[itemprop="datePublished"]', "content")),
    ('css("article time", "datetime")', css("article time", "datetime")),
    ('css("time", "datetime")', css("time", "datetime")),
)
_MODIFIED = (
    ('jsonld("dateModified")', jsonld("dateModified")),
    ('meta("article:modified_time")', meta("article:modified_time")),
)
_AUTHORS = (
    ('names(css("[rel=author]"))', css('[rel="author"]')),
    ('jsonld("author")', jsonld("author")),
    ('names(meta("author"))', meta("author")),
)


def _present(samples: Sequence[Sample], choices: Sequence[tuple[str, Expression]]) -> list[str]:
    """The expressions that find something on every page."""
    return [text for text, found in choices if all(found(one.page) for one in samples)]


_IDS = (
    r"/(?:[^/]+/)*(?P<id>\d{4,})(?=[-/._]|$)",
    r"/(?:[^/]+/)*[^/]*[-_](?P<id>\d{4,})(?:\.\w+)?/?$",
    r"/(?:[^/]+/)*(?P<id>[0-9a-f]{16,})(?=[-/._]|$)",
)


def _article(addresses: Sequence[str]) -> str:
    """A pattern that gives every address an id of its own, and none to the folders above."""
    paths = [urlsplit(address).path for address in addresses]
    above = {str(PurePosixPath(path).parent) for path in paths}
    for pattern in _IDS:
        ids = [found["id"] if (found := re.match(pattern, path)) else "" for path in paths]
        if all(ids) and len(set(ids)) == len(set(paths)) and not any(re.match(pattern, path) for path in above):
            return pattern
    return ""


def _feeds(samples: Sequence[Sample]) -> list[str]:
    kinds = ('link[rel="alternate"][type="application/rss+xml"]', 'link[rel="alternate"][type="application/atom+xml"]')
    nodes = (node for one in samples for kind in kinds for node in one.page.in_head(kind))
    found = (absolute(samples[0].page.base, node.attributes.get("href") or "") for node in nodes)
    return [address for address in dict.fromkeys(found) if address and "comments" not in address]


# --- the file ---------------------------------------------------------------------------------------------------------

_PARTS = "Cut Domain Outlet Picture Reader When css first jsonld meta names nothing pick".split()


def _quoted(words: str) -> str:
    """A text of the page as a literal; nothing in it can end the literal."""
    return json.dumps(same.clean(words), ensure_ascii=False)


def _identifier(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _whens(field: str, found: Sequence[str]) -> str:
    return f"{field}=({' '.join(f'When({text}),' for text in found)})," if found else f"# {field}=(When(...),),"


def _reader(name: str, samples: Sequence[Sample], at: datetime, missing: list[str]) -> list[str]:
    body = _body(samples)
    headline = _element(samples, "h1, h2, h3, div, span, p", lambda reading: reading.headline)
    if not body or not headline:
        missing.append("no element holds exactly the text on every page: the general reader reads them")
        return []
    lead = _element(samples, "p, div, h2, h3, h4, span", lambda reading: reading.description)
    published = _present(samples, _DATES)
    authors = _present(samples, _AUTHORS)[:1]
    if not published:
        missing.append("no date of publication that stands on every page")
    lines = [
        f'name="{name}-{at.year}",',
        f"marks={_quoted(body)},",
        f"body={_quoted(body)},",
        f"headline=css({_quoted(headline)}),",
        f"lead=css({_quoted(lead)})," if lead else "# lead=css(...),  # where it is shown as an element of its own",
        f"authors={authors[0]}," if authors else "# authors=names(css(...)),",
        _whens("published", published),
        _whens("modified", _present(samples, _MODIFIED)),
        '# pictures=(Picture("figure", caption=css("figcaption")),),',
        '# furniture=(Cut("related", "read-also", ".related", titles="a"),),',
    ]
    return ["    readers=(", "        Reader(", *(f"            {each}" for each in lines), "        ),", "    ),"]


def _language(samples: Sequence[Sample]) -> str:
    found = Counter(one.reading.circumstances.language for one in samples if one.reading)
    return found.most_common(1)[0][0] if found else ""


def _head(name: str, pages: int, at: datetime) -> list[str]:
    return [
        f'"""{name}: drafted from {pages} saved pages on {at.date()}. Look it through, then try it:',
        "",
        f"    palimpsest outlets check {name}",
        '"""',
        "",
        f"from crawler.outlets.base import {', '.join(_PARTS)}  # noqa: F401",
        "from crawler.outlets.find import DayArchive, Feed, Listing, Sitemap  # noqa: F401",
        "",
    ]


def _find(home: str, feeds: Sequence[str]) -> list[str]:
    sitemap = _quoted(home.rstrip("/") + "/sitemap.xml")
    named = (f"        Feed({_quoted(feed)})," for feed in feeds)
    return ["    find=(", *named, f"        # Sitemap({sitemap}),", "    ),"]


def sketch(name: str, home: str, samples: Sequence[Sample], at: datetime, language: str = "") -> Sketch:
    """A draft of the file of an outlet, from its home address and article pages of it. Raises BadInput where none of
    the pages is an article."""
    articles = [one for one in samples if one.reading is not None and one.paragraphs]
    if not articles:
        raise BadInput("none of these pages could be read as an article: save one in full, as the browser shows it")
    missing: list[str] = []
    reader = _reader(name, articles, at, missing)
    article, feeds = _article([one.capture.url for one in articles]), _feeds(samples)
    if not article:
        missing.append("no number in the addresses tells articles apart: an article is known by its whole address")
    if not feeds:
        missing.append("no feed is named on these pages: look for one, or for /sitemap.xml")
    host = urls.host(home).removeprefix("www.")
    language = language or _language(articles)
    lines = [
        *_head(name, len(articles), at),
        f"{_identifier(name)} = Outlet(",
        f"    name={_quoted(name)},",
        f"    family={_quoted(name)},",
        f"    title={_quoted(articles[0].page.metas.get('og:site_name') or host)},",
        f"    domains=(Domain({_quoted(host)}),),",
        f"    languages=({_quoted(language)},)," if language else '    # languages=("en",),',
        '    # country="",  # two letters: the state behind it',
        '    # timezone="",  # of the hours it shows, such as "Europe/Moscow"',
        '    # controlled_by="",',
        f'    article=r"{article}",' if article else '    # article=r"/news/(?P<id>\\d+)",',
        *(reader or ["    general=True,"]),
        *_find(home, feeds),
        ")",
        "",
    ]
    return Sketch("\n".join(lines), tuple(missing))


def drafted(
    name: str, home: str, pages: Sequence[tuple[str, Capture]], at: datetime, language: str = ""
) -> tuple[Sketch, tuple[Capture, ...]]:
    """A draft from saved pages, each with the name of its file, and the pages under the addresses they state. Raises
    BadInput as `sample` and `sketch` do."""
    samples = [sample(capture, file) for file, capture in pages]
    return sketch(name, home, samples, at, language), tuple(one.capture for one in samples)
