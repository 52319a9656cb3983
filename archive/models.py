"""The tables. Rows are lean: addresses, runs, files and words are integers, digests are bytes, furniture texts and
circumstances are stored once, an unchanged look costs one row of `capture`.

What is *evidence* (captures, hops, texts) is written once and never changed; what is *derived* (outcomes, sightings,
version numbers, life states) is folded again by `archive.store` whenever a capture arrives. Column comments say which.
The token table is not here: it is FTS5 on SQLite and `tsvector` on PostgreSQL, made by the migration, fed by the store.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from archive.records import Attempt, DiscoveryState, LifeState, Outcome, RunKind, Source, TimeBasis, Verdict

__all__ = ["WORD_LISTS", "Base", "Instant", "Word", "table_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: microseconds since 1970 on SQLite (8 bytes instead of 26), `timestamptz` on PostgreSQL.

    Naive datetimes are refused."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type of that database."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value}")
        return (value - _EPOCH) // _MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database, always aware UTC."""
        if value is None:
            return None
        return _EPOCH + value * _MICROSECOND if isinstance(value, int) else value.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """A word of a closed list, stored as its place in it (from 1). The table `word` gives the words back in SQL.

    The lists may grow at their end and nowhere else."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words
        self._numbers = {word: number for number, word in enumerate(words, 1)}
        self._words = tuple(words)

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """To the database."""
        return None if value is None else self._numbers[value]

    def process_result_value(self, value: int | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        """From the database."""
        return None if value is None else self._words[value - 1]


WORD_LISTS: dict[str, type[StrEnum]] = {
    "verdict": Verdict,
    "outcome": Outcome,
    "discovery_state": DiscoveryState,
    "life_state": LifeState,
    "source": Source,
    "time_basis": TimeBasis,
    "run_kind": RunKind,
    "attempt": Attempt,
}
"""The closed lists as the table `word` names them."""

# SQLite gives only INTEGER primary keys a row id; BIGINT is wanted elsewhere.
_Key = BigInteger().with_variant(Integer, "sqlite")
_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# On PostgreSQL the migrations say the same: to name that dialect here would load it for every archive.
_ORPHAN = text("article_id IS NULL")
_WITH_BODY = text("body IS NOT NULL")


class Base(DeclarativeBase):
    """All tables of the archive."""

    metadata = MetaData(naming_convention=_NAMING)


def table_of(row: type[Base]) -> Table:
    """The table of a row class, for statements that run once a capture."""
    return Base.metadata.tables[row.__tablename__]


def _key() -> Mapped[int]:
    return mapped_column(_Key, primary_key=True, comment="internal; never leaves this database")


def _to(column: str, comment: str, **options: Any) -> Mapped[Any]:
    return mapped_column(_Key, ForeignKey(column), comment=comment, **options)


def _bytes(length: int, name: str) -> CheckConstraint:
    return CheckConstraint(f"length({name}) = {length}", name=f"{name}_length")


class WordRow(Base):
    """The closed lists, for people who read the tables in SQL."""

    __tablename__ = "word"

    list: Mapped[str] = mapped_column(Text, primary_key=True, comment="which closed list")
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, comment="what the tables store")
    word: Mapped[str] = mapped_column(Text, comment="what it means")


class OutletRow(Base):
    """A publisher's edition."""

    __tablename__ = "outlet"

    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(Text, unique=True, comment="public id, for example rt-fr")
    family: Mapped[str] = mapped_column(Text, comment="outlets of one publisher share it")
    title: Mapped[str] = mapped_column(Text, comment="as the outlet calls itself")
    country: Mapped[str] = mapped_column(Text, comment="ISO 3166-1 alpha-2, empty if not known")
    languages: Mapped[str] = mapped_column(Text, comment="BCP 47 codes, comma separated")
    timezone: Mapped[str] = mapped_column(Text, comment="IANA name")
    controlled_by: Mapped[str] = mapped_column(Text, comment="who controls it")
    schedule: Mapped[str | None] = mapped_column(
        Text, comment="JSON: the schedule of next_look_at, a list of [age up to which, time between looks] in seconds"
    )


