"""The columns of an export, from the class of its rows: names, kinds, and the value as each format takes it."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, get_type_hints

__all__ = ["Column", "columns", "plain"]

_WITHOUT_TEXT = frozenset(
    "doc_id outlet article number url date_published first_seen last_seen capture payload_digest text_digest "
    "from_version to_version not_before not_after "
    "version copy copy_version copy_outlet copy_url copy_first_seen similarity containment copy_containment exact "
    "cluster articles outlets".split()
)
"""What is left without text: ids, addresses, times and digests."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `kind` is str, int, bool, datetime, or tuple for a list of texts."""

    name: str
    kind: type


def columns(row: type[Any], *, text: bool = True) -> tuple[Column, ...]:
    """The columns of rows of that class, in order; without `text` only what says nothing of what was written."""
    hints = get_type_hints(row)
    return tuple(
        Column(field.name, _kind(hints[field.name])) for field in fields(row) if text or field.name in _WITHOUT_TEXT
    )


def _kind(hint: Any) -> type:
    kind = getattr(hint, "__origin__", hint)
    return str if issubclass(kind, StrEnum) else kind


def plain(value: Any) -> str | int:
    """A value as text or a whole number: times in UTC with six digits of a second, lists as JSON, true as 1."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S.%f}Z"
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    return int(value) if isinstance(value, bool) else value
