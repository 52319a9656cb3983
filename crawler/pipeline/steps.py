"""The stations at which a page meets the archive, in their order: arrival, evidence, identity. Each is an object that
gives back a `Work` with more known of it. Between evidence and identity the page is read
(`crawler.extract.examine`), behind identity it is recorded (`archive.store.group_commit.Recorder`)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from archive import urls, warc
from archive.errors import BadInput
from archive.records import (
    Capture,
    Content,
    Hop,
    Judgement,
    Place,
    Reading,
    ReadingId,
    Recordable,
    Reread,
    Source,
    Verdict,
)
from archive.store.group_commit import Recorder
from archive.store.lookups import Latest, Lookups
from archive.store.writer import capture_uid
from crawler.extract.parts import Part
from crawler.outlets.base import Outlet
from crawler.outlets.registry import Registry
from crawler.outlets.revisions import GENERAL_READERS
from crawler.pipeline.canonical import aliases, believed
from crawler.pipeline.executor import Read, Task
from crawler.pipeline.stored import Bytes, Stored, read_stale

__all__ = [
    "Arrival",
    "Evidence",
    "Identity",
    "Work",
    "address_key",
    "article_key",
    "article_keys",
    "recordable",
]

_BEGUN = 10_000
"""Articles of which this run remembers by which reader their first look was read: they commit in groups of fifty."""

_UNJUDGED = Judgement(Verdict.UNREADABLE, "not judged")


@dataclass(frozen=True, slots=True)
class Work:
    """A capture on its way: what the steps have found out so far. `known` are the readings of the article that its
    address names, which is `new` where nothing of it was committed when the capture arrived."""

    capture: Capture
    outlet: Outlet
    place: Place | None = None
    hop_places: tuple[Place, ...] = ()
    judgement: Judgement = _UNJUDGED
    reading: Reading | None = None
    content: Content | None = None
    key: str = ""
    also: tuple[str, ...] = ()
    rereads: tuple[Reread, ...] = ()
    unchanged: str = ""
    settles: bool = True
    remark: str = ""
    parts: tuple[str, ...] = ()
    known: frozenset[ReadingId] = frozenset()
    new: bool = False

    @property
    def uid(self) -> bytes:
        """The capture's public id, once its payload's digest is known."""
        return capture_uid(self.capture, self.capture.digest)

    @property
    def task(self) -> Task:
        """The capture to be read, before any reader was decided for its article."""
        return Task.of(self.capture, self.outlet, self.known)


def address_key(outlet: Outlet, url: str) -> str:
    """The key of the article an address names: the outlet's own id, else 12 hex of the canonical address, at the
    outlet's main domain where a person said that the address is of a mirror."""
    return outlet.own_id(url) or urls.canonical_key(outlet.at_home(url))


def article_keys(outlet: Outlet, capture: Capture, reading: Reading | None) -> tuple[str, ...]:
    """The key of the article a page is: the outlet's own id, else 12 hex of the address it states, else answered at.
    After it the other keys that the page shows to be the same article's."""
    if reading is None:
        return (address_key(outlet, capture.url),)
    stated = _own(outlet, reading.circumstances.canonical, capture.landed)
    led = dict.fromkeys(filter(None, (capture.landed, capture.url, stated)))
    named = next((url for url in led if outlet.own_id(url)), "")
    if not named:
        alternates = reading.circumstances.alternates
        trusted = stated and believed(stated, capture.landed, reading.headline, alternates)
        named = stated if trusted else capture.landed
        led.pop("" if trusted else stated, None)
    key, others = address_key(outlet, named), [url for url in led if _is_outlets(outlet, url, capture.landed)]
    found = (address_key(outlet, url) for url in aliases(named, others, reading.headline) if not outlet.own_id(url))
    return tuple(dict.fromkeys((key, *found)))


def article_key(outlet: Outlet, capture: Capture, reading: Reading | None) -> str:
    """The first of `article_keys`."""
    return article_keys(outlet, capture, reading)[0]


