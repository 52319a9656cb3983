"""A container element -> its blocks, in page order. Pure; the tree is read, never changed.

A block is what a reader sees as one: the nearest block element around the text. `<br>` is a line within it, two of
them end it; text that stands directly in a `div` is a paragraph. Elements a rule has marked are handed out whole.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from archive import text as same
from archive.records import BlockType

__all__ = ["BlockWriter", "Found", "blocks", "line", "paragraphs", "shows"]

BLOCK_TYPES = {
    "p": BlockType.P,
    "li": BlockType.LI,
    "blockquote": BlockType.QUOTE,
    **{f"h{level}": BlockType.H for level in range(1, 7)},
}
# Everything a browser puts on lines of its own.
BLOCK_TAGS = frozenset(
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
SILENT = frozenset(
    {"applet", "area", "audio", "button", "canvas", "datalist", "embed", "frame", "frameset", "head", "iframe", "img"}
    | {"input", "link", "map", "meta", "noscript", "object", "option", "picture", "script", "select", "source", "style"}
    | {"svg", "template", "textarea", "title", "track", "video"}
)
CELLS = frozenset({"td", "th"})


@dataclass(frozen=True, slots=True)
class Found:
    """One block and the element it stands in (`within`), or (`node` given) one element somebody marked, at its place
    in the page."""

    type: BlockType
    text: str = ""
    node: LexborNode | None = None
    within: LexborNode | None = None


@dataclass(slots=True)
class BlockWriter:
    """Collects text until a block ends. `lines` are the lines of the open block, each a list of pieces; `found` are
    the blocks that have ended; `nodes` the block elements that are open, where whoever writes tells them."""

    found: list[Found] = field(default_factory=list)
    nodes: list[LexborNode] = field(default_factory=list)
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
        if len(self.lines) == 1 and not self.lines[0]:
            return
        lines, self.lines = self.lines, [[]]
        whole: list[str] = []
        for pieces in lines:
            folded = same.fold_space(same.clean("".join(pieces))) if pieces else ""
            if folded:
                whole.append(folded)
            elif whole:
                self._add(whole)
                whole = []
        if whole:
            self._add(whole)

    def _add(self, lines: list[str]) -> None:
        block_type = self.types[-1] if self.types else BlockType.P
        text = same.clip("\n".join(lines), same.LONGEST_TEXT)
        self.found.append(Found(block_type, text, within=self.nodes[-1] if self.nodes else None))


def _enter(node: LexborNode, tag: str, writer: BlockWriter, marked: Mapping[int, object]) -> bool:
    """Take what an element is by itself; whether there is something to take inside."""
    if tag in SILENT and node.mem_id not in marked:
        return False
    if marked and node.mem_id in marked:
        writer.mark(node)
        return False
    if tag in BLOCK_TAGS:
        writer.open(BLOCK_TYPES.get(tag, BlockType.P))
        writer.nodes.append(node)
    elif tag in CELLS:
        writer.write(" ")
    elif tag == "br":
        writer.break_line()
    return True


_NOTHING: Mapping[int, object] = {}


def blocks(root: LexborNode, marked: Mapping[int, object] = _NOTHING) -> list[Found]:
    """The blocks below `root`. Elements whose `mem_id` is in `marked` come whole, their text untouched."""
    writer = BlockWriter(nodes=[root])
    # The elements we are inside of: recursion would end at the depth of the interpreter's stack, pages do not.
    above: list[tuple[LexborNode, str]] = []
    node = root.first_child
    while node is not None or above:
        if node is None:
            left, tag = above.pop()
            if tag in BLOCK_TAGS:
                writer.close()
                writer.nodes.pop()
            node = left.next
            continue
        tag = node.tag or ""
        if tag == "-text":
            writer.write(node.text_content or "")
        elif tag[:1] != "-" and _enter(node, tag, writer, marked):
            above.append((node, tag))
            node = node.first_child
            continue
        node = node.next
    writer.end()
    return writer.found


def paragraphs(node: LexborNode) -> list[str]:
    """The texts of the blocks below an element."""
    return [found.text for found in blocks(node)]


def shows(root: LexborNode, enough: int, without: Container[int] = ()) -> int:
    """How many characters are to be read below an element, but for elements whose `mem_id` is in `without`. Counts
    no further than a little above `enough`: most pages need not be walked to their end."""
    count, node, above = 0, root.first_child, list[LexborNode]()
    while (node is not None or above) and count <= enough:
        if node is None:
            node = above.pop().next
            continue
        tag = node.tag or ""
        if tag == "-text":
            count += len((node.text_content or "").strip())
        elif tag[:1] != "-" and tag not in SILENT and node.mem_id not in without:
            above.append(node)
            node = node.first_child
            continue
        node = node.next
    return count


def line(node: LexborNode) -> str:
    """All text below an element as one line: what a headline, a caption or a date shows."""
    only = node.first_child
    if only is not None and only.tag == "-text" and only.next is None:
        return same.clip(same.fold_space(same.clean(only.text_content or "")), same.LONGEST_LINE)
    return same.clip(same.fold_space(" ".join(found.text for found in blocks(node))), same.LONGEST_LINE)