class DomainRow(Base):
    """A host an outlet used, from one date to another."""

    __tablename__ = "domain"
    __table_args__ = (UniqueConstraint("outlet_id", "host", "since"),)

    id: Mapped[int] = _key()
    outlet_id: Mapped[int] = _to("outlet.id", "whose it is")
    host: Mapped[str] = mapped_column(Text, comment="sub-domains included")
    since: Mapped[str] = mapped_column(Text, comment="ISO day, empty if not known")
    until: Mapped[str] = mapped_column(Text, comment="ISO day, empty if it still is")
    mirror: Mapped[bool] = mapped_column(comment="the outlet's own mirror of its main domain")


class AddressRow(Base):
    """An address in one spelling."""

    __tablename__ = "address"
    __table_args__ = (_bytes(16, "digest"), _bytes(8, "canonical"))

    id: Mapped[int] = _key()
    url: Mapped[str] = mapped_column(Text, comment="as asked for, normal spelling")
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True, comment="first 16 bytes of SHA-256 of url")
    canonical: Mapped[bytes] = mapped_column(
        LargeBinary, index=True, comment="first 8 bytes of SHA-256 of the canonical address"
    )


class DiscoveryRow(Base):
    """An address found in a feed, sitemap, listing or article, and where it stands."""

    __tablename__ = "discovery"
    __table_args__ = (UniqueConstraint("outlet_id", "address_id"), Index(None, "outlet_id", "state"))

    id: Mapped[int] = _key()
    outlet_id: Mapped[int] = _to("outlet.id", "for which outlet")
    address_id: Mapped[int] = _to("address.id", "what was found")
    found_in_id: Mapped[int | None] = _to("address.id", "the feed, sitemap, listing or article it was seen in")
    found_at: Mapped[datetime] = mapped_column(Instant, comment="when it was first seen there")
    state: Mapped[DiscoveryState] = mapped_column(Word(DiscoveryState), comment="exactly one of discovery_state")
    title: Mapped[str] = mapped_column(Text, server_default=text("''"), comment="a title variant, as written")
    published: Mapped[str] = mapped_column(Text, server_default=text("''"), comment="as the source wrote it")
    modified: Mapped[str] = mapped_column(Text, server_default=text("''"), comment="as the source wrote it")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0", comment="requests without an answer")
    next_at: Mapped[datetime | None] = mapped_column(Instant, comment="not to be asked for before; null: at once")


class AttemptRow(Base):
    """A planned request that ended without an answer."""

    __tablename__ = "attempt"

    id: Mapped[int] = _key()
    run_id: Mapped[int] = _to("run.id", "in which run", index=True)
    outlet_id: Mapped[int] = _to("outlet.id", "whose address it was")
    address_id: Mapped[int] = _to("address.id", "what was asked for", index=True)
    at: Mapped[datetime] = mapped_column(Instant, comment="when it ended")
    word: Mapped[Attempt] = mapped_column(Word(Attempt), comment="one of attempt: why")
    reason_id: Mapped[int | None] = _to("reason.id", "what was said")


