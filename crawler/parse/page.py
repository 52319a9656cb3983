"""Bytes -> one page: content encodings undone, charset decided, the tree built at most once. Pure; never raises.

What is wrong with the bytes themselves (torn, too big, not HTML, nested beyond the parser) is `page.problem`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive import text as same
from archive import urls
from archive.records import Capture, Judgement, Source, Verdict
from crawler.parse.decode import LONGEST_BODY, decode, open_body
from crawler.parse.jsonld import articles_in, types_of
from crawler.parse.replay import restored
from crawler.parse.saved import unpacked
from crawler.parse.shadow import fill_slots, unfolded

__all__ = [
    "Page",
    "absolute",
    "alternates",
    "canonical",
    "elements",
    "load",
    "picture_at",
]


@dataclass(frozen=True)
class Page:
    """One page. `url` is the address that answered, `markup` the text again as UTF-8, which the parser takes faster;
    `replaced` counts places where bytes did not fit the charset; `checked`: a checksum says that the bytes are as they
    were sent; `doubt`: why its charset may be another; `zeros`: bytes that were left out of it, as browsers do."""

    url: str
    text: str
    markup: bytes = b""
    charset: str = "utf-8"
    replaced: int = 0
    is_text: bool = False
    problem: Judgement | None = None
    checked: bool = False
    doubt: str = ""
    zeros: int = 0

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The parsed page, as a browser shows it; an empty one where there is a problem."""
        markup = b"" if self.problem else unfolded(self.markup)
        tree = LexborHTMLParser(markup)
        if markup is not self.markup:
            fill_slots(tree)
        return tree

    @cached_property
    def base(self) -> str:
        """What relative addresses of the page are relative to: its own address, or what its `<base>` says."""
        node = self.one("base[href]")
        return absolute(self.url, (node.attributes.get("href") if node is not None else "") or "") or self.url

    @cached_property
    def meta_lists(self) -> dict[str, list[str]]:
        """`<meta>` values as written, in page order, by property, name or itemprop in lower case."""
        found: dict[str, list[str]] = {}
        for node in self.tree.css("meta"):
            marks = node.attributes
            name = marks.get("property") or marks.get("name") or marks.get("itemprop")
            # Some savers rename `content`; a meta element has no `value` of its own.
            value = marks.get("content") or marks.get("value")
            if name and value:
                found.setdefault(name.strip().lower(), []).append(value)
        return found

    @cached_property
    def metas(self) -> dict[str, str]:
        """The first `<meta>` value of each name."""
        return {name: values[0] for name, values in self.meta_lists.items()}

    @cached_property
    def jsonld(self) -> tuple[dict[str, Any], ...]:
        """JSON-LD objects that describe an article, in page order."""
        scripts = self.tree.css('script[type^="application/ld+json" i]')
        return articles_in((node.text() for node in scripts), self.url)

    @cached_property
    def live(self) -> bool:
        """Whether the page says of itself that it is a live blog (schema.org `LiveBlogPosting`)."""
        if b"LiveBlogPosting" not in self.markup:
            return False
        stated = any("LiveBlogPosting" in types_of(item) for item in self.jsonld)
        return stated or self.one('[itemtype$="/LiveBlogPosting"]') is not None

    @cached_property
    def language(self) -> str:
        """What `<html lang>` declares: lower-case primary language, empty where nothing usable is declared."""
        root = self.tree.root
        found = re.match(r"[a-z]{2,3}\b", ((root.attributes.get("lang") if root else "") or "").strip().lower())
        return found[0] if found else ""

    def one(self, selector: str) -> LexborNode | None:
        """The first element a selector finds. Searched for once: layouts are told by the same marks again and again."""
        if selector not in self._firsts:
            self._firsts[selector] = self.tree.css_first(selector, default=None)
        return self._firsts[selector]

    @cached_property
    def _firsts(self) -> dict[str, LexborNode | None]:
        return {}

    def in_head(self, selector: str) -> list[LexborNode]:
        """The elements a selector finds in the head; in the whole page where it has none."""
        head = self.tree.head
        return (head.css(selector) if head is not None else None) or self.tree.css(selector)


def elements(scope: LexborNode | LexborHTMLParser, selector: str) -> list[LexborNode]:
    """The elements a selector finds, each once: the parser names one again for every part of a list that finds it."""
    found = scope.css(selector)
    return list({node.mem_id: node for node in found}.values()) if "," in selector else found


