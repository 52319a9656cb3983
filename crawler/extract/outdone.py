"""Does a described layout miss most of a page's text? Told by what the general reader finds beside it. Pure."""

from __future__ import annotations

from archive.records import BlockType
from crawler.extract.raw import RawReading
from crawler.parse.page import Page

__all__ = ["is_doubtful", "is_outdone"]

_SHORT = 800
"""Characters of a text up to which there may be more."""
_MORE = 3
"""How many times as much there must be."""
_SENTENCE = 50
"""Characters of a paragraph without white space from which on it is no label."""
_SENTENCES = 3


def is_doubtful(own: RawReading, page: Page) -> bool:
    """Whether it is worth asking for more: the text is short, and there are paragraphs enough beside it."""
    size = sum(len(block.text) for block in own.blocks if not block.rule)
    if not 0 < size <= _SHORT:
        return not size
    shown = sum(len(node.text() or "") for node in page.tree.css("p"))
    return shown - size >= max(_SHORT // 2, _MORE * size)


def _key(text: str) -> str:
    return "".join(text.split())


def _sentences(found: RawReading) -> list[str]:
    told = (_key(block.text) for block in found.blocks if not block.rule and block.type is BlockType.P)
    return [text for text in told if len(text) >= _SENTENCE]


def is_outdone(own: RawReading, other: RawReading) -> bool:
    """Whether a layout took a fraction of the text: the other reader has all of it, and several times as much that no
    rule of the layout speaks of."""
    captions = (image.caption + image.credit for image in own.images)
    known = "".join(map(_key, (own.description, *(block.text for block in own.blocks), *captions)))
    theirs, ours = _sentences(other), _sentences(own)
    whole, more = "".join(theirs), [text for text in theirs if text not in known]
    enough = max(_SHORT // 2, _MORE * sum(map(len, ours)))
    return len(more) >= _SENTENCES and sum(map(len, more)) >= enough and all(text in whole for text in ours)
