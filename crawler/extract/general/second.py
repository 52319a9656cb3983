"""The second opinion: what a well-kept general extractor takes for the text, asked where ours is short or doubtful.

Asking it of every page costs two to three times the time and paragraphs; asked of short texts, and believed only where
the two see different texts, it mends most of what we miss.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from typing import Any

from archive.records import BlockType
from crawler.extract.general.element import key
from crawler.extract.general.walk import Walk
from crawler.extract.raw import RawBlock
from crawler.parse.blocks import BlockWriter
from crawler.parse.page import Page

__all__ = ["NAME", "SHORT", "are_disjoint", "extracted", "stated"]

NAME = "generic-trafilatura"
"""The reader of an article whose text the extractor finds and ours does not."""
SHORT = 1_000
"""Characters below which a text is worth a second opinion."""

_TYPES = {"p": BlockType.P, "head": BlockType.H, "quote": BlockType.QUOTE, "item": BlockType.LI, "code": BlockType.P}
_BLOCKS = frozenset({"p", "head", "quote", "item", "code", "list", "table", "row", "div", "section"})
_WIDE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_WIDE}]|[^\W{_WIDE}]+")
_SEQUENCE = 4
"""Words (signs, where words are not parted) of the sequences by which two texts are compared."""


def _walk(element: Any, writer: BlockWriter) -> None:
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in _BLOCKS:
        writer.open(_TYPES.get(tag, BlockType.P))
    elif tag == "lb":
        writer.break_line()
    elif tag == "cell":
        writer.write(" ")
    if tag and tag not in {"graphic", "comment"}:
        writer.write(element.text or "")
        for child in element:
            _walk(child, writer)
    if tag in _BLOCKS:
        writer.close()
    writer.write(element.tail or "")


def _blocks(page: Page) -> list[RawBlock]:
    """What the extractor finds; nothing where it fails."""
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it would print is in the verdict
    try:
        document: Any = bare_extraction(page.text, url=page.url, include_comments=False, include_tables=False)
    except Exception:  # noqa: BLE001 - a page that breaks a library is a page it has nothing to say about
        return []
    writer = BlockWriter()
    for element in document.body if document is not None and document.body is not None else ():
        _walk(element, writer)
    writer.end()
    return [RawBlock(block.type, block.text) for block in writer.found]


def extracted(page: Page, walk: Walk, headline: str) -> list[RawBlock]:
    """The text as the extractor sees it, but for the headline, what is foreign and what no visitor sees; nothing where
    it only gives out everything that is on the page."""
    everything = "".join(key(piece.text) for piece in walk.pieces if not walk.is_foreign(piece))
    title = key(headline)
    found = [block for block in _blocks(page) if key(block.text) in everything and key(block.text) != title]
    if any(len(block.text) > 3 * len(headline) and headline in block.text for block in found):
        return []
    return found


def stated(page: Page) -> list[RawBlock]:
    """The text the page states of itself, for machines: a page that only a script would fill often holds it."""
    texts = (item.get("articleBody") for item in page.jsonld)
    text = next((text for text in texts if isinstance(text, str)), "")
    writer = BlockWriter()
    for line in text.splitlines():
        writer.write(line)
        writer.end()
    writer.end()
    return [RawBlock(block.type, block.text) for block in writer.found]


def _sequences(blocks: Iterable[RawBlock]) -> set[tuple[str, ...]]:
    words = _TOKEN.findall("\n".join(block.text for block in blocks).casefold())
    return set(zip(*(words[at:] for at in range(_SEQUENCE)), strict=False)) or {tuple(words)}


def are_disjoint(own: Sequence[RawBlock], other: Sequence[RawBlock]) -> bool:
    """Whether the other text is one, and shares less than half of the shorter one's sequences of words with ours."""
    one, two = _sequences(own), _sequences(other)
    return bool(other) and 2 * len(one & two) < min(len(one), len(two))
