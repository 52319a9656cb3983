"""Corrections and notes of the editors that stand outside the element in which a layout has its text. Pure.

They are part of the article wherever they stand: above its text or below it, in an element of their own, a footer or
an aside. They are looked for beside the text's element and beside what is around that, within the article's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

from archive.records import BlockType
from crawler.extract.furniture import match
from crawler.extract.raw import RawBlock
from crawler.parse.blocks import blocks, line

__all__ = ["add_notices"]

_LONGEST = 1_500
"""Characters of an element that may be a note, or hold one among little else."""
_LEVELS = 3
"""How many elements around the text are looked beside."""
_PASSED = frozenset({"nav", "script", "style", "form", "template", "noscript", "h1", "head", "header"})
_ENDS = re.compile(r"[.!?…。！？؟۔।][\s\"'”’»)\]）】*]*\Z")


def _is_linked(node: LexborNode, text: str) -> bool:
    """Whether most of an element is links: titles of other articles begin like notes, too."""
    return 2 * sum(len(line(link)) for link in node.css("a")) > len(text)


def _notes(node: LexborNode, languages: tuple[str, ...], family: str) -> Iterator[str]:
    if node.tag in _PASSED or (node.tag or "-")[0] in "-!":
        return
    text = (node.text() or "").strip()
    if not text or len(text) > _LONGEST or _is_linked(node, text):
        return
    for found in blocks(node):
        hit = match(found.text, languages, family)
        if hit is not None and hit.kind == "notice" and _ENDS.search(found.text):
            yield found.text


def _beside(body: LexborNode, article: LexborNode | None, *, before: bool) -> Iterator[LexborNode]:
    """The elements before or behind a text's within the article's, nearest first."""
    node: LexborNode | None = body
    for _ in range(_LEVELS):
        if node is None or node.tag == "body" or (article is not None and node.mem_id == article.mem_id):
            return
        other = node.prev if before else node.next
        while other is not None:
            yield other
            other = other.prev if before else other.next
        node = node.parent


def add_notices(
    bodies: Sequence[LexborNode],
    article: LexborNode | None,
    found: list[RawBlock],
    languages: tuple[str, ...],
    family: str,
) -> None:
    """Add the notes that stand before the first and behind the last of the elements of a text to its blocks."""
    known = "\n".join(block.text for block in found)
    above = [text for node in _beside(bodies[0], article, before=True) for text in _notes(node, languages, family)]
    below = [text for node in _beside(bodies[-1], article, before=False) for text in _notes(node, languages, family)]
    found[:0] = [RawBlock(BlockType.NOTICE, text) for text in reversed(above) if text not in known]
    found.extend(RawBlock(BlockType.NOTICE, text) for text in dict.fromkeys(below) if text not in known)
