"""The archive as it was at a moment, for one transaction that reads: temporary tables that stand before the real ones.

What was held then is the captures made by then, in runs that had begun by then. What is derived of them is folded from
those alone, by the fold the store itself uses; what nothing came to since is taken as it stands. A name without a
schema means the temporary table on either database, so whoever reads afterwards asks as ever. Our own rules are
today's: a version that was read again has the text they read from what was held."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Select,
    Table,
    bindparam,
    case,
    cast,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    text,
    union,
    union_all,
    update,
)
from sqlalchemy.sql.ddl import CreateTableAs, CreateView

from archive import db
from archive.models import Base, Word
from archive.records import Attempt, Source, Verdict
from archive.store import bodies, folding, references, texts, versions
from archive.store.batch import Later
from archive.store.frontier import Trace, stands
from archive.store.versions import Versions

__all__ = ["turn_back"]

_TABLES = Base.metadata.tables
_SEEN = _TABLES["capture"]
"""The captures that were held, once their view stands before the table."""

_INDEXES = {
    "affected": ("id",),
    "moved": ("digest",),
    "body": ("outlet_id, digest", "article_id"),
    "late": ("id",),
    "article": ("id", "outlet_id, key", "life"),
    "article_address": ("article_id", "address_id"),
    "version": ("id", "article_id", "body, article_id"),
    "version_text": ("version_id, revision_id",),
    "sighting": ("article_id, n", "version_id", "first_seen"),
    "link": ("article_id, host", "host"),
    "picture": ("article_id, address", "address"),
    "touched": ("outlet_id, address_id",),
    "discovery": ("id", "outlet_id, address_id", "address_id"),
}
_TOGETHER = 500
"""Articles whose rows are written at once."""


def turn_back(connection: Connection, at: datetime) -> None:
    """Let whatever this transaction reads from now on be as it was at a moment; afterwards it can only read.

    The connection is one of `db.reading` with `scratch`."""
    then = _Then(connection, at, _real(connection))
    then.captures()
    then.articles()
    then.fold()
    then.references()
    then.discoveries()
    then.outlets()
    db.seal(connection)


def _real(connection: Connection) -> dict[str, Table]:
    """The tables that nothing stands before, by name."""
    on_sqlite = connection.dialect.name == "sqlite"
    here = "main" if on_sqlite else str(connection.execute(select(func.current_schema())).scalar())
    found = MetaData()
    return {name: table.to_metadata(found, schema=here) for name, table in _TABLES.items()}


@dataclass(frozen=True, slots=True)
class _Then:
    """The temporary tables as they are made, one after the other: each reads those made before."""

    connection: Connection
    at: datetime
    real: dict[str, Table]

    def _view(self, name: str, statement: Select[*tuple[Any, ...]]) -> None:
        self.connection.execute(CreateView(statement, name, temporary=True))

    def _table(self, name: str, statement: Any) -> None:
        self.connection.execute(CreateTableAs(statement, name, temporary=True))
        for n, columns in enumerate(_INDEXES[name]):
            self.connection.execute(text(f"CREATE INDEX then_{name}_{n} ON {name} ({columns})"))
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(text(f"ANALYZE {name}"))

    @property
    def _begun(self) -> Select[int]:
        runs = self.real["run"].c
        return select(runs.id).where(runs.started_at <= self.at)

    @property
    def _later(self) -> ColumnElement[bool]:
        """A capture that was not held."""
        captures = self.real["capture"].c
        return or_(captures.fetched_at > self.at, captures.run_id.not_in(self._begun))

    def captures(self) -> None:
        """What was held, whose bodies that shows, and the articles that something came to since (`affected`): a look of
        their own, or another's that takes a body from them or leaves it to them."""
        captures, version = self.real["capture"], self.real["version"].c
        held = captures.c.fetched_at <= self.at, captures.c.run_id.in_(self._begun)
        _CAME_TO.create(self.connection)
        came_to = select(_CAME_TO.c.outcome).where(_CAME_TO.c.capture == captures.c.id).scalar_subquery()
        then = func.coalesce(came_to, captures.c.outcome).label("outcome")
        shown = [then if column is captures.c.outcome else column for column in captures.c]
        self._view("capture", select(*shown).where(*held))
        moved = self._bodies()
        looked_at = select(captures.c.article_id.label("id")).where(captures.c.article_id.is_not(None), self._later)
        self._table("affected", union(looked_at, select(version.article_id).where(version.body.in_(moved))))

    def _bodies(self) -> Any:
        """Whose each body was. The bodies whose first looks came since; only of those it has to be found out."""
        body = self.real["body"].c
        self._table("moved", select(body.digest).where(body.uid.not_in(select(_SEEN.c.uid))).distinct())
        moved = text("SELECT digest FROM moved").columns(digest=body.digest.type)
        self._table("body", select(self.real["body"]).where(body.digest.not_in(moved)))
        version, article = self.real["version"].c, self.real["article"].c
        whose = article.outlet_id, version.body, version.article_id
        looks = _SEEN.c.fetched_at, _SEEN.c.uid
        shown = (
            select(*whose, *looks, func.row_number().over(partition_by=whose, order_by=looks).label("look"))
            .select_from(_SEEN)
            .join(version.id.table, version.id == _SEEN.c.version_id)
            .join(article.id.table, article.id == version.article_id)
            .where(version.body.in_(moved), _SEEN.c.source != Source.GIVEN_TEXT)
            .subquery()
        ).c
        order = func.row_number().over(
            partition_by=(shown.outlet_id, shown.body), order_by=(shown.fetched_at, shown.uid)
        )
        first = select(*list(shown)[:-1], order.label("place")).where(shown.look == 1).subquery()
        theirs = select(*list(first.c)[:-1]).where(first.c.place <= bodies.HAVE)
        columns = ["outlet_id", "digest", "article_id", "seen_at", "uid"]
        self.connection.execute(insert(_TABLES["body"]).from_select(columns, theirs))
        return moved

    def articles(self) -> None:
        """The articles and versions that a look had shown, and the addresses they had been looked at."""
        article, version, read = (self.real[name] for name in ("article", "version", "version_text"))
        shown = exists().where(_SEEN.c.article_id == article.c.id, _SEEN.c.version_id.is_not(None))
        self._table("article", select(article).where(or_(_untouched(article.c.id), shown)))
        self._table(
            "version", select(version).where(or_(_untouched(version.c.article_id), _first_look(version).is_not(None)))
        )
        self._table("version_text", select(read).where(exists().where(_SEEN.c.id == read.c.capture_id)))
        self._reads(version, read)
        stood = self.real["article_address"]
        looked = or_(_SEEN.c.address_id == stood.c.address_id, _SEEN.c.final_address_id == stood.c.address_id)
        here = exists().where(_SEEN.c.article_id == stood.c.article_id, looked)
        self._table("article_address", select(stood).where(or_(_untouched(stood.c.article_id), here)))

    def _reads(self, version: Table, read: Table) -> None:
        """The versions whose text was read again from a page that came later have a look of their own for evidence."""
        table = _TABLES["version_text"]
        bare = (
            select(read.c.version_id, read.c.revision_id, read.c.text_id, _first_look(version))
            .join(version, version.c.id == read.c.version_id)
            .where(_TABLES["version"].c.id == version.c.id, version.c.id.not_in(select(table.c.version_id)))
        )
        self.connection.execute(insert(table).from_select(["version_id", "revision_id", "text_id", "capture_id"], bare))

    def fold(self) -> None:
        """The sightings, numbers and life states of the articles that something came to since."""
        sighting, article = self.real["sighting"], _TABLES["article"].c
        self._table("sighting", select(sighting).where(_untouched(sighting.c.article_id)))
        affected = self.connection.execute(select(article.id).where(~_untouched(article.id))).scalars().all()
        later = Later(self.connection)
        for n, one in enumerate(affected, 1):
            self._fold(later, one)
            if n % _TOGETHER == 0:
                later.flush()
        later.flush()

    def _fold(self, later: Later, article: int) -> None:
        connection = self.connection
        connection.execute(_UNNUMBERED, {"article": article})
        of, rows = versions.load(connection, article), folding.of_article(connection, article)
        folded, before = folding.fold(connection, of, rows), folding.stored(connection, article)
        folding.derive(connection, later, of, before, folded, {row.uid: row.id for row in rows})
        for row in rows:
            if folded.outcomes[row.uid] is not row.outcome:
                later.add(_COME_TO, {"capture": row.id, "outcome": folded.outcomes[row.uid]})
        self._show(of)

    def _show(self, of: Versions) -> None:
        """What is shown of a version is its first look among those that were held."""
        for version in of.reads:
            said = of.first_read(version).text
            if said != of.shown[version]:
                row = dict(self.connection.execute(_SAID, {"text": said}).mappings().one())
                lean = texts.lean(row, texts.length_of(row))
                self.connection.execute(
                    update(_TABLES["version"]).where(_VERSION.id == version).values(text_id=said, **lean)
                )

    def references(self) -> None:
        """The hosts and pictures that pages had shown. Only where an older look came later than a newer one do pages
        have to be asked which of them shows something first."""
        captures, article = self.real["capture"].c, _TABLES["article"].c
        overdue = captures.article_id.is_not(None), captures.fetched_at <= self.at, self._later
        self._table("late", select(captures.article_id.label("id")).where(*overdue).distinct())
        late = text("SELECT id FROM late").columns(id=article.id.type)
        for name in ("link", "picture"):
            row = self.real[name]
            there = row.c.article_id.in_(select(article.id)), row.c.article_id.not_in(late)
            self._table(name, select(row).where(row.c.first_seen <= self.at, *there))
        page, later = _TABLES["circumstances"].c, Later(self.connection)
        pages = (
            select(_SEEN.c.article_id, _SEEN.c.fetched_at, page.document)
            .join_from(_SEEN, _TABLES["circumstances"], page.id == _SEEN.c.circumstances_id)
            .where(_SEEN.c.article_id.in_(select(article.id)), _SEEN.c.article_id.in_(late))
        )
        found: dict[tuple[str, int, str | bytes], datetime] = {}
        for one, at, document in self.connection.execute(pages):
            for name, what in references.named_in(json.loads(document)):
                found[name, one, what] = min(at, found.get((name, one, what), at))
        for (name, one, what), at in found.items():
            later.add(_REFERS[name], {"article": one, "named": what, "at": at})
        later.flush()

    def discoveries(self) -> None:
        """The addresses that had been found; those that something came of since stand where that leaves them."""
        discovery, captures, attempts = (self.real[name] for name in ("discovery", "capture", "attempt"))
        self._table("discovery", select(discovery).where(discovery.c.found_at <= self.at))
        answered = select(captures.c.outlet_id, captures.c.address_id).where(self._later)
        failed = select(attempts.c.outlet_id, attempts.c.address_id).where(attempts.c.at > self.at)
        self._table("touched", union(answered, failed))
        for one, traces in groupby(self.connection.execute(self._traces(attempts)), key=attrgetter("id")):
            known = [Trace(row.at, row.verdict, row.word) for row in traces if row.at is not None]
            self.connection.execute(_STANDS, {"of": one, "stands": stands(known)})

    def _traces(self, attempts: Table) -> Select[*tuple[Any, ...]]:
        """What had come by then of each address that something came of since; one empty row where nothing had."""
        here = _TABLES["discovery"].c
        touched = text(
            "EXISTS (SELECT 1 FROM touched t "
            "WHERE t.outlet_id = discovery.outlet_id AND t.address_id = discovery.address_id)"
        )
        runs = self.real["run"].c
        # A look somebody else had made came when it was handed in.
        came = case((runs.started_at > _SEEN.c.fetched_at, runs.started_at), else_=_SEEN.c.fetched_at).label("at")
        answered = select(
            _SEEN.c.outlet_id, _SEEN.c.address_id, came, _SEEN.c.verdict, cast(null(), Word(Attempt)).label("word")
        ).join(runs.id.table, runs.id == _SEEN.c.run_id)
        failed = select(
            attempts.c.outlet_id, attempts.c.address_id, attempts.c.at, cast(null(), Word(Verdict)), attempts.c.word
        ).where(attempts.c.at <= self.at)
        trace = union_all(answered, failed).subquery()
        whose = (trace.c.outlet_id == here.outlet_id) & (trace.c.address_id == here.address_id)
        join = whose & (trace.c.at >= here.found_at)
        statement = select(here.id, trace.c.at, trace.c.verdict, trace.c.word)
        return (
            statement.join_from(_TABLES["discovery"], trace, join, isouter=True)
            .where(touched)
            .order_by(here.id, trace.c.at)
        )

    def outlets(self) -> None:
        """The outlets of which anything had been asked or found."""
        outlet, attempts = self.real["outlet"], self.real["attempt"]
        traces = (
            exists().where(_SEEN.c.outlet_id == outlet.c.id),
            exists().where(_TABLES["discovery"].c.outlet_id == outlet.c.id),
            exists().where(attempts.c.outlet_id == outlet.c.id, attempts.c.at <= self.at),
        )
        self._view("outlet", select(outlet).where(or_(*traces)))


