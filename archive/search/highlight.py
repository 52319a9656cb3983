"""A query held against a text: does it stand there letter by letter, and where are its words? Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import regex

from archive import text as same
from archive.search.analyser import WORD_CHARACTER, analysed, in_latin, is_dense, runs, tokens, tongue
from archive.search.language import Near, Node, Some, Words, leaves

__all__ = ["Passage", "letter_by_letter", "passage"]

_BEFORE, _AFTER = 90, 160
"""Characters shown before and after where the first word begins."""

_LONGEST = 300_000
"""Characters in which words are looked for to be shown."""

_MOSTLY = 3_000
"""Characters in which they are looked for first."""

_FAR = 5_000
"""Characters that are surely more than the words NEAR reaches over."""


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


@lru_cache(maxsize=500)
def _pattern(words: Words) -> regex.Pattern[str] | None:
    """A word or phrase as it stands, whole words only; None where it is none to a reader: ™ is letters to the analyser
    and a sign here."""
    units = list(_letters(same.canonical(words.text)))
    if not units:
        return None
    last = units[-1]
    parts = [_START if not is_dense(units[0]) else ""]
    for before, unit in pairwise(("", *units)):
        between = _BETWEEN + ("*" if is_dense(before) or is_dense(unit) else "+") if before else ""
        parts.append(between + regex.escape(unit))
    parts.append("" if words.prefix or is_dense(last) else _END)
    return regex.compile("".join(parts), regex.V1)


_START, _END, _BETWEEN = rf"(?<!{WORD_CHARACTER})", rf"(?!{WORD_CHARACTER})", r"[^\p{L}\p{N}\p{M}]"


def _letters(words: str) -> Iterator[str]:
    """Words as they stand; scripts without spaces by character."""
    for run, _, _ in runs(words):
        yield from run if is_dense(run) else (run,)


class _Text:
    """The fields of a text as they are compared, by the columns of the token table."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = {column: same.canonical(words) for column, words in fields.items()}

    def places(self, words: Words, column: str) -> list[tuple[int, int]]:
        """Where a word or phrase stands in a field, from and to, in characters."""
        pattern = _pattern(words)
        return [one.span() for one in pattern.finditer(self.fields[column], overlapped=True)] if pattern else []

    def stands(self, words: Words) -> bool:
        """Whether a word or phrase stands in one of its fields."""
        pattern = _pattern(words)
        return pattern is not None and any(
            pattern.search(self.fields[column]) for column in words.columns or self.fields
        )

    def near(self, node: Near) -> bool:
        """Whether two stand near each other in one of their fields."""
        return any(self._near(node, column) for column in node.left.columns or self.fields)

    def _near(self, node: Near, column: str) -> bool:
        sides = [(place, side) for side in (0, 1) for place in self.places((node.left, node.right)[side], column)]
        last: list[tuple[int, int] | None] = [None, None]
        for place, side in sorted(sides):
            # No other one of that side is nearer than the last before it.
            other = last[1 - side]
            if other is not None and self._between(column, other, place) <= node.between:
                return True
            last[side] = place
        return False

    def _between(self, column: str, first: tuple[int, int], second: tuple[int, int]) -> int:
        """The words from the end of one stretch to the beginning of another."""
        if second[0] - first[1] > _FAR:
            return _FAR
        return sum(1 for _ in _letters(self.fields[column][first[1] : second[0]]))

    def holds(self, node: Node) -> bool:
        """Whether a query, or a part of one, is fulfilled."""
        if isinstance(node, Words):
            return self.stands(node)
        if isinstance(node, Near):
            return self.near(node)
        if isinstance(node, Some):
            return any(map(self.holds, node.parts))
        return all(map(self.holds, node.parts)) and not any(map(self.holds, node.without))


def letter_by_letter(node: Node, fields: Mapping[str, str]) -> bool:
    """Whether a text fulfils a query in its very form, case and accents; `fields` by the columns of the token table."""
    return _Text(fields).holds(node)


# --- where it stands --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=100_000)
def _read(run: str, name: str) -> tuple[tuple[str, str, int, int], ...]:
    """The tokens of a word, or the pairs of a stretch without spaces: token, the same unstemmed, from and to."""
    if not is_dense(run) or len(run) == 1:
        read = analysed(run, name)
        return tuple((token, own, 0, len(run)) for token, own in zip(read.tokens, read.own, strict=True))
    pairs = ((n, analysed(run[n : n + 2], name)) for n in range(len(run) - 1))
    return tuple((one.tokens[0], one.own[0], n, n + 2) for n, one in pairs if one.tokens)


def _units(words: str, name: str) -> Iterator[_Unit]:
    """A text as the analyser sees it, with the places."""
    for run, start, _ in runs(words):
        for token, own, first, last in _read(run, name):
            yield _Unit(token, own, start + first, start + last)


def _starts(found: Sequence[str], way: Sequence[str], *, begins: bool) -> Iterator[int]:
    """Where these tokens stand in a row; a single one may go on where it is a beginning."""
    if begins:
        yield from (n for n, token in enumerate(found) if token.startswith(way[0]))
        return
    wanted = list(way)
    for n, token in enumerate(found):
        if token == wanted[0] and list(found[n : n + len(wanted)]) == wanted:
            yield n


def _spans(node: Node, words: str, name: str) -> Iterator[tuple[int, int]]:
    units = list(_units(words, name))
    stems, own = [unit.token for unit in units], [unit.own for unit in units]
    for leaf in leaves(node):
        alone = tokens(leaf.text)
        begins = leaf.prefix or (len(alone) == 1 and len(alone[0]) == 1 and is_dense(alone[0]))
        ways = [] if leaf.prefix else [(stems, tokens(leaf.text, name))]
        if len(alone) == 1:
            ways.append((own, [in_latin(alone[0]) if name == "serbian" else alone[0]]))
        for inside, way in ways:
            for n in _starts(inside, way, begins=begins):
                yield units[n].start, units[n + len(way) - 1].end


def _exact_spans(node: Node, words: str) -> Iterator[tuple[int, int]]:
    for leaf in leaves(node):
        if pattern := _pattern(leaf):
            yield from (one.span() for one in pattern.finditer(words))


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
    words, spans = words[:_LONGEST].strip(), []
    for length in (_MOSTLY, _LONGEST):
        head = words[:length]
        spans = _merged(_exact_spans(node, head) if exact else _spans(node, head, tongue(language)))
        if spans or length >= len(words):
            break
    first, last = spans[0] if spans else (0, 0)
    start, end = max(0, first - _BEFORE), min(len(words), max(last, first + _AFTER))
    # At the edges words are shown whole where there are spaces between words.
    start = words.find(" ", start, first) + 1 or start if start else 0
    end = end if end == len(words) else max(words.rfind(" ", last, end), last) if " " in words[last:end] else end
    return _cut(words, spans, start, end)
