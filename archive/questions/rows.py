"""Rows of answers as others take them: columns by name and type, values, JSON objects. One way for every question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

__all__ = ["as_object", "cell", "columns", "types", "values"]


def columns(row: type[Any]) -> tuple[str, ...]:
    """The names of the columns of rows of that class, in order: those of its fields, or what one is to be called."""
    return tuple(field.metadata.get("name", field.name) for field in fields(row))


def types(row: type[Any]) -> dict[str, type]:
    """What the columns of rows of that class hold (text, numbers, flags, times); lists and mappings are left out."""
    hints = get_type_hints(row)
    named = zip(columns(row), (_plain(hints[field.name]) for field in fields(row)), strict=True)
    return {name: of for name, of in named if of is not None}


def _plain(hint: Any) -> type | None:
    """`str | None` is text; a word from a list is text, too."""
    origin = get_origin(hint)
    options = [one for one in get_args(hint) if one is not type(None)] if origin is UnionType else [hint]
    if len(options) != 1 or get_origin(options[0]) is not None:
        return None
    of: type = options[0]
    return str if issubclass(of, StrEnum) else of if of in {str, int, float, bool, datetime} else None


def values(row: Any) -> tuple[Any, ...]:
    """The values of a row, in order."""
    return tuple(getattr(row, field.name) for field in fields(row))


def as_object(row: Any) -> dict[str, Any]:
    """A row as one JSON object, its keys in the order of the columns."""
    return dict(zip(columns(type(row)), map(_as_json, values(row)), strict=True))


def _as_json(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return as_object(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_as_json(one) for one in value]
    return value


def cell(value: Any) -> Any:
    """A value as one cell of a table: lists with commas between, `-` for nothing; times and numbers stay."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(cell(one)) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{number} {name}" for name, number in value.items())
    return "-" if value is None else value
