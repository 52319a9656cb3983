"""Every line of text on a page, and whether a person who looks at it sees it. Pure; the tree is read, never changed.

Where `crawler.parse.blocks` leaves out what can never be an article, nothing is left out here but code: labels of
buttons and choices are lines too, and what is in the page without being shown (`hidden`, `display:none`, `template`,
`noscript`, what only screen readers say) is told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive import text as same
from crawler.parse.blocks import BLOCK_TAGS, CELLS

__all__ = ["Line", "lines", "place_of"]

_CODE = frozenset({"script", "style", "head", "xmp", "plaintext"})
_STAND_INS = frozenset(
    {"applet", "audio", "canvas", "datalist", "embed", "frameset", "iframe", "noembed", "noframes", "noscript"}
    | {"object", "template", "title", "desc", "metadata", "video"}
)
"""What a browser shows nothing of where it can show the thing itself; `title` and `desc` are those of drawings."""
_OWN_LINE = BLOCK_TAGS | CELLS | _STAND_INS | {"br", "button", "option", "select", "textarea", "optgroup"}
_APART = frozenset({"a", "span", "time"})
"""Elements within a line that are set apart where they stand side by side, though no space is written between them."""
_UNSEEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_UNSEEN_CLASS = re.compile(
    r"(?:^|\s)(?:hidden|d-none|sr-only|visually-?hidden|screen-reader(?:-text|-only)?|offscreen|u-hidden)(?:\s|\Z)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, white space folded; `node` is the element it stands in, None in a bare text. `hidden`: the page
    holds it, and shows it to nobody until a script or a reading aid does."""

    text: str
    node: LexborNode | None = None
    hidden: bool = False


def _is_hidden(node: LexborNode, tag: str) -> bool:
    if tag in _STAND_INS:
        return True
    marks = node.attributes
    if not marks:
        return False
    # What is `aria-hidden` is kept from screen readers alone.
    return "hidden" in marks or _is_unseen(marks.get("style"), marks.get("class"))


@lru_cache(maxsize=4096)
def _is_unseen(style: str | None, names: str | None) -> bool:
    # The same few stand on a thousand elements of every page of an outlet.
    return bool(style and _UNSEEN_STYLE.search(style)) or bool(names and _UNSEEN_CLASS.search(names))


def _is_word(node: LexborNode) -> bool:
    """Whether what is set apart within a line, such as a link, is a word of its own; one letter is an initial."""
    return len((node.text() or "").strip()) > 1


@dataclass(slots=True)
class _Lines:
    """Collects lines. `depth` counts the hidden elements that are open."""

    found: list[Line] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    node: LexborNode | None = None
    depth: int = 0

    def write(self, node: LexborNode) -> None:
        if not self.pieces:
            self.node = node.parent
        self.pieces.append(node.text_content or "")

    def space(self) -> None:
        """Part what stands in elements of its own side by side."""
        if self.pieces:
            self.pieces.append(" ")

    def end(self) -> None:
        written, self.pieces = "".join(self.pieces), []
        # Most of what stands between elements is white space alone.
        if written and not written.isspace() and (text := same.fold_space(same.clean(written))):
            self.found.append(Line(text, self.node, self.depth > 0))

    def template(self, node: LexborNode) -> None:
        """The lines of a template: the tree has none of its content, only its markup."""
        inner = LexborHTMLParser(re.sub(r"</?template[^>]*>", "<div>", node.html or ""))
        self.found.extend(Line(line.text, node, True) for line in lines(inner.root))


def lines(root: LexborNode | None) -> list[Line]:
    """The lines below an element, in page order."""
    out = _Lines()
    above: list[tuple[LexborNode, bool, bool, bool]] = []
    node = root.first_child if root is not None else None
    while node is not None or above:
        if node is None:
            left, own_line, hidden, apart = above.pop()
            node = left.next
            if own_line:
                if out.pieces:
                    out.end()
            elif apart and node is not None and node.tag in _APART and _is_word(left) and _is_word(node):
                out.space()
            out.depth -= hidden
            continue
        tag = node.tag or ""
        if tag == "-text":
            out.write(node)
        elif tag[:1] not in "-!" and tag not in _CODE:
            hidden = _is_hidden(node, tag)
            own_line = hidden or tag in _OWN_LINE
            if own_line and out.pieces:
                out.end()
            out.depth += hidden
            if tag == "template":
                out.template(node)
            above.append((node, own_line, hidden, tag in _APART))
            node = node.first_child
            continue
        node = node.next
    out.end()
    return out.found


def _names(node: LexborNode) -> str:
    names = (node.attributes.get("class") or "").split()
    return ".".join([node.tag or "", *names[:2]])


def _above(node: LexborNode | None) -> Iterator[LexborNode]:
    while node is not None and node.tag not in {"body", "html", "-document"}:
        yield node
        node = node.parent


def place_of(node: LexborNode | None) -> str:
    """Where an element stands, as a selector: from the nearest element around it with a class or an id."""
    names: list[str] = []
    for each in _above(node):
        own = each.attributes.get("id")
        names.append(f"{each.tag}#{own}" if own else _names(each))
        if own or "." in names[-1]:
            break
    return " > ".join(reversed(names))
