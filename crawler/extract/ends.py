"""Does a document end where it was meant to, and if not, is its article whole? Pure."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.records import BlockType, Reading
from crawler.parse.page import Page

__all__ = ["breaks_off", "missing", "within_article"]

_OPEN_TAG = re.compile(r"<(?:[a-zA-Z/!][^<>]{0,4000})?\Z")
_PAIRED = ("div", "article", "section", "script", "table", "ul")


# --- is the end missing? --------------------------------------------------------------------------------------------


def _tail(page: Page) -> str:
    return page.text[-8_000:].rstrip()


def _is_ended(page: Page, tail: str) -> bool:
    return "</html" in tail.lower() or b"</html" in page.markup or b"</HTML" in page.markup


def _has_begun(page: Page) -> bool:
    return "<html" in page.text[:20_000].lower()


def _in_the_middle(tail: str) -> str:
    if _OPEN_TAG.search(tail):
        return "ends inside a tag"
    if tail.rfind("<!--") > tail.rfind("-->"):
        return "ends inside a comment"
    return ""


def breaks_off(page: Page) -> str:
    """Where a document that has begun stops that was certainly meant to go on; empty where that is not certain."""
    tail = _tail(page)
    if _is_ended(page, tail) or not _has_begun(page):
        return ""
    return _in_the_middle(tail) or ("" if tail.endswith(">") else "ends in the middle of a text")


def _left_open(markup: bytes) -> str:
    """An element whose end stands on every page that is whole, and that more often begins than ends here."""
    lowered = markup.lower()
    names = (name for name in _PAIRED if _begins(lowered, name) > lowered.count(b"</%s" % name.encode()))
    return next(names, "")


def _begins(markup: bytes, name: str) -> int:
    tag = b"<" + name.encode()
    return sum(markup.count(tag + end) for end in (b">", b" ", b"\n", b"\t", b"\r"))


def _unclosed(markup: bytes) -> str:
    """What a document that writes tags one may leave out has begun with such a tag and not ended."""
    if b"</head>" in markup and b"</body" not in markup:
        return "its head has an end, its body has none"
    return "ends inside its head" if b"<head>" in markup and b"</head" not in markup and b"<body" not in markup else ""


def missing(page: Page, *, expected: bool) -> str:
    """What shows that the end of a document is missing; empty where nothing does.

    HTML allows to leave `</html>` out, and saved pages sometimes do; so its absence alone counts only where it is
    `expected`. Else something must show that the page stops in the middle, or that it is not of those that leave such
    tags out.
    """
    tail = _tail(page)
    if page.is_text or _is_ended(page, tail):
        return ""
    if not _has_begun(page):
        return "ends inside a tag" * bool(_OPEN_TAG.search(tail)) or _unclosed(page.markup)
    if why := breaks_off(page):
        return why
    if expected:
        return "the end of the document is missing"
    left = _left_open(page.markup)
    return f"ends with an open {left}" if left else _unclosed(page.markup)


# --- is its article whole? ------------------------------------------------------------------------------------------

_MARK = "palimpsest-end"
_SWALLOWS = "script, style, textarea, title, noscript, template"
_ENOUGH = 60
"""Characters of a block that tell it from others."""


def _key(text: str) -> str:
    return "".join(text.split())


def _shown(node: LexborNode) -> str:
    return _key(node.text() or "")


def _opened(page: Page) -> LexborHTMLParser:
    """The page with a mark where it stops: whatever holds the mark was never closed."""
    text = page.text.rstrip()
    if found := _OPEN_TAG.search(text[-8_000:]):
        text = text[: len(text) - len(found[0])]
    elif text.rfind("<!--") > text.rfind("-->"):
        text = text[: text.rfind("<!--")]
    return LexborHTMLParser(f"{text}<i id={_MARK}></i>")


def _around(mark: LexborNode, first: str, last: str) -> LexborNode | None:
    """The innermost element left open that holds the beginning and the end of an article."""
    above = mark.parent
    while above is not None and not (last in (shown := _shown(above)) and first in shown):
        above = above.parent
    return above


def within_article(page: Page, reading: Reading) -> bool:
    """Whether a document that does not end stops within the article that was read from it: the element around its first
    and its last block was never closed, or nothing stands behind the last one, or there is none."""
    texts = [_key(block.text) for block in reading.body if block.type is not BlockType.EMBED and block.text]
    if not texts:
        return True
    first, last = texts[0][:_ENOUGH], texts[-1][-_ENOUGH:]
    tree = _opened(page)
    mark = tree.css_first(f"#{_MARK}", default=None)
    if mark is None:
        return any(last in _shown(node) for node in tree.css(_SWALLOWS)[-1:])
    holder = _around(mark, first, last)
    inner = (_shown(child) for child in holder.iter()) if holder is not None else ()
    if any(first in shown and last in shown and shown not in texts for shown in inner):
        return False
    return holder is not None and (holder.tag != "body" or _shown(holder).endswith(last))
