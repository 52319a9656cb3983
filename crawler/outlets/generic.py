"""Any site nobody has described: a well-kept general extractor finds the text, our rules do the rest.

The page is parsed once, by the extractor's own parser; headline, lead, dates and authors are read from that tree. Known
weaknesses of general extraction are repaired: the lead taken for the first paragraph, captions and bylines left in the
text, menus above the headline, text lost by the parser.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

from archive import text as same
from archive import urls
from archive.records import BlockType, Circumstances, Date, Image, Judgement, Verdict
from crawler import dates
from crawler.blocks import Writer
from crawler.language import alone, language_of, telling
from crawler.outlets.base import Outlet
from crawler.page import Page, absolute, articles_in, deeper_than
from crawler.raw import RawBlock, RawReading

__all__ = ["read"]

NAME = "generic"
_TYPES = {"p": BlockType.P, "head": BlockType.H, "quote": BlockType.QUOTE, "item": BlockType.LI, "code": BlockType.P}
_BLOCKS = frozenset({"p", "head", "quote", "item", "code", "list", "table", "row", "div", "section"})
_DATES = (
    *("article:published_time", "datepublished", "og:published_time", "publishdate", "publish-date", "pubdate"),
    *("parsely-pub-date", "sailthru.date", "date", "dc.date.issued", "dcterms.created", "cxenseparse:recs:publishtime"),
)
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "lastmod")
_LONGEST_NAME = 100
_SHORT = 40
"""Characters under which a paragraph is more often a label than a sentence."""


def _tidy(text: str) -> str:
    return same.clip(same.fold_space(same.clean(text)), same.LONGEST_LINE)


def _key(text: str) -> str:
    return same.canonical(text).casefold()


@dataclass(frozen=True)
class _Tree:
    """The extractor's tree of a page, asked for what is not the text."""

    root: Any
    page: Page

    @cached_property
    def metas(self) -> dict[str, str]:
        """Values by property, name or itemprop in lower case; the first of each that is not empty."""
        found: dict[str, str] = {}
        for node in self.root.iter("meta"):
            name = node.get("property") or node.get("name") or node.get("itemprop") or ""
            value = _tidy(node.get("content") or "")
            if name and value:
                found.setdefault(name.strip().lower(), value)
        return found

    @cached_property
    def articles(self) -> tuple[dict[str, Any], ...]:
        """The JSON-LD objects that describe an article."""
        scripts = (node for node in self.root.iter("script") if node.get("type") == "application/ld+json")
        return articles_in(node.text or "" for node in scripts)

    def texts(self, *tags: str) -> Iterator[str]:
        """The texts of the elements of these names, in page order."""
        return filter(None, (_tidy(" ".join(node.itertext())) for node in self.root.iter(*tags)))

    def stated(self, key: str) -> Iterator[str]:
        """Texts under a key of the JSON-LD articles."""
        return (_tidy(value) for item in self.articles if isinstance(value := item.get(key), str))

    def attribute(self, xpath: str) -> Iterator[str]:
        """Attribute values an XPath finds."""
        return (_tidy(str(value)) for value in self.root.xpath(xpath))

    @cached_property
    def places(self) -> dict[str, Any]:
        """The first element that shows a text and nothing else, by the text's key; only short enough ones."""
        found: dict[str, Any] = {}
        for node in self.root.iter("p", "h1", "h2", "h3", "h4", "div", "span", "td", "strong", "b"):
            if len(node) <= 8 and (text := "".join(islice(node.itertext(), 40))).strip() and len(text) < 2_000:
                found.setdefault(_key(text), node)
        return found


# --- headline -------------------------------------------------------------------------------------------------------

_SITE_MARKS = (" | ", " - ", " – ", " — ", " :: ", "_", "-", "--", "｜")


def _shorter(title: str) -> Iterator[str]:
    """What is left of a title when a site's name behind a mark is taken away, the least first."""
    return (
        head.strip() for mark in _SITE_MARKS for head, found, _ in [title.rpartition(mark)] if found and head.strip()
    )


def _near(one: str, other: str) -> bool:
    """Whether two titles are the same but for a word or two."""
    first, second = set(re.findall(r"\w+", one)), set(re.findall(r"\w+", other))
    return len(first & second) >= 0.75 * max(len(first | second), 1)


def _headline(tree: _Tree) -> str:
    """The heading that is shown and that the page's own titles repeat; else what the titles and the page share."""
    stated = [tree.metas.get("og:title", ""), *tree.stated("headline")]
    titles = [title for title in (*stated, *tree.texts("title")) if title]
    keys = [_key(title) for title in titles]
    for heading in (*tree.texts("h1"), *tree.texts("h2", "h3")):
        key = _key(heading)
        if len(key) > 5 and any(key in title or _near(key, title) for title in keys):
            return heading
    shown = (short for title in titles for short in (title, *_shorter(title)) if _key(short) in tree.places)
    return next(shown, "") or next(iter(titles), "") or next(tree.texts("h1"), "")


