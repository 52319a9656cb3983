"""Pages that grow: live blogs and running tolls, told by the outlet's own mark or by entries with times. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import regex

from archive.diff.languages import Language, language, latin, remembered
from archive.diff.typography import folded, loose

__all__ = ["head_of", "heads", "marked"]

LEAST = 3
"""Entries with times from which a page is one that grows."""

# 14:35 · 14h35 · 14.35 Uhr · MSK 14:35, at the beginning, perhaps in brackets.
_SIGN = r"(?::|\s?[hч]\s?|\.(?=\d\d(?:\s*Uhr|\s*[-|])))"
_TIME = regex.compile(rf"[^\p{{L}}\p{{N}}]{{0,3}}(?:\p{{Lu}}{{2,5}} )?([01]?\d|2[0-3]){_SIGN}([0-5]\d)(?!\d|[:.,]\d)")
_WORD = regex.compile(r"\p{L}[\p{Ll}\p{Han}\u0621-\u063f\u0641-\u064a]")
"""How most paragraphs begin: with no time, however they are folded."""


def _minute(paragraph: str) -> int | None:
    """The time of day a paragraph begins with, in minutes."""
    found = None if _WORD.match(paragraph) else _TIME.match(folded(paragraph[:40]))
    return int(found[1]) * 60 + int(found[2]) if found else None


def _in_order(minutes: Sequence[int]) -> bool:
    """The newest first or the newest last, over midnights too: a step is the shorter way round the clock."""
    steps = [(later - earlier + _HALF_A_DAY) % (2 * _HALF_A_DAY) - _HALF_A_DAY for earlier, later in pairwise(minutes)]
    return all(step <= 0 for step in steps) or all(step >= 0 for step in steps)


_HALF_A_DAY = 12 * 60


def heads(paragraphs: Sequence[str]) -> list[int]:
    """The paragraphs (from 1) with which entries begin; empty where the page is none that grows."""
    timed = [(n, minute) for n, text in enumerate(paragraphs, 1) if (minute := _minute(text)) is not None]
    fine = len(timed) >= LEAST and _in_order([minute for _, minute in timed])
    return [n for n, _ in timed] if fine else []


def head_of(paragraph: int, found: Sequence[int]) -> int:
    """The head of the entry a paragraph belongs to; 0 for what stands above all entries."""
    place = bisect_right(found, paragraph)
    return found[place - 1] if place else 0


@remembered
def marked(title: str, known: Language) -> bool:
    """Whether a title, or a section, says that the page grows: `LIVE: …`, `… (live updates)`."""
    plain = folded(title)
    plain = loose(latin(plain) if known.code == "sr" else plain)
    return bool(known.live) and _marks(known).search(plain) is not None


@lru_cache(maxsize=64)
def _marks(known: Language) -> regex.Pattern[str]:
    return regex.compile("|".join(map(_mark, known.live)))


def _mark(words: str) -> str:
    one = regex.escape(loose(folded(words)))
    return rf"^[\[(|•\s]*{one}(?:\s*[:|•.)\]-]|\s+-|$)|[(\[|:.-]\s*{one}\s*[)\]]?$"


def grows(page: Mapping[str, Any], code: str) -> bool:
    """Whether the outlet marks a page as one that grows, in its markup or by its section; `page` are its stored
    circumstances, `code` the language of its text."""
    return bool(page.get("live")) or marked(page.get("section", ""), language(code))