def _is_outlets(outlet: Outlet, url: str, landed: str) -> bool:
    name = urls.host(url)
    return outlet.has_host(name) or urls.registrable(name) == urls.registrable(urls.host(landed))


def _own(outlet: Outlet, stated: str, landed: str) -> str:
    """The address a page states as its own, in normal spelling, where it is the outlet's and not its home page."""
    try:
        canonical = urls.normal(stated)
    except BadInput:
        return ""
    if canonical.startswith("urn:") or urls.is_home(canonical):
        return ""
    return canonical if _is_outlets(outlet, canonical, landed) else ""


class Arrival:
    """Step 3: whose page a capture is, which payload it has, and whether it is new."""

    def __init__(self, outlets: Registry, lookups: Lookups, stored: Stored) -> None:
        self._outlets = outlets
        self._lookups = lookups
        self._stored = stored
        self._pending: set[bytes] = set()

    def __call__(self, capture: Capture, outlet: Outlet | None = None, place: Place | None = None) -> Work | None:
        """A capture as work, of the outlet its address names where none is given; None where it is stored already."""
        whose = self._outlets.taught(outlet) if outlet else self._outlets.for_capture(capture)
        work = self._known_as(Work(capture, whose, place))
        if work.uid in self._pending or (not _is_live(capture) and self._is_known(work)):
            return None
        self._pending.add(work.uid)
        return work

    def _is_known(self, work: Work) -> bool:
        """Whether a look is stored, or its record is: on the way to another look, or as one that was asked for at
        another address."""
        return self._lookups.known(work.uid) or self._stored.has_record(work.outlet.name, work.capture)

    def rendered(self, plain: Work, capture: Capture) -> Work:
        """What a browser made of a page, as work of its own."""
        work = self._known_as(Work(capture, plain.outlet))
        self._pending.add(work.uid)
        return work

    def committed(self, uid: bytes) -> None:
        """From now on the archive itself knows this capture."""
        self._pending.discard(uid)

    def _known_as(self, work: Work) -> Work:
        """The work with its payload's digest, and what is known; of a 304 it is the digest of the page it speaks of."""
        capture, key = work.capture, address_key(work.outlet, work.capture.url)
        if capture.status == 304 and (latest := self._spoken_of(work, key)) is not None:
            unchanged = replace(capture, digest=latest.original.digest)
            return replace(work, capture=unchanged, unchanged=latest.original.capture_uid)
        capture = replace(capture, digest=hashlib.sha256(capture.body).digest())
        if not self._lookups.has(work.outlet.name, key):
            return replace(work, capture=capture, new=True)
        known = self._lookups.readings(work.outlet.name, key, capture.fetched_at)
        return replace(work, capture=capture, known=known)

    def _spoken_of(self, work: Work, key: str) -> Latest | None:
        """The page that an answer 304 speaks of: the one that stood then, of the digest that is told."""
        capture = work.capture
        asked = work.outlet.name, key, capture.url
        if _is_live(capture):
            return self._lookups.latest(*asked)
        return self._lookups.latest(*asked, capture.fetched_at, capture.digest)


def _is_live(capture: Capture) -> bool:
    """Whether a look is our own: such a one cannot have been stored before it was taken."""
    return capture.source in {Source.OWN_HTTP, Source.OWN_BROWSER}


class Evidence:
    """Step 4: the bytes as received, in our WARC, before anything is made of them."""

    def __init__(self, recorder: Recorder, lookups: Lookups, warc_folder: Path) -> None:
        self._recorder = recorder
        self._lookups = lookups
        self._folder = warc_folder

    def __call__(self, work: Work, made_of: str = "") -> Work:
        """Write the records; a payload the article had before, or that did not change (304), becomes a revisit."""
        key = address_key(work.outlet, work.capture.url)
        original = None if work.new else self._lookups.original(work.outlet.name, key, work.capture.digest)
        place, hop_places = self._recorder.evidence(work.capture, original, made_of)
        return replace(work, place=place, hop_places=hop_places)

    def rendered(self, plain: Work, work: Work) -> Work:
        """Write what a browser made of a page whose own records are written: they become hops on the way to it."""
        assert plain.place is not None, "evidence comes first"
        written = self(work, warc.read_at(self._folder, plain.place).record_id)
        was = plain.capture
        way = (*was.hops, Hop(was.landed, was.status, was.headers, was.body))
        return replace(
            written,
            capture=replace(work.capture, hops=(*way, *work.capture.hops)),
            hop_places=(*plain.hop_places, plain.place, *written.hop_places),
        )