class LeaseRow(Base):
    """A lock: who holds it, until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(Text, primary_key=True, comment="what is locked: an outlet")
    process: Mapped[str] = mapped_column(Text, comment="host, boot id, pid and its start")
    expires_at: Mapped[datetime] = mapped_column(Instant, comment="unless it is renewed before")


class PaceRow(Base):
    """How fast a host was asked at the end of the last crawl."""

    __tablename__ = "pace"

    host: Mapped[str] = mapped_column(Text, primary_key=True, comment="name and port")
    milliseconds: Mapped[int] = mapped_column(Integer, comment="between two requests")
    at: Mapped[datetime] = mapped_column(Instant, comment="when that was")


class RunRow(Base):
    """One crawl, recheck, ingest or reread, and its seal."""

    __tablename__ = "run"
    __table_args__ = (_bytes(32, "seal"),)

    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(Text, unique=True, comment="public id: kind, start, eight hex digits")
    kind: Mapped[RunKind] = mapped_column(Word(RunKind), comment="one of run_kind")
    started_at: Mapped[datetime] = mapped_column(Instant, comment="by the clock of the run")
    ended_at: Mapped[datetime | None] = mapped_column(Instant, comment="null while running; if killed: when found")
    killed: Mapped[bool] = mapped_column(comment="it did not end by itself; another run sealed it")
    program: Mapped[str] = mapped_column(Text, comment="name and version of the program")
    settings_digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of the settings in force")
    outlets_digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of the outlet files and rules in force")
    process: Mapped[str] = mapped_column(Text, comment="host, boot id and pid, to find killed runs")
    counts: Mapped[str] = mapped_column(Text, comment="JSON: how many captures came to which outcome")
    place: Mapped[int | None] = mapped_column(Integer, unique=True, comment="place in the chain of seals, from 1")
    seal: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="SHA-256 over the previous seal and the digests of this run's records and rows"
    )


class WarcFileRow(Base):
    """A WARC file of ours."""

    __tablename__ = "warc_file"
    __table_args__ = (_bytes(32, "digest"),)

    id: Mapped[int] = _key()
    run_id: Mapped[int] = _to("run.id", "which run wrote it")
    name: Mapped[str] = mapped_column(Text, unique=True, comment="relative to the folder warc/")
    size: Mapped[int | None] = mapped_column(BigInteger, comment="bytes when closed; null while it is written")
    digest: Mapped[bytes | None] = mapped_column(LargeBinary, comment="SHA-256 of its first size bytes")


class VantageRow(Base):
    """From where something was fetched."""

    __tablename__ = "vantage"

    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(Text, unique=True, comment="a name given by the operator")


class ReasonRow(Base):
    """Why a verdict was given, in words."""

    __tablename__ = "reason"

    id: Mapped[int] = _key()
    text: Mapped[str] = mapped_column(Text, unique=True, comment="the sentence")


class ArticleRow(Base):
    """One piece as the outlet means it, however many addresses it has."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("outlet_id", "key"),
        Index(None, "life"),
        # To find what is due for another look.
        Index(None, "outlet_id", "look_step", "next_look_at"),
    )

    id: Mapped[int] = _key()
    outlet_id: Mapped[int] = _to("outlet.id", "whose it is")
    key: Mapped[str] = mapped_column(Text, comment="the outlet's own id, else 12 hex of its canonical address")
    life: Mapped[LifeState] = mapped_column(Word(LifeState), comment="derived: one of life_state")
    life_since: Mapped[datetime | None] = mapped_column(Instant, comment="derived: since when")
    # A public id, not a key: captures point here, and SQLite cannot make two tables that point at each other.
    life_evidence: Mapped[bytes | None] = mapped_column(LargeBinary, comment="derived: the uid of that capture")
    first_look_at: Mapped[datetime | None] = mapped_column(
        Instant, comment="derived: its first look, whatever that showed"
    )
    last_look_at: Mapped[datetime | None] = mapped_column(Instant, comment="derived: its last look")
    next_look_at: Mapped[datetime | None] = mapped_column(
        Instant, comment="derived: the next by the schedule of its outlet; null: none"
    )
    look_step: Mapped[int | None] = mapped_column(
        SmallInteger, comment="derived: in which step of the schedule that is, from 0"
    )


class ArticleAddressRow(Base):
    """The addresses an article was captured at."""

    __tablename__ = "article_address"
    __table_args__ = ({"sqlite_with_rowid": False},)

    address_id: Mapped[int] = _to("address.id", "where it stood", primary_key=True)
    article_id: Mapped[int] = _to("article.id", "what stood there", primary_key=True, index=True)


