"""One walk over a page: every block of text with what stands around it. The tree is read, never changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from selectolax.lexbor import LexborNode

from archive import text as same
from archive.records import BlockType
from crawler.extract.general.zones import EMBED, zone_of
from crawler.parse.blocks import BLOCK_TAGS, BLOCK_TYPES, CELLS, SILENT, BlockWriter
from crawler.parse.places import place_of

__all__ = ["ENDS", "HEADINGS", "Element", "Piece", "Walk", "units", "walk"]

_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_TEXTS = frozenset({BlockType.P, BlockType.LI, BlockType.QUOTE})
_SENTENCE = 60
"""Units from which on a block is taken for sentences, whatever it ends with."""
_SHORTEST = 20
"""Units from which on a block is taken for a sentence where it ends like one."""
ENDS = re.compile(r"[.!?…:;。！？：；؟؛۔।։።။។།]['\"”’»)\]）」』\s]*\Z")
_ASKING = 3
"""Sentences that a box in which something is to be filled in says at most."""
_PLAIN = frozenset({"a", "b", "strong", "em", "i", "u", "abbr", "time", "sup", "sub"})
"""Elements within a line whose names say nothing about what it is for."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PASSED = SILENT | {"nav"}
_FIELDS = frozenset({"input", "textarea", "select"})
_NO_FIELDS = frozenset({"hidden", "submit", "button", "image", "reset", "checkbox", "radio"})
"""Types of `input` that nobody types into."""

PICTURE = ':not(noscript) > img:not([width="1"], [height="1"]), picture, amp-img'
"""What a reader sees as a picture: counters of visits are one pixel wide, or for those without scripts."""


def units(text: str) -> int:
    """How much a text says: characters, a Chinese, Japanese or Korean one for two and a half."""
    return len(text) if text.isascii() else len(text) + 3 * len(_WIDE.findall(text)) // 2


def _speaks(text: str, size: int) -> bool:
    return size >= _SENTENCE or ENDS.search(text) is not None


@dataclass(slots=True)
class Element:
    """A block element. `parent` is its number among the elements, `end` the number of the first that is not below it.

    `kind` is what its name says it is for where that is not the article, `opened` that its name misleads, and `zone`
    the outermost element around it, or itself, that has a kind and is not opened (-1: none). `fields` are those in it
    that a visitor would fill in, `good` and `bad` are units below it that speak for the article and against it,
    `pieces` how many there are."""

    node: LexborNode
    tag: str
    parent: int
    kind: str = ""
    opened: bool = False
    zone: int = -1
    fields: int = 0
    end: int = 0
    good: float = 0.0
    bad: float = 0.0
    pieces: int = 0
    make: str = ""


@dataclass(slots=True)
class Piece:
    """A block of text. `linked` and `bold` are shares of its characters; `element` is the number of its element;
    `says`: it is sentences, whatever it stands for; `inline` is what all of it is for by the names within its line,
    `kind` what it is for where it is not the article."""

    type: BlockType
    text: str
    element: int
    units: int
    linked: float
    bold: float
    says: bool
    inline: str = ""
    kind: str = ""


