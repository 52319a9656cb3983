"""What an edit did, sentence by sentence: added, deleted, rewritten or moved, with the kind of each change. Pure.

NewsEdits (Spangher 2022) calls these addition, deletion, edit and refactor. A sentence that stands on both sides,
wherever it stands, is never an addition and a deletion. What a page that grows by entries gained is marked `live`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from archive import diff, text
from archive.diff import ALIKE, Change, Piece, liveblog
from archive.diff.classify import Kind, Replacement, kinds_of, replacements
from archive.diff.languages import Language, language
from archive.diff.names import names_in
from archive.diff.sentences import split
from archive.diff.typography import toggles
from archive.records import BlockType

__all__ = ["Sentence", "changes", "growing", "kinds", "size", "spoken"]

MOST_PAIRS = 10_000
"""Pairs of sentences compared for likeness beyond which what was deleted and what was added stay apart."""

FAR_ALIKE = 0.6
"""Share of common words from which a sentence is taken for one that stood elsewhere."""

SAME_WORDS = 0.8
"""Share of common words from which neighbours were joined or parted, not deleted and added."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened to a sentence of a field, its words marked, the paragraphs it stood and stands in (from 1).

    `replaced` are the runs of words that became others, each with the words that decided its kinds. `live` says that it
    is a new entry of a page that grows, `notice` that the outlet speaks about the article in it."""

    field: str
    change: Change
    before: int | None
    after: int | None
    kinds: tuple[Kind, ...]
    replaced: tuple[Replacement, ...]
    pieces: tuple[Piece, ...]
    live: bool = False
    notice: bool = False


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence with what it is compared by, its paragraph (from 1), and whether it begins within a quotation."""

    text: str
    key: str
    place: int
    opened: bool = False
    notice: bool = False


@dataclass(slots=True)
class _Gap:
    """Sentences that stood and that stand between the same two that were kept."""

    old: list[_Unit]
    new: list[_Unit]


@dataclass(slots=True)
class _Comparison:
    """A field's sentences on their way to what happened to each."""

    field: str
    known: Language
    names: frozenset[str]
    gaps: list[_Gap]
    found: list[Sentence]

    def rewritten(self, old: _Unit, new: _Unit) -> None:
        """One sentence became the other."""
        opened = old.opened, new.opened
        replaced = replacements(old.text, new.text, self.known, self.names, opened)
        kinds = _of_field(self.field) if replaced else (Kind.COSMETIC,)
        self._take(Change.REWRITTEN, old, new, kinds or kinds_of(replaced), replaced, diff.pieces(old.text, new.text))

    def moved(self, old: _Unit, new: _Unit) -> None:
        """It stands elsewhere, word for word."""
        self._take(Change.MOVED, old, new, (Kind.SUBSTANTIVE,), (), (Piece(diff.Mark.KEPT, new.text),))

    def deleted(self, old: _Unit) -> None:
        """It is not there any more."""
        self._take(Change.DELETED, old, None, _whole(self.field), (), (Piece(diff.Mark.DELETED, old.text),))

    def added(self, new: _Unit) -> None:
        """It was not there before."""
        self._take(Change.ADDED, None, new, _whole(self.field), (), (Piece(diff.Mark.ADDED, new.text),))

    def _take(
        self,
        change: Change,
        old: _Unit | None,
        new: _Unit | None,
        kinds: tuple[Kind, ...],
        replaced: tuple[Replacement, ...],
        pieces: tuple[Piece, ...],
    ) -> None:
        notice = (new or old or _NOBODY).notice
        places = old.place if old else None, new.place if new else None
        self.found.append(Sentence(self.field, change, *places, kinds, replaced, pieces, notice=notice))


_NOBODY = _Unit("", "", 0)
_FIELD_KINDS = {"authors": Kind.NAMES, "credit": Kind.NAMES, "date_published": Kind.NUMBERS}
"""Fields that hold nothing but names, or nothing but a date."""


def _of_field(name: str) -> tuple[Kind, ...]:
    return (_FIELD_KINDS[name],) if name in _FIELD_KINDS else ()


def _whole(name: str) -> tuple[Kind, ...]:
    return _of_field(name) or (Kind.SUBSTANTIVE,)


# --- sentences --------------------------------------------------------------------------------------------------------