def absolute(base: str, address: str) -> str:
    """An address found on the page made absolute; empty where it is none that could be fetched."""
    address = same.clean(address).strip()
    if not address or address.startswith(("#", "data:", "javascript:", "mailto:", "tel:", "about:")):
        return ""
    # A bracket is the beginning of a host by number, or of one that no program can take apart.
    if address.startswith(("https://", "http://")) and "[" not in address:
        full = address
    else:
        try:
            full = urljoin(base, address)
            if urlsplit(full).scheme not in {"http", "https"}:
                return ""
        except ValueError:
            return ""
    return "" if any(map(_WITH_USER.match, (address, full))) else same.clip(full, same.LONGEST_LINE)


_WITH_USER = re.compile(r"(?:https?:)?[\\/]{2,}[^/?#\\]*@", re.IGNORECASE)
"""An address with somebody's name and password in it, which is kept nowhere."""


def canonical(page: Page) -> str:
    """The address the page calls its own; not one that points home, as some templates do for every page."""
    hrefs = (node.attributes.get("href") for node in page.in_head('link[rel="canonical"]'))
    address = absolute(page.base, next(hrefs, "") or "")
    return "" if not address or urls.is_home(address) else address


def alternates(page: Page) -> tuple[str, ...]:
    """The same article in other languages and for other devices."""
    nodes = page.in_head('link[rel="alternate"][hreflang], link[rel="amphtml"]')
    found = (absolute(page.base, node.attributes.get("href") or "") for node in nodes)
    return tuple(dict.fromkeys(filter(None, found)))


def picture_at(node: LexborNode, base: str) -> tuple[str, str]:
    """(address, alternative text) of the picture in an element; both empty where there is none."""
    image = node if node.tag == "img" else node.css_first("img", default=None)
    if image is None:
        return "", ""
    marks = image.attributes
    found = (absolute(base, marks.get(name) or "") for name in _PICTURE)
    alternative = same.clip(same.fold_space(same.clean(marks.get("alt") or "")), same.LONGEST_LINE)
    return next(filter(None, found), ""), alternative


_PICTURE = ("data-src", "data-original", "data-lazyimage-src", "src")
"""Where the address of a picture stands, the real one before what is shown until it is loaded."""


# --- what the bytes are -------------------------------------------------------------------------------------------

_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "an image"),
    (b"GIF8", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"RIFF", "a media file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x00\x00\x00", "a media file"),
    (b"ID3", "a media file"),
    (b"OggS", "a media file"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"BZh", "a packed file"),
    (b"\xfd7zXZ", "a packed file"),
    (b"WARC/", "a WARC file"),
)
_FEED = re.compile(rb"<(rss|feed|urlset|sitemapindex|rdf:RDF)[\s>]", re.IGNORECASE)
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|title|meta|div|p|h1|article|table|span|a|script)[\s>/]", re.IGNORECASE
)
_ZEROS = 0.02
"""Zero bytes of a text from which on it is none."""


def _sniff(body: bytes, content_type: str) -> str:
    """What the bytes are instead of HTML, in words; empty where they are HTML."""
    kind = next((words for magic, words in _MAGIC if body.startswith(magic)), "")
    if kind:
        return kind
    start = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").rstrip(b"\0")
    if start.count(0) > len(start) * _ZEROS:
        return "binary data"
    if start.startswith(b"<?xml") or _FEED.match(start):
        return "a feed or sitemap" if _FEED.search(start) else ""
    if start[:1] in {b"{", b"["} and not _MARKUP.search(start):
        return "JSON"
    return "" if not start or _MARKUP.search(body[:200_000]) else _declared(content_type)


def _declared(content_type: str) -> str:
    """What bytes without any markup are, by what they were declared as."""
    declared = content_type.partition(";")[0].strip().lower()
    of_html = declared in {"", "text/html", "application/xhtml+xml"}
    return "no markup at all" if of_html else f"declared as {declared[:60]}"


# --- what the parser must not be given ------------------------------------------------------------------------------

# The parser walks up the open elements for each new block, and opens again every unclosed formatting element in each
# new paragraph: both grow with the square of what is left open. Ordinary pages stay far below these limits.
_DEEPEST = 5_000
_UNCLOSED = 600
_LONGEST_TAG = 60_000
_MOST_ATTRIBUTES = 10_000
_MOST_TAGS = 300_000
"""The largest of our saved pages has 6,000."""
_MOST_ROOTS = 100
_ROOT = re.compile(rb"<(?:html|body)[\s/]", re.IGNORECASE)
"""Of each further one the attributes are compared with those of all before."""
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset(
    b"area base br col embed hr img input link meta param source track wbr p li dt dd option optgroup tr td th "
    b"thead tbody tfoot html head body colgroup rp rt rb rtc".split()
)
_FORMATTING = frozenset(b"a b big code em font i nobr s small strike strong tt u".split())
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")


