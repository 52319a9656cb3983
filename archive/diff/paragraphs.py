"""What changed between two texts: paragraphs aligned, then words, in any script. Pure.

Alignment is by longest common subsequence (rapidfuzz's Indel operations): paragraphs first, by their content, then the
words of paragraphs that changed into each other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import regex
from rapidfuzz.distance import Indel

from archive import text
from archive.fields import FIELDS, Field, Holds
from archive.records import BlockType

__all__ = [
    "ALIKE",
    "Change",
    "Mark",
    "Paragraph",
    "Piece",
    "blocks",
    "changed_fields",
    "compare",
    "operations",
    "words",
]

MOST_WORDS = 20_000
"""Words of a paragraph beyond which it is shown as replaced whole."""

ALIKE = 0.4
"""Share of common words from which two paragraphs count as one that was rewritten."""

MOST_AHEAD = 200
"""How many new paragraphs an old one is looked for among: the time would grow with the square of a long page."""

# A word, a character of a script without spaces, white space, or one sign: what a reader sees as a unit.
_WORDS = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\p{L}\p{N}][\p{L}\p{N}\p{M}\u200c]*|\s+|."
    r"|\n",
    regex.DOTALL,
)


class Mark(StrEnum):
    """What happened to a piece of text."""

    KEPT = "kept"
    ADDED = "added"
    DELETED = "deleted"


class Change(StrEnum):
    """What happened to a paragraph or a sentence; only sentences move (see `archive.diff.sentence_edits`)."""

    KEPT = "kept"
    ADDED = "added"
    DELETED = "deleted"
    REWRITTEN = "rewritten"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words with its mark."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One aligned paragraph of a field: what happened to it, its words marked, and its place before and after
    (from 1; None where it was not there)."""

    field: str
    change: Change
    pieces: tuple[Piece, ...]
    before: int | None = None
    after: int | None = None


def words(line: str) -> list[str]:
    """A text as the units a reader sees; joined they are the text again."""
    return list(_WORDS.findall(line))


def operations(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[str, int, int, int, int]]:
    """How one list becomes the other: `equal`, `delete` or `insert`, with from and to in the old and in the new."""
    for step in Indel.opcodes(old, new):
        yield step.tag, step.src_start, step.src_end, step.dest_start, step.dest_end


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Two texts as one, with the words marked."""
    before, after = words(old), words(new)
    if len(before) > MOST_WORDS or len(after) > MOST_WORDS:
        return _whole(old, new)
    found: list[Piece] = []
    for tag, i, j, k, m in operations(before, after):
        if tag == "equal":
            found.append(Piece(Mark.KEPT, "".join(before[i:j])))
            continue
        found += _changed("".join(before[i:j]), "".join(after[k:m]))
    return tuple(_joined(found))


def _whole(old: str, new: str) -> tuple[Piece, ...]:
    return (Piece(Mark.DELETED, old), Piece(Mark.ADDED, new))


def _changed(old: str, new: str) -> Iterator[Piece]:
    return (piece for piece in _whole(old, new) if piece.text)


def _joined(found: Sequence[Piece]) -> Iterator[Piece]:
    """Neighbours of one mark as one piece; a lone space between two changes goes with them."""
    deleted = added = ""
    for n, piece in enumerate(found):
        between = not piece.text.strip() and 0 < n < len(found) - 1 and (deleted or added)
        if piece.mark is Mark.KEPT and not between:
            yield from _changed(deleted, added)
            deleted = added = ""
            yield piece
            continue
        deleted += piece.text * (piece.mark is not Mark.ADDED)
        added += piece.text * (piece.mark is not Mark.DELETED)
    yield from _changed(deleted, added)


def bare_words(line: str) -> list[str]:
    """The words a text is known by, without spaces and signs: those are alike in any two texts."""
    return [word for word in words(line)[:4000] if word[0].isalnum()]


def likeness(old: Sequence[str], new: Sequence[str]) -> float:
    """The share of words two texts have in common, in order, from 0 to 1."""
    return float(Indel.normalized_similarity(old, new)) if old or new else 0.0


def _replaced(field: str, old: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]]) -> Iterator[Paragraph]:
    """A run of paragraphs that became another run: pair those that are alike, in order."""
    known = [bare_words(after) for _, after in new]
    done = 0
    for i, before in old:
        own = bare_words(before)
        near = range(done, min(done + MOST_AHEAD, len(new)))
        match = next((n for n in near if likeness(own, known[n]) >= ALIKE), None)
        if match is None:
            yield Paragraph(field, Change.DELETED, (Piece(Mark.DELETED, before),), before=i)
            continue
        yield from (_added(field, *pair) for pair in new[done:match])
        k, after = new[match]
        yield Paragraph(field, Change.REWRITTEN, pieces(before, after), before=i, after=k)
        done = match + 1
    yield from (_added(field, *pair) for pair in new[done:])


def _added(field: str, place: int, after: str) -> Paragraph:
    return Paragraph(field, Change.ADDED, (Piece(Mark.ADDED, after),), after=place)


def compare(field: str, old: Sequence[str], new: Sequence[str]) -> list[Paragraph]:
    """A field's paragraphs aligned. Paragraphs whose canonical texts are equal count as kept."""
    found: list[Paragraph] = []
    gone: list[tuple[int, str]] = []
    came: list[tuple[int, str]] = []
    for tag, i, j, k, m in operations([text.canonical(one) for one in old], [text.canonical(one) for one in new]):
        if tag != "equal":
            gone += [(n + 1, old[n]) for n in range(i, j)]
            came += [(n + 1, new[n]) for n in range(k, m)]
            continue
        found += _replaced(field, gone, came)
        gone, came = [], []
        kept = zip(range(i, j), range(k, m), strict=True)
        found += [Paragraph(field, Change.KEPT, (Piece(Mark.KEPT, new[b]),), a + 1, b + 1) for a, b in kept]
    return [*found, *_replaced(field, gone, came)]


