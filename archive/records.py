"""The values that travel between the rooms, and the closed lists they draw their words from.

Frozen dataclasses, standard library only; the closed lists stand in `archive.enums` and are taken from here.
Times are aware UTC datetimes; an outlet's own date that names no zone stays naive and says so in `Date.how`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from archive.enums import (
    AWAY,
    RENDERED,
    WALLS,
    AlarmKind,
    Attempt,
    BlockType,
    DecisionKind,
    DiscoveryState,
    DoubtKind,
    LifeState,
    Outcome,
    RunKind,
    Source,
    TimeBasis,
    Verdict,
)
from archive.fields import EDITORIAL_FIELDS
from archive.page_words import PageWords

__all__ = [
    "AWAY",
    "EDITORIAL_FIELDS",
    "RENDERED",
    "WALLS",
    "AlarmKind",
    "Attempt",
    "Block",
    "BlockType",
    "Capture",
    "Circumstances",
    "Content",
    "Date",
    "DecisionKind",
    "DiscoveryState",
    "Domain",
    "Doubt",
    "DoubtKind",
    "Hop",
    "Image",
    "Judgement",
    "LifeState",
    "Outcome",
    "OutletFacts",
    "Place",
    "Reading",
    "Recordable",
    "Removal",
    "Reread",
    "RunKind",
    "Source",
    "TimeBasis",
    "Verdict",
]


@dataclass(frozen=True, slots=True)
class Hop:
    """One response on the way to a page: a redirect before the last, or what a browser made the page of (the page's
    own response, then what its scripts fetched). `headers` in the order received."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Capture:
    """One planned request that was answered, at one time, with the bytes as received.

    `url` is the address asked for, `final_url` the one that answered (the same without redirects). `body` is still
    content-encoded, freed of transfer-encoding. `status` is the HTTP status, 200 for given pages unless stated.
    For `own-browser` it is the rendered page as UTF-8, and the response it was made of is among the hops.
    `truncated` says that the carrier knew the body to be incomplete. `origin` names file and place for given material.
    `digest` is the SHA-256 of `body` where somebody has computed it already. `request` is the head of the last request
    as it was sent, without credentials; empty where nobody knows it. `parts` are answers to addresses of
    further pages of the article, which are captures of their own too. `as_received`: it is given, and its record says
    that another archive of this program had fetched it, so that nobody has made anything else of its bytes.
    """

    url: str
    fetched_at: datetime
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    final_url: str = ""
    hops: tuple[Hop, ...] = ()
    source: Source = Source.OWN_HTTP
    time_basis: TimeBasis = TimeBasis.OWN_CLOCK
    vantage: str = "default"
    outlet: str = ""
    origin: str = ""
    truncated: bool = False
    digest: bytes = b""
    parts: tuple[Hop, ...] = ()
    request: bytes = b""
    as_received: bool = False

    @property
    def landed(self) -> str:
        """The address that answered."""
        return self.final_url or self.url

    def header(self, name: str) -> str:
        """The first header of that name (any case), or an empty text."""
        low = name.lower()
        return next((value for key, value in self.headers if key.lower() == low), "")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a WARC record's bytes stand: file name relative to the `warc/` folder, offset and length in bytes,
    and the SHA-256 of the payload. `revisit_of` is the public id of the capture that holds an identical payload."""

    file: str
    offset: int
    length: int
    digest: bytes
    revisit_of: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason in words."""

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What makes a reading doubtful, with its reason in words."""

    kind: DoubtKind
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the body: its type and its text, white space folded to one space within lines."""

    type: BlockType
    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the article. Caption and credit are editorial; alternative text and address are circumstances."""

    caption: str = ""
    credit: str = ""
    alternative: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Date:
    """A date as written and as understood.

    `instant` is aware UTC, or naive where the zone is not known, or None where it could not be understood.
    `how` says from where it was read and how its zone is known, for example `jsonld` or `meta, zone of the outlet`.
    """

    raw: str
    instant: datetime | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Removal:
    """One block that is on the page but is not the article: the rule that took it, its kind and its text."""

    rule: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is kept as a dated value and never makes a version. `live`: the page says that it grows by entries."""

    section: str = ""
    tags: tuple[str, ...] = ()
    date_modified: Date | None = None
    titles: tuple[tuple[str, str], ...] = ()
    canonical: str = ""
    alternates: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    images: tuple[tuple[str, str], ...] = ()
    embeds: tuple[str, ...] = ()
    videos: tuple[str, ...] = ()
    language: str = ""
    live: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page says, as read by one dated reader at one revision.

    The editorial fields come first. `body` may hold `embed` blocks; they are left out of the fingerprint.
    `read_also` are related titles, `removed` all furniture in page order. `own_id` is the outlet's own id of the
    article where its address or page gives one. `revision` names the reader, its rules and the libraries.
    `doubts` are what makes the reading doubtful, each kind once. `missing` are the addresses of further pages of it
    that were not there. `page_words` is what the page shows around it: no part of what is read.
    """

    headline: str
    description: str = ""
    body: tuple[Block, ...] = ()
    authors: tuple[str, ...] = ()
    date_published: Date | None = None
    images: tuple[Image, ...] = ()
    circumstances: Circumstances = field(default_factory=Circumstances)
    read_also: tuple[str, ...] = ()
    removed: tuple[Removal, ...] = ()
    own_id: str = ""
    revision: str = ""
    doubts: tuple[Doubt, ...] = ()
    missing: tuple[str, ...] = ()
    page_words: PageWords | None = field(default=None, compare=False, repr=False)

    @property
    def reader(self) -> str:
        """The name of the reader alone."""
        return self.revision.partition("@")[0]


@dataclass(frozen=True, slots=True)
class ReadingId:
    """By which revision a page was read, and the fingerprint of what it says."""

    revision: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Domain:
    """A host an outlet used, its sub-domains included, from one date to another (ISO days; empty = open)."""

    host: str
    since: str = ""
    until: str = ""
    mirror: bool = False


@dataclass(frozen=True, slots=True)
class OutletFacts:
    """What the archive keeps of an outlet: who publishes it, where, in which languages."""

    name: str
    family: str
    title: str
    country: str = ""
    languages: tuple[str, ...] = ()
    timezone: str = ""
    controlled_by: str = ""
    domains: tuple[Domain, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A reading as it is stored: the columns of `text`, their digests, what is searched, and the circumstances.

    `words` are the tokens of headline, lead, body and by-line, each a space-separated text; `size` is in characters,
    `length` in words; `circumstances` is a JSON document; `told_by` is what the body is told by wherever it stands
    (empty: too short), `keys` what its near copies are found by, `shingles` what they are compared by, both as stored;
    `page_words` is packed (empty: not known).
    Made by `archive.store.texts.content`, away from the writer where there is time.
    """

    fingerprint: bytes
    digest: bytes
    headline: str
    description: str
    body: str
    block_types: str
    authors: str
    date_published: str | None
    date_published_raw: str | None
    date_published_how: str | None
    images: str
    read_also: str
    language: str
    size: int
    circumstances: str
    words: tuple[str, ...]
    length: int = 0
    told_by: bytes = b""
    keys: bytes = b""
    shingles: bytes = b""
    page_words: bytes = b""


@dataclass(frozen=True, slots=True)
class Reread:
    """A stored version's bytes read again at today's revision: the version's integer key and the new reading."""

    version: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class Recordable:
    """What `store.record` takes: a capture's facts (its body already on disk), where its bytes stand, what it was
    judged to be, what it says (None where it is no article) and which article it belongs to.

    `key` is the article's part of its public id within the outlet; empty where only the address can tell. `content` is
    the reading as it is stored; without it the store makes it. `unchanged` is the public id of the capture whose page,
    the outlet says, still stands (304).
    `hop_places` has one place for each hop before the last. `rereads` are older versions read again at today's rules.
    Without `settles` the address stays as discovered as it was: it has to be asked for again.
    `also` are other keys that its page shows to be the same article's, `parts` the public ids of the captures of
    further pages it was read with.
    """

    capture: Capture
    place: Place
    judgement: Judgement
    outlet: OutletFacts
    key: str = ""
    reading: Reading | None = None
    content: Content | None = None
    hop_places: tuple[Place, ...] = ()
    rereads: tuple[Reread, ...] = ()
    unchanged: str = ""
    settles: bool = True
    also: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
