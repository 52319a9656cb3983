"""The versions whose text has certain words, as a table of their integers: the one place questions ask the search."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from archive.search.condition import condition, matching
from archive.search.query import parse
from archive.search.table import tongues

__all__ = ["versions_with"]


def versions_with(connection: Connection, words: str) -> Any:
    """A table with one column, `id`. Raises UsageError where the words ask for nothing."""
    found = matching(condition(connection.dialect.name, parse(words).root, tongues(connection)))
    # On its own, by its index: joined to others, PostgreSQL may test the words of every version instead.
    return found.cte().prefix_with("MATERIALIZED", dialect="postgresql")
