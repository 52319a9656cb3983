"""What is kept of each day of an outlet: a few dozen numbers, each under a name, counted anew whenever looks of that
day come in. All days are of UTC."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from archive.records import Outcome

__all__ = ["AHEAD", "RECENT", "Fresh", "Look", "Numbers", "numbers", "source_name"]

Numbers = Mapping[str, int]
"""The numbers of a day by name: a word, or a word, `/` and of which (an outcome, a field, a rule, an hour)."""

RECENT = timedelta(days=3)
"""An article whose stated date is older when it is first seen is no news: it comes of a back-fill."""

AHEAD = timedelta(minutes=30)
"""An article may be dated so much later than it is seen: clocks differ, and editors plan."""

_MINUTE = timedelta(minutes=1)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a new article says: which editorial fields it fills, the characters and paragraphs of its body, its
    language, the date it states, the address of the source that named it, whether that one's title is its headline
    (None: it gave none), and how many characters each furniture rule took out of its page."""

    filled: frozenset[str]
    characters: int
    paragraphs: int
    language: str = ""
    published: datetime | None = None
    found_in: str = ""
    titled: bool | None = None
    taken: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """An answer as the archive holds it: when, what it came to, bytes of its record, whether it is a source's (a feed,
    sitemap or listing) and, of a new article, what that says."""

    at: datetime
    outcome: Outcome
    bytes: int = 0
    source: bool = False
    fresh: Fresh | None = None


def source_name(url: str) -> str:
    """What a source is counted by: its address, numbers left out. A sitemap of each month is one source."""
    return _DIGITS.sub("#", url)[:300]


def numbers(looks: Iterable[Look], unanswered: int = 0) -> dict[str, int]:
    """The numbers of the looks of one day; `unanswered` requests had no answer."""
    counted, sizes = Counter[str](), defaultdict[str, list[int]](list)
    for look in looks:
        counted["bytes"] += look.bytes
        if look.source:
            counted[f"asked/{look.at.hour:02}"] += look.outcome is Outcome.LISTING
            continue
        counted["looks"] += 1
        counted[f"outcome/{look.outcome}"] += 1
        if look.fresh and (look.fresh.published is None or look.at - look.fresh.published < RECENT):
            _news(counted, sizes, look, look.fresh)
    if unanswered:
        counted["unanswered"] = unanswered
    medians = {name: round(median(found)) for name, found in sizes.items()}
    return {name: number for name, number in counted.items() if number} | medians


def _news(counted: Counter[str], sizes: defaultdict[str, list[int]], look: Look, fresh: Fresh) -> None:
    counted.update(("new", f"new/{look.at.hour:02}", f"language/{fresh.language}"))
    if fresh.found_in:
        counted[f"found/{source_name(fresh.found_in)}"] += 1
    counted.update(f"field/{name}" for name in fresh.filled)
    counted.update(f"rule/{name}" for name in fresh.taken)
    if fresh.titled is not None:
        counted.update(["titles", *["titled"] * fresh.titled])
    sizes["characters"].append(fresh.characters)
    sizes["paragraphs"].append(fresh.paragraphs)
    for name, taken in fresh.taken.items():
        sizes[f"taken/{name}"].append(taken)
    if fresh.published is not None:
        lag = look.at - fresh.published
        counted["ahead"] += lag < -AHEAD
        sizes["lag"].append(max(0, lag // _MINUTE))
