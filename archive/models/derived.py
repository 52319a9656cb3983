"""What is derived: articles and versions as the captures give them, and what spares questions the texts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, LargeBinary, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, Instant, Key, Word, bytes_of, key, to
from archive.records import DoubtKind, LifeState

__all__ = [
    "AnalyserRow",
    "ArticleAddressRow",
    "ArticleRow",
    "BodyRow",
    "DoubtRow",
    "EditKindRow",
    "HeldBackRow",
    "JoinedRow",
    "LinkRow",
    "LostWordsRow",
    "PageWordsRow",
    "PictureRow",
    "SightingRow",
    "UnsettledRow",
    "VersionRow",
    "VersionTextRow",
]

# On PostgreSQL the migrations say the same: to name that dialect here would load it for every archive.
_WITH_BODY = text("body IS NOT NULL")


class ArticleRow(Base):
    """One piece as the outlet means it, however many addresses it has."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("outlet_id", "key"),
        Index(None, "life"),
        # To find what is due for another look.
        Index(None, "outlet_id", "look_step", "next_look_at"),
        # To find what is away, and what came back, of late.
        Index("ix_article_away", "life_since", sqlite_where=text("life <> 1")),
        Index("ix_article_back", "life_since", sqlite_where=text("life = 1 AND life_since > first_look_at")),
    )

    id: Mapped[int] = key()
    outlet_id: Mapped[int] = to("outlet.id", "whose it is")
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
    awaited_at: Mapped[datetime | None] = mapped_column(
        Instant, comment="derived: when a look would be believed that agrees with one that is held; null: none is"
    )


class ArticleAddressRow(Base):
    """The addresses an article was captured at."""

    __tablename__ = "article_address"
    __table_args__ = ({"sqlite_with_rowid": False},)

    address_id: Mapped[int] = to("address.id", "where it stood", primary_key=True)
    article_id: Mapped[int] = to("article.id", "what stood there", primary_key=True, index=True)


class JoinedRow(Base):
    """Derived: a key of an article that has several, because its pages showed that what went by them is one."""

    __tablename__ = "joined"
    __table_args__ = ({"sqlite_with_rowid": False},)

    article_id: Mapped[int] = to("article.id", "an article by one of its keys", primary_key=True)
    into_id: Mapped[int] = to("article.id", "the article that it is: itself, where it goes by that key", index=True)
    keyed_at: Mapped[datetime | None] = mapped_column(
        Instant, comment="the first look that goes by the key; null: none does"
    )


class LinkRow(Base):
    """Derived: a host an article's page linked to."""

    __tablename__ = "link"
    __table_args__ = ({"sqlite_with_rowid": False},)

    article_id: Mapped[int] = to("article.id", "which article", primary_key=True)
    host: Mapped[str] = mapped_column(Text, primary_key=True, index=True, comment="a host its page links to")
    first_seen: Mapped[datetime] = mapped_column(Instant, comment="by the first look that shows it")


class PictureRow(Base):
    """Derived: a picture an article's page showed."""

    __tablename__ = "picture"
    __table_args__ = (bytes_of(8, "address"), {"sqlite_with_rowid": False})

    article_id: Mapped[int] = to("article.id", "which article", primary_key=True)
    address: Mapped[bytes] = mapped_column(
        LargeBinary, primary_key=True, index=True, comment="first 8 bytes of SHA-256 of the address"
    )
    first_seen: Mapped[datetime] = mapped_column(Instant, comment="by the first look that shows it")


