"""What an edit comes to as a whole: its kinds, how much was put in and taken out, whether a page only grew. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.diff import Change, sentence_edits
from archive.diff.classify import Kind
from archive.diff.sentence_edits import Sentence

__all__ = ["RULES", "Summary", "summarized", "summary"]

RULES = 2
"""Goes up by one with every change of what an edit comes to, so that `palimpsest upgrade` makes it anew where it is
stored."""


@dataclass(frozen=True, slots=True)
class Summary:
    """An edit without its sentences. `added` and `deleted` count characters; `live` says that all it did was to add
    entries to a page that grows, `told` that a notice speaks of it."""

    kinds: tuple[Kind, ...]
    added: int
    deleted: int
    live: bool
    told: bool


def summary(old: Mapping[str, Any], new: Mapping[str, Any], *, grows: bool) -> Summary:
    """What the edit from one stored text to another comes to; `grows` as in `sentence_edits.changes`."""
    return summarized(sentence_edits.changes(old, new, grows=grows))


def summarized(found: Sequence[Sentence]) -> Summary:
    """What happened to the sentences, as a whole."""
    added, deleted = sentence_edits.size(found)
    told = any(one.notice and one.change in {Change.ADDED, Change.REWRITTEN} for one in found)
    live = bool(found) and all(one.live for one in found)
    return Summary(sentence_edits.kinds(found), added, deleted, live, told)
