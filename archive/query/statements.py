"""The same in SQL: the statements that an answer was made from, as they were put to the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, event

__all__ = ["Statements", "listened_to"]

_MOST, _LONGEST = 5, 6_000
"""Statements that are shown, and characters of each: some answers are made from one statement for each row."""


@dataclass(slots=True)
class Statements:
    """The first statements of an answer, each once, with the values its marks stand for; and how many there were."""

    first: dict[str, str] = field(default_factory=dict)
    total: int = 0

    def hear(self, statement: str, values: Any) -> None:
        """Take a statement with its values."""
        self.total += 1
        if len(self.first) < _MOST and len(statement) <= _LONGEST:
            self.first.setdefault(statement, _written(values))


def _written(values: Any) -> str:
    pairs = values.items() if isinstance(values, dict) else enumerate(values or (), 1)
    return ", ".join(f"{name} = {_literal(value)}" for name, value in pairs)[:_LONGEST]


def _literal(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return f"x'{bytes(value).hex()}'"
    return repr(value) if not isinstance(value, Sequence) or isinstance(value, str) else repr(list(value))


@contextmanager
def listened_to(connection: Connection) -> Iterator[Statements]:
    """What is put to the database meanwhile."""
    heard = Statements()

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if not many:
            heard.hear(statement, values)

    event.listen(connection, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(connection, "before_cursor_execute", hear)