def _units(blocks: Sequence[tuple[BlockType, str]], places: Iterable[int], code: str) -> Iterator[_Unit]:
    """The sentences of those paragraphs (places from 0)."""
    for place in places:
        kind, paragraph = blocks[place]
        opened = kind is BlockType.QUOTE
        for sentence in split(paragraph, code) if code else [paragraph]:
            if key := text.canonical(sentence):
                yield _Unit(sentence, key, place + 1, opened, kind is BlockType.NOTICE)
            opened = toggles(sentence, opened)


def _between_equal(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[range, range]]:
    """The places of what is not equal, run by run."""
    start = stop = begin = end = 0
    for tag, _, j, _, m in [*diff.operations(old, new), ("equal", len(old), len(old), len(new), len(new))]:
        if tag != "equal":
            stop, end = j, m
            continue
        if (start, begin) != (stop, end):
            yield range(start, stop), range(begin, end)
        start = stop = j
        begin = end = m


def _gaps(old: Sequence[tuple[BlockType, str]], new: Sequence[tuple[BlockType, str]], code: str) -> Iterator[_Gap]:
    """Paragraphs first, by their content; then the sentences of those that are not equal."""
    known = {paragraph: text.canonical(paragraph) for paragraph in {paragraph for _, paragraph in (*old, *new)}}
    keys = [[known[paragraph] for _, paragraph in blocks] for blocks in (old, new)]
    for before, after in _between_equal(*keys):
        gone, came = list(_units(old, before, code)), list(_units(new, after, code))
        for i, k in _between_equal([one.key for one in gone], [one.key for one in came]):
            yield _Gap([gone[n] for n in i], [came[n] for n in k])


def _move(work: _Comparison) -> None:
    """Sentences that stand on both sides, in order."""
    places: dict[str, list[tuple[_Gap, _Unit]]] = defaultdict(list)
    for gap in work.gaps:
        for one in gap.new:
            places[one.key].append((gap, one))
    for gap in work.gaps:
        for one in list(gap.old):
            if places.get(one.key):
                other, unit = places[one.key].pop(0)
                gap.old.remove(one)
                other.new.remove(unit)
                work.moved(one, unit)


def _join(work: _Comparison) -> None:
    """Two or three sentences that became one, or one that became two or three, with nearly the same words."""
    for gap in work.gaps:
        sizes = len(gap.old), len(gap.new)
        if sizes[0] == sizes[1] or not 1 <= min(sizes) <= max(sizes) <= 3:
            continue
        old, new = (_glued(units) for units in (gap.old, gap.new))
        if diff.likeness(*map(diff.bare_words, (old.text, new.text))) >= SAME_WORDS:
            work.rewritten(old, new)
            gap.old, gap.new = [], []


def _glued(units: Sequence[_Unit]) -> _Unit:
    whole = units[0].text
    for before, one in pairwise(units):
        whole += one.text if one.place == before.place else f" {one.text}"
    return replace(units[0], text=whole, key=text.canonical(whole))


def _likeness(work: _Comparison) -> list[tuple[float, int, int, _Gap, _Unit, _Gap, _Unit]]:
    """Pairs that may be one sentence that was rewritten, the likest first, then in order."""
    old = [(gap, one, diff.bare_words(one.text)) for gap in work.gaps for one in gap.old]
    new = [(gap, one, diff.bare_words(one.text)) for gap in work.gaps for one in gap.new]
    if len(old) * len(new) > MOST_PAIRS:
        return []
    found = [
        (-likeness, n, k, gap, one, there, other)
        for n, (gap, one, words) in enumerate(old)
        for k, (there, other, others) in enumerate(new)
        if (likeness := diff.likeness(words, others)) >= (ALIKE if there is gap else FAR_ALIKE)
    ]
    return sorted(found, key=lambda pair: pair[:3])


def _rewrite(work: _Comparison) -> None:
    for _, _, _, gap, one, there, other in _likeness(work):
        if one in gap.old and other in there.new:
            gap.old.remove(one)
            there.new.remove(other)
            work.rewritten(one, other)
    for gap in work.gaps:
        # A field of one value, such as a headline: it was replaced, whatever it said.
        if work.field in _SINGLE and len(gap.old) == len(gap.new) == 1:
            work.rewritten(gap.old.pop(), gap.new.pop())


