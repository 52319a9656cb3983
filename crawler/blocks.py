"""A container element -> its blocks, in page order. Pure; the tree is read, never changed.

A block is what a reader sees as one: the nearest block element around the text. `<br>` is a line within it, two of
them end it; text that stands directly in a `div` is a paragraph. Elements a rule has marked are handed out whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from archive import text as same
from archive.records import BlockType

__all__ = ["Found", "Writer", "blocks", "line", "paragraphs"]

_TYPES = {
    "p": BlockType.P,
    "li": BlockType.LI,
    "blockquote": BlockType.QUOTE,
    **{f"h{level}": BlockType.H for level in range(1, 7)},
}
# Everything a browser puts on lines of its own.
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl"}
    | {
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
    }
    | {"hr", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot"}
    | {"thead", "tr", "ul"}
)
# Never text of the article: code, what stands in for it, and what a visitor would fill in.
_SILENT = frozenset(
    {"applet", "area", "audio", "button", "canvas", "datalist", "embed", "frame", "frameset", "head", "iframe", "img"}
    | {"input", "link", "map", "meta", "noscript", "object", "option", "picture", "script", "select", "source", "style"}
    | {"svg", "template", "textarea", "title", "track", "video"}
)
_CELLS = frozenset({"td", "th"})


@dataclass(frozen=True, slots=True)
class Found:
    """One block, or (`node` given) one element somebody marked, at its place in the page."""

    type: BlockType
    text: str = ""
    node: LexborNode | None = None


@dataclass(slots=True)
class Writer:
    """Collects text until a block ends. `lines` are the lines of the open block, each a list of pieces."""

    types: list[BlockType] = field(default_factory=list)
    lines: list[list[str]] = field(default_factory=lambda: [[]])

    def write(self, piece: str) -> None:
        """Add text to the open line."""
        self.lines[-1].append(piece)

    def break_line(self) -> None:
        """Begin a new line within the block; two in a row end it."""
        self.lines.append([])

    def open(self, inner: BlockType) -> Iterator[Found]:
        """Begin a block element. A paragraph in a quotation is quotation, one in a list item is list item."""
        yield from self.end()
        outer = self.types[-1] if self.types else BlockType.P
        self.types.append(outer if inner is BlockType.P and outer is not BlockType.H else inner)

    def close(self) -> Iterator[Found]:
        """End the block element opened last."""
        yield from self.end()
        self.types.pop()

    def end(self) -> Iterator[Found]:
        """The open block, split where empty lines stand; nothing where it has no text."""
        if len(self.lines) == 1 and not self.lines[0]:
            return
        block_type = self.types[-1] if self.types else BlockType.P
        whole: list[str] = []
        for pieces in (*self.lines, []):
            folded = same.fold_space(same.clean("".join(pieces)))
            if folded:
                whole.append(folded)
            elif whole:
                yield Found(block_type, same.clip("\n".join(whole), same.LONGEST_TEXT))
                whole = []
        self.lines = [[]]


def _enter(tag: str, writer: Writer) -> Iterator[Found]:
    if tag in _BLOCKS:
        yield from writer.open(_TYPES.get(tag, BlockType.P))
    elif tag in _CELLS:
        writer.write(" ")
    elif tag == "br":
        writer.break_line()


def _leave(tag: str, writer: Writer) -> Iterator[Found]:
    if tag in _BLOCKS:
        yield from writer.close()


def _after(node: LexborNode, root: int, writer: Writer) -> Iterator[LexborNode | Found]:
    """Leave elements until there is a next one; ends with that one, or with nothing at the end of the root."""
    here: LexborNode | None = node
    while here is not None and here.mem_id != root:
        if (following := here.next) is not None:
            yield following
            return
        here = here.parent
        if here is not None and here.mem_id != root:
            yield from _leave(here.tag or "", writer)


def blocks(root: LexborNode, marked: Mapping[int, object] | None = None) -> Iterator[Found]:
    """The blocks below `root`. Elements whose `mem_id` is in `marked` come whole, their text untouched."""
    marks = marked or {}
    writer = Writer()
    node = root.first_child
    while node is not None:
        tag = node.tag or ""
        down: LexborNode | None = None
        if node.mem_id in marks:
            yield from writer.end()
            yield Found(BlockType.P, node=node)
        elif tag == "-text":
            writer.write(node.text_content or "")
        elif tag not in _SILENT and tag[0] != "-":
            yield from _enter(tag, writer)
            down = node.first_child
            if down is None:
                yield from _leave(tag, writer)
        if down is None:
            for step in _after(node, root.mem_id, writer):
                if isinstance(step, Found):
                    yield step
                else:
                    down = step
        node = down
    yield from writer.end()


def paragraphs(node: LexborNode) -> list[str]:
    """The texts of the blocks below an element."""
    return [found.text for found in blocks(node)]


def line(node: LexborNode) -> str:
    """All text below an element as one line: what a headline, a caption or a date shows."""
    return same.clip(same.fold_space(" ".join(found.text for found in blocks(node))), same.LONGEST_LINE)
