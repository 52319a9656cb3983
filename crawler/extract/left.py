"""How much of what reads like sentences on a page its reading left: a layout that broke leaves half of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from archive import text as same
from archive.records import Reading
from crawler.extract.general.walk import units
from crawler.extract.general.zones import zone_of
from crawler.parse.page import Page

__all__ = ["share"]

_SENTENCE = 60
"""Units from which on a stretch of text is taken for sentences, as in the general reader's walk."""
_CODE = frozenset({"script", "style", "noscript", "iframe", "textarea", "option", "button", "title", "svg", "object"})
_LINKED = "a"


def _is_aside(node: LexborNode) -> bool:
    """Whether a text is code, link, or in an element that is named for something else than an article."""
    above = node.parent
    while above is not None and above.tag != "body":
        tag = above.tag or ""
        if tag in _CODE or tag == _LINKED or zone_of(above, tag):
            return True
        above = above.parent
    return above is None


def _sentences(page: Page) -> Iterator[str]:
    root = page.tree.body
    for node in root.traverse(include_text=True) if root is not None else ():
        if node.tag != "-text":
            continue
        text = (node.text_content or "").strip()
        if units(text) >= _SENTENCE and not _is_aside(node):
            yield text


def _key(text: str) -> str:
    return "".join(same.clean(text).split())


def share(page: Page, reading: Reading) -> float:
    """The share (0 to 1, by length) of a page's sentences that are in no part of its reading. Sentences in links, in
    forms and in what is named after something else do not count: pages are full of them, whoever reads."""
    blocks = (*(block.text for block in reading.body), *(removal.text for removal in reading.removed))
    words = (words for image in reading.images for words in (image.caption, image.credit))
    read = _key("\n".join((reading.headline, reading.description, *blocks, *words)))
    found = list(map(_key, _sentences(page)))
    left = sum(len(each) for each in found if each not in read)
    return left / max(1, sum(map(len, found)))