class LinkRow(Base):
    """Derived: a host an article's page linked to."""

    __tablename__ = "link"
    __table_args__ = ({"sqlite_with_rowid": False},)

    article_id: Mapped[int] = _to("article.id", "which article", primary_key=True)
    host: Mapped[str] = mapped_column(Text, primary_key=True, index=True, comment="a host its page links to")
    first_seen: Mapped[datetime] = mapped_column(Instant, comment="by the first look that shows it")


class PictureRow(Base):
    """Derived: a picture an article's page showed."""

    __tablename__ = "picture"
    __table_args__ = (_bytes(8, "address"), {"sqlite_with_rowid": False})

    article_id: Mapped[int] = _to("article.id", "which article", primary_key=True)
    address: Mapped[bytes] = mapped_column(
        LargeBinary, primary_key=True, index=True, comment="first 8 bytes of SHA-256 of the address"
    )
    first_seen: Mapped[datetime] = mapped_column(Instant, comment="by the first look that shows it")


class CircumstancesRow(Base):
    """A set of circumstances, stored once."""

    __tablename__ = "circumstances"
    __table_args__ = (_bytes(16, "digest"),)

    id: Mapped[int] = _key()
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True, comment="first 16 bytes of SHA-256 of document")
    document: Mapped[str] = mapped_column(Text, comment="JSON: section, tags, date_modified, titles, links, …")


class RuleRow(Base):
    """A named rule that removes furniture."""

    __tablename__ = "rule"

    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(Text, unique=True, comment="as in the outlet file or phrase file")
    kind: Mapped[str] = mapped_column(Text, comment="consent, follow-us, read-also, …")


class FurnitureRow(Base):
    """A text that is on pages but is not the article, stored once."""

    __tablename__ = "furniture"
    __table_args__ = (_bytes(16, "digest"),)

    id: Mapped[int] = _key()
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True, comment="first 16 bytes of SHA-256 of text")
    text: Mapped[str] = mapped_column(Text, comment="exactly as removed")


class RemovalSetRow(Base):
    """What was removed from a page, as a set that captures share."""

    __tablename__ = "removal_set"
    __table_args__ = (_bytes(16, "digest"),)

    id: Mapped[int] = _key()
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True, comment="first 16 bytes of SHA-256 of its rows")


class RemovalRow(Base):
    """One removed block with its rule."""

    __tablename__ = "removal"
    __table_args__ = ({"sqlite_with_rowid": False},)

    set_id: Mapped[int] = _to("removal_set.id", "of which set", primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True, comment="place on the page, from 0")
    furniture_id: Mapped[int] = _to("furniture.id", "what was removed", index=True)
    rule_id: Mapped[int] = _to("rule.id", "by which rule")


class RevisionRow(Base):
    """A reader with its rules and libraries, as it was when it read."""

    __tablename__ = "revision"

    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(Text, unique=True, comment="reader@12 hex")


class TextRow(Base):
    """What a version says, exactly as read. Written once, never changed."""

    __tablename__ = "text"
    __table_args__ = (_bytes(32, "fingerprint"), _bytes(32, "digest"), Index(None, "run_id"))

    id: Mapped[int] = _key()
    run_id: Mapped[int] = _to("run.id", "in which run it was read")
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of the canonical editorial fields")
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of the columns below, exactly as stored")
    headline: Mapped[str] = mapped_column(Text, comment="as displayed")
    description: Mapped[str] = mapped_column(Text, comment="the lead")
    body: Mapped[str] = mapped_column(Text, comment="blocks in order, an empty line between")
    block_types: Mapped[str] = mapped_column(Text, comment="the blocks' types in order, space separated")
    authors: Mapped[str] = mapped_column(Text, comment="JSON list")
    date_published: Mapped[str | None] = mapped_column(Text, comment="ISO 8601 UTC; without offset: zone not known")
    date_published_raw: Mapped[str | None] = mapped_column(Text, comment="as written by the outlet")
    date_published_how: Mapped[str | None] = mapped_column(Text, comment="where it was read, how its zone is known")
    images: Mapped[str] = mapped_column(Text, comment="JSON list of [caption, credit]")
    read_also: Mapped[str] = mapped_column(Text, comment="JSON list of related titles seen with it; not editorial")
    language: Mapped[str] = mapped_column(Text, comment="BCP 47")


