"""An invented outlet for tests of the archive: captures with readings, and all an archive says of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.orm import aliased

from archive import db, urls, verify, warc
from archive.home import Home
from archive.models import (
    AddressRow,
    ArticleAddressRow,
    ArticleRow,
    Base,
    CaptureRow,
    CircumstancesRow,
    FurnitureRow,
    HopRow,
    LinkRow,
    OutletRow,
    PictureRow,
    ReasonRow,
    RemovalRow,
    RuleRow,
    VersionRow,
)
from archive.query import articles, deletions, ledgers, passages
from archive.records import (
    Block,
    BlockType,
    Capture,
    Circumstances,
    Domain,
    Hop,
    Judgement,
    OutletFacts,
    Reading,
    Recordable,
    Removal,
    RunKind,
    Source,
    TimeBasis,
    Verdict,
)
from archive.store import runs
from archive.store.writer import Recorded, Store, capture_uid

__all__ = [
    "OUTLET",
    "START",
    "THOROUGH",
    "Archive",
    "Material",
    "asked_for",
    "content",
    "evidence_columns",
    "in_groups",
    "opened",
    "reading",
    "tried",
    "unguarded",
    "world",
]

THOROUGH = bool(os.environ.get("PALIMPSEST_TEST_THOROUGH"))
"""More of what is tried at random, where certainty matters more than time."""

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
OUTLET = OutletFacts(
    "paper", "press", "The Paper", languages=("en",), domains=(Domain("paper.test"), Domain("mirror.test", mirror=True))
)
TODAY = "reader@000000000001"


def reading(*paragraphs: str, headline: str = "Headline", revision: str = TODAY, **more: Any) -> Reading:
    """A reading of these paragraphs."""
    body = tuple(Block(BlockType.P, each) for each in paragraphs)
    return Reading(headline=headline, body=body, revision=revision, **more)


# --- captures ---------------------------------------------------------------------------------------------------------


@dataclass
class Material:
    """Captures of one outlet as the steps before the last would hand them over, their evidence in `home`'s folder."""

    home: Home
    made: list[Recordable] = field(default_factory=list)
    outlet: OutletFacts = OUTLET
    _writer: warc.Writer | None = None
    _seen: dict[bytes, warc.Original] = field(default_factory=dict)

    def take(self, capture: Capture, key: str, said: Reading | None, verdict: Verdict = Verdict.ARTICLE) -> Recordable:
        """Write a capture's evidence; a payload that came before is written as a revisit."""
        if self._writer is None:
            self._writer = warc.Writer(self.home.warc, "material", START, "tests")
        digest = hashlib.sha256(capture.body).digest()
        place, hop_places = self._writer.write(capture, self._seen.get(digest))
        judgement = Judgement(verdict, "" if said else f"is {verdict}")
        item = Recordable(capture, place, judgement, self.outlet, key, said, hop_places=hop_places)
        self._seen.setdefault(digest, warc.Original(capture.landed, capture.fetched_at, digest, uid_of(item).hex()))
        self.made.append(replace(item, capture=replace(capture, body=b"", headers=())))
        return self.made[-1]

    def page(self, minutes: int, said: Reading, article: str = "1", **more: Any) -> Recordable:
        """A page of an article at that minute; `more` changes the capture."""
        url = f"https://paper.test/{article}-title"
        body = repr(said).encode()
        return self.take(Capture(**{"url": url, "fetched_at": at(minutes), "body": body, **more}), article, said)

    def other(self, minutes: int, verdict: Verdict, article: str = "1", **more: Any) -> Recordable:
        """A page that is not the article."""
        url = more.pop("url", f"https://paper.test/{article}-title")
        key = article if url.endswith(f"/{article}-title") else urls.canonical_key(url)
        status = 404 if verdict is Verdict.GONE else 200
        return self.take(Capture(url, at(minutes), verdict.encode(), status, **more), key, None, verdict)

    def close(self) -> None:
        """Sync the evidence."""
        if self._writer is not None:
            self._writer.close()