class Identity:
    """Step 8: which article this is, and by which reader it is read; its older versions are read again where the rules
    have changed since. `read` reads them."""

    def __init__(
        self, lookups: Lookups, warc_folder: Path, outlets: Registry, read: Read, told: Callable[[str], None]
    ) -> None:
        self._lookups = lookups
        self._folder = warc_folder
        self._outlets = outlets
        self._read = read
        self._told = told
        self._begun: dict[tuple[str, str], str] = {}
        # Nothing to read again where everything in the archive was read by today's rules; where something was learnt,
        # they are not the same for all.
        self._stale = bool(outlets.learnt) or not lookups.revisions() <= outlets.revisions()

    def __call__(self, work: Work) -> Work:
        """Name the article, and read its versions again at the new reading's revision if they were not yet."""
        key, *also = _keys(work)
        work = self._shown(replace(work, key=key, also=tuple(also)))
        undescribed = work.reading is not None and work.reading.reader in GENERAL_READERS
        if work.reading is None or not (self._stale or undescribed):
            return work
        outlet, current = work.outlet, self._outlets.current(work.outlet.name) | {work.reading.revision}
        standing = self._lookups.standing(outlet.name, work.key)
        held = Bytes(self._folder, self._lookups)
        again = read_stale(held, standing, current, lambda page, reader: self._read(page, outlet, reader))
        for _, why in again.versions:
            if isinstance(why, str):
                self._told(f"an older version keeps its old reading: {why}")
        rereads = tuple(Reread(one.version, said) for one, said in again.versions if isinstance(said, Reading))
        return replace(self._read_by(work, again.reader) if undescribed else work, rereads=rereads)

    def _shown(self, work: Work) -> Work:
        """The work, with what the page shows around its reading where only another article is known to read so."""
        if work.reading is None or not work.known or work.key == address_key(work.outlet, work.capture.url):
            return work
        found = self._read(work.capture, work.outlet, "")
        return replace(work, judgement=found.judgement, reading=found.reading, content=found.content)

    def _read_by(self, work: Work, reader: str) -> Work:
        """The work, read by the reader its article is read by since its first look."""
        assert work.reading is not None, "it was read"
        if len(self._begun) > _BEGUN:
            self._begun.clear()
        # Of one that is not committed yet, the archive knows nothing.
        reader = reader or self._begun.setdefault((work.outlet.name, work.key), work.reading.reader)
        if reader == work.reading.reader:
            return work
        found = self._read(work.capture, work.outlet, reader)
        return replace(work, judgement=found.judgement, reading=found.reading, content=found.content)


def _keys(work: Work) -> tuple[str, ...]:
    """The keys of the article a page is, or is a further page of."""
    if isinstance(work.judgement, Part):
        return (address_key(work.outlet, work.judgement.first),)
    return article_keys(work.outlet, work.capture, work.reading)


def recordable(work: Work) -> Recordable:
    """The work as the archive takes it: facts and places, no bytes."""
    assert work.place is not None, "evidence comes first"
    judgement = work.judgement
    if work.remark and judgement == Judgement(Verdict.ARTICLE):
        judgement = replace(judgement, reason=work.remark)
    hops = tuple(replace(hop, body=b"") for hop in work.capture.hops)
    bare = replace(work.capture, body=b"", headers=(), hops=hops, parts=(), request=b"")
    return Recordable(
        capture=bare,
        place=work.place,
        judgement=judgement,
        outlet=work.outlet.facts,
        key=work.key,
        reading=work.reading,
        content=work.content,
        hop_places=work.hop_places,
        rereads=work.rereads,
        unchanged=work.unchanged,
        settles=work.settles,
        also=work.also,
        parts=work.parts,
    )
