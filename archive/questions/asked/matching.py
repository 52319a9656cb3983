"""The versions whose text has certain words, as a table of their integers: the one place questions ask the search."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, column, text

from archive.search import condition, parse

__all__ = ["versions_with"]


def versions_with(connection: Connection, words: str) -> Any:
    """A subquery with one column, `id`. Raises UsageError where the words ask for nothing."""
    inside, value = condition(connection.dialect.name, parse(words))
    name = f"query_{abs(hash(words))}"
    named = text(inside.replace(":query", f":{name}"))
    return named.bindparams(bindparam(name, value)).columns(column("id", BigInteger)).subquery()