@dataclass
class Walk:
    """Everything on a page in page order; `places` are those asked for so far, `foreign` the elements that are
    certainly none of the article's, whoever reads it."""

    elements: list[Element] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)
    foreign: set[int] = field(default_factory=set)

    def place(self, piece: Piece) -> str:
        """Where a piece stands, in words that are the same on every page of its layout."""
        return place_of(self.elements[piece.element].node, self.places)

    def count(self) -> None:
        """Give every element the number of the pieces in it."""
        for piece in self.pieces:
            self.elements[piece.element].pieces += 1
        for element in reversed(self.elements[1:]):
            self.elements[element.parent].pieces += element.pieces

    def settle(self) -> None:
        """Give every element its zone and every piece its kind, by the zones that are not opened."""
        for number, element in enumerate(self.elements):
            outer = self.elements[element.parent].zone if element.parent >= 0 else -1
            own = number if element.kind and not element.opened else -1
            element.zone = outer if outer >= 0 else own
        for piece in self.pieces:
            piece.kind = self.kind_of(piece.element) or piece.inline

    def said(self, pieces: Iterable[Piece]) -> list[tuple[int, int]]:
        """(units, number) of the sentences among some pieces in each element, but for those that have a kind."""
        units_, count = [0] * len(self.elements), [0] * len(self.elements)
        for piece in pieces:
            if piece.says and not piece.kind:
                units_[piece.element] += piece.units
                count[piece.element] += 1
        for number in range(len(self.elements) - 1, 0, -1):
            above = self.elements[number].parent
            units_[above] += units_[number]
            count[above] += count[number]
        return list(zip(units_, count, strict=True))

    def kind_of(self, number: int) -> str:
        """What an element is for by the name of the zone it stands in; empty where it stands in none."""
        zone = self.elements[number].zone
        return self.elements[zone].kind if zone >= 0 else ""

    def above(self, number: int, top: int = 0) -> Iterator[int]:
        """An element's number and those of the elements around it, up to below `top`."""
        while number > top:
            yield number
            number = self.elements[number].parent

    def within(self, piece: Piece, element: int) -> bool:
        """Whether a piece stands in an element."""
        return element <= piece.element < self.elements[element].end

    def is_foreign(self, piece: Piece) -> bool:
        """Whether a piece stands in an element that is certainly none of the article's."""
        return any(number in self.foreign for number in self.above(piece.element))

    def home(self, piece: Piece) -> int:
        """The element a piece stands in beside others: what is only wrapped around it does not count."""
        at = self.elements[piece.element].parent
        while self.elements[at].pieces == 1 and self.elements[at].parent >= 0:
            at = self.elements[at].parent
        return at

    def make(self, piece: Piece) -> str:
        """How a piece is made: the names of its element and of those around it up to one with a class."""
        element = self.elements[piece.element]
        if not element.make:
            element.make = self._make(element)
        return element.make

    def _make(self, element: Element) -> str:
        names, at = [], element
        for _ in range(4):
            own = (at.node.attributes.get("class") or "").strip().partition(" ")[0]  # others tell states and sizes
            names.append(f"{at.tag}.{own}")
            if own or at.parent < 0:
                break
            at = self.elements[at.parent]
        else:
            # Old pages have no classes: there the element around several sentences tells them from others.
            names.append(str(element.parent) if self._sentences[element.parent] > 1 else "")
        return " ".join(names)

    def name(self, piece: Piece) -> tuple[str, str]:
        """(tag, first class) of a piece's element."""
        element = self.elements[piece.element]
        return element.tag, (element.node.attributes.get("class") or "").strip().partition(" ")[0]

    @cached_property
    def headings(self) -> Counter[tuple[str, str]]:
        """How many elements of each name hold headings."""
        made = {piece.element: self.name(piece) for piece in self.pieces if piece.type is BlockType.H}
        return Counter(made.values())

    @cached_property
    def articles(self) -> Counter[int]:
        """How many `article` elements stand directly in an element."""
        return Counter(one.parent for one in self.elements if one.tag == "article")

    @cached_property
    def _asking(self) -> bytearray:
        """Of each element whether it stands in a box in which something is to be filled in: around a field the first
        element that says something, where that is a sentence or three, half of the page's at most, and under one
        heading: a short text with its comments and their form has several."""
        if not any(element.fields for element in self.elements):
            return bytearray()
        said, headed = ([0] * len(self.elements) for _ in range(2))
        for piece in self.pieces:
            said[piece.element] += piece.says
        for number in range(len(self.elements) - 1, 0, -1):
            headed[number] += self.elements[number].tag in HEADINGS
            said[self.elements[number].parent] += said[number]
            headed[self.elements[number].parent] += headed[number]
        fields = (number for number, element in enumerate(self.elements) if element.fields)
        boxes = {next((each for each in self.above(number) if said[each]), 0) for number in fields} - {0}
        return self.inside(box for box in boxes if said[box] <= min(_ASKING, said[0] / 2) and headed[box] <= 1)

    def is_asking(self, piece: Piece) -> bool:
        """Whether a piece stands in a box in which something is to be filled in, whatever it is called."""
        return bool(self._asking) and bool(self._asking[piece.element])

    def inside(self, numbers: Iterable[int]) -> bytearray:
        """Of each element whether it is one of these or stands in one."""
        marked = bytearray(len(self.elements))
        for number in sorted(numbers):
            if not marked[number]:  # else it stands in one that is marked
                end = self.elements[number].end
                marked[number:end] = bytes((1,)) * (end - number)
        return marked

    @cached_property
    def _sentences(self) -> Counter[int]:
        """How many sentences stand directly in an element."""
        return Counter(self.elements[piece.element].parent for piece in self.pieces if piece.says)


@dataclass(slots=True)
class _Gatherer(BlockWriter):
    """A writer that counts what of each line is link and what is bold, and knows what its elements are for."""

    walk: Walk = field(default_factory=Walk)
    open_elements: list[int] = field(default_factory=lambda: [0])
    links: int = 0
    strong: int = 0
    counts: list[list[int]] = field(default_factory=lambda: [[0, 0, 0]])
    inline: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    def write(self, piece: str) -> None:
        line = self.lines[-1]
        if line or not piece.isspace():
            line.append(piece)
            size, counts = len(piece.strip()), self.counts[-1]
            counts[0] += size
            counts[1] += size if self.links else 0
            counts[2] += size if self.strong else 0
            if size:
                self.kinds.add(self.inline[-1] if self.inline else "")

    def break_line(self) -> None:
        self.lines.append([])
        self.counts.append([0, 0, 0])

    def end(self) -> None:
        if len(self.lines) == 1 and not self.lines[0]:
            return
        if len(self.lines) == 1:
            BlockWriter.end(self)
        else:
            self._end_each()
        self.counts, self.kinds = [[0, 0, 0]], set()

    def _end_each(self) -> None:
        """End a block of several lines: between empty ones each part is counted by itself."""
        lines, counts = self.lines, self.counts
        start = 0
        for at in range(len(lines) + 1):
            if at == len(lines) or not lines[at]:
                self.lines, self.counts = lines[start:at] or [[]], counts[start:at] or [[0, 0, 0]]
                BlockWriter.end(self)
                start = at + 1

    def _add(self, lines: list[str]) -> None:
        BlockWriter._add(self, lines)
        found, at = self.found.pop(), self.open_elements[-1]
        total, linked, bold = map(sum, zip(*self.counts, strict=True)) if len(self.counts) > 1 else self.counts[0]
        total, size = total or 1, units(same.canonical(found.text))
        sentence = found.type in _TEXTS and size >= _SHORTEST and linked < 0.4 * total and _speaks(found.text, size)
        inline = "".join(self.kinds) if len(self.kinds) == 1 else ""
        piece = Piece(found.type, found.text, at, size, linked / total, bold / total, sentence, inline)
        self.walk.pieces.append(piece)


