"""An invented outlet for tests of the archive: captures with readings, put into an archive."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, event

from archive import db, urls, verify, warc
from archive.home import Home
from archive.models import (
    Base,
)
from archive.page_words import BODY, Line, PageWords, key
from archive.records import (
    Block,
    BlockType,
    Capture,
    Circumstances,
    Domain,
    Doubt,
    DoubtKind,
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
from archive.store.derived.anew import make_anew
from archive.store.derived.stories import Stories
from archive.store.writer import Recorded, Store, capture_uid
from tests.archive.content import content

__all__ = [
    "OUTLET",
    "PIER",
    "START",
    "THOROUGH",
    "Archive",
    "Material",
    "doubted",
    "in_groups",
    "laid_out",
    "opened",
    "reading",
    "relaid",
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


def doubted(items: Sequence[Recordable]) -> list[Recordable]:
    """The same captures; of one page in four the reading is in doubt, as its bytes have it."""

    def one(item: Recordable) -> Recordable:
        chance = Random(uid_of(item))
        if item.reading is None or chance.randrange(4):
            return item
        return replace(item, reading=replace(item.reading, doubts=(Doubt(chance.choice([*DoubtKind]), "made up"),)))

    return [one(item) for item in items]


PIER = "The pier in the evening."
"""A caption, or a paragraph to another layout."""


def laid_out(said: Reading, layout: str) -> Reading:
    """A reading as the pages of a layout are read: `plain`, `wide` (it takes the caption for a paragraph), `short` (it
    leaves the last paragraph out); all of them show the same words."""
    told = [block.text for block in said.body]
    read = {"plain": told, "wide": [PIER, *told], "short": told[:-1]}[layout]
    lines = (Line(key(words), BODY if words in read else "") for words in ("Home", PIER, *told, "Imprint"))
    body = tuple(Block(BlockType.P, words) for words in read)
    return replace(said, body=body, page_words=PageWords(tuple(lines)))


def relaid(items: Sequence[Recordable]) -> list[Recordable]:
    """The same captures, of pages in three layouts."""

    def one(item: Recordable) -> Recordable:
        if item.reading is None or item.capture.source is Source.GIVEN_TEXT:
            return item
        layout = Random(uid_of(item) + b"layout").choice(["plain", "plain", "wide", "short"])
        return replace(item, reading=laid_out(item.reading, layout))

    return [one(item) for item in items]


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

    def begin(self, kind: RunKind, began: datetime) -> runs.Run:
        """A run that is open."""
        no_digests = {"settings": bytes(32), "outlets": bytes(32)}
        return runs.begin(self.engine, kind, began, self.home.warc, timedelta(0), program="tests", **no_digests)

    def run(self, *groups: Sequence[Recordable], began: datetime = START) -> list[Recorded]:
        """One run that records these groups."""
        made = self.begin(RunKind.INGEST, began)
        recorded = [one for group in groups for one in self.store.record(made, list(group))]
        runs.end(self.engine, made, began, self.home.warc, (), {})
        return recorded

    def find_stories(self) -> None:
        """Ask for the same story in other languages: from now on it is kept."""
        make_anew(self.engine, Stories(), lambda _done, _total: None)

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