def at(minutes: int) -> datetime:
    """That many minutes after the start."""
    return START + timedelta(minutes=minutes)


def uid_of(item: Recordable) -> bytes:
    """The public id of a recordable's capture."""
    return capture_uid(item.capture, item.place.digest)


_BODIES = {
    "a": ("The first thing that was said at length, so that a page has a size.", "The second thing, with 12 people."),
    "b": ("The first thing that was said at length, so that a page has a size.", "The second thing, with 13 people."),
    "c": ("The first thing was said.", "The second thing, with 13 people in it.", "And a third that nobody expected."),
    "short": ("The first thing",),
}


def _said(version: str, article: str, chance: Random) -> Reading:
    """A version as it is read from one of its pages: furniture rotates, spaces and invisible characters come and go."""
    space = chance.choice([" ", " ", "\u00a0", "  "])
    others = tuple(f"Other title {chance.randrange(3)}" for _ in range(chance.randrange(2)))
    body = tuple(paragraph.replace(" ", space, 1) for paragraph in _BODIES[version])
    return reading(
        *body,
        headline=f"Article{chance.choice([' ', ' ', chr(0xA0)])}{article}",
        circumstances=Circumstances(
            section=f"section {chance.randrange(2)}",
            language="en",
            links=("https://other.test/",) * chance.randrange(2),
            images=(("https://paper.test/i.jpg", ""),) * chance.randrange(2),
        ),
        read_also=others,
        removed=tuple(Removal("en/read-also", "read-also", f"Read also: {title}") for title in others),
    )


def _look(material: Material, chance: Random) -> None:
    article, minutes = chance.choice("1234"), 10 * chance.randrange(500)
    main, mirror, short = (
        f"https://{place}"
        for place in (f"paper.test/{article}-title", f"mirror.test/{article}-title", f"paper.test/s/{article}")
    )
    said = _said(chance.choice(["a", "a", "b", "b", "c", "short"]), article, chance)
    match chance.choice(["page"] * 6 + ["mirror", "short", "gone", "gone", "wall", "cut", "lost", "variant", "text"]):
        case "page":
            material.page(minutes, said, article)
        case "mirror":
            material.page(minutes, said, article, url=mirror)
        case "short":
            hop = Hop(short, 301, (("Location", main),), b"moved")
            material.page(minutes, said, article, url=short, final_url=main, hops=(hop,))
        case "gone":
            material.other(minutes, Verdict.GONE, article)
        case "wall":
            material.other(minutes, Verdict.CONSENT, article, url=chance.choice([main, mirror]))
        case "cut":
            material.other(minutes, Verdict.CUT, article)
        case "lost":
            material.other(minutes, Verdict.GONE, article, url=short)
        case "variant":
            material.other(minutes, Verdict.GONE, article, url=f"{short}/?utm_source=x")
        case _:
            more = {"source": Source.GIVEN_TEXT, "time_basis": TimeBasis.STATED}
            material.page(minutes, replace(said, revision="text@000000000001"), article, **more)


def world(home: Home, seed: int, looks: int = 30) -> list[Recordable]:
    """Some captures of four articles: pages, mirrors, redirects, walls, failures, texts; many at the same moment."""
    chance, material = Random(seed), Material(home)
    for _ in range(looks):
        _look(material, chance)
    material.close()
    return material.made


def in_groups(items: Sequence[Recordable], chance: Random) -> Iterator[list[Recordable]]:
    """The same captures in any order, in groups of any size."""
    left = chance.sample(list(items), len(items))
    while left:
        size = chance.choice([1, 1, 2, 5, 50])
        yield left[:size]
        left = left[size:]


# --- archives ---------------------------------------------------------------------------------------------------------


