"""A container element -> its blocks, in page order. Pure; the tree is read, never changed.

A block is what a reader sees as one: the nearest block element around the text. `<br>` is a line within it, two of
them end it; text that stands directly in a `div` is a paragraph. Elements a rule has marked are handed out whole.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    """Collects text until a block ends. `lines` are the lines of the open block, each a list of pieces; `found` are
    the blocks that have ended."""

    found: list[Found] = field(default_factory=list)
    types: list[BlockType] = field(default_factory=list)
    lines: list[list[str]] = field(default_factory=lambda: [[]])

    def write(self, piece: str) -> None:
        """Add text to the open line; space at its beginning is none."""
        line = self.lines[-1]
        if line or not piece.isspace():
            line.append(piece)

    def break_line(self) -> None:
        """Begin a new line within the block; two in a row end it."""
        self.lines.append([])

    def open(self, inner: BlockType) -> None:
        """Begin a block element. A paragraph in a quotation is quotation, one in a list item is list item."""
        self.end()
        outer = self.types[-1] if self.types else BlockType.P
        self.types.append(outer if inner is BlockType.P and outer is not BlockType.H else inner)

    def close(self) -> None:
        """End the block element opened last."""
        self.end()
        self.types.pop()

    def mark(self, node: LexborNode) -> None:
        """End the open block and hand out an element whole."""
        self.end()
        self.found.append(Found(BlockType.P, node=node))

    def end(self) -> None:
        """End the open block, split where empty lines stand; nothing comes of it where it has no text."""
        first, *more = self.lines
        if not first and not more:
            return
        block_type = self.types[-1] if self.types else BlockType.P
        whole: list[str] = []
        for pieces in (*self.lines, []) if more else (first, []):
            folded = same.fold_space(same.clean("".join(pieces))) if pieces else ""
            if folded:
                whole.append(folded)
            elif whole:
                self.found.append(Found(block_type, same.clip("\n".join(whole), same.LONGEST_TEXT)))
                whole = []
        self.lines = [[]]


def _enter(node: LexborNode, writer: Writer, marked: Mapping[int, object]) -> LexborNode | None:
    """Take what a node is by itself; its first child where there is something to take below it."""
    tag = node.tag or ""
    if node.mem_id in marked:
        writer.mark(node)
        return None
    if tag == "-text":
        writer.write(node.text_content or "")
        return None
    if tag in _SILENT or tag[0] == "-":
        return None
    if tag in _BLOCKS:
        writer.open(_TYPES.get(tag, BlockType.P))
        if node.first_child is None:
            writer.close()
    elif tag in _CELLS:
        writer.write(" ")
    elif tag == "br":
        writer.break_line()
    return node.first_child


def _following(node: LexborNode, root: int, writer: Writer) -> LexborNode | None:
    """The next node behind this one, ending the block elements that are left on the way; None at the root's end."""
    here: LexborNode | None = node
    while here is not None:
        if (following := here.next) is not None:
            return following
        here = here.parent
        if here is None or here.mem_id == root:
            return None
        if here.tag in _BLOCKS:
            writer.close()
    return None


_NOTHING: Mapping[int, object] = {}


def blocks(root: LexborNode, marked: Mapping[int, object] = _NOTHING) -> list[Found]:
    """The blocks below `root`. Elements whose `mem_id` is in `marked` come whole, their text untouched."""
    writer, top = Writer(), root.mem_id
    node = root.first_child
    while node is not None:
        node = _enter(node, writer, marked) or _following(node, top, writer)
    writer.end()
    return writer.found


def paragraphs(node: LexborNode) -> list[str]:
    """The texts of the blocks below an element."""
    return [found.text for found in blocks(node)]


def line(node: LexborNode) -> str:
    """All text below an element as one line: what a headline, a caption or a date shows."""
    only = node.first_child
    if only is not None and only.tag == "-text" and only.next is None:
        return same.clip(same.fold_space(same.clean(only.text_content or "")), same.LONGEST_LINE)
    return same.clip(same.fold_space(" ".join(found.text for found in blocks(node))), same.LONGEST_LINE)