_CAME_TO = Table(
    "came_to",
    MetaData(),
    Column("capture", _TABLES["capture"].c.id.type, primary_key=True, autoincrement=False),
    Column("outcome", _TABLES["capture"].c.outcome.type),
    prefixes=["TEMPORARY"],
)
"""The captures that had come to something else: what a look comes to may change by looks that come after it."""

_COME_TO = insert(_CAME_TO)
_VERSION = _TABLES["version"].c
_UNNUMBERED = update(_TABLES["version"]).where(_VERSION.article_id == bindparam("article")).values(number=None)
_SAID = select(_TABLES["text"]).where(_TABLES["text"].c.id == bindparam("text"))
_DISCOVERY = _TABLES["discovery"]
_STANDS = update(_DISCOVERY).where(_DISCOVERY.c.id == bindparam("of")).values(state=bindparam("stands"))
_REFERS = {
    name: insert(_TABLES[name]).values(
        {"article_id": bindparam("article"), column: bindparam("named"), "first_seen": bindparam("at")}
    )
    for name, column in (("link", "host"), ("picture", "address"))
}


def _untouched(article: Any) -> ColumnElement[bool]:
    """Whether nothing came to an article since."""
    untouched: ColumnElement[bool] = article.not_in(text("SELECT id FROM affected").columns(id=_VERSION.id.type))
    return untouched


def _first_look(version: Table) -> Any:
    """The first look that had shown a version, or one that was folded into it since: pages before given texts."""
    folded = version.alias()
    alike = (
        select(folded.c.id)
        # Versions are folded within an article, and an article has few.
        .where(folded.c.article_id == version.c.article_id)
        .where(or_(folded.c.id == version.c.id, folded.c.merged_into_id == version.c.id))
        .correlate(version)
    )
    return (
        select(_SEEN.c.id)
        .where(_SEEN.c.article_id == version.c.article_id, _SEEN.c.version_id.in_(alike))
        .order_by(_SEEN.c.source == Source.GIVEN_TEXT, _SEEN.c.fetched_at, _SEEN.c.uid)
        .limit(1)
        .scalar_subquery()
    )
