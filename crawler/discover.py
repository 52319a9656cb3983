"""What was fetched where articles are found -> addresses of articles. Pure; never raises, whatever the bytes.

Feeds (RSS 0.9 to 2.0, RDF, Atom), sitemaps (XML, JSON, plain text; packed or not; indexes of them), listing pages and
lists in JSON.
What kind of XML it is, its own root says, not its declared type. Nothing here is content: a feed's full text is never
an article's body, it gives a variant of the title and a date. Alternates of other languages (`xhtml:link`), media and
pictures are left out: they are not this outlet's articles.

A document is handed to the XML parser from its root element on, so that no declaration of entities, no external
subset and nothing that stands before the declaration ever reaches it, and in pieces, so that what was read is
forgotten at once.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property, lru_cache
from html.entities import html5
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from lxml import etree  # type: ignore[import-untyped] # it ships no types
from selectolax.lexbor import LexborNode, SelectolaxError

from archive import text as same
from archive import urls
from archive.errors import BadInput
from archive.records import Capture
from crawler.blocks import line
from crawler.decode import LONGEST_BODY, Decoded, Opened, decode, open_body
from crawler.outlets.base import Outlet
from crawler.outlets.find import DayArchive, Feed, Find, JsonList, Listing, Sitemap, page_after
from crawler.page import Page, absolute, load

__all__ = ["MOST_ENTRIES", "Discovery", "Found", "discover", "links"]

MOST_ENTRIES = 50_000
"""Entries of one document that are read: what the sitemap protocol allows."""


@dataclass(frozen=True, slots=True)
class Found:
    """An address and what was said of it where it was found: dates as written, the title as one line.

    `published` is never a sitemap's `lastmod` (that stands in `modified`, and may be the day the sitemap was written).
    """

    url: str
    seen_in: str
    title: str = ""
    published: str = ""
    modified: str = ""
    language: str = ""
    guid: str = ""

    def within(self, since: date | None, until: date | None) -> bool:
        """Whether it may be of a window of days; True where its source did not say when it was published."""
        day = _day(self.published)
        # A day more at both ends: an outlet's midnight is not everybody's.
        return day is None or (
            (since is None or day >= since - timedelta(days=1)) and (until is None or day <= until + timedelta(days=1))
        )


def _day(published: str) -> date | None:
    """The day of a date as feeds and sitemaps write it; None where it is none."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        with suppress(ValueError, OverflowError):
            return read(published).date()
    return None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What one document gave: articles, further documents to fetch, what was wrong in words, and how many entries gave
    no address that could be fetched. Addresses are normal, http(s), each once, in page order; `more` never holds the
    document's own. A `problem` does not mean that nothing was found."""

    found: tuple[Found, ...] = ()
    more: tuple[str, ...] = ()
    problem: str = ""
    refused: int = 0


# --- gathering --------------------------------------------------------------------------------------------------------

# In these `urls.normal` changes nothing; it costs twenty times as much, and most addresses are like this.
_NORMAL = re.compile(
    r"https?://(?!xn--)[a-z0-9][a-z0-9-]{0,62}(?:\.(?!xn--)[a-z0-9][a-z0-9-]{0,62})+"
    r"/(?:[A-Za-z0-9/_.~-]|%[0-9A-F]{2})*(?:\?(?:[A-Za-z0-9/_.~=&-]|%[0-9A-F]{2})+)?"
)
_LONGEST_NORMAL = 2_000
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


@lru_cache(maxsize=4096)
def _is_tracking(name: str) -> bool:
    # What is tracking, `archive.urls` decides: a parameter that makes no difference to it.
    return urls.canonical(f"http://x/?{name}=") == "x"


def _without_tracking(url: str) -> str:
    address, mark, query = url.partition("?")
    if not mark:
        return url
    kept = "&".join(pair for pair in query.split("&") if not pair or not _is_tracking(pair.partition("=")[0]))
    return f"{address}?{kept}" if kept else address


def _normal(address: str) -> str:
    """The address as it is stored. Raises BadInput."""
    if len(address) < _LONGEST_NORMAL:
        escaped = address if address.isascii() else _FOREIGN.sub(lambda found: quote(found[0]), address)
        if _NORMAL.fullmatch(escaped):
            return _without_tracking(escaped)
    if address.startswith("urn:"):
        raise BadInput(f"not an http(s) address: {address[:200]!r}")
    return _without_tracking(urls.normal(address))