# --- dates and names ------------------------------------------------------------------------------------------------

_DAY_IN_PATH = re.compile(r"/(19\d\d|20\d\d)[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?!\d)")


def _dated(values: Iterable[tuple[str, str]], outlet: Outlet, at: datetime) -> Date | None:
    found = (dates.understand(raw, how, at, outlet.timezone) for raw, how in values if raw)
    return next((date for date in found if date.instant is not None), None)


def _written(tree: _Tree, key: str, metas: tuple[str, ...], xpath: str) -> Iterator[tuple[str, str]]:
    yield from ((raw, "jsonld") for raw in tree.stated(key))
    yield from ((tree.metas.get(name, ""), f"meta {name}") for name in metas)
    yield from ((raw, "page") for raw in tree.attribute(xpath))


def _less_certain(tree: _Tree, at: datetime) -> Iterator[tuple[str, str]]:
    """The day in the address, then the day a date finder believes in."""
    if found := _DAY_IN_PATH.search(tree.page.url):
        yield "-".join(found.groups()), "address"
    from htmldate import find_date

    # Not the extensive search: it reads "three hours ago" by the clock, and can take seconds.
    if day := find_date(tree.root, max_date=at.date().isoformat(), original_date=True, extensive_search=False):
        yield day, "searched"


def _published(tree: _Tree, outlet: Outlet, at: datetime) -> Date | None:
    xpath = "//*[@itemprop='datePublished']/@datetime | //article//time/@datetime"
    certain = _dated(_written(tree, "datePublished", _DATES, xpath), outlet, at)
    return certain or _dated(_less_certain(tree, at), outlet, at)


def _modified(tree: _Tree, outlet: Outlet, at: datetime) -> Date | None:
    return _dated(_written(tree, "dateModified", _MODIFIED, "//*[@itemprop='dateModified']/@datetime"), outlet, at)


