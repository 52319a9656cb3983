"""What was learnt of an outlet, said of a page: what learnt rules take is marked as structural rules mark it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from archive.records import BlockType, Doubt, DoubtKind, Image
from crawler.extract.raw import RawBlock, RawReading
from crawler.outlets.learnt import CAPTION, LEAD, Learnt

__all__ = ["parts", "taught"]

_HOME = 0.3
"""Share of a text that stands where that of other articles stood, under which the page is doubtful."""


def parts(raw: RawReading) -> Iterator[RawBlock]:
    """Everything of a page that a learnt rule may take: the lead, the blocks that no rule has, the captions."""
    if raw.description:
        yield RawBlock(BlockType.P, raw.description, place=LEAD)
    yield from (block for block in raw.blocks if not block.rule and block.type is not BlockType.EMBED)
    yield from (_caption(image) for image in raw.images if image.caption)


def _caption(image: Image) -> RawBlock:
    return RawBlock(BlockType.P, image.caption, place=CAPTION)


def _size(blocks: Iterable[RawBlock]) -> int:
    return sum(len(block.text) for block in blocks)


def taught(raw: RawReading, learnt: Learnt, known: Callable[[str], bool]) -> RawReading:
    """A page with what learnt rules take marked as furniture. Texts that are `known` are decided by other rules.

    Rules that leave nothing where other articles' text stands are not about this page: they take nothing of it, and it
    is doubtful."""
    if not learnt.rules:
        return raw
    texts = {block: _marked(block, learnt, known) for block in parts(raw)}
    kept = [block for block, marked in texts.items() if not marked.rule]
    if len(kept) < len(texts) and not any(learnt.is_home(block.place) for block in kept):
        return _doubted(raw, "the rules learnt of the outlet would leave nothing of the text")
    lead, captions = RawBlock(BlockType.P, raw.description, place=LEAD), list(map(_caption, raw.images))
    taken = [texts[lead]] if raw.description and texts[lead].rule else []
    pictures = [texts[one] for one in captions if one in texts and texts[one].rule]
    found = replace(
        raw,
        description="" if taken else raw.description,
        blocks=(*taken, *(texts.get(block, block) for block in raw.blocks), *pictures),
        images=tuple(
            image for image, one in zip(raw.images, captions, strict=True) if one not in texts or not texts[one].rule
        ),
    )
    return found if _at_home(kept, learnt) else _doubted(found, "its text stands elsewhere than that of other articles")


def _marked(block: RawBlock, learnt: Learnt, known: Callable[[str], bool]) -> RawBlock:
    rule = learnt.match(block.place, block.text)
    return block if rule is None or known(block.text) else replace(block, rule=rule.name, kind=rule.teaches)


def _at_home(kept: Iterable[RawBlock], learnt: Learnt) -> bool:
    """Whether the text stands where that of other articles stood, as far as its places are told."""
    placed = [block for block in kept if block.place not in {"", LEAD, CAPTION}]
    return _size(block for block in placed if learnt.is_home(block.place)) >= _HOME * _size(placed)


def _doubted(raw: RawReading, why: str) -> RawReading:
    if any(doubt.kind is DoubtKind.UNKNOWN_LAYOUT for doubt in raw.doubts):
        return raw
    return replace(raw, doubts=(*raw.doubts, Doubt(DoubtKind.UNKNOWN_LAYOUT, why)))
