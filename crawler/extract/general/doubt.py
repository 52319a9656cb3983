"""Whether a text can be the article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from archive.records import BlockType
from crawler.extract.general.walk import units
from crawler.extract.raw import RawBlock
from crawler.outlets.expressions import meta
from crawler.parse.page import Page

__all__ = ["is_kin", "size"]

_ENOUGH = 60
"""Words from which on a text that shares none with its own titles is strange."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def size(blocks: Iterable[RawBlock]) -> int:
    """How much a text says, in units."""
    return sum(units(block.text) for block in blocks if not block.rule and block.type is not BlockType.EMBED)


def _grams(text: str) -> set[str]:
    """How the words of a text begin, so that endings do not matter; pairs of signs where words are not parted."""
    signs = _HAN.findall(text)
    pairs = {run[at : at + 2] for run in signs for at in range(len(run) - 1)}
    return pairs | {word[:4].casefold() for word in _WORD.findall(_HAN.sub(" ", text))}


def is_kin(blocks: Sequence[RawBlock], page: Page, headline: str) -> bool:
    """Whether a text speaks of what the page says it is about. A footer or a list of other articles does not."""
    about = _grams(" ".join((headline, *meta("og:description", "description")(page))))
    said = _grams(" ".join(block.text for block in blocks if not block.rule))
    return len(about) < 4 or len(said) < _ENOUGH or bool(about & said)
