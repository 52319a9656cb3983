"""Values of answers as a page shows them: ids lead to their pages, times say their zone, marked words stand out.

Everything foreign passes `safe`, the one place where it is made so: markup is escaped, and control and direction
characters are shown, not obeyed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import datetime, tzinfo
from functools import partial
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from archive import output, text
from archive.diff import Piece
from archive.diff.sheet import set_apart
from archive.questions import rows

__all__ = ["capture_path", "compare_path", "highlighted", "path_of", "pieces", "safe", "shown", "when"]

_VERSION = re.compile(r"[\w.-]+:[^\s@]+@[0-9a-f]{12}")
_ARTICLE = re.compile(r"[a-z][\w.-]*:[^\s@/]+")
_CAPTURE = re.compile(r"[0-9a-f]{32}")
_ARTICLES = frozenset({"article", "articles", "copy", "story", "cluster", "elsewhere", "example", "swapped"})
"""Columns that hold ids of articles."""

_TAGS = {"added": "ins", "deleted": "del"}
_LONGEST = 400
"""Characters of a value in a row; the answer as JSON and CSV has all."""


def safe(words: object) -> Markup:
    """Foreign text within HTML, on one line or several."""
    return Markup(text.escaped(str(words)))  # noqa: S704 - the gate itself


def path_of(name: str) -> str:
    """The page of an article or of a version."""
    return f"/article/{quote(name, safe=':@')}"


def capture_path(capture: str) -> str:
    """The page of a look."""
    return f"/look/{quote(capture, safe='')}"


def compare_path(old: str, new: str) -> str:
    """The page of two versions (by their public ids), the same as long as there is an archive."""
    article, _, before = old.partition("@")
    return f"/compare/{quote(article, safe=':')}/{before}/{new.partition('@')[2]}"


def when(moment: datetime | None, zone: tzinfo) -> Markup:
    """A time as people read it, in that zone."""
    if moment is None:
        return Markup("-")
    local = moment.astimezone(zone) if moment.tzinfo else moment
    return Markup('<time datetime="{}">{}</time>').format(text.iso(moment), output.when(local))


def pieces(found: Iterable[Piece], only: str = "") -> Markup:
    """Words with their marks; `only` the side that is shown of them (`added` or `deleted`), else both. Each run stands
    apart, so that neither digits nor directions of two run into each other."""
    made = []
    for piece in set_apart(found):
        if only and piece.mark not in {"kept", only}:
            continue
        tag = _TAGS.get(piece.mark)
        words = safe(piece.text)
        made.append(Markup("<{0}><bdi>{1}</bdi></{0}>").format(Markup(tag), words) if tag else words)  # noqa: S704
    return Markup("").join(made)


def highlighted(words: str, marks: Iterable[tuple[int, int]]) -> Markup:
    """Words of which stretches (from and to, in characters) stand out."""
    made, at = Markup(""), 0
    for start, end in marks:
        made += safe(words[at:start]) + Markup("<mark>{}</mark>").format(safe(words[start:end]))
        at = end
    return made + safe(words[at:])


def _linked(path: str, words: str) -> Markup:
    """A link; a version's id may be broken before its digest."""
    name, at, digest = words.partition("@")
    return Markup('<a href="{}">{}<wbr>{}</a>').format(path, safe(name), safe(at + digest))


def _of_text(name: str, words: str) -> Markup:
    if _VERSION.fullmatch(words):
        return _linked(path_of(words), words)
    if name in _ARTICLES and _ARTICLE.fullmatch(words):
        return _linked(path_of(words), words)
    if _CAPTURE.fullmatch(words):
        return _linked(capture_path(words), words[:12])
    return Markup("<bdi>{}</bdi>").format(safe(text.clip(words, _LONGEST)))


def _of_mapping(value: Mapping[Any, Any], zone: tzinfo) -> Markup:
    each = (Markup("{} {}").format(shown("", what, zone), safe(name)) for name, what in value.items())
    return Markup(", ").join(each)


def _of_row(value: Any, zone: tzinfo) -> Markup:
    """A row within a row: its values behind their names."""
    named = zip(rows.columns(type(value)), rows.values(value), strict=True)
    facts = (Markup("<dt>{}</dt><dd>{}</dd>").format(name, shown(name, one, zone)) for name, one in named)
    return Markup("<dl>{}</dl>").format(Markup("").join(facts))


def _of_several(name: str, value: Sequence[Any], zone: tzinfo) -> Markup:
    if not value:
        return Markup("-")
    if isinstance(value[0], Piece):
        return pieces(value)
    between = Markup("") if is_dataclass(value[0]) else Markup(", ")
    return between.join(map(partial(shown, name, zone=zone), value))


def shown(name: str, value: Any, zone: tzinfo) -> Markup:
    """The value of a column as a page shows it."""
    if value is None or value == "":
        return _NOTHING
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, int | float):
        return safe(f"{value:,}" if isinstance(value, int) else f"{value:,.6g}")
    if isinstance(value, str):
        return _of_text(name, value)
    return _of_many(name, value, zone)


_NOTHING, _YES, _NO = Markup("-"), Markup("yes"), Markup("no")


def _of_many(name: str, value: Any, zone: tzinfo) -> Markup:
    """A time, or what has values of its own."""
    if isinstance(value, datetime):
        return when(value, zone)
    if isinstance(value, Mapping):
        return _of_mapping(value, zone)
    if isinstance(value, Sequence):
        return _of_several(name, value, zone)
    return _of_row(value, zone) if is_dataclass(value) else safe(value)
