"""What the pages are made from: the archive, open for reading alone, and how its stored pages are made inert."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from archive import db, warc
from archive.home import Home
from archive.query import stored, withdrawn
from archive.query.filters import Filters
from archive.query.stored import StoredLook
from archive.questions.ask import asking
from archive.questions.question import Asked
from archive.warc.read import StoredRecord

__all__ = ["Inert", "Site", "Stored"]

Inert = Callable[[StoredRecord], str]
"""A stored page as text that runs nothing, loads nothing and sends nothing, its links led into the archive (`/at`)."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A look and the bytes it brought."""

    look: StoredLook
    record: StoredRecord


@dataclass(frozen=True, slots=True)
class Site:
    """An archive as it is served. `engine` answers pages, `patient` what is exported whole, which may take longer."""

    home: Home
    engine: db.Engine
    patient: db.Engine
    inert: Inert

    @contextmanager
    def asking(self, filters: Filters = Filters(), *, patient: bool = False) -> Iterator[Asked]:  # noqa: B008 - frozen
        """The archive, to put questions to it, as of the moment the filters name."""
        with asking(self.patient if patient else self.engine, filters) as asked:
            yield asked

    def stored(self, name: str) -> Stored:
        """What a look brought, by what people call it. Raises NotFound; Damaged where its bytes are not as recorded;
        Withdrawn where they are not to be shown."""
        with self.asking() as asked:
            look = stored.find(asked.connection, name)
            withdrawn.may_show(asked.connection, look.capture)
        return Stored(look, warc.read_at(self.home.warc, look.place))
