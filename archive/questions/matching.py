"""The versions whose text has certain words, as a table of their integers: the one place questions ask the search."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from archive.search.index import tongues
from archive.search.language import parse
from archive.search.sql import alone, condition

__all__ = ["versions_with"]


def versions_with(connection: Connection, words: str) -> Any:
    """A table with one column, `id`. Raises UsageError where the words ask for nothing."""
    return alone(condition(connection.dialect.name, parse(words).root, tongues(connection)))
