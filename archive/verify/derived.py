"""Is what is derived what the store would derive again from texts and captures?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, zip_longest
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, select

from archive.models import (
    ArticleRow,
    BodyRow,
    CaptureRow,
    CircumstancesRow,
    LinkRow,
    OutletRow,
    PictureRow,
    SightingRow,
    TextRow,
    VersionRow,
    VersionTextRow,
    table_of,
)
from archive.records import Source
from archive.search import index
from archive.store import bodies, folding, references, texts, versions
from archive.verify.finding import MANY, Finding

__all__ = ["PARTS"]

_AGAIN = "`palimpsest ingest` of the WARC files into a new archive derives it again"

# --- of a version's text ----------------------------------------------------------------------------------------------

_LEAN = ("published", "language", "words")
_VERSIONS = (
    select(
        OutletRow.name,
        ArticleRow.key,
        VersionRow.id.label("version"),
        VersionRow.digest.label("public"),
        VersionRow.body.label("its_body"),
        *(getattr(VersionRow, name).label(f"its_{name}") for name in _LEAN),
        *(column for column in table_of(TextRow).c if column.name != "id"),
    )
    .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .join(TextRow, TextRow.id == VersionRow.text_id)
    .order_by(VersionRow.id)
)
_FIRST_READ = (
    select(TextRow)
    .join(VersionTextRow, VersionTextRow.text_id == TextRow.id)
    .where(VersionTextRow.version_id == bindparam("version"), TextRow.fingerprint == bindparam("public"))
    .limit(1)
)


def _versions(connection: Connection) -> Iterator[Finding]:
    """What spares a question the text of a version, and what the version is found by."""
    with_body = False
    groups: Any = connection.execute(_VERSIONS, execution_options=MANY).mappings().partitions()
    for rows in groups:
        found_by = index.unlike(connection, [(row["version"], texts.words_of(row)) for row in rows])
        for row in rows:
            name = f"{row['name']}:{row['key']}@{row['public'].hex()[:12]}"
            # Versions from before there were bodies have none; they are the first.
            with_body = with_body or row["its_body"] is not None
            for what in (*_leaning(row), *(_bodiless(connection, row) if with_body else ())):
                yield Finding("version", name, f"{what}: {_AGAIN}")
            if row["version"] in found_by:
                what = "is not found by the words of its text: `palimpsest upgrade --words` makes them anew"
                yield Finding("tokens", name, what)


def _leaning(row: Mapping[str, Any]) -> Iterator[str]:
    for name, value in texts.lean(row, texts.length_of(row)).items():
        if row[f"its_{name}"] != value:
            yield f"{name} is {row[f'its_{name}']}, not {value} as its text gives"


def _bodiless(connection: Connection, row: Mapping[str, Any]) -> Iterator[str]:
    of = {"version": row["version"], "public": row["public"]}
    first: Any = row if row["fingerprint"] == row["public"] else connection.execute(_FIRST_READ, of).mappings().first()
    if first is not None and (row["its_body"] or b"") != texts.told_by(first):
        yield "body is not what the body of its text is told by"


# --- of all captures --------------------------------------------------------------------------------------------------


def _bodies(connection: Connection) -> Iterator[Finding]:
    """The articles that have a body are the first two of their outlet whose pages showed it."""
    seen = (
        select(ArticleRow.outlet_id, VersionRow.body, ArticleRow.id, CaptureRow.fetched_at, CaptureRow.uid)
        .join(VersionRow, VersionRow.id == CaptureRow.version_id)
        .join(ArticleRow, ArticleRow.id == CaptureRow.article_id)
        .where(VersionRow.body.is_not(None), CaptureRow.source != Source.GIVEN_TEXT)
        .order_by(ArticleRow.outlet_id, VersionRow.body, CaptureRow.fetched_at, CaptureRow.uid)
    )
    stored = select(BodyRow).order_by(BodyRow.outlet_id, BodyRow.digest, BodyRow.seen_at, BodyRow.uid)
    with (
        connection.execute(seen, execution_options=MANY) as rows,
        connection.execute(stored, execution_options=MANY) as kept,
    ):
        groups = groupby(rows, key=lambda row: (row.outlet_id, row.body))
        wanted = (tuple(row) for _, looks in groups for row in _first(looks))
        for made, found in zip_longest(wanted, map(tuple, kept)):
            if made != found:
                differs: Any = made or found
                what = f"is not had by the first articles to show it: {_AGAIN}"
                yield Finding("timeline", f"body {differs[1].hex()[:12]}", what)
                return


def _first(looks: Iterable[Any]) -> Iterator[Any]:
    articles: set[int] = set()
    for row in looks:
        if row.id not in articles and len(articles) < bodies.HAVE:
            articles.add(row.id)
            yield row


# --- of an article's captures -----------------------------------------------------------------------------------------


def _articles(connection: Connection) -> Iterator[Finding]:
    statement = select(ArticleRow, OutletRow.name).join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    for article in connection.execute(statement.order_by(ArticleRow.id)):
        name = f"{article.name}:{article.key}"
        for what in _unfolded(connection, article):
            yield Finding("timeline", name, f"{what}: {_AGAIN}")
        for what in _unreferred(connection, article.id):
            yield Finding("reference", name, f"{what}: {_AGAIN}")


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
    life = {"life": article.life, "life_since": article.life_since, "life_evidence": article.life_evidence}
    if life != folding.life_columns(folded.life):
        yield "the life state is not what its captures come to"
    ids = {row.uid: row.id for row in rows}
    wanted = [folding.sighting_columns(sighting, ids) for sighting in folded.sightings]
    if _sightings(connection, article.id) != wanted:
        yield "the sightings are not what its captures come to"


def _sightings(connection: Connection, article: int) -> list[dict[str, Any]]:
    index = table_of(SightingRow)
    columns = [column for column in index.c if column.name not in {"article_id", "n"}]
    statement = select(*columns).where(index.c.article_id == article).order_by(index.c.n)
    return [dict(row) for row in connection.execute(statement).mappings()]


_PAGES = (
    select(CircumstancesRow.document, func.min(CaptureRow.fetched_at).label("at"))
    .join(CaptureRow, CaptureRow.circumstances_id == CircumstancesRow.id)
    .where(CaptureRow.article_id == bindparam("article"))
    .group_by(CircumstancesRow.id)
    .order_by("at")
)
_LINKS = select(LinkRow.host, LinkRow.first_seen).where(LinkRow.article_id == bindparam("article"))
_PICTURES = select(PictureRow.address, PictureRow.first_seen).where(PictureRow.article_id == bindparam("article"))


_READ_LATER = select(
    exists().where(
        CaptureRow.article_id == bindparam("article"),
        CaptureRow.version_id.is_not(None),
        CaptureRow.circumstances_id.is_(None),
    )
)


def _unreferred(connection: Connection, article: int) -> Iterator[str]:
    of, linked, shown = {"article": article}, dict[Any, Any](), dict[Any, Any]()
    for document, at in connection.execute(_PAGES, of):
        page = json.loads(document)
        linked = dict.fromkeys(references.hosts(page.get("links", ())), at) | linked
        shown = dict.fromkeys(references.pictures(page.get("images", ())), at) | shown
    # A page that was refused once and is read as the article now refers to what no stored circumstances tell.
    more = connection.execute(_READ_LATER, of).scalar_one()
    for host in _differing(linked, dict(connection.execute(_LINKS, of).all()), more):
        yield f"link to {host} is not since the first of its pages that has it"
    for picture in _differing(shown, dict(connection.execute(_PICTURES, of).all()), more):
        yield f"picture {picture.hex()} is not since the first of its pages that shows it"


def _differing(wanted: Mapping[Any, Any], found: Mapping[Any, Any], more: bool) -> list[Any]:
    """What is not there, or since another time than wanted; with `more`, it may be there all the same, or earlier."""
    late = {one for one, at in wanted.items() if one not in found or found[one] > at}
    early = {one for one, at in found.items() if one not in wanted or at < wanted[one]}
    return sorted(late if more else late | early)


PARTS = (_versions, _bodies, _articles)