class Archive:
    """An archive that is open for writing. What it would lose in a power failure it may lose here."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.engine = db.open_writer(home.database_url)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", lambda made, _: made.execute("PRAGMA synchronous = OFF"))
        self.store = Store(self.engine)

    def run(self, *groups: Sequence[Recordable], began: datetime = START) -> list[Recorded]:
        """One run that records these groups."""
        digests = {"settings": bytes(32), "outlets": bytes(32)}
        made = runs.begin(self.engine, RunKind.INGEST, began, self.home.warc, program="tests", **digests)
        recorded = [one for group in groups for one in self.store.record(made, list(group))]
        runs.end(self.engine, made, began, self.home.warc, (), {})
        return recorded

    def content(self) -> dict[str, Any]:
        """Everything the archive says; asserts that it is sound."""
        with self.engine.connect() as connection:
            assert verify.damage(connection, self.home.warc) == []
            return content(connection)

    def forget(self) -> None:
        """Forget everything but the evidence."""
        self.store = Store(self.engine)
        tables = [
            table.name for table in reversed(Base.metadata.sorted_tables) if table.name not in {"word", "analyser"}
        ]
        sqlite = self.engine.dialect.name == "sqlite"
        with db.writing(self.engine) as connection:
            guards = unguarded(connection)
            # A contentless FTS5 table is emptied by a word of its own.
            forget = "INSERT INTO tokens (tokens) VALUES ('delete-all')" if sqlite else "DELETE FROM tokens"
            for statement in (forget, *(f'DELETE FROM "{table}"' for table in tables), *guards):
                connection.exec_driver_sql(statement)


class _NoMore(Exception):
    """Ends a transaction that is to leave nothing behind."""


@contextmanager
def tried(engine: Engine) -> Iterator[Connection]:
    """A transaction that is rolled back."""
    with suppress(_NoMore), db.writing(engine) as connection:
        yield connection
        raise _NoMore


@contextmanager
def opened(home: Home) -> Iterator[Archive]:
    """The archive of a home."""
    archive = Archive(home)
    try:
        yield archive
    finally:
        archive.engine.dispose()


def unguarded(connection: Connection) -> list[str]:
    """Take away what keeps evidence from being deleted, until the end of the transaction; what brings it back."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        return []
    guards = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _ in guards:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    return [guard for _, guard in guards]


# --- what an archive says ---------------------------------------------------------------------------------------------

_LANDED = aliased(AddressRow)
_CAPTURES = (
    select(
        CaptureRow.uid,
        AddressRow.url,
        _LANDED.url.label("landed"),
        CaptureRow.fetched_at,
        CaptureRow.status,
        CaptureRow.source,
        CaptureRow.time_basis,
        CaptureRow.verdict,
        ReasonRow.text,
        CaptureRow.digest,
        CaptureRow.size,
        CircumstancesRow.document,
        CaptureRow.outcome,
        OutletRow.name,
        ArticleRow.key,
        VersionRow.digest.label("version"),
    )
    .join(AddressRow, AddressRow.id == CaptureRow.address_id)
    .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
    .join(_LANDED, _LANDED.id == CaptureRow.final_address_id, isouter=True)
    .join(ReasonRow, ReasonRow.id == CaptureRow.reason_id, isouter=True)
    .join(CircumstancesRow, CircumstancesRow.id == CaptureRow.circumstances_id, isouter=True)
    .join(ArticleRow, ArticleRow.id == CaptureRow.article_id, isouter=True)
    .join(VersionRow, VersionRow.id == CaptureRow.version_id, isouter=True)
    .order_by(CaptureRow.uid)
)
_REMOVED = (
    select(CaptureRow.uid, RemovalRow.n, RuleRow.name, RuleRow.kind, FurnitureRow.text)
    .join(RemovalRow, RemovalRow.set_id == CaptureRow.removals_id)
    .join(RuleRow, RuleRow.id == RemovalRow.rule_id)
    .join(FurnitureRow, FurnitureRow.id == RemovalRow.furniture_id)
    .order_by(CaptureRow.uid, RemovalRow.n)
)
_HOPS = (
    select(CaptureRow.uid, HopRow.n, AddressRow.url, HopRow.status, HopRow.digest)
    .join(HopRow, HopRow.capture_id == CaptureRow.id)
    .join(AddressRow, AddressRow.id == HopRow.address_id)
    .order_by(CaptureRow.uid, HopRow.n)
)
_ARTICLES = (
    select(
        OutletRow.name, ArticleRow.key, ArticleRow.id, ArticleRow.life, ArticleRow.life_since, ArticleRow.life_evidence
    )
    .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    .order_by(OutletRow.name, ArticleRow.key)
)
_INSIDE = {"warc_file", "warc_offset", "warc_length"}
"""Where bytes stand is this archive's own affair: a capture may be a revisit in one and whole in another."""


