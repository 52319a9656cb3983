"""Rows nothing else in their transaction points to, written a group at a time: one statement for many rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Insert, TextClause, Update

__all__ = ["Later"]


_T = TypeVar("_T")


class Later:
    """Rows that wait, by statement. `articles` are those with rows waiting: flush before reading what is theirs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[tuple[Insert | Update | TextClause, dict[str, Any]]] = []
        self._told: dict[Any, Any] = {}
        self.articles: set[int] = set()

    def once(self, ask: Callable[[Connection], _T]) -> _T:
        """What the archive says to a question whose answer nothing in this transaction changes: asked once."""
        if ask not in self._told:
            self._told[ask] = ask(self._connection)
        answer: _T = self._told[ask]
        return answer

    def add(self, statement: Insert | Update | TextClause, row: dict[str, Any]) -> None:
        """Keep a row for later."""
        self._rows.append((statement, row))

    def mark(self) -> int:
        """A point to which `forget` can go back."""
        return len(self._rows)

    def forget(self, mark: int) -> None:
        """Drop the rows added since the mark: what they belong to was rolled back."""
        del self._rows[mark:]

    def flush(self) -> None:
        """Write what waits, in the order in which each statement was first used."""
        by_statement: dict[Insert | Update | TextClause, list[dict[str, Any]]] = {}
        for statement, row in self._rows:
            by_statement.setdefault(statement, []).append(row)
        for statement, rows in by_statement.items():
            self._connection.execute(statement, rows)
        self._rows.clear()
        self.articles.clear()
