"""Whether a text can be the article, and whose word is taken where ours is doubtful."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from typing import Any

from archive.records import BlockType
from crawler.extract.general.body import key
from crawler.extract.general.walk import Walk, units
from crawler.extract.raw import RawBlock
from crawler.outlets.expressions import meta
from crawler.parse.blocks import BlockWriter
from crawler.parse.page import Page

__all__ = ["better", "doubtful"]

_TYPES = {"p": BlockType.P, "head": BlockType.H, "quote": BlockType.QUOTE, "item": BlockType.LI, "code": BlockType.P}
_BLOCKS = frozenset({"p", "head", "quote", "item", "code", "list", "table", "row", "div", "section"})
_ENOUGH = 60
"""Words from which on a text that shares none with its own titles is strange."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def _size(blocks: Iterable[RawBlock]) -> int:
    return sum(units(block.text) for block in blocks if not block.rule and block.type is not BlockType.EMBED)


# --- kin ------------------------------------------------------------------------------------------------------------


def _grams(text: str) -> set[str]:
    """How the words of a text begin, so that endings do not matter; pairs of signs where words are not parted."""
    signs = _HAN.findall(text)
    pairs = {run[at : at + 2] for run in signs for at in range(len(run) - 1)}
    return pairs | {word[:4].casefold() for word in _WORD.findall(_HAN.sub(" ", text))}


def _is_kin(blocks: Sequence[RawBlock], page: Page, headline: str) -> bool:
    """Whether a text speaks of what the page says it is about. A footer or a list of other articles does not."""
    about = _grams(" ".join((headline, *meta("og:description", "description")(page))))
    said = _grams(" ".join(block.text for block in blocks if not block.rule))
    return len(about) < 4 or len(said) < _ENOUGH or bool(about & said)


# --- other opinions -------------------------------------------------------------------------------------------------


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


def _extracted(page: Page) -> list[RawBlock]:
    """The text a well-kept general extractor finds; nothing where it fails."""
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


def _stated(page: Page) -> list[RawBlock]:
    """The text the page states of itself, for machines: a page that only a script would fill often holds it."""
    texts = (item.get("articleBody") for item in page.jsonld)
    text = next((text for text in texts if isinstance(text, str)), "")
    writer = BlockWriter()
    for line in text.splitlines():
        writer.write(line)
        writer.end()
    writer.end()
    return [RawBlock(block.type, block.text) for block in writer.found]


def doubtful(page: Page, headline: str, own: Sequence[RawBlock], stated: int) -> bool:
    """Whether a text is no kin of the page's titles, or much shorter than the one the page states (in units)."""
    return _size(own) < max(1, 0.6 * stated) or not _is_kin(own, page, headline)


def _shown(blocks: Iterable[RawBlock], walk: Walk) -> list[RawBlock]:
    """The blocks that a visitor sees: extractors also give out what a page keeps for machines."""
    everything = "".join(key(piece.text) for piece in walk.pieces)
    return [block for block in blocks if key(block.text) in everything]


def better(page: Page, headline: str, own: list[RawBlock], walk: Walk) -> list[RawBlock]:
    """Ours where it is kin; else, or where it is much longer, the extractor's; the stated text where nothing is shown.

    What is shown of a page that must be paid for is not nothing, and a page without a sentence is no article to an
    extractor either: its last resort is everything on the page.
    """
    best = own if _is_kin(own, page, headline) else []
    other = _shown(_extracted(page), walk) if own else _stated(page)
    everything = any(len(block.text) > 3 * len(headline) and headline in block.text for block in other)
    return other if not everything and _is_kin(other, page, headline) and _size(other) > 1.5 * _size(best) else best
