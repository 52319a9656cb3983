"""Questions put to an archive, and their answers in a form that can be compared."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from archive.query.filters import Filters
from archive.questions.catalog import named
from archive.questions.question import Asked
from tests.archive.material import START

__all__ = ["columns", "plain", "rows"]


def plain(value: Any) -> Any:
    """A value of an answer: times are minutes."""
    if isinstance(value, datetime):
        return int((value - START).total_seconds() // 60)
    if isinstance(value, tuple):
        # Public ids of versions say nothing to who reads the answers here.
        return tuple(re.sub("@[0-9a-f]{12}", "", each) if isinstance(each, str) else each for each in value)
    return value.value if isinstance(value, StrEnum) else value


def rows(connection: Connection, name: str, words: tuple[str, ...] | None = None, **filters: Any) -> list[Any]:
    """The rows of a question; without words it is asked as in its worked example."""
    asked = named(name)
    given = asked.given(asked.example if words is None else words)
    return list(asked.answer(Asked(connection, Filters(**filters)), **given))


def columns(rows: list[Any], *columns: str) -> list[tuple[Any, ...]]:
    """Of rows only these columns."""
    return [tuple(plain(getattr(row, column)) for column in columns) for row in rows]