@dataclass
class _Gathered:
    """What a document has given so far."""

    url: str
    found: dict[str, Found] = field(default_factory=dict)
    more: dict[str, None] = field(default_factory=dict)
    entries: int = 0
    language: str = ""
    words: list[str] = field(default_factory=list)
    refused: int = 0
    refusal: str = ""

    @cached_property
    def _canonical(self) -> str:
        try:
            return urls.canonical(self.url)
        except ValueError:
            return ""

    @property
    def full(self) -> bool:
        return self.entries > MOST_ENTRIES

    def _refuse(self, why: str) -> str:
        self.refused += 1
        self.refusal = self.refusal or why
        return ""

    def _address(self, written: str, base: str = "") -> str:
        written = same.clean(written).strip()
        if not written:
            return self._refuse("an entry without an address")
        try:
            whole = written.startswith(("https://", "http://"))
            return _normal(written if whole else urljoin(base or self.url, written))
        except (BadInput, ValueError) as problem:
            return self._refuse(str(problem))

    def add(self, written: str, base: str = "", **facts: str) -> None:
        """One article; of several entries with one address the first counts, with the first title."""
        url = self._address(written, base)
        if not url:
            return
        known = self.found.get(url)
        if known is None or (not known.title and facts.get("title")):
            self.found[url] = Found(url, self.url, **facts)

    def follow(self, written: str) -> None:
        """One more document to fetch; never this one, in no spelling."""
        url = self._address(written)
        if url and url != self.url and urls.canonical(url) != self._canonical:
            self.more[url] = None

    def discovery(self) -> Discovery:
        words = list(self.words)
        if self.full:
            words.append(f"more than {MOST_ENTRIES:,} entries: the rest was not read")
        if self.refused:
            words.append(f"{self.refused} without an address to fetch, the first: {self.refusal}")
        return Discovery(tuple(self.found.values()), tuple(self.more), "; ".join(words), self.refused)


# --- the words of an entry --------------------------------------------------------------------------------------------

_LONGEST_TITLE = 2_000
_INLINE = re.compile(r"</?(?:a|b|br|em|font|i|p|s|small|span|strong|sub|sup|u)(?:\s[^<>]{0,500})?/?>", re.IGNORECASE)


def _short(text: str, longest: int = 200) -> str:
    return same.clip(same.fold_space(same.clean(text[: 10 * longest])), longest)


def _title(text: str) -> str:
    """A title as one line. Feeds escape the entities and tags of their titles once more than XML asks for."""
    text = text[:_LONGEST_TITLE]
    if "&" in text:
        text = html.unescape(text)
    return _short(_INLINE.sub("", text) if "<" in text else text, _LONGEST_TITLE)