class VersionRow(Base):
    """One state of an article's editorial fields."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("article_id", "digest"),
        _bytes(32, "digest"),
        Index(None, "language"),
        Index("ix_version_body", "body", "article_id", sqlite_where=_WITH_BODY),
    )

    id: Mapped[int] = _key()
    article_id: Mapped[int] = _to("article.id", "of which article")
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="fingerprint when first read: the public id")
    text_id: Mapped[int] = _to("text.id", "derived: its text at the newest revision")
    number: Mapped[int | None] = mapped_column(Integer, comment="derived: rank by first seen; null while held")
    merged_into_id: Mapped[int | None] = _to("version.id", "the version it equals under newer rules")
    published: Mapped[datetime | None] = mapped_column(
        Instant, comment="derived: the date it states; of no zone: as if UTC"
    )
    language: Mapped[str] = mapped_column(Text, server_default=text("''"), comment="derived: BCP 47")
    words: Mapped[int] = mapped_column(Integer, server_default="0", comment="derived: of headline, lead and body")
    body: Mapped[bytes | None] = mapped_column(
        LargeBinary,
        comment="16 bytes of SHA-256 of its body when first read; null: too short to tell, or from before",
    )


class BodyRow(Base):
    """Derived: an article that has a body, of the first two of an outlet whose pages showed it."""

    __tablename__ = "body"
    __table_args__ = (_bytes(16, "digest"), _bytes(16, "uid"), {"sqlite_with_rowid": False})

    outlet_id: Mapped[int] = _to("outlet.id", "of which outlet", primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True, comment="what the body is told by")
    article_id: Mapped[int] = _to("article.id", "an article that has it", primary_key=True, index=True)
    seen_at: Mapped[datetime] = mapped_column(Instant, comment="when a page of it first showed it")
    uid: Mapped[bytes] = mapped_column(LargeBinary, comment="the public id of that capture")


class AnalyserRow(Base):
    """By which analyser the token table was made, and how far: one row."""

    __tablename__ = "analyser"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, comment="of the program that made the tokens")
    upto: Mapped[int | None] = mapped_column(_Key, comment="the last version that has them; null: every one")


class VersionTextRow(Base):
    """Which text a version has at which revision, and whose bytes were read."""

    __tablename__ = "version_text"
    __table_args__ = ({"sqlite_with_rowid": False},)

    version_id: Mapped[int] = _to("version.id", "what it is a text of", primary_key=True)
    revision_id: Mapped[int] = _to("revision.id", "how it was read", primary_key=True)
    text_id: Mapped[int] = _to("text.id", "what it says")
    capture_id: Mapped[int] = _to("capture.id", "whose bytes were read")


class CaptureRow(Base):
    """One planned request that was answered. Everything not marked `derived` never changes."""

    __tablename__ = "capture"
    __table_args__ = (
        _bytes(16, "uid"),
        _bytes(32, "digest"),
        CheckConstraint("status BETWEEN 0 AND 999", name="status"),
        CheckConstraint("article_id IS NULL OR awaits IS NULL", name="awaits"),
        Index(None, "article_id", "fetched_at"),
        Index(None, "outlet_id", "fetched_at"),
        Index(None, "run_id"),
        # To find what was captured before its article was known.
        Index("ix_capture_awaits", "outlet_id", "awaits", sqlite_where=_ORPHAN),
    )

    id: Mapped[int] = _key()
    uid: Mapped[bytes] = mapped_column(LargeBinary, unique=True, comment="public id: 16 bytes over what was captured")
    run_id: Mapped[int] = _to("run.id", "in which run it arrived")
    outlet_id: Mapped[int] = _to("outlet.id", "whose page it is")
    address_id: Mapped[int] = _to("address.id", "what was asked for")
    final_address_id: Mapped[int | None] = _to("address.id", "what answered, where that is another address")
    fetched_at: Mapped[datetime] = mapped_column(Instant, comment="when it was answered")
    status: Mapped[int] = mapped_column(SmallInteger, comment="HTTP status of the last hop")
    source: Mapped[Source] = mapped_column(Word(Source), comment="one of source: where the bytes come from")
    time_basis: Mapped[TimeBasis] = mapped_column(Word(TimeBasis), comment="one of time_basis: whose clock")
    vantage_id: Mapped[int] = _to("vantage.id", "from where")
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict), comment="one of verdict: what the page is")
    reason_id: Mapped[int | None] = _to("reason.id", "why, where there is more to say")
    warc_file_id: Mapped[int] = _to("warc_file.id", "where the bytes are")
    warc_offset: Mapped[int] = mapped_column(BigInteger, comment="bytes from the start of the file")
    warc_length: Mapped[int] = mapped_column(Integer, comment="bytes of the record, compressed")
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of the payload as received")
    revisit_of_id: Mapped[int | None] = _to("capture.id", "the capture that holds the identical payload")
    size: Mapped[int] = mapped_column(Integer, comment="characters of the article's text, 0 if it is none")
    circumstances_id: Mapped[int | None] = _to("circumstances.id", "the circumstances read with it")
    removals_id: Mapped[int | None] = _to("removal_set.id", "the furniture removed from it")
    article_id: Mapped[int | None] = _to("article.id", "derived: which article it belongs to")
    awaits: Mapped[str | None] = mapped_column(Text, comment="derived: the key of the article, while none is known")
    version_id: Mapped[int | None] = _to("version.id", "derived: the editorial state it shows")
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome), comment="derived: one of outcome: what it came to")


class HopRow(Base):
    """A response on the way to a captured page: a redirect, or what a browser made the page of."""

    __tablename__ = "hop"
    __table_args__ = (_bytes(32, "digest"),)

    capture_id: Mapped[int] = _to("capture.id", "on the way to what", primary_key=True)
    n: Mapped[int] = mapped_column(SmallInteger, primary_key=True, comment="from 0; the last hop is the capture")
    address_id: Mapped[int] = _to("address.id", "what answered")
    status: Mapped[int] = mapped_column(SmallInteger, comment="HTTP status")
    warc_file_id: Mapped[int] = _to("warc_file.id", "where the bytes are")
    warc_offset: Mapped[int] = mapped_column(BigInteger, comment="bytes from the start of the file")
    warc_length: Mapped[int] = mapped_column(Integer, comment="bytes of the record, compressed")
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of the payload as received")


class SightingRow(Base):
    """Derived: a span of consecutive captures over which one version stood."""

    __tablename__ = "sighting"
    __table_args__ = (
        CheckConstraint("times >= 1", name="times"),
        CheckConstraint("first_seen <= last_seen", name="span"),
        {"sqlite_with_rowid": False},
    )

    article_id: Mapped[int] = _to("article.id", "of which article", primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True, comment="in order of time, from 0")
    version_id: Mapped[int] = _to("version.id", "what stood", index=True)
    first_capture_id: Mapped[int] = _to("capture.id", "the first look at it")
    last_capture_id: Mapped[int] = _to("capture.id", "the last look at it")
    first_seen: Mapped[datetime] = mapped_column(Instant, index=True, comment="time of the first look")
    last_seen: Mapped[datetime] = mapped_column(Instant, comment="time of the last look")
    times: Mapped[int] = mapped_column(Integer, comment="how many looks")