def _differ(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether two fields say other things; equal texts need no canonical form."""
    if old == new:
        return False
    known = {one: text.canonical(one) for one in {*old, *new}}
    before, after = ([known[one] for one in values if known[one]] for values in (old, new))
    return before != after


def blocks(row: Mapping[str, Any]) -> list[tuple[BlockType, str]]:
    """The blocks of a stored text's body with their types, without embeds."""
    body = text.blocks(row["block_types"], row["body"])
    return [(block.type, block.text) for block in body if block.type is not BlockType.EMBED]


def _of_images(row: Mapping[str, Any], field: Field) -> list[str]:
    return [dict(zip(("caption", "credit"), image, strict=True))[field.name] for image in json.loads(row["images"])]


_PARAGRAPHS: dict[Holds, Callable[[Mapping[str, Any], Field], list[str]]] = {
    Holds.LINE: lambda row, field: [row[field.name]] if row[field.name] else [],
    Holds.BLOCKS: lambda row, _: [block for _, block in blocks(row)],
    Holds.NAMES: lambda row, field: json.loads(row[field.name]),
    Holds.DATE: lambda row, field: [date] if (date := row[field.name] or row[f"{field.name}_raw"]) else [],
    Holds.IMAGES: _of_images,
}


def editorial(row: Mapping[str, Any]) -> dict[str, list[str]]:
    """A stored text's editorial fields as lists of paragraphs, under the names `changed` uses."""
    return {field.name: _PARAGRAPHS[field.holds](row, field) for field in FIELDS}


def changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The names of the editorial fields in which two stored texts differ, in their fixed order."""
    return [field.name for field in FIELDS if _is_changed(old, new, field)]


def _is_changed(old: Mapping[str, Any], new: Mapping[str, Any], field: Field) -> bool:
    # Most fields of most edits are stored alike: those need not be taken apart.
    if all(old[column] == new[column] for column in field.columns):
        return False
    paragraphs = _PARAGRAPHS[field.holds]
    return _differ(paragraphs(old, field), paragraphs(new, field))
