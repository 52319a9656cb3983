"""The one place of a text that an edit changed, where it changed one: what tells a counter from an edit. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive import text
from archive.diff.paragraphs import blocks, changed_fields, editorial

__all__ = ["place"]

_APART = frozenset({"headline", "authors", "credit"})
"""Fields that no page counts up in: a headline that moves at every look is a headline test."""


def place(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Where two stored texts differ: a field, of one with several blocks the block's place (from 1), such as `body 3`.
    Empty where they differ in several places, in none, or in one that is no place for a counter."""
    changed = changed_fields(old, new)
    if len(changed) != 1 or changed[0] in _APART:
        return ""
    field = changed[0]
    before, after = ([text.canonical(line) for line in editorial(row)[field]] for row in (old, new))
    if field == "body" and [kind for kind, _ in blocks(old)] != [kind for kind, _ in blocks(new)]:
        return ""
    moved = [n for n, pair in enumerate(zip(before, after, strict=False), 1) if pair[0] != pair[1]]
    if len(before) != len(after) or len(moved) != 1:
        return ""
    return f"{field} {moved[0]}" if len(before) > 1 else field
