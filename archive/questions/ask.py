"""Where questions are put: the archive as it is, or as it was at the moment a question is asked as of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from archive import db
from archive.query.filters import Filters, known
from archive.questions.question import Asked

__all__ = ["asking"]


@contextmanager
def asking(engine: db.Engine, filters: Filters) -> Iterator[Asked]:
    """The archive, to put questions to it. As of a moment it is turned back once, by which every question gives what it
    would have given then, and none has to know of it.

    Raises NotFound for an outlet, a family or a country the archive does not know."""
    with db.reading(engine, scratch=filters.as_of is not None) as connection:
        known(connection, filters)
        if filters.as_of is not None:
            from archive.as_of import turn_back

            turn_back(connection, filters.as_of)
        yield Asked(connection, replace(filters, as_of=None), filters.as_of)