_SINGLE = frozenset({"headline", "date_published"})


def _rest(work: _Comparison) -> None:
    for gap in work.gaps:
        for one in gap.old:
            work.deleted(one)
        for one in gap.new:
            work.added(one)


def _compared(
    name: str,
    old: Sequence[tuple[BlockType, str]],
    new: Sequence[tuple[BlockType, str]],
    code: str,
    names: frozenset[str] = frozenset(),
) -> list[Sentence]:
    """What happened to the sentences of one field, in the order of the newer text."""
    if old == new:
        return []
    whole = name in _FIELD_KINDS or name == "headline"
    work = _Comparison(name, language(code), names, list(_gaps(old, new, "" if whole else code or "en")), [])
    for step in (_move, _join, _rewrite, _rest):
        step(work)
    if not work.found and list(map(_canonical, old)) != list(map(_canonical, new)):
        # The same sentences in other paragraphs.
        work.found.append(Sentence(name, Change.REWRITTEN, None, None, (Kind.COSMETIC,), (), ()))
    return sorted(work.found, key=lambda one: (one.after or one.before or 0, one.before or 0))


def _canonical(block: tuple[BlockType, str]) -> str:
    return text.canonical(block[1])


# --- an edit ----------------------------------------------------------------------------------------------------------


def _fields(row: Mapping[str, Any]) -> dict[str, list[tuple[BlockType, str]]]:
    plain = {name: [(BlockType.P, value) for value in values] for name, values in diff.editorial(row).items()}
    return plain | {"body": diff.blocks(row)}


def _heads(row: Mapping[str, Any]) -> list[int]:
    return liveblog.heads([paragraph for _, paragraph in diff.blocks(row)])


def growing(row: Mapping[str, Any]) -> bool:
    """Whether a stored text is one of a page that grows, by its entries or by its headline."""
    return bool(_heads(row)) or liveblog.marked(row["headline"], language(row["language"]))


def spoken(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether the newer text has a notice that the older had not, or had in other words."""
    before, after = (
        {text.canonical(words) for kind, words in diff.blocks(row) if kind is BlockType.NOTICE} for row in (old, new)
    )
    return bool(after - before)


def changes(old: Mapping[str, Any], new: Mapping[str, Any], *, grows: bool = False) -> tuple[Sentence, ...]:
    """What happened to the sentences of two stored texts, field by field in their fixed order.

    `grows` says that the outlet marks the page as one that grows; one whose entries have times is known by itself."""
    before, after = _fields(old), _fields(new)
    code = new["language"]
    names = names_in([old["body"], new["body"]])
    found = [one for name in before for one in _compared(name, before[name], after[name], code, names)]
    heads = _heads(new)
    if heads or grows or liveblog.marked(new["headline"], language(code)):
        found = list(_as_live(found, heads))
    return tuple(found)


def _as_live(found: Sequence[Sentence], heads: Sequence[int]) -> Iterator[Sentence]:
    """Marks what belongs to new entries: paragraphs that were added whole, under a head that was."""
    kept = {one.after for one in found if one.field == "body" and one.change is not Change.ADDED}
    added = {one.after for one in found if one.field == "body" and one.change is Change.ADDED} - kept
    for one in found:
        is_new = one.field == "body" and one.after in added and not one.notice
        in_entry = not heads or liveblog.head_of(one.after or 0, heads) in added
        yield replace(one, live=True) if is_new and in_entry else one


def kinds(found: Iterable[Sentence]) -> tuple[Kind, ...]:
    """The kinds of an edit, in their fixed order: those of its sentences but for new entries of a page that grows. A
    notice counts where nothing else changed: it speaks about the edit."""
    counted = [one for one in found if not one.live]
    spoken = [one for one in counted if not one.notice] or counted
    return tuple(kind for kind in Kind if any(kind in one.kinds for one in spoken))


def size(found: Iterable[Sentence]) -> tuple[int, int]:
    """Characters that were put in and that were taken out; what only moved, and new entries, do not count."""
    counted = [piece for one in found if not one.live for piece in one.pieces]
    added, deleted = (
        sum(len(piece.text) for piece in counted if piece.mark is mark) for mark in (diff.Mark.ADDED, diff.Mark.DELETED)
    )
    return added, deleted