def _open_elements(markup: bytes) -> tuple[int, int]:
    """The deepest nesting of block elements and the most unclosed formatting elements, roughly."""
    depth = deepest = unclosed = most = 0
    for closing, name in _TAG.findall(markup):
        low = name.lower()
        if low in _VOID:
            continue
        step = -1 if closing else 1
        depth = max(0, depth + step)
        deepest = max(deepest, depth)
        if low in _FORMATTING:
            unclosed = max(0, unclosed + step)
            most = max(most, unclosed)
    return deepest, most


def _too_nested(markup: bytes, tags: int) -> bool:
    # Few tags cannot do harm, and most pages are whole enough that counting alone clears them.
    if tags < 2_000 or (tags < 5_000 and tags - 2 * markup.count(b"</") < _UNCLOSED):
        return False
    deepest, unclosed = _open_elements(markup)
    return deepest > _DEEPEST or unclosed > _UNCLOSED


def _many_attributes(markup: bytes) -> bool:
    # An element of that many attributes leaves a stretch without `<`; half the length is enough to step by.
    step = _LONGEST_TAG // 2
    places = (at for at in range(0, len(markup) - step, step) if markup.find(b"<", at, at + step) < 0)
    # A long text is many stretches behind one tag; pieces that do not overlap keep this linear.
    starts = {max(markup.rfind(b"<", 0, at), 0) for at in places}
    starts = {start for start in starts if not _closes(markup, start, step)}
    pieces = (markup[start : markup.find(b"<", start + 1) % (len(markup) + 1)] for start in starts)
    return any(len(_QUOTED.sub(b"", piece).partition(b">")[0].split()) > _MOST_ATTRIBUTES for piece in pieces)


def _closes(markup: bytes, start: int, within: int) -> bool:
    """Whether a tag plainly ends soon, so that the long stretch is a script's text: the usual case, and a quick one."""
    end = markup.find(b">", start, start + within)
    rest = _QUOTED.sub(b"", markup[start:end]) if end >= 0 else b"'"
    return b'"' not in rest and b"'" not in rest


# --- loading --------------------------------------------------------------------------------------------------------

_FAULTS = {
    "torn": (Verdict.CUT, "the compressed body ends before its end mark"),
    "too-big": (Verdict.TOO_BIG, f"more than {LONGEST_BODY:,} bytes"),
    "unknown": (Verdict.UNREADABLE, "unknown content encoding"),
    "damaged": (Verdict.UNREADABLE, "damaged content encoding"),
}


def _problem(body: bytes, markup: bytes, content_type: str) -> Judgement | None:
    if other := _sniff(body, content_type):
        return Judgement(Verdict.NOT_HTML, other)
    tags = markup.count(b"<")
    if tags > _MOST_TAGS:
        return Judgement(Verdict.UNREADABLE, "more elements than any page has")
    if _too_nested(markup, tags):
        return Judgement(Verdict.UNREADABLE, "elements nested deeper than any parser shows")
    if _many_attributes(markup) or len(_ROOT.findall(markup)) > _MOST_ROOTS:
        return Judgement(Verdict.UNREADABLE, "an element with more attributes than any page has")
    return None


def _given_text(capture: Capture) -> Page:
    found = decode(capture.body)
    return Page(capture.landed, found.text, b"", found.charset, found.replaced, is_text=True, doubt=found.doubt)


def _wide(charset: str) -> bool:
    return charset.startswith(("utf-16", "utf-32"))


def load(capture: Capture, charset: str = "") -> Page:
    """The page of a capture. `charset` is what the outlet states; see `crawler.parse.decode.decode` for who wins."""
    if capture.source is Source.GIVEN_TEXT:
        return _given_text(capture)
    codings = (value for name, value in capture.headers if name.lower() == "content-encoding")
    opened = open_body(capture.body, ",".join(codings))
    if opened.fault:
        verdict, reason = _FAULTS[opened.fault]
        return Page(capture.landed, "", problem=Judgement(verdict, opened.detail or reason))
    saved = unpacked(opened.body)
    content_type = saved.content_type or capture.header("content-type")
    found = decode(saved.body, content_type, charset)
    # Some programs leave zero bytes, which browsers pass over; at the end they only fill a block.
    zeros = found.text.rstrip("\0").count("\0") if b"\0" in saved.body else 0
    text = found.text.replace("\0", "")
    as_it_is = found.charset == "utf-8" and not found.replaced and len(text) == len(found.text)
    markup = saved.body if as_it_is else text.encode("utf-8", "replace")
    whole = restored(markup)
    return Page(
        url=capture.landed,
        text=text if whole is markup else whole.decode("utf-8", "replace"),
        markup=whole,
        charset=found.charset,
        replaced=found.replaced,
        problem=_problem(markup if _wide(found.charset) else saved.body, markup, content_type),
        checked=opened.checked,
        doubt=found.doubt,
        zeros=zeros,
    )
