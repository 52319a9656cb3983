"""Campaigns: the same replacement in many articles within days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import regex
from sqlalchemy import Connection

from archive import text
from archive.diff import Change
from archive.diff.classify import Kind
from archive.diff.sentence_edits import Sentence
from archive.query.counting import that_count
from archive.query.filters import Filters
from archive.query.passages import Edit, edits

__all__ = ["Campaign", "Step", "campaigns"]

LONGEST = 300
"""Characters of a replacement that are kept."""

_ALL = Filters()

_CHANCE = frozenset({Kind.COSMETIC, Kind.CORRECTION, Kind.NUMBERS})
"""Kinds that are alike in many articles by chance: a comma, a typo, 12 that become 13."""

_LETTERS = regex.compile(r"\p{L}")
_HAN = regex.compile(r"\p{Han}{2}")


@dataclass(frozen=True, slots=True)
class Step:
    """One edit of a campaign."""

    article: str
    old: str
    new: str
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Campaign:
    """Words that became the same others (either may be empty) in `articles` articles of these outlets, first seen at
    `first_seen`, last at `last_seen`; the edits in order of time."""

    replaced: str
    by: str
    kinds: tuple[Kind, ...]
    articles: int
    outlets: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    edits: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Words:
    """A replacement that may be one of many."""

    old: str
    new: str
    kinds: tuple[Kind, ...]


def _telling(words: _Words) -> bool:
    """Whether a replacement says enough to be the same on purpose."""
    both = words.old + words.new
    return not set(words.kinds) <= _CHANCE and (len(_LETTERS.findall(both)) >= 4 or bool(_HAN.search(both)))


def _of(sentence: Sentence) -> Iterator[_Words]:
    """What a sentence replaced; a whole one that came or went is replaced by nothing."""
    if sentence.change is Change.REWRITTEN:
        yield from (_Words(one.old, one.new, one.kinds) for one in sentence.replaced)
    elif sentence.change in {Change.ADDED, Change.DELETED}:
        words = text.canonical("".join(piece.text for piece in sentence.pieces))
        yield _Words(*(("", words) if sentence.change is Change.ADDED else (words, "")), sentence.kinds)


def _replaced(edit: Edit) -> Iterator[_Words]:
    """What an edit replaced, each once."""
    found = (words for sentence in edit.sentences if not sentence.live for words in _of(sentence))
    clipped = (
        _Words(text.clip(one.old, LONGEST), text.clip(one.new, LONGEST), one.kinds) for one in found if _telling(one)
    )
    return iter(dict.fromkeys(clipped))


def _within(steps: Sequence[Step], span: timedelta) -> Iterator[list[Step]]:
    """Steps in order of time, parted wherever one is later than that after the first of its part."""
    part: list[Step] = []
    for step in steps:
        if part and step.not_after - part[0].not_after > span:
            yield part
            part = []
        part.append(step)
    yield part


def campaigns(
    connection: Connection,
    filters: Filters = _ALL,
    least: int = 3,
    span: timedelta = timedelta(days=7),
) -> list[Campaign]:
    """Replacements seen in at least so many articles within that time, the largest first.

    Holds every replacement of those edits in memory."""
    steps: dict[_Words, list[Step]] = defaultdict(list)
    for edit in that_count(edits(connection, filters)):
        step = Step(edit.article, edit.old, edit.new, edit.not_before, edit.not_after)
        for words in _replaced(edit):
            steps[words].append(step)
    parts = ((words, part) for words, all_ in steps.items() for part in _within(all_, span))
    found = [_campaign(words, part) for words, part in parts if len({step.article for step in part}) >= least]
    return sorted(found, key=lambda one: (-one.articles, one.first_seen, one.replaced, one.by))


def _campaign(words: _Words, steps: Sequence[Step]) -> Campaign:
    articles = {step.article for step in steps}
    return Campaign(
        replaced=words.old,
        by=words.new,
        kinds=words.kinds,
        articles=len(articles),
        outlets=tuple(sorted({article.partition(":")[0] for article in articles})),
        first_seen=steps[0].not_after,
        last_seen=steps[-1].not_after,
        edits=tuple(steps),
    )