def _rows(connection: Connection, statement: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(statement)]


def _versions(connection: Connection, article: int, name: str) -> dict[str, Any]:
    """Every version of an article that can be asked for, held and folded ones included."""
    public = connection.execute(select(VersionRow.digest).where(VersionRow.article_id == article)).scalars()
    found = {}
    for digest in sorted(public):
        asked = articles.version_name(name, digest)
        shown = articles.as_object(articles.show(connection, articles.find(connection, asked)))
        hops = [{key: value for key, value in hop.items() if key not in _INSIDE} for hop in shown["hops"]]
        found[asked] = {key: value for key, value in shown.items() if key not in _INSIDE} | {"hops": hops}
    return found


def _article(connection: Connection, row: Any) -> dict[str, Any]:
    name = f"{row.name}:{row.key}"
    stood = (
        select(AddressRow.url)
        .join(ArticleAddressRow, ArticleAddressRow.address_id == AddressRow.id)
        .where(ArticleAddressRow.article_id == row.id)
        .order_by(AddressRow.url)
    )
    found = articles.find(connection, name)
    return {
        "life": (row.life, row.life_since, row.life_evidence),
        "url": found.url,
        "addresses": _rows(connection, stood),
        "history": [asdict(line) for line in articles.history(connection, found)],
        "versions": _versions(connection, row.id, name),
    }


_OF_ARTICLE = (OutletRow.name, ArticleRow.key)


def asked_for(connection: Connection) -> dict[str, Any]:
    """What is kept beside the evidence so that questions need not read texts."""
    links, pictures = (
        select(*_OF_ARTICLE, *row.__table__.c[1:])
        .join(ArticleRow, ArticleRow.id == row.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .order_by(*_OF_ARTICLE, *row.__table__.c[1:])
        for row in (LinkRow, PictureRow)
    )
    lean = (
        select(*_OF_ARTICLE, VersionRow.digest, VersionRow.published, VersionRow.language, VersionRow.words)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .order_by(*_OF_ARTICLE, VersionRow.digest)
    )
    return {
        "links": _rows(connection, links),
        "pictures": _rows(connection, pictures),
        "lean": _rows(connection, lean),
    }


def content(connection: Connection) -> dict[str, Any]:
    """Everything an archive says, without the integers that are its own."""
    return {
        "articles": {f"{row.name}:{row.key}": _article(connection, row) for row in connection.execute(_ARTICLES).all()},
        "edits": [asdict(edit) for edit in passages.edits(connection)],
        "captures": _rows(connection, _CAPTURES),
        "removed": _rows(connection, _REMOVED),
        "hops": _rows(connection, _HOPS),
        **asked_for(connection),
        "gone": [asdict(one) for one in deletions.vanished(connection)],
        "status": [(asdict(one), one.adds_up) for one in ledgers.status(connection)],
    }


_EVIDENCE = [column for column in CaptureRow.__table__.c if not (column.comment or "").startswith("derived")]


def evidence_columns(connection: Connection) -> dict[bytes, tuple[Any, ...]]:
    """The columns of the captures that never change, by public id."""
    rows = connection.execute(select(*_EVIDENCE))
    return {row.uid: tuple(row) for row in rows}
