"""What stands within a described text and is none of it, though no rule of its layout knows it: forms, cards of links,
pagers, counters. Told by what they are made of; whatever says a sentence of its own stays text. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from archive import text as same
from archive import urls
from crawler.outlets.base import Cut
from crawler.parse.blocks import BLOCK_TAGS, SILENT, shows
from crawler.parse.page import absolute

__all__ = ["ANOTHER", "insets", "is_another"]

_FORM = Cut("unknown-form", "subscribe", "")
_CARD = Cut("unknown-card", "read-also", "", titles="a")
_PAGER = Cut("unknown-pager", "read-also", "")
_COUNTER = Cut("unknown-counter", "share", "")
ANOTHER = Cut("unknown-article", "read-also", "", titles="h1 a, h2 a, h3 a, h4 a")

_BOXES = frozenset({"div", "section", "aside", "nav", "article", "center", "form", "footer", "header"})
_LISTS = frozenset({"ul", "ol"})
_ROWS = frozenset({"table", "tbody", "tr", "td"})
_WRAPPERS = _BOXES | _LISTS | _ROWS | {"font", "span", "blockquote"}
_SUSPECTS = _BOXES | _LISTS | _ROWS | {"a", "figure"}
_CONTROLS = frozenset({"form", "input", "button", "select", "textarea"})
_PICTURES = frozenset({"img", "picture", "svg"})
_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BOLD = frozenset({"strong", "b"})

_LONGEST = 400
"""Characters a form or a card shows at most: what is longer is text with something in it."""
_LONGEST_LABEL = 40
_LONGEST_COUNTER = 90
_MOST = 200
"""Elements of an inset at most, one in the other or one beside the other."""
_SENTENCE = re.compile(r"[.!?…。！？؟۔।][\"'”»’)\]）」』]*\s*\Z")
_PAGE = re.compile(r"[\W_]*\d{0,3}[\W_]*\Z")
_IMAGE = re.compile(r"(?i)\.(?:jpe?g|png|webp|gif|avif)(?:\?|\Z)")
_WORD = re.compile(r"[^\W\d_]{2}")
# A number that counts something: of two digits or more, and no hour; beside a year it may be of a date.
_COUNT = re.compile(r"(?<![\d:/.,-])(?:\d{2,3}|\d{1,3}(?:[\s.,]?\d{3})+)(?![\d:/.,-])")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(slots=True)
class _Shape:
    """What an element is made of: text in links and outside of them, and marks of what it is for."""

    linked: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    drawn: bool = False
    """A link holds a picture or a heading, or a heading a link."""
    opened: bool = False
    """A sentence stands before any link or picture."""
    elements: int = 0

    @property
    def text(self) -> str:
        return same.fold_space(" ".join(self.own))

    @property
    def length(self) -> int:
        return sum(map(len, self.own)) + sum(map(len, self.linked))


def _said(node: LexborNode) -> str:
    """What a text node says: marks that nobody sees do not tell what it is."""
    return same.visible(node.text_content or "").strip()


def _walk(node: LexborNode, known: Container[int], shape: _Shape, *, link: bool, head: bool) -> bool:
    """Take in what is below an element; False where it is more than an inset holds, and no further look is taken."""
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag == "-text":
            if piece := _said(child):
                (shape.linked if link else shape.own).append(piece)
                begins = not (shape.linked or shape.tags & _PICTURES)
                shape.opened = shape.opened or (begins and bool(_SENTENCE.search(piece)))
            continue
        shape.tags.add(tag)
        shape.elements += 1
        shape.drawn = shape.drawn or (link and (tag in _PICTURES or tag in _HEADS)) or (head and tag == "a")
        if child.mem_id in known or shape.elements > _MOST or shape.length > _LONGEST:
            return False
        within = tag not in SILENT
        if within and not _walk(child, known, shape, link=link or tag == "a", head=head or tag in _HEADS):
            return False
    return shape.length <= _LONGEST


def _shape(node: LexborNode, known: Container[int]) -> _Shape | None:
    """What an element is made of; None where it holds nothing, what a rule knows, or more than an inset does."""
    shape = _Shape(tags={node.tag or ""})
    whole = _walk(node, known, shape, link=node.tag == "a", head=False)
    return shape if whole and shape.length else None


def _is_pager(shape: _Shape) -> bool:
    """Whether there is nothing but the numbers of pages, links to all but this one."""
    pages = [text for text in shape.linked if _PAGE.match(text)]
    rest = [text for text in shape.linked if not _PAGE.match(text)]
    return len(pages) > 1 and all(len(text) <= 12 for text in rest) and all(map(_PAGE.match, shape.own))


def _led_by_link(node: LexborNode) -> bool:
    """Whether a link stands on a line of its own before the rest: the title of something else above its lead."""
    shown = (each for each in node.iter(include_text=True) if each.tag != "-text" or _said(each))
    tags = [each.tag for each, _ in zip(shown, range(2), strict=False)]
    return len(tags) == 2 and tags[0] == "a" and tags[1] in BLOCK_TAGS


def _is_card(node: LexborNode, shape: _Shape, *, among: bool) -> bool:
    """Whether a link, and what stands with it, leads to something else."""
    if not any(map(_WORD.search, shape.linked)):
        return False
    pictured = bool(shape.tags & _PICTURES)
    label = len(shape.text) <= _LONGEST_LABEL and not _SENTENCE.search(shape.text)
    with_lead = not shape.opened and ((shape.drawn and pictured) or (among and _led_by_link(node)))
    return (label and (shape.drawn or pictured or among)) or with_lead


def _is_own(node: LexborNode, page: str) -> bool:
    """Whether a link leads to another page of the same site."""
    href = node.attributes.get("href") or ""
    host = urls.host(absolute(page, href))
    return bool(host) and urls.registrable(host) == urls.registrable(urls.host(page))


def _is_teaser(node: LexborNode, shape: _Shape, page: str) -> bool:
    """Whether a paragraph or a figure is nothing but a picture and words that both lead to another page."""
    to_pages = all(
        _is_own(link, page) and not _IMAGE.search(link.attributes.get("href") or "") for link in node.css("a")
    )
    return shape.drawn and not shape.own and any(map(_WORD.search, shape.linked)) and to_pages


def is_another(node: LexborNode, page: str) -> bool:
    """Whether an `article` begins with a heading that leads to another page of the site, whatever it says: the next
    one, as endless pages load it."""
    if node.tag != "article":
        return False
    first = next((each for each in node.traverse(include_text=True) if each.tag == "-text" and _said(each)), None)
    head = node.css_first(", ".join(sorted(_HEADS)), default=None)
    link = head.css_first("a[href]", default=None) if head is not None else None
    if first is None or link is None or not link.text().strip().startswith(_said(first)):
        return False
    leads = absolute(page, link.attributes.get("href") or "")
    return _is_own(link, page) and leads.partition("#")[0] != page.partition("#")[0]


def _is_list(node: LexborNode, known: Container[int], page: str) -> bool:
    """Whether a list holds links to other pages of the site, and little beside them."""
    items = [(item, _shape(item, known)) for item in node.iter() if item.tag == "li"]
    shapes = [shape for _, shape in items if shape is not None]
    links = [link for item, _ in items for link in item.css("a")]
    mostly = all(sum(map(len, shape.linked)) > 0.6 * shape.length for shape in shapes)
    return len(shapes) > 1 and mostly and bool(links) and all(_is_own(link, page) for link in links)


def _is_counter(shape: _Shape) -> bool:
    """Whether a few words say how many there are of something: readers, views, comments. A sentence that does begins
    with the number, or sets it in an element of its own."""
    text = shape.text
    apart = len(shape.own) > 1 and any(map(_COUNT.fullmatch, shape.own))
    first = apart or bool(_COUNT.match(text))
    barred = _HEADS | {"p", "li", "blockquote"} | (frozenset() if apart else _BOLD)
    plain = not shape.linked and not shape.tags & barred and len(text) <= _LONGEST_COUNTER
    return plain and not _YEAR.search(text) and bool(_COUNT.search(text)) and (first or not _SENTENCE.search(text))


def _of_box(node: LexborNode, shape: _Shape, known: Container[int], page: str, *, among: bool) -> Cut | None:
    tag = node.tag or ""
    if tag == "a" and not (among and shape.tags & (BLOCK_TAGS | _PICTURES)):
        return None
    if among and shape.tags & _CONTROLS:
        return _FORM
    if _is_list(node, known, page) if tag in _LISTS else _is_card(node, shape, among=among):
        return _CARD
    return _COUNTER if among and tag in _BOXES and _is_counter(shape) else None


def _kind(node: LexborNode, known: Container[int], page: str, *, among: bool) -> Cut | None:
    """What an element is, if no text. `among`: it stands beside paragraphs, and is none."""
    shape = _shape(node, known)
    if shape is None:
        return None
    if _is_pager(shape):
        return _PAGER
    if node.tag in {"p", "figure"}:
        return _CARD if among and _is_teaser(node, shape, page) else None
    return _of_box(node, shape, known, page, among=among)


def _is_suspect(node: LexborNode) -> bool:
    """A quick no for what is no inset whatever it holds, and for most paragraphs: those that begin with words are
    neither pagers nor teasers."""
    if node.tag != "p":
        return node.tag in _SUSPECTS
    for each in node.iter(include_text=True):
        begun = _said(each)
        if each.tag != "-text" or begun:
            return each.tag == "a" or bool(_PAGE.match(begun))
    return False


def _make(node: LexborNode) -> tuple[str, str]:
    return node.tag or "", node.attributes.get("class") or ""


def _holds_text(node: LexborNode) -> bool:
    """Whether running text stands in an element itself: more than a label, or the end of a sentence."""
    pieces = (_said(child) for child in node.iter(include_text=True) if child.tag == "-text")
    return any(len(piece) > _LONGEST_LABEL or _SENTENCE.search(piece) for piece in pieces)


def _made_of(parent: LexborNode) -> tuple[str, str] | None:
    """What the text below an element is made of: items, paragraphs, lines, at least three boxes of one make, else what
    holds running text itself; None where it is made of nothing."""
    if parent.tag in _LISTS:
        return "li", ""
    children = list(parent.iter(include_text=True))
    if sum(child.tag == "p" and shows(child, 0) > 0 for child in children) > 1:
        return "p", ""
    if sum(child.tag == "-text" and len(_said(child)) > _LONGEST_LABEL for child in children) > 1:
        return "br", ""
    makes = Counter(_make(child) for child in children if child.tag in _BOXES and shows(child, _LONGEST_LABEL) > 0)
    make, count = next(iter(makes.most_common(1)), (("", ""), 0))
    if count > 2:
        return make
    return next((_make(child) for child in children if child.tag in _BOXES | {"p"} and _holds_text(child)), None)


def insets(body: LexborNode, known: Container[int], page: str) -> Iterator[tuple[LexborNode, Cut]]:
    """The elements below a text container that are no text, each with the rule that takes it. `known` are the elements
    (by `mem_id`) with rules of the layout; nothing that holds one of them is an inset. `page` is the page's address."""
    above = [body]
    while above:
        parent = above.pop()
        made_of = _made_of(parent)
        for node in parent.iter():
            if node.mem_id in known:
                continue
            among = made_of is not None and made_of != _make(node)
            cut = _kind(node, known, page, among=among) if _is_suspect(node) else None
            cut = cut or (ANOTHER if is_another(node, page) else None)
            if cut is not None:
                yield node, cut
            elif node.tag in _WRAPPERS:
                above.append(node)
