"""What is derived of texts that are nearly the same: keys they are found by, pairs that share text, clusters."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, Key, to

__all__ = ["ClusterRow", "CommonKeyRow", "CopyKeyRow", "CopyRow", "ShinglesRow", "SketchRow"]


class SketchRow(Base):
    """Derived: what the body of a version, as it is shown, is compared by."""

    __tablename__ = "sketch"

    version_id: Mapped[int] = to("version.id", "of which version", primary_key=True)
    rules: Mapped[int] = mapped_column(SmallInteger, comment="the number of the rules that made it")
    counted: Mapped[bool] = mapped_column(comment="whether its article is found by these keys")
    hashes: Mapped[bytes] = mapped_column(LargeBinary, comment="its keys, 8 bytes each; empty: too short")


class ShinglesRow(Base):
    """Derived: the shingles of the body of a version, as it is shown; apart from its keys, read more often."""

    __tablename__ = "shingles"

    version_id: Mapped[int] = to("version.id", "of which version", primary_key=True)
    hashes: Mapped[bytes] = mapped_column(LargeBinary, comment="`archive/copies/shingles.py`; empty: too short")


class CopyKeyRow(Base):
    """Derived: an article that is found by a key of its bodies."""

    __tablename__ = "copy_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, comment="a key of one of its versions"
    )
    # No foreign keys: some twenty rows a text are written, and to look each up costs more than to write it.
    article_id: Mapped[int] = mapped_column(
        Key, primary_key=True, autoincrement=False, comment="an article that has it"
    )
    outlet_id: Mapped[int] = mapped_column(Key, comment="whose that is")
    short: Mapped[bool] = mapped_column(comment="it has so few keys that one in common is enough")


class CommonKeyRow(Base):
    """Derived: a key so many articles have that it is boilerplate, or a phrase of everybody's."""

    __tablename__ = "common_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, comment="a key that weighs nothing"
    )


class CopyRow(Base):
    """Derived: two articles that share text, by those of their versions that share most."""

    __tablename__ = "copy"
    __table_args__ = ({"sqlite_with_rowid": False},)

    article_a_id: Mapped[int] = to("article.id", "of two articles the one whose id sorts first", primary_key=True)
    article_b_id: Mapped[int] = to("article.id", "the other", primary_key=True, index=True)
    version_a_id: Mapped[int] = to("version.id", "its version that shares most")
    version_b_id: Mapped[int] = to("version.id", "the other's")
    size_a: Mapped[int] = mapped_column(Integer, comment="distinct shingles of that body")
    size_b: Mapped[int] = mapped_column(Integer, comment="of the other's")
    shared: Mapped[int] = mapped_column(Integer, comment="shingles that stand in both")
    counted: Mapped[int] = mapped_column(Integer, comment="of these, what is no boilerplate")
    quoted: Mapped[int] = mapped_column(Integer, comment="of the shared, what stands in a quotation")
    quotation: Mapped[bool] = mapped_column(comment="a quotation is all they share: no copy")


class ClusterRow(Base):
    """Derived: an article that is nearly the same as another, and those that are the same as that, and so on."""

    __tablename__ = "cluster"

    article_id: Mapped[int] = to("article.id", "an article that is in a cluster", primary_key=True)
    cluster_id: Mapped[int] = to("article.id", "the same article for all that are in it", index=True)
