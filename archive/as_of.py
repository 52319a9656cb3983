"""The archive as it was at a moment, for one transaction that reads: temporary tables that stand before the real ones.

What was held then is the captures made by then, in runs that had begun by then. What is derived of them is folded from
those alone, by the fold the store itself uses; what nothing came to since is taken as it stands. A name without a
schema means the temporary table on either database, so whoever reads afterwards asks as ever. Our own rules are
today's: a version that was read again has the text they read from what was held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    Column,
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

from archive import db
from archive.models import Word
from archive.records import Attempt, Source, Verdict
from archive.store import folding, versions
from archive.store.batch import Later
from archive.store.derived import DERIVED
from archive.store.frontier import Trace, stands
from archive.store.scratch import SEEN, TABLES, Scratch, real_tables, untouched
from archive.store.versions import Versions

__all__ = ["turn_back"]

_TOGETHER = 500
"""Articles whose rows are written at once."""


def turn_back(connection: Connection, at: datetime) -> None:
    """Let whatever this transaction reads from now on be as it was at a moment; afterwards it can only read.

    The connection is one of `db.reading` with `scratch`."""
    then = _Then(connection, at, real_tables(connection))
    then.captures()
    then.articles()
    then.fold()
    for derived in DERIVED:
        derived.turn_back_folded(then)
    then.discoveries()
    then.outlets()
    db.seal(connection)


@dataclass(frozen=True, slots=True)
class _Then(Scratch):
    """The temporary tables as they are made, one after the other: each reads those made before."""

    def captures(self) -> None:
        """What was held, whose bodies that shows, and the articles that something came to since (`affected`): a look of
        their own, or another's that takes a body from them or leaves it to them."""
        captures = self.real["capture"]
        held = captures.c.fetched_at <= self.at, captures.c.run_id.in_(self.begun)
        _CAME_TO.create(self.connection)
        came_to = select(_CAME_TO.c.outcome).where(_CAME_TO.c.capture == captures.c.id).scalar_subquery()
        then = func.coalesce(came_to, captures.c.outcome).label("outcome")
        shown = [then if column is captures.c.outcome else column for column in captures.c]
        self.view("capture", select(*shown).where(*held))
        # What was held back was so by the looks before it: those that came since change nothing of it.
        back, decided = self.real["held_back"], self.real["decision"]
        self.view("held_back", select(back).where(back.c.capture_id.in_(select(SEEN.c.id))))
        self.view("decision", select(decided).where(decided.c.at <= self.at))
        moved = [statement for derived in DERIVED for statement in derived.turn_back(self)]
        looked_at = select(captures.c.article_id.label("id")).where(captures.c.article_id.is_not(None), self.came_later)
        self.table("affected", union(looked_at, *moved), "id")

    def articles(self) -> None:
        """The articles and versions that a look had shown, and the addresses they had been looked at."""
        article, version, read = (self.real[name] for name in ("article", "version", "version_text"))
        shown = exists().where(SEEN.c.article_id == article.c.id, SEEN.c.version_id.is_not(None))
        self.table(
            "article", select(article).where(or_(untouched(article.c.id), shown)), "id", "outlet_id, key", "life"
        )
        self.table(
            "version",
            select(version).where(or_(untouched(version.c.article_id), _first_look(version).is_not(None))),
            "id",
            "article_id",
            "body, article_id",
        )
        self.table(
            "version_text",
            select(read).where(exists().where(SEEN.c.id == read.c.capture_id)),
            "version_id, revision_id",
        )
        self._reads(version, read)
        stood = self.real["article_address"]
        looked = or_(SEEN.c.address_id == stood.c.address_id, SEEN.c.final_address_id == stood.c.address_id)
        here = exists().where(SEEN.c.article_id == stood.c.article_id, looked)
        self.table(
            "article_address", select(stood).where(or_(untouched(stood.c.article_id), here)), "article_id", "address_id"
        )

    def _reads(self, version: Table, read: Table) -> None:
        """The versions whose text was read again from a page that came later have a look of their own for evidence."""
        table = TABLES["version_text"]
        bare = (
            select(read.c.version_id, read.c.revision_id, read.c.text_id, _first_look(version))
            .join(version, version.c.id == read.c.version_id)
            .where(TABLES["version"].c.id == version.c.id, version.c.id.not_in(select(table.c.version_id)))
        )
        self.connection.execute(insert(table).from_select(["version_id", "revision_id", "text_id", "capture_id"], bare))

    def fold(self) -> None:
        """The sightings, numbers and life states of the articles that something came to since."""
        sighting, article = self.real["sighting"], TABLES["article"].c
        self.table(
            "sighting",
            select(sighting).where(untouched(sighting.c.article_id)),
            "article_id, n",
            "version_id",
            "first_seen",
        )
        affected = self.connection.execute(select(article.id).where(~untouched(article.id))).scalars().all()
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
                versions.show(self.connection, version, said, versions.said(self.connection, said))

    def discoveries(self) -> None:
        """The addresses that had been found; those that something came of since stand where that leaves them."""
        discovery, captures, attempts = (self.real[name] for name in ("discovery", "capture", "attempt"))
        self.table(
            "discovery",
            select(discovery).where(discovery.c.found_at <= self.at),
            "id",
            "outlet_id, address_id",
            "address_id",
        )
        answered = select(captures.c.outlet_id, captures.c.address_id).where(self.came_later)
        failed = select(attempts.c.outlet_id, attempts.c.address_id).where(attempts.c.at > self.at)
        self.table("touched", union(answered, failed), "outlet_id, address_id")
        for one, traces in groupby(self.connection.execute(self._traces(attempts)), key=attrgetter("id")):
            known = [Trace(row.at, row.verdict, row.word) for row in traces if row.at is not None]
            self.connection.execute(_STANDS, {"of": one, "stands": stands(known)})

    def _traces(self, attempts: Table) -> Select[*tuple[Any, ...]]:
        """What had come by then of each address that something came of since; one empty row where nothing had."""
        here = TABLES["discovery"].c
        touched = text(
            "EXISTS (SELECT 1 FROM touched t "
            "WHERE t.outlet_id = discovery.outlet_id AND t.address_id = discovery.address_id)"
        )
        runs = self.real["run"].c
        # A look somebody else had made came when it was handed in.
        came = case((runs.started_at > SEEN.c.fetched_at, runs.started_at), else_=SEEN.c.fetched_at).label("at")
        answered = select(
            SEEN.c.outlet_id, SEEN.c.address_id, came, SEEN.c.verdict, cast(null(), Word(Attempt)).label("word")
        ).join(runs.id.table, runs.id == SEEN.c.run_id)
        failed = select(
            attempts.c.outlet_id, attempts.c.address_id, attempts.c.at, cast(null(), Word(Verdict)), attempts.c.word
        ).where(attempts.c.at <= self.at)
        trace = union_all(answered, failed).subquery()
        whose = (trace.c.outlet_id == here.outlet_id) & (trace.c.address_id == here.address_id)
        join = whose & (trace.c.at >= here.found_at)
        statement = select(here.id, trace.c.at, trace.c.verdict, trace.c.word)
        return (
            statement.join_from(TABLES["discovery"], trace, join, isouter=True)
            .where(touched)
            .order_by(here.id, trace.c.at)
        )

    def outlets(self) -> None:
        """The outlets of which anything had been asked or found."""
        outlet, attempts = self.real["outlet"], self.real["attempt"]
        traces = (
            exists().where(SEEN.c.outlet_id == outlet.c.id),
            exists().where(TABLES["discovery"].c.outlet_id == outlet.c.id),
            exists().where(attempts.c.outlet_id == outlet.c.id, attempts.c.at <= self.at),
        )
        self.view("outlet", select(outlet).where(or_(*traces)))


_CAME_TO = Table(
    "came_to",
    MetaData(),
    Column("capture", TABLES["capture"].c.id.type, primary_key=True, autoincrement=False),
    Column("outcome", TABLES["capture"].c.outcome.type),
    prefixes=["TEMPORARY"],
)
"""The captures that had come to something else: what a look comes to may change by looks that come after it."""

_COME_TO = insert(_CAME_TO)
_VERSION = TABLES["version"].c
_UNNUMBERED = update(TABLES["version"]).where(_VERSION.article_id == bindparam("article")).values(number=None)
_DISCOVERY = TABLES["discovery"]
_STANDS = update(_DISCOVERY).where(_DISCOVERY.c.id == bindparam("of")).values(state=bindparam("stands"))


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
        select(SEEN.c.id)
        .where(SEEN.c.article_id == version.c.article_id, SEEN.c.version_id.in_(alike))
        .order_by(SEEN.c.source == Source.GIVEN_TEXT, SEEN.c.fetched_at, SEEN.c.uid)
        .limit(1)
        .scalar_subquery()
    )