_EMBEDDED = "iframe, blockquote, video, audio, object, embed, script"
"""What something embedded is made of."""


def _is_zone(node: LexborNode, tag: str, kind: str) -> bool:
    """Whether what an element is named after is all it holds."""
    if tag == "figure":
        return node.css_first("blockquote, table", default=None) is None
    if kind == EMBED:
        is_text = node.css_first("p + p", default=None) is not None and node.css_first(_EMBEDDED, default=None) is None
        return not is_text and node.css_first("figcaption, figure img", default=None) is None
    if tag in {"div", "section", "form", "main", "aside", "ul", "td", "table"} and kind != "figcaption":
        return node.css_first('h1, [itemprop="articleBody"], [property="articleBody"]', default=None) is None
    return True


def _enter(node: LexborNode, tag: str, gatherer: _Gatherer) -> str:
    """Open an element; how it must be closed again."""
    if tag in _PLAIN:
        return ""
    kind = zone_of(node, tag)
    if kind and not _is_zone(node, tag, kind):
        kind = ""
    if tag in BLOCK_TAGS:
        gatherer.open(BLOCK_TYPES.get(tag, BlockType.P))
        above = gatherer.open_elements[-1]
        gatherer.open_elements.append(len(gatherer.walk.elements))
        gatherer.walk.elements.append(Element(node, tag, above, kind))
        return "block"
    if kind:
        gatherer.inline.append(kind)
        return "inline"
    if tag in CELLS:
        gatherer.write(" ")
    return ""


def walk(root: LexborNode) -> Walk:
    """All blocks below an element."""
    gatherer = _Gatherer()
    gatherer.walk.elements.append(Element(root, root.tag or "", -1))
    above: list[tuple[LexborNode, str, str]] = []
    node = root.first_child
    while node is not None or above:
        if node is None:
            left, tag, closing = above.pop()
            _leave(gatherer, tag, closing)
            node = left.next
            continue
        tag = node.tag or ""
        if tag == "-text":
            gatherer.write(node.text_content or "")
        elif tag == "br":
            gatherer.break_line()
        elif tag[:1] not in "-!" and tag not in _PASSED:
            closing = _enter(node, tag, gatherer)
            if tag == "a":
                gatherer.links += 1
            elif tag in {"b", "strong"}:
                gatherer.strong += 1
            above.append((node, tag, closing))
            node = node.first_child
            continue
        elif tag in _FIELDS and (node.attributes.get("type") or "").lower() not in _NO_FIELDS:
            gatherer.walk.elements[gatherer.open_elements[-1]].fields += 1
        node = node.next
    gatherer.end()
    gatherer.walk.elements[0].end = len(gatherer.walk.elements)
    gatherer.walk.count()
    _hide_data(gatherer.walk)
    gatherer.walk.settle()
    return gatherer.walk


_ADDRESS = re.compile(r"https?://\S+\Z")


def _hide_data(found: Walk) -> None:
    """Hide what says to machines what the article is: values with names, bare addresses among them. Style sheets, which
    are not read, show nobody such a box."""
    holders = {
        found.elements[piece.element].parent
        for piece in found.pieces
        if not piece.linked
        and _ADDRESS.match(piece.text)
        and "itemprop" in found.elements[piece.element].node.attributes
    }
    for number in holders - {0, -1}:
        box = found.elements[number]
        if box.node.css_first("h1", default=None) is None:
            box.kind = "hidden"
            found.foreign.add(number)


def _leave(gatherer: _Gatherer, tag: str, closing: str) -> None:
    if tag == "a":
        gatherer.links -= 1
    elif tag in {"b", "strong"}:
        gatherer.strong -= 1
    if closing == "block":
        gatherer.close()
        gatherer.walk.elements[gatherer.open_elements.pop()].end = len(gatherer.walk.elements)
    elif closing == "inline":
        if gatherer.kinds == {gatherer.inline[-1]}:
            gatherer.end()  # nothing but that in the block so far: a date or a name in front of the text
        gatherer.inline.pop()
