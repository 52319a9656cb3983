"""The token table: what a version is found by, made of the text that is shown of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select, update

from archive import search
from archive.models import AnalyserRow, ArticleRow, OutletRow, TextRow, VersionRow, table_of
from archive.search import index, integrity
from archive.store.batch import Later
from archive.store.derived.form import MANY, Checker, Kept, Numbered, Unlike
from archive.store.texts import Said

__all__ = ["Tokens"]

_ANOTHER, _MENDED = "is not found by the words of its text", "`palimpsest upgrade --words` makes them anew"
_TEXTS = (
    select(
        VersionRow.id.label("version"),
        OutletRow.name.label("outlet"),
        ArticleRow.key,
        VersionRow.digest.label("public"),
        *table_of(TextRow).c,
    )
    .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    .order_by(VersionRow.id)
)


class Tokens(Numbered):
    """A table that no model describes: FTS5, or `tsvector`."""

    name, about = "words", "what versions are found by"

    def added(self, connection: Connection, later: Later, version: int, said: Said) -> None:
        """A version's tokens."""
        later.add(*index.insertion(connection.dialect.name, version, said.words))

    def replaced(self, connection: Connection, version: int, old: Said, new: Said) -> None:
        """Those of another text."""
        index.reindex(connection, version, old.words, new.words)

    def checker(self, connection: Connection) -> Checker | None:
        """Compares what is stored, where the database can be asked for it."""
        if connection.dialect.name == "sqlite":
            return None

        def check(versions: Sequence[Kept]) -> Iterator[Unlike]:
            unlike = index.unlike(connection, [(one.version, one.said.words) for one in versions])
            yield from (Unlike("tokens", version, _ANOTHER, _MENDED) for version in unlike)

        return check

    def unlike_in_all(self, connection: Connection) -> Iterator[Unlike]:
        """On SQLite: versions with another number of words, then the index as a whole, word for word."""
        if connection.dialect.name != "sqlite":
            return
        unlike: dict[str, None] = {}
        if not integrity.holds(connection, _written(connection, unlike)) and not unlike:
            unlike["the index"] = None
        yield from (Unlike("tokens", name, _ANOTHER, _MENDED) for name in unlike)

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


def _written(connection: Connection, unlike: dict[str, None]) -> Iterator[tuple[int, Sequence[str]]]:
    """What is written of each version's text, in order; those of which another number of words is stored are put into
    `unlike` by their public ids."""
    with connection.execute(_TEXTS, execution_options=MANY) as found:
        for rows in found.mappings().partitions():
            said = [(int(row["version"]), Said({str(key): value for key, value in row.items()}).words) for row in rows]
            names = {row["version"]: f"{row['outlet']}:{row['key']}@{row['public'].hex()[:12]}" for row in rows}
            unlike.update({names[version]: None for version in sorted(index.unlike(connection, said))})
            yield from said
