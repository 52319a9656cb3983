"""What changed between two texts: paragraphs aligned and words marked (`paragraphs`), sentence by sentence
(`sentence_edits`), and what kind of edit it is (`classify`). Pure."""

from __future__ import annotations

from archive.diff.paragraphs import (
    ALIKE,
    Change,
    Mark,
    Paragraph,
    Piece,
    bare_words,
    blocks,
    changed_fields,
    compare,
    editorial,
    likeness,
    operations,
    pieces,
    words,
)

__all__ = [
    "ALIKE",
    "Change",
    "Mark",
    "Paragraph",
    "Piece",
    "bare_words",
    "blocks",
    "changed_fields",
    "compare",
    "editorial",
    "likeness",
    "operations",
    "pieces",
    "words",
]
