"""What the steps before the last are told of the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archive.records import Place, Source, Verdict
from archive.vantages import DEFAULT
from archive.warc import Original

__all__ = ["Latest", "Refused", "Stale", "Standing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A stored version of an article: its integer, the revisions it was read at, where its bytes are, the version it
    was folded into (0: none), and the public id of the capture that was read."""

    version: int
    revisions: frozenset[str]
    place: Place
    into: int = 0
    uid: bytes = b""


@dataclass(frozen=True, slots=True)
class Stale:
    """An article with versions that today's rules have not read: its outlet's name, its key and its integer."""

    outlet: str
    key: str
    article: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A stored capture that was not read as an article: its integer, public id, outlet's name, verdict, the addresses
    asked and answered, when, and where its bytes are."""

    id: int
    uid: bytes
    outlet: str
    verdict: Verdict
    url: str
    final_url: str
    fetched_at: datetime
    place: Place


@dataclass(frozen=True, slots=True)
class Latest:
    """The last full answer of an article's address that is believed: what a 304 refers to, where it stands, who fetched
    it, and from where."""

    original: Original
    place: Place
    source: Source = Source.OWN_HTTP
    vantage: str = DEFAULT
