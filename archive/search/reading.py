"""A query held against a text: does it stand there letter by letter, and where are its words? Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive import text as same
from archive.search.analyser import analysed, in_latin, is_dense, runs, tokens, tongue
from archive.search.query import Near, Node, Some, Words, leaves

__all__ = ["Passage", "letter_by_letter", "passage"]

_BEFORE, _AFTER = 90, 160
"""Characters shown before and after where the first word begins."""

_LONGEST = 300_000
"""Characters in which words are looked for to be shown."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text around the first word found; `marks` are the found places in it, from and to, in characters
    of `text`."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    @property
    def found(self) -> tuple[str, ...]:
        """What was found, as it stands there, each once."""
        return tuple(dict.fromkeys(self.text[start:end] for start, end in self.marks))


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word, or a character or pair of a script without spaces: its token, the same unstemmed, and where it is."""

    token: str
    own: str
    start: int
    end: int


# --- letter by letter -------------------------------------------------------------------------------------------------


def _letters(words: str) -> Iterator[_Unit]:
    """Words as they stand; scripts without spaces by character."""
    for run, start, end in runs(words):
        if is_dense(run):
            yield from (_Unit(one, one, start + n, start + n + 1) for n, one in enumerate(run))
        else:
            bare = same.canonical(run)
            yield _Unit(bare, bare, start, end)


def _starts(units: Sequence[_Unit], way: Sequence[str], *, prefix: bool = False) -> Iterator[int]:
    """Where these tokens stand in a row; the last may go on where it is a beginning."""
    length = len(way)
    # A sign such as ™ is letters to the analyser and none here.
    for n, unit in enumerate(units if way else ()):
        if unit.token == way[0] or (prefix and length == 1 and unit.token.startswith(way[0])):
            row = [one.token for one in units[n : n + length]]
            if length == 1 or row == list(way):
                yield n


class _Text:
    """The fields of a text as they stand, each taken apart once."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.units = {column: list(_letters(same.canonical(words))) for column, words in fields.items()}

    def places(self, words: Words) -> dict[str, list[int]]:
        """Where a word or phrase stands, by field."""
        way = _wanted(words)
        columns = words.columns or tuple(self.units)
        return {column: list(_starts(self.units[column], way, prefix=words.prefix)) for column in columns}

    def near(self, node: Near) -> bool:
        """Whether two stand near each other."""
        left, right = self.places(node.left), self.places(node.right)
        first, second = len(_wanted(node.left)), len(_wanted(node.right))
        return any(
            (0 <= b - a <= node.between + first) or (0 <= a - b <= node.between + second)
            for column in left
            for a in left[column]
            for b in right[column]
        )

    def holds(self, node: Node) -> bool:
        """Whether a query, or a part of one, is fulfilled."""
        if isinstance(node, Words):
            return any(self.places(node).values())
        if isinstance(node, Near):
            return self.near(node)
        if isinstance(node, Some):
            return any(map(self.holds, node.parts))
        return all(map(self.holds, node.parts)) and not any(map(self.holds, node.without))


def _wanted(words: Words) -> list[str]:
    return [unit.token for unit in _letters(same.canonical(words.text))]


def letter_by_letter(node: Node, fields: Mapping[str, str]) -> bool:
    """Whether a text fulfils a query in its very form, case and accents; `fields` by the columns of the token table."""
    return _Text(fields).holds(node)


# --- where it stands --------------------------------------------------------------------------------------------------


def _units(words: str, name: str) -> Iterator[_Unit]:
    """A text as the analyser sees it, with the places."""
    for run, start, end in runs(words):
        if is_dense(run) and len(run) > 1:
            pairs = ((n, analysed(run[n : n + 2], name)) for n in range(len(run) - 1))
            yield from (_Unit(a.tokens[0], a.own[0], start + n, start + n + 2) for n, a in pairs if a.tokens)
        else:
            read = analysed(run, name)
            yield from (_Unit(token, own, start, end) for token, own in zip(read.tokens, read.own, strict=True))


def _spans(node: Node, words: str, name: str) -> Iterator[tuple[int, int]]:
    units = list(_units(words, name))
    own = [_Unit(unit.own, unit.own, unit.start, unit.end) for unit in units]
    for leaf in leaves(node):
        alone = tokens(leaf.text)
        begins = leaf.prefix or (len(alone) == 1 and len(alone[0]) == 1 and is_dense(alone[0]))
        ways = [] if leaf.prefix else [(units, tokens(leaf.text, name))]
        if len(alone) == 1:
            ways += [(own, [in_latin(alone[0]) if name == "serbian" else alone[0]])]
        for inside, way in ways:
            for n in _starts(inside, way, prefix=begins):
                yield inside[n].start, inside[n + len(way) - 1].end


def _exact_spans(node: Node, words: str) -> Iterator[tuple[int, int]]:
    units = list(_letters(words))
    for leaf in leaves(node):
        way = _wanted(leaf)
        for n in _starts(units, way, prefix=leaf.prefix):
            yield units[n].start, units[n + len(way) - 1].end


def _merged(spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


_SPACE = re.compile(r"\s+")


def _cut(words: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> Passage:
    """A stretch with its white space folded, and the marks in it."""
    shown, marks, at = "", [], start
    for first, last in spans:
        if first >= start and last <= end:
            shown += _SPACE.sub(" ", words[at:first])
            found = _SPACE.sub(" ", words[first:last])
            marks.append((len(shown), len(shown) + len(found)))
            shown, at = shown + found, last
    return Passage(shown + _SPACE.sub(" ", words[at:end]), tuple(marks))


def passage(node: Node, words: str, language: str, *, exact: bool) -> Passage:
    """The stretch of a text around the first of the query's words; its beginning where none stands in it."""
    words = words[:_LONGEST].strip()
    spans = _merged(_exact_spans(node, words) if exact else _spans(node, words, tongue(language)))
    first, last = spans[0] if spans else (0, 0)
    start, end = max(0, first - _BEFORE), min(len(words), max(last, first + _AFTER))
    # At the edges words are shown whole where there are spaces between words.
    start = words.find(" ", start, first) + 1 or start if start else 0
    end = end if end == len(words) else max(words.rfind(" ", last, end), last) if " " in words[last:end] else end
    return _cut(words, spans, start, end)
