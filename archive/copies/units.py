"""What texts are compared by: words, or characters in scripts without spaces; and the shingles they make.

A shingle is three words on end; where it begins with a character of a script that knows no spaces, five units. What it
is made of depends on the text alone, not on the language somebody declared, so that a passage is the same in any page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import regex

from archive import text
from archive.copies import hashing
from archive.records import Block, BlockType

__all__ = ["CHARACTERS", "DENSE", "LONGEST", "UNSEEN", "WORDS", "Body", "Shingle", "folded"]

LONGEST = 200_000
"""Characters of a body that are compared: some 30,000 words. What stands behind them is not."""

WORDS, CHARACTERS = 3, 5
"""Units of a shingle that begins with a word; with a character of a script without spaces."""

Shingle = tuple[str, ...]

DENSE = r"\p{Han}\p{Hiragana}\p{Katakana}\u30fc\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
"""Characters of scripts without spaces, to stand in a set of an expression."""
_IS_DENSE = regex.compile(f"[{DENSE}]")
_UNIT = regex.compile(rf"[{DENSE}]|[[\p{{L}}\p{{N}}\p{{M}}]--[{DENSE}]]+", regex.V1)
_SIMPLE_UNIT = re.compile(r"[^\W_]+")
# Combining marks, and the blocks from which scripts without spaces come: everything else is words between spaces.
_NEEDS_CARE = re.compile("[\u0300-\u036f\u0590-\u05ff\u0700-\u1dff\u2e80-\U0010ffff]")
# Vowels of Arabic, which one paper prints and another does not, and the stroke that only stretches a word.
_VOWELS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670]")

_OPENS, _CLOSES = "\ue010", "\ue011"
"""Around a paragraph that is marked as a quotation."""

UNSEEN = dict.fromkeys(map(ord, _OPENS + _CLOSES))
"""What to leave out where a folded body is shown."""

_CLOSED_BY = {_OPENS: _CLOSES, "«": "»", "“": "”", "„": "“”", "‹": "›", "「": "」", "『": "』", '"': '"'}
_MARK = re.compile("[\n" + "".join({*_CLOSED_BY, *"".join(_CLOSED_BY.values())}) + "]")


def _quotations(said: str) -> Iterator[tuple[int, int]]:
    """Where quotations begin and end: none goes on in the next paragraph, and those within one are of it."""
    began, closed_by = 0, ""
    for found in _MARK.finditer(said):
        mark = found[0]
        if closed_by and mark in closed_by:
            yield began, found.end()
            closed_by = ""
        elif mark == "\n":
            closed_by = ""
        elif not closed_by and mark in _CLOSED_BY:
            began, closed_by = found.start(), _CLOSED_BY[mark]


def folded(blocks: Iterable[Block], *, cased: bool = False) -> str:
    """A body as it is compared: as `archive.text` folds it, without embeds and case (`cased`: with it); a line a
    paragraph."""
    lines = (_line(block) for block in blocks if block.type is not BlockType.EMBED)
    said = "\n".join(filter(None, lines))[:LONGEST]
    said = said if cased else said.casefold()
    return said if said.isascii() else _VOWELS.sub("", said)


def _line(block: Block) -> str:
    line = text.canonical(block.text)
    return f"{_OPENS}{line}{_CLOSES}" if line and block.type is BlockType.QUOTE else line


class _Kinds(dict[str, bool]):
    """Of units, as they come, whether they are of a script without spaces: there, a unit is one character."""

    LARGEST = 20_000

    def __missing__(self, unit: str) -> bool:
        if len(self) >= self.LARGEST:
            self.clear()
        kind = self[unit] = bool(_IS_DENSE.match(unit))
        return kind


_KINDS = _Kinds()


@dataclass(frozen=True)
class Body:
    """A folded body, cut into units in order: each is made when it is asked for, and once."""

    said: str

    @cached_property
    def _careful(self) -> bool:
        return not self.said.isascii() and bool(_NEEDS_CARE.search(self.said))

    @cached_property
    def units(self) -> list[str]:
        """Words, and single characters of scripts without spaces."""
        return (_UNIT if self._careful else _SIMPLE_UNIT).findall(self.said)

    @cached_property
    def places(self) -> list[int]:
        """Where in the folded body each of them begins."""
        pattern: Any = _UNIT if self._careful else _SIMPLE_UNIT
        return [found.start() for found in pattern.finditer(self.said)]

    @cached_property
    def dense(self) -> list[bool] | None:
        """Of each unit, whether it is of a script without spaces; None where none is."""
        if not self._careful or not _IS_DENSE.search(self.said):
            return None
        return list(map(_KINDS.__getitem__, self.units))

    def shingles(self) -> Iterable[Shingle]:
        """The shingles in order, one for each unit with which one begins."""
        units = self.units
        if self.dense is None:
            return zip(*(units[n:] for n in range(WORDS)), strict=False)
        sizes = ((place, CHARACTERS if dense else WORDS) for place, dense in enumerate(self.dense))
        return [tuple(units[place : place + size]) for place, size in sizes if place + size <= len(units)]

    @cached_property
    def hashes(self) -> hashing.Hashes:
        """The hashes of its stretches."""
        return hashing.Hashes(self.units)

    @cached_property
    def quoted(self) -> list[int]:
        """Which of its units stand in a quotation."""
        found: list[int] = []
        count = (_UNIT if self._careful else _SIMPLE_UNIT).findall
        n = at = 0
        # A quotation begins and ends with a mark, which is of no unit: what stands between can be counted by itself.
        for start, end in _quotations(self.said):
            n += len(count(self.said[at:start]))
            within = len(count(self.said[start:end]))
            found.extend(range(n, n + within))
            n, at = n + within, end
        return found
