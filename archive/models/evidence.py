"""What was captured and read, written once; what a column calls `derived` follows. And the runs it came in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, LargeBinary, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, Instant, Key, Word, bytes_of, key, to
from archive.records import DecisionKind, Outcome, RunKind, Source, TimeBasis, Verdict

__all__ = [
    "CaptureRow",
    "CircumstancesRow",
    "DecisionRow",
    "FurnitureRow",
    "HopRow",
    "JournalRow",
    "PartRow",
    "ReasonRow",
    "RemovalRow",
    "RemovalSetRow",
    "RevisionRow",
    "RuleRow",
    "RunRow",
    "SealedRow",
    "TextRow",
    "VantageRow",
    "WarcFileRow",
]

_ORPHAN = text("article_id IS NULL")
_NOT_SHOWN = text("article_id IS NOT NULL AND verdict <> 1")


class RunRow(Base):
    """One crawl, recheck, ingest or reread, and its seal."""

    __tablename__ = "run"
    __table_args__ = (bytes_of(32, "seal"),)

    id: Mapped[int] = key()
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
        LargeBinary, comment="SHA-256 over the previous seal and the digests of what it covers"
    )
    clock_ahead: Mapped[int | None] = mapped_column(
        BigInteger, comment="seconds its clock was ahead of what most hosts say; null: none told"
    )
    clock_moved: Mapped[int] = mapped_column(
        BigInteger, server_default="0", comment="seconds its clock was moved on purpose: a demonstration, a test"
    )
    seal_format: Mapped[int | None] = mapped_column(
        SmallInteger, comment="by which rules that seal was made; null: by the first, over less"
    )


class SealedRow(Base):
    """What the seal of a run covers of a table: its rows behind those that an older seal covers."""

    __tablename__ = "sealed"
    __table_args__ = (bytes_of(32, "digest"), {"sqlite_with_rowid": False})

    run_id: Mapped[int] = to("run.id", "whose seal", primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True, comment="of which table")
    upto: Mapped[int] = mapped_column(Key, comment="the last row it covers, by its integer")
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 over the digests of those rows, in order")


class JournalRow(Base):
    """A change of what may change in a row that seals cover; written by triggers, and never changed itself."""

    __tablename__ = "journal"

    id: Mapped[int] = key()
    name: Mapped[str] = mapped_column(Text, comment="of which table")
    key: Mapped[int] = mapped_column(Key, comment="of which row: the first integer of its key")
    other: Mapped[int] = mapped_column(Key, comment="the second integer of its key; 0 where it has none")
    was: Mapped[str | None] = mapped_column(Text, comment="what it said, a space between; null: it was not there")
    now: Mapped[str | None] = mapped_column(Text, comment="what it says since; null: it is gone")


class WarcFileRow(Base):
    """A WARC file of ours."""

    __tablename__ = "warc_file"
    __table_args__ = (bytes_of(32, "digest"),)

    id: Mapped[int] = key()
    run_id: Mapped[int] = to("run.id", "which run wrote it")
    name: Mapped[str] = mapped_column(Text, unique=True, comment="relative to the folder warc/")
    size: Mapped[int | None] = mapped_column(BigInteger, comment="bytes when closed; null while it is written")
    digest: Mapped[bytes | None] = mapped_column(LargeBinary, comment="SHA-256 of its first size bytes")


class VantageRow(Base):
    """From where something was fetched."""

    __tablename__ = "vantage"

    id: Mapped[int] = key()
    name: Mapped[str] = mapped_column(Text, unique=True, comment="a name given by the operator")


class ReasonRow(Base):
    """Why a verdict was given, in words."""

    __tablename__ = "reason"

    id: Mapped[int] = key()
    text: Mapped[str] = mapped_column(Text, unique=True, comment="the sentence")


class CircumstancesRow(Base):
    """A set of circumstances, stored once."""

    __tablename__ = "circumstances"
    __table_args__ = (bytes_of(16, "digest"),)

    id: Mapped[int] = key()
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True, comment="first 16 bytes of SHA-256 of document")
    document: Mapped[str] = mapped_column(Text, comment="JSON: section, tags, date_modified, titles, links, …")


class RuleRow(Base):
    """A named rule that removes furniture."""

    __tablename__ = "rule"

    id: Mapped[int] = key()
    name: Mapped[str] = mapped_column(Text, unique=True, comment="as in the outlet file or phrase file")
    kind: Mapped[str] = mapped_column(Text, comment="consent, follow-us, read-also, …")


class FurnitureRow(Base):
    """A text that is on pages but is not the article, stored once."""

    __tablename__ = "furniture"
    __table_args__ = (bytes_of(16, "digest"),)

    id: Mapped[int] = key()
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True, comment="first 16 bytes of SHA-256 of text")
    text: Mapped[str] = mapped_column(Text, comment="exactly as removed")


class RemovalSetRow(Base):
    """What was removed from a page, as a set that captures share."""

    __tablename__ = "removal_set"
    __table_args__ = (bytes_of(16, "digest"),)

    id: Mapped[int] = key()
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True, comment="first 16 bytes of SHA-256 of its rows")


class RemovalRow(Base):
    """One removed block with its rule."""

    __tablename__ = "removal"
    __table_args__ = ({"sqlite_with_rowid": False},)

    set_id: Mapped[int] = to("removal_set.id", "of which set", primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True, comment="place on the page, from 0")
    furniture_id: Mapped[int] = to("furniture.id", "what was removed", index=True)
    rule_id: Mapped[int] = to("rule.id", "by which rule")


class RevisionRow(Base):
    """A reader with its rules and libraries, as it was when it read."""

    __tablename__ = "revision"

    id: Mapped[int] = key()
    name: Mapped[str] = mapped_column(Text, unique=True, comment="reader@12 hex")


class TextRow(Base):
    """What a version says, exactly as read. Written once, never changed."""

    __tablename__ = "text"
    __table_args__ = (bytes_of(32, "fingerprint"), bytes_of(32, "digest"), Index(None, "run_id"))

    id: Mapped[int] = key()
    run_id: Mapped[int] = to("run.id", "in which run it was read")
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


class CaptureRow(Base):
    """One planned request that was answered. Everything not marked `derived` never changes."""

    __tablename__ = "capture"
    __table_args__ = (
        bytes_of(16, "uid"),
        bytes_of(32, "digest"),
        CheckConstraint("status BETWEEN 0 AND 999", name="status"),
        CheckConstraint("article_id IS NULL OR awaits IS NULL", name="awaits"),
        Index(None, "article_id", "fetched_at"),
        Index(None, "outlet_id", "fetched_at"),
        Index(None, "run_id"),
        # To count looks by what they came to.
        Index(None, "outlet_id", "outcome"),
        # To find the runs in which an outlet did not show its articles.
        Index("ix_capture_not_shown", "outlet_id", "run_id", "verdict", sqlite_where=_NOT_SHOWN),
        # To find what was captured before its article was known.
        Index("ix_capture_awaits", "outlet_id", "awaits", sqlite_where=_ORPHAN),
    )

    id: Mapped[int] = key()
    uid: Mapped[bytes] = mapped_column(LargeBinary, unique=True, comment="public id: 16 bytes over what was captured")
    run_id: Mapped[int] = to("run.id", "in which run it arrived")
    outlet_id: Mapped[int] = to("outlet.id", "whose page it is")
    address_id: Mapped[int] = to("address.id", "what was asked for")
    final_address_id: Mapped[int | None] = to("address.id", "what answered, where that is another address")
    fetched_at: Mapped[datetime] = mapped_column(Instant, comment="when it was answered")
    status: Mapped[int] = mapped_column(SmallInteger, comment="HTTP status of the last hop")
    source: Mapped[Source] = mapped_column(Word(Source), comment="one of source: where the bytes come from")
    time_basis: Mapped[TimeBasis] = mapped_column(Word(TimeBasis), comment="one of time_basis: whose clock")
    vantage_id: Mapped[int] = to("vantage.id", "from where")
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict), comment="one of verdict: what the page is")
    reason_id: Mapped[int | None] = to("reason.id", "why, where there is more to say")
    warc_file_id: Mapped[int] = to("warc_file.id", "where the bytes are")
    warc_offset: Mapped[int] = mapped_column(BigInteger, comment="bytes from the start of the file")
    warc_length: Mapped[int] = mapped_column(Integer, comment="bytes of the record, compressed")
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of the payload as received")
    revisit_of_id: Mapped[int | None] = to("capture.id", "the capture that holds the identical payload")
    size: Mapped[int] = mapped_column(Integer, comment="characters of the article's text, 0 if it is none")
    circumstances_id: Mapped[int | None] = to("circumstances.id", "the circumstances read with it")
    removals_id: Mapped[int | None] = to("removal_set.id", "the furniture removed from it")
    article_id: Mapped[int | None] = to("article.id", "derived: which article it belongs to")
    awaits: Mapped[str | None] = mapped_column(Text, comment="derived: the key of the article, while none is known")
    version_id: Mapped[int | None] = to("version.id", "derived: the editorial state it shows")
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome), comment="derived: one of outcome: what it came to")


class DecisionRow(Base):
    """What a person decided of what the archive holds. Written once; the last one on a thing is in force."""

    __tablename__ = "decision"
    __table_args__ = (Index(None, "outlet_id"), Index(None, "article_id"))

    id: Mapped[int] = key()
    kind: Mapped[DecisionKind] = mapped_column(Word(DecisionKind), comment="one of decision")
    outlet_id: Mapped[int] = to("outlet.id", "of which outlet")
    article_id: Mapped[int | None] = to("article.id", "of which article's edit")
    old_digest: Mapped[bytes | None] = mapped_column(LargeBinary, comment="the digest of that edit's older version")
    new_digest: Mapped[bytes | None] = mapped_column(LargeBinary, comment="the digest of that edit's newer version")
    at: Mapped[datetime] = mapped_column(Instant, comment="when it was decided")
    person: Mapped[str] = mapped_column(Text, comment="who decided")
    reason: Mapped[str] = mapped_column(Text, comment="why, in words")


class HopRow(Base):
    """A response on the way to a captured page: a redirect, or what a browser made the page of."""

    __tablename__ = "hop"
    # To find a record that is given once more.
    __table_args__ = (bytes_of(32, "digest"), Index(None, "address_id"))

    capture_id: Mapped[int] = to("capture.id", "on the way to what", primary_key=True)
    n: Mapped[int] = mapped_column(SmallInteger, primary_key=True, comment="from 0; the last hop is the capture")
    address_id: Mapped[int] = to("address.id", "what answered")
    status: Mapped[int] = mapped_column(SmallInteger, comment="HTTP status")
    warc_file_id: Mapped[int] = to("warc_file.id", "where the bytes are")
    warc_offset: Mapped[int] = mapped_column(BigInteger, comment="bytes from the start of the file")
    warc_length: Mapped[int] = mapped_column(Integer, comment="bytes of the record, compressed")
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of the payload as received")


class PartRow(Base):
    """A further page that the first page of an article was read with."""

    __tablename__ = "part"
    __table_args__ = (bytes_of(16, "uid"), {"sqlite_with_rowid": False})

    capture_id: Mapped[int] = to("capture.id", "the look at the article's first page", primary_key=True)
    n: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False, comment="which page it is, from 2"
    )
    uid: Mapped[bytes] = mapped_column(LargeBinary, comment="the public id of that page's own capture")
