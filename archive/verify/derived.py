"""Is what is derived what the store would derive again from texts and captures?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from archive.models import ArticleRow, OutletRow, SightingRow, TextRow, VersionRow, table_of
from archive.store import folding, recheck, versions
from archive.store.derived import DERIVED
from archive.store.derived.form import AGAIN, Kept, Unlike
from archive.store.texts import Said
from archive.verify.finding import MANY, Finding

__all__ = ["PARTS"]

_TEXT = table_of(TextRow).c
_VERSIONS = (
    select(
        OutletRow.name.label("outlet"),
        ArticleRow.key.label("its_key"),
        *(column.label(f"its_{column.name}") for column in table_of(VersionRow).c),
        *(column for column in _TEXT if column.name != "id"),
    )
    .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    .order_by(VersionRow.id)
)


def _finding(unlike: Unlike, name: str) -> Finding:
    return Finding(unlike.kind, name, f"{unlike.what}: {unlike.mended}")


def _versions(connection: Connection) -> Iterator[Finding]:
    """What is derived of the text of a version."""
    checkers = [checker for derived in DERIVED if (checker := derived.checker(connection))]
    with connection.execute(_VERSIONS, execution_options=MANY) as groups:
        for rows in groups.mappings().partitions():
            names: dict[int | str, str] = {
                row["its_id"]: f"{row['outlet']}:{row['its_key']}@{row['its_digest'].hex()[:12]}" for row in rows
            }
            kept = [_kept({str(name): value for name, value in row.items()}) for row in rows]
            found = [unlike for checker in checkers for unlike in checker(kept)]
            for unlike in sorted(found, key=lambda one: one.where):
                yield _finding(unlike, names[unlike.where])


def _kept(row: dict[str, Any]) -> Kept:
    columns = {column.name: row[f"its_{column.name}"] for column in table_of(VersionRow).c}
    return Kept(columns["id"], columns, Said(row))


def _of_all(connection: Connection) -> Iterator[Finding]:
    """What is derived of all captures together."""
    for derived in DERIVED:
        yield from (_finding(unlike, str(unlike.where)) for unlike in derived.unlike_in_all(connection))


def _articles(connection: Connection) -> Iterator[Finding]:
    """What is derived of an article's captures."""
    columns = *table_of(ArticleRow).c, OutletRow.name, OutletRow.schedule
    statement = select(*columns).join(OutletRow, OutletRow.id == ArticleRow.outlet_id).order_by(ArticleRow.id)
    for article in connection.execute(statement):
        name = f"{article.name}:{article.key}"
        for what in _unfolded(connection, article):
            yield Finding("timeline", name, f"{what}: {AGAIN}")
        for derived in DERIVED:
            yield from (_finding(unlike, name) for unlike in derived.unlike(connection, article.id))


def _unfolded(connection: Connection, article: Any) -> Iterator[str]:
    of = versions.load(connection, article.id)
    rows = folding.of_article(connection, article.id)
    folded = folding.fold(connection, of, rows)
    if any(folded.outcomes[row.uid] is not row.outcome for row in rows):
        yield "an outcome is not what its captures come to"
    if {version: number for version, number in of.numbers.items() if number} != folded.numbers:
        yield "the versions are not numbered by first seen"
    if any(of.shown[version] != of.first_read(version).text for version in of.public):
        yield "a version does not show what its first look says"
    derived = folding.article_columns(folded, recheck.steps_of(article.schedule))
    if any(getattr(article, name) != value for name, value in derived.items() if name.startswith("life")):
        yield "the life state is not what its captures come to"
    if any(getattr(article, name) != value for name, value in derived.items() if not name.startswith("life")):
        yield "when it was looked at and is again is not what its captures and its schedule give"
    ids = {row.uid: row.id for row in rows}
    if folding.held_back(connection, article.id) != {ids[uid] for uid in folded.held_back}:
        yield "what was held back is not what its captures come to"
    wanted = [{"n": n, **folding.sighting_columns(one, ids)} for n, one in enumerate(folded.sightings)]
    if _sightings(connection, article.id) != wanted:
        yield "the sightings are not what its captures come to"


def _sightings(connection: Connection, article: int) -> list[dict[str, Any]]:
    index = table_of(SightingRow)
    columns = [column for column in index.c if column.name != "article_id"]
    statement = select(*columns).where(index.c.article_id == article).order_by(index.c.n)
    return [dict(row) for row in connection.execute(statement).mappings()]


PARTS = (_versions, _of_all, _articles)
