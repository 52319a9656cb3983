"""What the pages are made from: the archive, open for reading alone, and how its stored pages are made inert."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from archive import db, warc
from archive.audit import Claim
from archive.desk.database import Desk
from archive.home import Home
from archive.query import stored, withdrawn
from archive.query.articles import Shown
from archive.query.filters import Filters
from archive.query.stored import StoredLook
from archive.questions.ask import asking
from archive.questions.question import Asked
from archive.warc.read import StoredRecord
from archive.web.provider import Provider

__all__ = ["Claims", "Inert", "Site", "Stored"]

Inert = Callable[[StoredRecord, Shown | None], str]
"""A stored page as text that runs nothing, loads nothing and sends nothing, its links led into the archive (`/at`);
with a version that was read of it, what was read is marked."""

Claims = Callable[[db.Connection, int, int], Iterable[Claim]]
"""So many claims of each class, drawn with a seed, with the words they are to be judged by."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A look and the bytes it brought."""

    look: StoredLook
    record: StoredRecord


@dataclass(frozen=True, slots=True)
class Site:
    """An archive as it is served. `engine` answers pages, `patient` what is exported whole, which may take longer.

    `desk` is where people write beside it, unless `is_read_only`. `is_open`: others than those on this machine can
    reach it, so nobody sees anything who has not logged in; `proxied`: a proxy stands before it. By `key` our forms are
    told from others'."""

    home: Home
    engine: db.Engine
    patient: db.Engine
    inert: Inert
    claims: Claims
    desk: Desk
    is_read_only: bool = False
    provider: Provider | None = None
    is_open: bool = False
    proxied: bool = False
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

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
