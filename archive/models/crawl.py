"""What is crawled and where that stands: outlets, their addresses, what was found and asked for, who holds what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, LargeBinary, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, Instant, Word, bytes_of, key, to
from archive.records import Attempt, DiscoveryState

__all__ = [
    "AddressRow",
    "AttemptRow",
    "DiscoveryRow",
    "DomainChangeRow",
    "DomainRow",
    "LearntRow",
    "LeaseRow",
    "NamedChangeRow",
    "OutletRow",
    "PaceRow",
    "PlanRow",
    "PlannedLookRow",
    "WatchRow",
]


class OutletRow(Base):
    """A publisher's edition."""

    __tablename__ = "outlet"

    id: Mapped[int] = key()
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

    id: Mapped[int] = key()
    outlet_id: Mapped[int] = to("outlet.id", "whose it is")
    host: Mapped[str] = mapped_column(Text, comment="sub-domains included")
    since: Mapped[str] = mapped_column(Text, comment="ISO day, empty if not known")
    until: Mapped[str] = mapped_column(Text, comment="ISO day, empty if it still is")
    mirror: Mapped[bool] = mapped_column(comment="the outlet's own mirror of its main domain")


class AddressRow(Base):
    """An address in one spelling."""

    __tablename__ = "address"
    __table_args__ = (bytes_of(16, "digest"), bytes_of(8, "canonical"))

    id: Mapped[int] = key()
    url: Mapped[str] = mapped_column(Text, comment="as asked for, normal spelling")
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True, comment="first 16 bytes of SHA-256 of url")
    canonical: Mapped[bytes] = mapped_column(
        LargeBinary, index=True, comment="first 8 bytes of SHA-256 of the canonical address"
    )


class DiscoveryRow(Base):
    """An address found in a feed, sitemap, listing or article, and where it stands."""

    __tablename__ = "discovery"
    __table_args__ = (UniqueConstraint("outlet_id", "address_id"), Index(None, "outlet_id", "state"))

    id: Mapped[int] = key()
    outlet_id: Mapped[int] = to("outlet.id", "for which outlet")
    address_id: Mapped[int] = to("address.id", "what was found")
    found_in_id: Mapped[int | None] = to("address.id", "the feed, sitemap, listing or article it was seen in")
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

    id: Mapped[int] = key()
    run_id: Mapped[int] = to("run.id", "in which run", index=True)
    outlet_id: Mapped[int] = to("outlet.id", "whose address it was")
    address_id: Mapped[int] = to("address.id", "what was asked for", index=True)
    at: Mapped[datetime] = mapped_column(Instant, comment="when it ended")
    word: Mapped[Attempt] = mapped_column(Word(Attempt), comment="one of attempt: why")
    reason_id: Mapped[int | None] = to("reason.id", "what was said")


class LearntRow(Base):
    """A set of rules that was learnt of an outlet nobody described; its newest is in force."""

    __tablename__ = "learnt"

    id: Mapped[int] = key()
    outlet_id: Mapped[int] = to("outlet.id", "of which outlet", index=True)
    number: Mapped[int] = mapped_column(Integer, comment="counts the changes of its rules; 0: none ever")
    kept_at: Mapped[datetime] = mapped_column(Instant, comment="in force from then on, for what is begun later")
    kept_by: Mapped[str] = mapped_column(Text, comment="crawl: by itself; person: by a command")
    looks: Mapped[int] = mapped_column(Integer, comment="pages of its articles the archive held then")
    rules: Mapped[str] = mapped_column(Text, comment="JSON list: teaches, place, text, articles, looks")


class DomainChangeRow(Base):
    """What a person said of a domain of an outlet: that it is one, or no more. The last on a domain is in force."""

    __tablename__ = "domain_change"

    id: Mapped[int] = key()
    outlet_id: Mapped[int] = to("outlet.id", "of which outlet", index=True)
    host: Mapped[str] = mapped_column(Text, comment="sub-domains included")
    since: Mapped[str] = mapped_column(Text, comment="ISO day, empty if not known")
    mirror: Mapped[bool] = mapped_column(comment="a mirror of the outlet's main domain")
    added: Mapped[bool] = mapped_column(comment="whether it is the outlet's from then on, or no more")
    at: Mapped[datetime] = mapped_column(Instant, comment="when a person said so")


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


class PlanRow(Base):
    """By which plan the known articles of an outlet are looked at, and what was said of it; the newest is in force."""

    __tablename__ = "plan"

    id: Mapped[int] = key()
    outlet_id: Mapped[int] = to("outlet.id", "of which outlet", index=True)
    made_at: Mapped[datetime] = mapped_column(Instant, comment="in force from then on")
    learnt_from: Mapped[int] = mapped_column(Integer, comment="looks it was learnt from")
    rates: Mapped[str] = mapped_column(Text, comment="JSON: how often articles change, when a look is due")
    forecast: Mapped[str] = mapped_column(Text, comment="JSON: looks a day, how long changes stay unnoticed, by age")


class PlannedLookRow(Base):
    """When an article is looked at next by the plan in force; `article.next_look_at` says when at the latest."""

    __tablename__ = "planned_look"
    __table_args__ = (Index(None, "outlet_id", "next_at"), {"sqlite_with_rowid": False})

    article_id: Mapped[int] = to("article.id", "which article", primary_key=True)
    outlet_id: Mapped[int] = to("outlet.id", "of which outlet")
    next_at: Mapped[datetime] = mapped_column(Instant, comment="the first moment at which a look is due")


class WatchRow(Base):
    """What a person said of an article: to look at it so often, up to a day. The last on an article is in force."""

    __tablename__ = "watch"

    id: Mapped[int] = key()
    article_id: Mapped[int] = to("article.id", "which article", index=True)
    every: Mapped[int] = mapped_column(Integer, comment="seconds from look to look; 0: as any other")
    until: Mapped[datetime] = mapped_column(Instant, comment="up to then")
    at: Mapped[datetime] = mapped_column(Instant, comment="when a person said so")


class NamedChangeRow(Base):
    """The last time that a source named a change of an article later than the last look at it."""

    __tablename__ = "named_change"
    __table_args__ = (Index(None, "outlet_id", "at"), {"sqlite_with_rowid": False})

    article_id: Mapped[int] = to("article.id", "which article", primary_key=True)
    outlet_id: Mapped[int] = to("outlet.id", "of which outlet")
    at: Mapped[datetime] = mapped_column(Instant, comment="when that was seen; a look after it answers it")
