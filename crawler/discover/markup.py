"""Feeds and sitemaps in XML, however broken: from their bytes to their entries.

A document is handed to the XML parser from its root element on, so that no declaration of entities, no external
subset and nothing that stands before the declaration ever reaches it, and in pieces, so that what was read is
forgotten at once. What kind of XML it is, its own root says, not its declared type.

Not feedparser 6.0.14: it reads no sitemaps, builds a whole feed before it gives an entry, and has no bound: of the 26
hostile documents of our tests 11 kept it busy for more than 30 seconds (here each takes less than one). On a
real feed both find the same; 20,000 items take it 4.9 seconds, here 0.6.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from html.entities import html5
from typing import Any

from lxml import etree  # type: ignore[import-untyped] # it ships no types

from archive import text as same
from crawler.discover.feeds import LANGUAGE, feed_entry, name_of
from crawler.discover.found import Gathered, short
from crawler.discover.sitemaps import sitemap_child, sitemap_url
from crawler.parse.decode import Decoded

__all__ = ["read_xml"]

_CHUNK = 65_536
_MOST_TAGS = 2_000_000
_LONGEST_ENTRY = 3_000_000
_LONGEST_TAG = 65_536
_ROOT_WITHIN = 100_000
_PROLOG = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ROOT = re.compile(rb"<((?:[\w.-]{1,40}:)?(rss|feed|RDF|urlset|sitemapindex))(?=[\s>/])", re.IGNORECASE)
_NAME = re.compile(rb"</?[A-Za-z][\w.:-]*")
_CHANNEL_LANGUAGE = re.compile(rb"<(?:dc:)?language>\s{0,9}([A-Za-z-]{2,20})")
_ENTITY = re.compile(rb"<!ENTITY\s+[^%\s]")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
# Allowed nowhere in XML; the parser stops at the first.
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})

_Reader = Callable[[Gathered, Any], None]
_ITEMS: dict[str, _Reader] = {"item": feed_entry}
# Entries of both kinds stand in either: nobody's program complains.
_SITEMAP: dict[str, _Reader] = {"url": sitemap_url, "sitemap": sitemap_child}
_KINDS: dict[bytes, dict[str, _Reader]] = {
    b"rss": _ITEMS,
    b"RDF": _ITEMS,
    b"rdf": _ITEMS,
    b"feed": {"entry": feed_entry},
    b"urlset": _SITEMAP,
    b"sitemapindex": _SITEMAP,
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
    # What names a set of characters somewhere else is of an old feed, and goes with the prolog.
    if _ENTITY.search(head):
        return "declares entities of its own, which no feed needs: not read"
    if found is None or _HTML.search(head):
        return _instead(markup)
    if markup.count(b"<") > _MOST_TAGS:
        return f"more than {_MOST_TAGS:,} tags: not read"
    return found


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


def _named(kind: bytes, mark: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<%s(?:[\w.-]{1,40}:)?(?:%s)(?=[\s>])" % (mark, "|".join(_KINDS[kind]).encode()))


def _entries(markup: bytes, kind: bytes) -> Iterator[bytes]:
    """The entries of a document cut out one by one, the first `_MOST_MENDED` of them."""
    opening, closing, at = _named(kind, b""), _named(kind, b"/"), 0
    for _ in range(_MOST_MENDED):
        start = opening.search(markup, at)
        end = closing.search(markup, start.end()) if start else None
        if start is None or end is None:
            return
        at = markup.find(b">", end.end()) + 1 or len(markup)
        yield markup[start.start() : at]


class _Parsing:
    """One document on its way through the parser: entries are read as they end, everything read is let go."""

    def __init__(self, got: Gathered, kind: bytes) -> None:
        self.got = got
        self._readers = _KINDS[kind]
        self._root: Any = None
        self._open_for = 0
        tags = tuple(f"{{*}}{name}" for name in (*self._readers, kind.decode()))
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
            self.got.language = self.got.language or short(element.get(LANGUAGE, ""))
        elif event == "end" and name_of(element) in self._readers:
            self._end_entry(element)

    def _end_entry(self, element: Any) -> None:
        self.got.entries += 1
        if not self.got.full:
            self._readers[name_of(element)](self.got, element)
        element.clear(keep_tail=False)
        self._open_for = 0

    def _forget(self, size: int) -> bool:
        """Drop every complete element outside the entry that is open; False where that one is endless."""
        node = self._root
        while node is not None and len(node) and name_of(node) not in self._readers:
            del node[:-1]
            node = node[-1]
        self._open_for = self._open_for + size if node is not None and name_of(node) in self._readers else 0
        if self._open_for > _LONGEST_ENTRY:
            self.got.words.append(f"an entry of more than {_LONGEST_ENTRY:,} bytes: the rest was not read")
        return self._open_for <= _LONGEST_ENTRY


def _parse(got: Gathered, kind: bytes, markup: bytes) -> bool:
    """Whether the document was read to its last byte."""
    parsing = _Parsing(got, kind)
    try:
        return all(parsing.feed(markup[at : at + _CHUNK]) for at in range(0, len(markup), _CHUNK))
    except etree.LxmlError as problem:
        got.words.append(f"broken XML: {short(str(problem))}")
        return False


def _parse_each(got: Gathered, kind: bytes, markup: bytes) -> None:
    """Read a document whose tags do not fit entry by entry, so that a broken one costs itself alone."""
    again = Gathered(got.url, language=got.language)
    root = markup[: markup.find(b">") + 1]
    for entry in _entries(markup, kind) if len(root) < _LONGEST_ROOT else ():
        _parse(again, kind, root + entry)
    if len(again.found) + len(again.more) > len(got.found) + len(got.more):
        got.found, got.more, got.refused, got.refusal = again.found, again.more, again.refused, again.refusal
        got.words.append("broken XML: tags that do not fit")


def _read_root(got: Gathered, name: bytes, kind: bytes, markup: bytes) -> None:
    """Read a document from its root element on; `name` is the root's, `kind` the same without a prefix."""
    if _endless_tag(markup):
        got.words.append("an element with more attributes than any feed has: not read")
        return
    if not _parse(got, kind, markup):
        return
    if got.entries < len(_named(kind, b"/").findall(markup)):
        _parse_each(got, kind, markup)
    if b"</" + name not in markup and not markup.rstrip().endswith(b"/>"):
        got.words.append("the document ends before its end")


def read_xml(got: Gathered, decoded: Decoded, body: bytes) -> None:
    markup = body if decoded.charset == "utf-8" and not decoded.replaced else decoded.text.encode("utf-8", "replace")
    markup = markup.translate(None, _CONTROLS)
    root = _root(markup)
    if isinstance(root, str):
        got.words.append(root)
        return
    declared = _CHANNEL_LANGUAGE.search(markup, root.end(), root.end() + _CHUNK)
    got.language = declared[1].decode("ascii") if declared else ""
    markup, name, kind = _mended(markup[root.start() :]), root[1], root[2]
    if kind not in _KINDS:
        # Written as old HTML was: in capitals.
        markup, name, kind = _NAME.sub(lambda found: found[0].lower(), markup), name.lower(), kind.lower()
    _read_root(got, name, kind, markup)
    if got.entries or got.words:
        return
    if _KINDS[kind] is not _SITEMAP:
        got.words.append("a feed without entries")
    elif b"<loc>" in markup:
        got.words.append("a sitemap whose addresses stand in no entry: not read")