class VersionRow(Base):
    """One state of an article's editorial fields."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("article_id", "digest"),
        bytes_of(32, "digest"),
        Index(None, "language"),
        Index("ix_version_body", "body", "article_id", sqlite_where=_WITH_BODY),
    )

    id: Mapped[int] = key()
    article_id: Mapped[int] = to("article.id", "of which article")
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="fingerprint when first read: the public id")
    text_id: Mapped[int] = to("text.id", "derived: its text at the newest revision")
    number: Mapped[int | None] = mapped_column(Integer, comment="derived: rank by first seen; null while held")
    merged_into_id: Mapped[int | None] = to("version.id", "the version it equals under newer rules")
    published: Mapped[datetime | None] = mapped_column(
        Instant, comment="derived: the date it states; of no zone: as if UTC"
    )
    language: Mapped[str] = mapped_column(Text, server_default=text("''"), comment="derived: BCP 47")
    words: Mapped[int] = mapped_column(Integer, server_default="0", comment="derived: of headline, lead and body")
    body: Mapped[bytes | None] = mapped_column(
        LargeBinary,
        comment="16 bytes of SHA-256 of its body when first read; null: too short to tell, or from before",
    )


class VersionTextRow(Base):
    """Which text a version has at which revision, and whose bytes were read."""

    __tablename__ = "version_text"
    __table_args__ = ({"sqlite_with_rowid": False},)

    version_id: Mapped[int] = to("version.id", "what it is a text of", primary_key=True)
    revision_id: Mapped[int] = to("revision.id", "how it was read", primary_key=True)
    text_id: Mapped[int] = to("text.id", "what it says")
    capture_id: Mapped[int] = to("capture.id", "whose bytes were read")


class PageWordsRow(Base):
    """What the page showed around a version as it was read at a revision: by that it is told whose change another
    reading is."""

    __tablename__ = "page_words"
    __table_args__ = ({"sqlite_with_rowid": False},)

    version_id: Mapped[int] = to("version.id", "what was read", primary_key=True)
    revision_id: Mapped[int] = to("revision.id", "how it was read", primary_key=True)
    packed: Mapped[bytes] = mapped_column(LargeBinary, comment="deflated JSON, the words of its text for a dictionary")


class LostWordsRow(Base):
    """A look that reads as a version which leaves out words of another, and whose page does not show these any more."""

    __tablename__ = "lost_words"
    __table_args__ = ({"sqlite_with_rowid": False},)

    capture_id: Mapped[int] = to("capture.id", "which look", primary_key=True)
    version_id: Mapped[int] = to("version.id", "whose words it does not show", primary_key=True, index=True)


class SightingRow(Base):
    """Derived: a span of consecutive captures over which one version stood."""

    __tablename__ = "sighting"
    __table_args__ = (
        CheckConstraint("times >= 1", name="times"),
        CheckConstraint("first_seen <= last_seen", name="span"),
        {"sqlite_with_rowid": False},
    )

    article_id: Mapped[int] = to("article.id", "of which article", primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True, comment="in order of time, from 0")
    version_id: Mapped[int] = to("version.id", "what stood", index=True)
    first_capture_id: Mapped[int] = to("capture.id", "the first look at it")
    last_capture_id: Mapped[int] = to("capture.id", "the last look at it")
    first_seen: Mapped[datetime] = mapped_column(Instant, index=True, comment="time of the first look")
    last_seen: Mapped[datetime] = mapped_column(Instant, comment="time of the last look")
    times: Mapped[int] = mapped_column(Integer, comment="how many looks")
    not_before: Mapped[datetime | None] = mapped_column(
        Instant, comment="the last look that shows it was not there yet; null for the first of an article"
    )
    compared_id: Mapped[int | None] = to("version.id", "the nearest reading of what stood before; null: that version")


class DoubtRow(Base):
    """Derived: what makes the reading of a capture doubtful, by the rules that read it last."""

    __tablename__ = "doubt"
    __table_args__ = ({"sqlite_with_rowid": False},)

    capture_id: Mapped[int] = to("capture.id", "whose reading", primary_key=True)
    kind: Mapped[DoubtKind] = mapped_column(
        Word(DoubtKind), primary_key=True, autoincrement=False, comment="one of doubt"
    )
    reason_id: Mapped[int | None] = to("reason.id", "why, where there is more to say")


class HeldBackRow(Base):
    """Derived: a look that was not believed by itself, whatever came after: what an outlet's brake is told by."""

    __tablename__ = "held_back"
    __table_args__ = ({"sqlite_with_rowid": False},)

    outlet_id: Mapped[int] = to("outlet.id", "of which outlet", primary_key=True)
    capture_id: Mapped[int] = to("capture.id", "which look", primary_key=True, index=True)


class UnsettledRow(Base):
    """Derived: a sighting whose edit is held back from counts: one place of the text moves at every look."""

    __tablename__ = "unsettled"
    __table_args__ = ({"sqlite_with_rowid": False},)

    article_id: Mapped[int] = to("article.id", "of which article", primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True, comment="the place of the sighting in order of time")


class BodyRow(Base):
    """Derived: an article that has a body, of the first two of an outlet whose pages showed it."""

    __tablename__ = "body"
    __table_args__ = (bytes_of(16, "digest"), bytes_of(16, "uid"), {"sqlite_with_rowid": False})

    outlet_id: Mapped[int] = to("outlet.id", "of which outlet", primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True, comment="what the body is told by")
    article_id: Mapped[int] = to("article.id", "an article that has it", primary_key=True, index=True)
    seen_at: Mapped[datetime] = mapped_column(Instant, comment="when a page of it first showed it")
    uid: Mapped[bytes] = mapped_column(LargeBinary, comment="the public id of that capture")


class AnalyserRow(Base):
    """By which analyser the token table was made, and how far: one row."""

    __tablename__ = "analyser"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, comment="of the program that made the tokens")
    upto: Mapped[int | None] = mapped_column(Key, comment="the last version that has them; null: every one")


class EditKindRow(Base):
    """Derived: what the edit from one text to another comes to, by the rules of a number."""

    __tablename__ = "edit_kind"
    __table_args__ = ({"sqlite_with_rowid": False},)

    before_id: Mapped[int] = to("text.id", "the older text", primary_key=True)
    after_id: Mapped[int] = to("text.id", "the newer text", primary_key=True, index=True)
    rules: Mapped[int] = mapped_column(Integer, comment="the number of the rules that told")
    grows: Mapped[bool] = mapped_column(comment="whether the outlet marked the page as growing")
    kinds: Mapped[str] = mapped_column(Text, comment="what it does to what is said, space separated")
    added: Mapped[int] = mapped_column(Integer, comment="characters put in")
    deleted: Mapped[int] = mapped_column(Integer, comment="characters taken out")
    live: Mapped[bool] = mapped_column(comment="all it did was to add entries to a page that grows")
    told: Mapped[bool] = mapped_column(comment="a notice on the page speaks of it")
    place: Mapped[str] = mapped_column(
        Text,
        server_default=text("''"),
        comment="the one place of the text it changed; empty: several, or none that counts",
    )