def _people(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value[:50]:
            yield from _people(item)
    elif isinstance(value, dict):
        if value.get("@type") in {"Person", None}:  # an outlet that signs with its own name has no author
            yield from _people(value.get("name"))
    elif isinstance(value, str):
        yield _tidy(value)


def _authors(tree: _Tree, outlet: Outlet) -> tuple[str, ...]:
    names = [name for item in tree.articles for name in _people(item.get("author"))]
    names = names or [tree.metas.get("author", ""), tree.metas.get("article:author", "")][:1]
    house = {outlet.title.casefold(), urls.host(tree.page.url).removeprefix("www.").partition(".")[0]}
    return tuple(dict.fromkeys(name for name in names if _is_name(name) and name.casefold() not in house))


def _is_name(name: str) -> bool:
    return bool(name) and len(name) <= _LONGEST_NAME and "://" not in name and not name.isdigit()


# --- the text -------------------------------------------------------------------------------------------------------


def _walk(element: Any, writer: Writer) -> None:
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in _BLOCKS:
        writer.open(_TYPES.get(tag, BlockType.P))
    elif tag == "lb":
        writer.break_line()
    elif tag == "cell":
        writer.write(" ")
    if tag and tag not in {"graphic", "comment"}:
        writer.write(element.text or "")
        for child in element:
            _walk(child, writer)
    if tag in _BLOCKS:
        writer.close()
    writer.write(element.tail or "")


def _body(document: Any) -> list[RawBlock]:
    writer = Writer()
    for element in document.body:
        _walk(element, writer)
    writer.end()
    return [RawBlock(block.type, block.text) for block in writer.found]


def _extract(root: Any, page: Page, *, precise: bool) -> list[RawBlock]:
    from trafilatura import bare_extraction

    document: Any = bare_extraction(
        root, url=page.url, include_comments=False, include_tables=False, favor_precision=precise
    )
    return _body(document) if document is not None and document.body is not None else []


def _sentences(body: list[RawBlock]) -> int:
    """Characters in blocks long enough to be sentences."""
    return sum(len(block.text) for block in body if len(block.text) >= _SHORT)


def _best(root: Any, page: Page) -> list[RawBlock]:
    """The extractor's text; where that is mostly labels, its stricter text, if that keeps the sentences."""
    body = _extract(root, page, precise=False)
    labels = sum(block.type is BlockType.P and len(block.text) < _SHORT for block in body)
    if labels <= 0.4 * len(body) or len(body) < 5:
        return body
    strict = _extract(root, page, precise=True)
    return strict if _sentences(strict) > 0.3 * _sentences(body) else body


def _above_headline(body: list[RawBlock], headline: str) -> list[RawBlock]:
    """The headline itself is dropped; labels above it (menus, breadcrumbs) are marked as furniture."""
    key = _key(headline)
    at = next((place for place, block in enumerate(body[:10]) if _key(block.text) == key), None)
    if at is None:
        return body
    above = [replace(block, rule="generic/above-headline", kind="navigation") for block in body[:at]]
    return [*above, *body[at + 1 :]]


def _is_caption(text: str, captions: list[str]) -> bool:
    key = _key(text)
    return len(key) > 3 and any(key in caption for caption in captions)


def _in_its_own_place(tree: _Tree, lead: str, following: str) -> bool:
    """Whether the lead's element stands apart from the paragraphs: another kind of element, or another parent."""
    one, other = tree.places.get(_key(lead)), tree.places.get(_key(following))
    return one is not None and other is not None and (one.tag != other.tag or one.getparent() is not other.getparent())


def _lead(tree: _Tree, body: list[RawBlock]) -> tuple[str, list[RawBlock]]:
    """(lead, the rest): what the page states as its description and shows by itself, in the text or above it."""
    stated = {_key(text) for text in (tree.metas.get("og:description", ""), tree.metas.get("description", ""))}
    stated = {key for key in stated if len(key) >= _SHORT}
    texts = [block for block in body if not block.rule]
    if len(texts) > 1 and _key(texts[0].text) in stated:
        apart = _in_its_own_place(tree, texts[0].text, texts[1].text)
        return (texts[0].text, [block for block in body if block is not texts[0]]) if apart else ("", body)
    inside = [_key(block.text) for block in texts[:3]]
    shown = (key for key in stated if key in tree.places and not any(key in text for text in inside))
    node = tree.places.get(next(shown, ""))
    return (_tidy(" ".join(node.itertext())) if node is not None else "", body)


def _images(tree: _Tree) -> tuple[Image, ...]:
    """Pictures with a caption of their own, as `figure` and `figcaption` mark them, inside the article."""
    captions = dict.fromkeys(
        _tidy(" ".join(node.itertext())) for node in tree.root.xpath("//figure//figcaption[not(.//a)]")
    )
    return tuple(Image(*_cut_credit(caption)) for caption in captions if caption)


def _cut_credit(caption: str) -> tuple[str, str]:
    words, mark, owner = caption.partition("©")
    return words.strip(), f"© {owner.strip()}" if mark else ""


# --- one page -------------------------------------------------------------------------------------------------------


def _circumstances(tree: _Tree, outlet: Outlet, at: datetime, language: str) -> Circumstances:
    page = tree.page
    canonical = next((absolute(page.url, each) for each in tree.attribute("//link[@rel='canonical']/@href")), "")
    titles = (("og", tree.metas.get("og:title", "")), ("title", next(tree.texts("title"), "")))
    picture = absolute(page.url, tree.metas.get("og:image", ""))
    return Circumstances(
        section=tree.metas.get("article:section", ""),
        date_modified=_modified(tree, outlet, at),
        titles=tuple((name, value) for name, value in titles if value),
        canonical="" if not canonical or urls.is_home(canonical) else canonical,
        images=((picture, ""),) if picture else (),
        language=language,
    )


def _lost(root: Any, page: Page) -> bool:
    """Whether the tree holds much less text than the page: its parser drops what is nested too deep, silently."""
    if not deeper_than(page.markup, 150):
        return False
    whole = page.tree.body.text() if page.tree.body else ""
    return len(root.text_content()) < 0.9 * len(whole)


def _read(page: Page, outlet: Outlet, at: datetime) -> RawReading | Judgement:
    from trafilatura import load_html

    root = load_html(page.text)
    if root is None or _lost(root, page):
        return Judgement(Verdict.UNREADABLE, "the parser of the general extractor lost the text")
    tree = _Tree(root, page)
    headline, images = _headline(tree), _images(tree)
    captions = [_key(f"{image.caption} {image.credit}") for image in images]
    body = [block for block in _best(root, page) if not _is_caption(block.text, captions)]
    lead, body = _lead(tree, _above_headline(body, headline))
    language = language_of(outlet.languages or (root.get("lang") or "",), telling(block.text for block in body))
    return RawReading(
        reader=NAME,
        headline=headline,
        description=lead,
        blocks=tuple(body),
        authors=_authors(tree, outlet),
        date_published=_published(tree, outlet, at),
        images=images,
        circumstances=_circumstances(tree, outlet, at, language),
        own_id=outlet.own_id(page.url),
        languages=outlet.languages or tuple(filter(None, [alone(language)])),
    )


def read(page: Page, outlet: Outlet, at: datetime) -> RawReading | Judgement:
    """The raw reading of any page, or why it cannot be read."""
    for library in ("trafilatura", "htmldate"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # what they would print is in the verdict
    try:
        return _read(page, outlet, at)
    except Exception as problem:  # noqa: BLE001 - a page that breaks a library is a row with a word
        return Judgement(Verdict.UNREADABLE, f"the general extractor failed: {type(problem).__name__}")
