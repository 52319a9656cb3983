"""What is derived of one story in several languages: facts of texts, what they are found by, the links between them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Integer, LargeBinary, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, Instant, Key, bytes_of, to

__all__ = ["StoryFactsRow", "StoryKeyRow", "StoryLinkRow", "StoryOftenRow", "StoryRow", "StoryVectorRow"]


class StoryFactsRow(Base):
    """Derived: the facts a version states, as it is shown."""

    __tablename__ = "story_facts"

    version_id: Mapped[int] = to("version.id", "of which version", primary_key=True)
    rules: Mapped[int] = mapped_column(SmallInteger, comment="the number of the rules that made it")
    packed: Mapped[bytes] = mapped_column(LargeBinary, comment="deflated JSON: its language, and each fact")


class StoryRow(Base):
    """Derived: an article as it is compared with those in other languages: by the first version it showed."""

    __tablename__ = "story"
    __table_args__ = (bytes_of(8, "digest"),)

    article_id: Mapped[int] = to("article.id", "which article", primary_key=True)
    version_id: Mapped[int] = to("version.id", "its first version")
    at: Mapped[datetime] = mapped_column(
        Instant, comment="the date that states, if not after its first look; else that"
    )
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="8 bytes over all it is compared by")
    hashes: Mapped[bytes] = mapped_column(LargeBinary, comment="the keys it is found by, 8 bytes each")


class StoryKeyRow(Base):
    """Derived: an article that is found by a key, on the day it appeared."""

    __tablename__ = "story_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, comment="a key")
    day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, comment="days since 1970, in UTC")
    # No foreign key, as with `copy_key`: many rows a text.
    article_id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False, comment="who has it")


class StoryOftenRow(Base):
    """Derived: a key that so many articles of a day have that it says little of them."""

    __tablename__ = "story_often"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, comment="a key")
    day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, comment="days since 1970, in UTC")


class StoryLinkRow(Base):
    """Derived: two articles in two languages that tell one story, and what says so."""

    __tablename__ = "story_link"
    __table_args__ = ({"sqlite_with_rowid": False},)

    article_a_id: Mapped[int] = to("article.id", "of two articles the one whose id sorts first", primary_key=True)
    article_b_id: Mapped[int] = to("article.id", "the other", primary_key=True, index=True)
    score: Mapped[int] = mapped_column(SmallInteger, comment="how likely it is, in thousandths")
    evidence: Mapped[str] = mapped_column(Text, comment="JSON: kind, value, weight of each piece, and what it rests on")


class StoryVectorRow(Base):
    """What the headline and lead of a version mean, as a model reads them; where the operator had it read them."""

    __tablename__ = "story_vector"
    __table_args__ = (bytes_of(8, "model"), bytes_of(384, "vector"))

    version_id: Mapped[int] = to("version.id", "of which version", primary_key=True)
    model: Mapped[bytes] = mapped_column(LargeBinary, comment="8 bytes of SHA-256 over the model and the means")
    vector: Mapped[bytes] = mapped_column(LargeBinary, comment="384 signed bytes, of length 127 together")