def _name(element: Any) -> str:
    """The local name of an element; empty for what is none (an entity that nobody declared)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _text(element: Any) -> str:
    text = element.text or ""
    return "".join(element.itertext()) if len(element) else text


# --- feeds ------------------------------------------------------------------------------------------------------------

_MEDIA = ("{http://search.yahoo.com/mrss", "{http://www.itunes.com")
_FIELDS = {
    "title": ("title",),
    "published": ("pubDate", "published", "issued", "date", "created"),
    "modified": ("updated", "modified"),
    "language": ("language",),
    "guid": ("guid", "id"),
}
_WANTED = frozenset({"link", "origLink", *(name for names in _FIELDS.values() for name in names)})
_PAGES = frozenset({"", "text/html", "application/xhtml+xml"})
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


def _links_of(element: Any) -> Iterator[tuple[int, str]]:
    """The address of a link to the article, with how good it is (less is better)."""
    href = element.get("href")
    if _name(element) == "origLink":
        yield 0, _text(element)  # FeedBurner's own link leads over its counter
    elif href is None:
        yield 1, _text(element)
    elif element.get("rel", "alternate") in {"", "alternate"}:
        yield (2 if element.get("type", "") in _PAGES else 3), href


def _permalink(element: Any) -> str:
    if _name(element) != "guid" or element.get("isPermaLink", "true").strip().lower() == "false":
        return ""
    guid = _text(element).strip()
    return guid if guid.startswith(("http://", "https://")) else ""


def _house(url: str) -> str:
    return urls.registrable(urls.host(url))


def _of_the_outlet(guid: str, link: str, feed: str) -> bool:
    """Whether a permalink is the article's own address: on the outlet's hosts, with a path, no less safe."""
    if not link:
        return True
    try:
        path = urlsplit(guid).path.strip("/")
    except ValueError:
        return False
    safe = guid.startswith("https:") or not link.startswith("https:")
    return bool(path) and safe and _house(guid) in {_house(link), _house(feed)}


def _parts_of(entry: Any) -> dict[str, list[Any]]:
    parts: dict[str, list[Any]] = {}
    for child in entry:
        name = _name(child)
        if name in _WANTED and not child.tag.startswith(_MEDIA):
            parts.setdefault(name, []).append(child)
    return parts


def _feed_address(parts: dict[str, list[Any]], entry: Any, feed: str) -> str:
    elements = parts.get("link", []) + parts.get("origLink", [])
    found = [each for element in elements for each in _links_of(element) if each[1].strip()]
    link = min(found, key=lambda each: each[0])[1].strip() if found else ""
    guid = next((guid for guid in map(_permalink, parts.get("guid", ())) if guid), "")
    if guid and _of_the_outlet(guid, link, feed):
        return guid
    return link or entry.get(_ABOUT, "")


def _first_text(parts: dict[str, list[Any]], names: tuple[str, ...]) -> str:
    texts = (_text(element) for name in names for element in parts.get(name, ()))
    return next((text for text in texts if text.strip()), "")


def _feed_entry(got: _Gathered, entry: Any) -> None:
    parts = _parts_of(entry)
    facts = {name: _first_text(parts, names) for name, names in _FIELDS.items()}
    facts = {name: _title(text) if name == "title" else _short(text) for name, text in facts.items() if text}
    facts.setdefault("language", _short(entry.get(_LANGUAGE, "")) or got.language)
    got.add(_feed_address(parts, entry, got.url), absolute(got.url, entry.get(_BASE, "")), **facts)


# --- sitemaps ---------------------------------------------------------------------------------------------------------


def _child(element: Any, name: str) -> Any:
    return next((child for child in element if _name(child) == name), None)


def _child_text(element: Any, *names: str) -> str:
    """The text at the end of a path of child elements; empty where there is none."""
    for name in names:
        element = _child(element, name)
        if element is None:
            return ""
    return _text(element)


def _news(url: Any) -> dict[str, str]:
    """The `news:` fields of an entry."""
    news = _child(url, "news")
    if news is None:
        return {}
    return {
        "title": _title(_child_text(news, "title")),
        "published": _short(_child_text(news, "publication_date")),
        "language": _short(_child_text(news, "publication", "language")),
    }


def _sitemap_url(got: _Gathered, url: Any) -> None:
    got.add(_child_text(url, "loc"), modified=_short(_child_text(url, "lastmod")), **_news(url))


def _sitemap_child(got: _Gathered, sitemap: Any) -> None:
    got.follow(_child_text(sitemap, "loc"))


# --- XML --------------------------------------------------------------------------------------------------------------

_CHUNK = 65_536
_MOST_TAGS = 2_000_000
_LONGEST_ENTRY = 3_000_000
_LONGEST_TAG = 65_536
_ROOT_WITHIN = 100_000
_PROLOG = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ROOT = re.compile(rb"<((?:[\w.-]{1,40}:)?(rss|feed|RDF|urlset|sitemapindex))(?=[\s>/])")
_CHANNEL_LANGUAGE = re.compile(rb"<(?:dc:)?language>\s{0,9}([A-Za-z-]{2,20})")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
# Allowed nowhere in XML; the parser stops at the first.
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})

_Reader = Callable[[_Gathered, Any], None]
_KINDS: dict[bytes, tuple[str, _Reader]] = {
    b"rss": ("item", _feed_entry),
    b"RDF": ("item", _feed_entry),
    b"feed": ("entry", _feed_entry),
    b"urlset": ("url", _sitemap_url),
    b"sitemapindex": ("sitemap", _sitemap_child),
}


def _instead(markup: bytes) -> str:
    """What the bytes are where no feed or sitemap begins."""
    start = markup[:_ROOT_WITHIN]
    if not start.strip():
        return "an empty document"
    if _HTML.search(start):
        return "an HTML page instead of a feed or sitemap"
    return f"no feed or sitemap: it begins with {same.printable(start[:60].decode('ascii', 'replace'))!r}"


def _prolog_end(markup: bytes) -> int:
    at = 0
    while found := _PROLOG.match(markup, at, _ROOT_WITHIN):
        at = found.end()
    return at


def _root(markup: bytes) -> re.Match[bytes] | str:
    """Where the root element begins, or why this is not read."""
    start = _prolog_end(markup)
    found = _ROOT.search(markup, start, start + _ROOT_WITHIN)
    head = markup[: found.start() if found else _ROOT_WITHIN]
    if b"<!ENTITY" in head:
        return "declares entities of its own, which no feed needs: not read"
    if found is None or _HTML.search(head):
        return _instead(markup)
    if markup.count(b"<") > _MOST_TAGS:
        return f"more than {_MOST_TAGS:,} tags: not read"
    return found


# --- what feeds do that XML forbids -----------------------------------------------------------------------------------

_MOST_AMPERSANDS = 500_000
_MOST_MENDED = 2_000
_LONGEST_ROOT = 4_000
_TAG = re.compile(rb"<(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+>")
_REFERENCE = re.compile(rb"&(?:#\w{1,8};|([A-Za-z]\w{1,31});)?")
_XML_NAMES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})


def _reference(found: re.Match[bytes]) -> bytes:
    name = found[1]
    if name in _XML_NAMES or (name is None and len(found[0]) > 1):
        return found[0]
    meant = html5.get(f"{name.decode()};") if name else None
    return html.escape(meant).encode() if meant else b"&amp;" + found[0][1:]


def _escaped(text: bytes) -> bytes:
    return text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")


def _mended(markup: bytes) -> bytes:
    """With the entities of HTML and bare ampersands as XML writes them, which the parser would drop, and CDATA as plain
    text, so that every tag that is left is one."""
    if markup.count(b"&") > _MOST_AMPERSANDS:
        return markup
    out, at = bytearray(), 0
    while at < len(markup):
        start = markup.find(b"<![CDATA[", at)
        start = len(markup) if start < 0 else start
        out += _REFERENCE.sub(_reference, markup[at:start])
        end = markup.find(b"]]>", start)
        end = len(markup) if end < 0 else end
        out += _escaped(markup[start + 9 : end])
        at = end + 3
    return bytes(out)


def _endless_tag(markup: bytes) -> bool:
    """Whether a tag is longer than any feed's: each of its attributes costs memory."""
    tag = 0
    for at in range(0, len(markup), _LONGEST_TAG // 2):
        found = markup.rfind(b"<", at, at + _LONGEST_TAG // 2)
        if found < 0 and not _TAG.match(markup, tag, tag + _LONGEST_TAG):
            return True
        tag = max(tag, found)
    return False


def _named(name: str, mark: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<%s(?:[\w.-]{1,40}:)?%s(?=[\s>])" % (mark, name.encode()))


def _entries(markup: bytes, name: str) -> Iterator[bytes]:
    """The entries of a document cut out one by one, the first `_MOST_MENDED` of them."""
    opening, closing, at = _named(name, b""), _named(name, b"/"), 0
    for _ in range(_MOST_MENDED):
        start = opening.search(markup, at)
        end = closing.search(markup, start.end()) if start else None
        if start is None or end is None:
            return
        at = markup.find(b">", end.end()) + 1 or len(markup)
        yield markup[start.start() : at]


# --- the parser -------------------------------------------------------------------------------------------------------


class _Parsing:
    """One document on its way through the parser: entries are read as they end, everything read is let go."""

    def __init__(self, got: _Gathered, kind: bytes) -> None:
        self.got = got
        self.entry, self._read = _KINDS[kind]
        self._root: Any = None
        self._open_for = 0
        tags = tuple(f"{{*}}{name}" for name in (self.entry, kind.decode()))
        self._parser = etree.XMLPullParser(
            ("start", "end"),
            tag=tags,
            encoding="utf-8",
            recover=True,
            resolve_entities=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
        )

    def feed(self, chunk: bytes) -> bool:
        """Read one more piece; False where nothing more is to be read."""
        self._parser.feed(chunk)
        for event, element in self._parser.read_events():
            self._take(event, element)
            if self.got.full:
                return False
        return self._forget(len(chunk))

    def _take(self, event: str, element: Any) -> None:
        if self._root is None:
            self._root = element
            self.got.language = self.got.language or _short(element.get(_LANGUAGE, ""))
        elif event == "end" and _name(element) == self.entry:
            self._end_entry(element)

    def _end_entry(self, element: Any) -> None:
        self.got.entries += 1
        if not self.got.full:
            self._read(self.got, element)
        element.clear(keep_tail=False)
        self._open_for = 0

    def _forget(self, size: int) -> bool:
        """Drop every complete element outside the entry that is open; False where that one is endless."""
        node = self._root
        while node is not None and len(node) and _name(node) != self.entry:
            del node[:-1]
            node = node[-1]
        self._open_for = self._open_for + size if node is not None and _name(node) == self.entry else 0
        if self._open_for > _LONGEST_ENTRY:
            self.got.words.append(f"an entry of more than {_LONGEST_ENTRY:,} bytes: the rest was not read")
        return self._open_for <= _LONGEST_ENTRY


def _parse(got: _Gathered, kind: bytes, markup: bytes) -> bool:
    """Whether the document was read to its last byte."""
    parsing = _Parsing(got, kind)
    try:
        return all(parsing.feed(markup[at : at + _CHUNK]) for at in range(0, len(markup), _CHUNK))
    except etree.LxmlError as problem:
        got.words.append(f"broken XML: {_short(str(problem))}")
        return False


def _parse_each(got: _Gathered, kind: bytes, markup: bytes) -> None:
    """Read a document whose tags do not fit entry by entry, so that a broken one costs itself alone."""
    again = _Gathered(got.url, language=got.language)
    root = markup[: markup.find(b">") + 1]
    for entry in _entries(markup, _KINDS[kind][0]) if len(root) < _LONGEST_ROOT else ():
        _parse(again, kind, root + entry)
    if len(again.found) + len(again.more) > len(got.found) + len(got.more):
        got.found, got.more, got.refused, got.refusal = again.found, again.more, again.refused, again.refusal
        got.words.append("broken XML: tags that do not fit")


def _read_root(got: _Gathered, name: bytes, kind: bytes, markup: bytes) -> None:
    """Read a document from its root element on; `name` is the root's, `kind` the same without a prefix."""
    if _endless_tag(markup):
        got.words.append("an element with more attributes than any feed has: not read")
        return
    if not _parse(got, kind, markup):
        return
    if got.entries < len(_named(_KINDS[kind][0], b"/").findall(markup)):
        _parse_each(got, kind, markup)
    if b"</" + name not in markup and not markup.rstrip().endswith(b"/>"):
        got.words.append("the document ends before its end")


def _read_xml(got: _Gathered, decoded: Decoded, body: bytes) -> None:
    markup = body if decoded.charset == "utf-8" and not decoded.replaced else decoded.text.encode("utf-8", "replace")
    markup = markup.translate(None, _CONTROLS)
    root = _root(markup)
    if isinstance(root, str):
        got.words.append(root)
        return
    declared = _CHANNEL_LANGUAGE.search(markup, root.end(), root.end() + _CHUNK)
    got.language = declared[1].decode("ascii") if declared else ""
    _read_root(got, root[1], root[2], _mended(markup[root.start() :]))
    if not got.entries and not got.words and root[2] not in {b"urlset", b"sitemapindex"}:
        got.words.append("a feed without entries")


# --- sitemaps that are not XML ----------------------------------------------------------------------------------------

_MOST_VALUES = 1_000_000


def _json_entries(data: object, *names: str) -> Iterator[tuple[str, dict[str, Any]]]:
    values = data if isinstance(data, list) else []
    if isinstance(data, dict):
        values = next((data[name] for name in names if isinstance(data.get(name), list)), [])
    for value in values[: MOST_ENTRIES + 1]:
        entry = value if isinstance(value, dict) else {"loc": value}
        address = entry.get("loc") or entry.get("url")
        yield (address if isinstance(address, str) else ""), entry


def _json_text(entry: dict[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _take_json(got: _Gathered, data: object) -> None:
    for address, entry in _json_entries(data, "urls", "url", "urlset"):
        got.entries += 1
        if got.full:
            return
        got.add(address, title=_title(_json_text(entry, "title")), modified=_short(_json_text(entry, "lastmod")))
    if isinstance(data, dict):
        for address, _ in _json_entries(data, "sitemaps", "sitemap"):
            got.follow(address)


def _json(got: _Gathered, text: str) -> object:
    """The value a JSON text stands for; None, with the reason in words, where it cannot be read."""
    if sum(map(text.count, "[{,")) > _MOST_VALUES:
        got.words.append(f"JSON of more than {_MOST_VALUES:,} values: not read")
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError) as problem:
        got.words.append(f"broken JSON: {_short(str(problem))}")
        return None


def _read_json(got: _Gathered, text: str) -> None:
    data = _json(got, text)
    if data is None:
        return
    _take_json(got, data)
    if not got.found and not got.more:
        got.words.append("JSON without any address")


def _read_lines(got: _Gathered, text: str) -> None:
    # Line by line without a list of them all: there may be millions.
    for found in re.finditer(r"\S[^\r\n]*", text):
        got.entries += 1
        if got.full:
            return
        got.add(found[0])


# --- lists in JSON ----------------------------------------------------------------------------------------------------

_FUNCTION = re.compile(r"[\w.$]{1,60}\s?")
_NAME = re.compile(r"\{(\w{1,40})\}")
_MOST_LISTS = 100


def _value(item: dict[str, Any], template: str) -> str:
    """A template with an item's values in place of their names; empty where one of them is missing."""
    values = {name: item.get(name) for name in _NAME.findall(template)}
    if not all(isinstance(value, str | int) and str(value).strip() for value in values.values()):
        return ""
    return _NAME.sub(lambda found: str(values[found[1]]).strip(), template)


def _at(data: object, path: str) -> list[object]:
    """The list at the end of a dotted path."""
    for name in filter(None, path.split(".")):
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, list) else []


def _take_items(got: _Gathered, find: JsonList, data: object) -> None:
    # Some lists end with an item that is nothing.
    for item in (each for each in _at(data, find.items) if isinstance(each, dict) and each):
        got.entries += 1
        if got.full:
            return
        title, published = (_value(item, template) for template in (find.title, find.published))
        got.add(_value(item, find.address), title=_title(title), published=_short(published))


def _follow_lists(got: _Gathered, find: JsonList, text: str) -> None:
    for name in list(dict.fromkeys(re.findall(find.named, text)))[:_MOST_LISTS]:
        got.follow(find.lists.replace("{}", name))
    if not got.more:
        got.words.append(f"the page names no list by {find.named!r}")


def _argument(text: str) -> str:
    """What a script hands to a function, where it does nothing else; else the text as it is."""
    function, _, rest = text.partition("(")
    end = rest.rfind(")")
    return rest[:end] if end >= 0 and _FUNCTION.fullmatch(function) else text


def _read_list(got: _Gathered, find: JsonList, text: str) -> None:
    text = _argument(text.lstrip("\ufeff \t\r\n"))
    if find.named and not text.startswith(("{", "[")):
        _follow_lists(got, find, text)
    else:
        _take_items(got, find, _json(got, text))
        if not got.found and not got.words:
            got.words.append(f"no article in {find.items!r} of the JSON")


# --- listing pages ----------------------------------------------------------------------------------------------------

_MOST_PAGE_TAGS = 200_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # a page's time says nothing about its links


def _base(page: Page) -> str:
    base = page.one("base[href]")
    return absolute(page.url, (base.attributes.get("href") if base else "") or "") or page.url


def _href(node: LexborNode) -> str:
    return node.attributes.get("href") or node.attributes.get("data-href") or ""


def _addresses(page: Page, selector: str) -> Iterator[tuple[str, LexborNode]]:
    """What the elements a selector finds link to, absolute; what is no page (a mail address, a script) is left out.

    Raises SelectolaxError for what is no selector."""
    base = _base(page)
    for node in page.tree.css(selector):
        if address := absolute(base, _href(node)):
            yield address, node


def _read_listing(got: _Gathered, find: Listing | DayArchive, page: Page) -> None:
    for address, node in _addresses(page, find.links or "a[href]"):
        got.entries += 1
        if got.full:
            return
        got.add(address, title=_title(line(node)))
    if after := page_after(find, got.url):
        got.follow(after)
    elif find.next and "{page" not in find.next:
        for address, _ in list(_addresses(page, find.next))[:1]:
            got.follow(address)


def _listing(got: _Gathered, find: Listing | DayArchive, opened: Opened, content_type: str) -> None:
    if opened.body.count(b"<") > _MOST_PAGE_TAGS:
        got.words.append(f"more than {_MOST_PAGE_TAGS:,} tags: not read")
        return
    headers = (("content-type", content_type),) if content_type else ()
    page = load(Capture(got.url, _EPOCH, opened.body, headers=headers))
    if page.problem:
        got.words.append(f"{page.problem.reason or page.problem.verdict} instead of a listing")
        return
    try:
        _read_listing(got, find, page)
    except SelectolaxError:
        got.words.append(f"not a CSS selector: {find.links!r} or {find.next!r}")
    # A day may be without articles, and so may the page after the last.
    if not got.found and not got.words and isinstance(find, Listing) and got.url == find.url:
        got.words.append(f"no link on the page is found by {find.links or 'a[href]'!r}")


# --- from bytes -------------------------------------------------------------------------------------------------------

_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}encoding\s{0,9}=\s{0,9}["']([\w.:-]{2,40})""")
_FAULTS = {
    "torn": "the compressed body ends before its end mark",
    "too-big": f"more than {LONGEST_BODY:,} bytes",
    "unknown": "unknown content encoding",
    "damaged": "damaged content encoding",
}


def _opened(body: bytes, content_encoding: str) -> Opened:
    opened = open_body(body, content_encoding)
    if opened.fault == "damaged" and opened.body is body and body[:2] != b"\x1f\x8b":
        opened = open_body(body, "")  # whoever fetched it has undone the encoding and kept the header
    if not opened.fault and opened.body[:2] == b"\x1f\x8b":
        opened = open_body(opened.body, "")  # sitemap.xml.gz, packed once more on the way
    return opened


def _read(got: _Gathered, find: Feed | Sitemap, body: bytes, content_type: str) -> None:
    stated = _ENCODING.search(body, 0, 1_000)
    decoded = decode(body, content_type, stated[1].decode("ascii") if stated else "")
    start = decoded.text[:1_000].lstrip("\ufeff \t\r\n")
    if isinstance(find, Sitemap) and start.startswith(("{", "[")):
        _read_json(got, decoded.text.lstrip("\ufeff \t\r\n"))
    elif isinstance(find, Sitemap) and start.startswith(("http://", "https://")):
        _read_lines(got, decoded.text)
    else:
        _read_xml(got, decoded, body)
    if isinstance(find, Sitemap) and got.found and (after := find.next_part(got.url)):
        got.follow(after)


def discover(find: Find, url: str, body: bytes, content_type: str = "", content_encoding: str = "") -> Discovery:
    """The addresses in what was fetched at `url` for one of an outlet's finds.

    `body` is as received; a body whose encoding was undone already, and one packed twice, are taken too. Of a sitemap
    that gave articles, the part that may continue it is among `more`: that it does not exist is no error. How deep
    indexes are followed is the caller's matter, and so is what lies outside the outlet. Never raises.
    """
    got = _Gathered(url)
    opened = _opened(body, content_encoding)
    if opened.fault:
        got.words.append(opened.detail or _FAULTS[opened.fault])
    elif isinstance(find, JsonList):
        _read_list(got, find, decode(opened.body, content_type).text)
    elif isinstance(find, Feed | Sitemap):
        _read(got, find, opened.body, content_type)
    else:
        _listing(got, find, opened, content_type)
    return got.discovery()


def _own(addresses: Iterable[str], outlet: Outlet) -> Iterator[str]:
    for address in addresses:
        if outlet.own_id(address) and outlet.has_host(urls.host(address)):
            try:
                yield _normal(address)
            except BadInput:
                continue


def links(page: Page, outlet: Outlet) -> tuple[str, ...]:
    """The articles of an outlet that a page of it links to: on its hosts (mirrors included), of its own pattern of
    addresses, without tracking, in page order, each once, the page itself left out. None for an outlet without a
    pattern: nothing would tell an article from a section.
    """
    addresses = (address for address, _ in _addresses(page, "a[href]"))
    found = dict.fromkeys(_own(addresses, outlet))
    found.pop(page.url, None)
    return tuple(found)[:MOST_ENTRIES]
