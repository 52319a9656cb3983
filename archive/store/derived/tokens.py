"""The token table: what a version is found by, made of the text that is shown of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select, update

from archive import search
from archive.models import AnalyserRow
from archive.search import index
from archive.store.batch import Later
from archive.store.derived.form import Checker, Kept, Numbered, Unlike
from archive.store.texts import Said

__all__ = ["Tokens"]


class Tokens(Numbered):
    """A table that no model describes: FTS5, or `tsvector`."""

    name, about = "words", "what versions are found by"

    def added(self, connection: Connection, later: Later, version: int, said: Said) -> None:  # noqa: ARG002
        """A version's tokens."""
        index.index(connection, version, said.words)

    def replaced(self, connection: Connection, version: int, old: Said, new: Said) -> None:
        """Those of another text."""
        index.reindex(connection, version, old.words, new.words)

    def checker(self, connection: Connection) -> Checker:
        """Compares what is stored, as far as the database tells."""

        def check(versions: Sequence[Kept]) -> Iterator[Unlike]:
            unlike = index.unlike(connection, [(one.version, one.said.words) for one in versions])
            for version in unlike:
                what = "is not found by the words of its text"
                yield Unlike("tokens", version, what, "`palimpsest upgrade --words` makes them anew")

        return check

    def make(self, connection: Connection, versions: Sequence[tuple[int, Said]]) -> None:
        """The tokens of many."""
        index.index_many(connection, [(version, said.words) for version, said in versions])

    def upto(self, connection: Connection) -> int | None:
        """How far, by today's analyser."""
        state = connection.execute(select(AnalyserRow.number, AnalyserRow.upto)).one()
        return state.upto if state.number == search.ANALYSER else 0

    def mark(self, connection: Connection, upto: int | None) -> None:
        """Say how far."""
        connection.execute(update(AnalyserRow).values(number=search.ANALYSER, upto=upto))

    def empty(self, connection: Connection) -> None:
        """Forget every version's."""
        index.empty(connection)
