"""The steps that ask the archive, each an object that takes a `Work` and gives it back with one more thing known:
evidence, before a page is read (`crawler.extract.examine`), and identity, after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from archive import urls, warc
from archive.errors import BadInput, Damaged
from archive.records import Capture, Content, Hop, Judgement, Place, Reading, Recordable, Reread, Verdict
from crawler.extract.examine import Fault, examine
from crawler.outlets.base import Outlet

if TYPE_CHECKING:
    from archive.store.group_commit import Recorder
    from archive.store.lookups import Lookups

__all__ = [
    "Evidence",
    "Identity",
    "Work",
    "address_key",
    "article_key",
    "read_again",
    "recordable",
]

_UNJUDGED = Judgement(Verdict.UNREADABLE, "not judged")


@dataclass(frozen=True, slots=True)
class Work:
    """A capture on its way: what the steps have found out so far."""

    capture: Capture
    outlet: Outlet
    place: Place | None = None
    hop_places: tuple[Place, ...] = ()
    judgement: Judgement = _UNJUDGED
    reading: Reading | None = None
    content: Content | None = None
    key: str = ""
    rereads: tuple[Reread, ...] = ()
    unchanged: str = ""
    settles: bool = True


def address_key(outlet: Outlet, url: str) -> str:
    """The key of the article an address names: the outlet's own id, else 12 hex of the canonical address."""
    return outlet.own_id(url) or urls.canonical_key(url)


def article_key(outlet: Outlet, capture: Capture, reading: Reading | None) -> str:
    """The key of the article a page is: the outlet's own id, else 12 hex of the address it states, else answered at."""
    if reading is None:
        return address_key(outlet, capture.url)
    trusted = _trusted(outlet, reading.circumstances.canonical, capture.landed)
    for url in (capture.landed, capture.url, trusted):
        if own := outlet.own_id(url):
            return own
    return urls.canonical_key(trusted or capture.landed)


def _trusted(outlet: Outlet, stated: str, landed: str) -> str:
    """The address a page states as its own, in normal spelling, where it is the outlet's and not its home page."""
    try:
        canonical = urls.normal(stated)
    except BadInput:
        return ""
    if canonical.startswith("urn:") or urls.is_home(canonical):
        return ""
    name = urls.host(canonical)
    own = outlet.has_host(name) or urls.registrable(name) == urls.registrable(urls.host(landed))
    return canonical if own else ""


class Evidence:
    """Step 4: the bytes as received, in our WARC, before anything is made of them."""

    def __init__(self, recorder: Recorder, lookups: Lookups, warc_folder: Path) -> None:
        self._recorder = recorder
        self._lookups = lookups
        self._folder = warc_folder

    def __call__(self, work: Work, made_of: str = "") -> Work:
        """Write the records; a payload the article had before, or that did not change (304), becomes a revisit."""
        key = address_key(work.outlet, work.capture.url)
        original = self._lookups.original(work.outlet.name, key, work.capture.digest)
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
    """Step 8: which article this is; its older versions are read again where the rules have changed since."""

    def __init__(
        self, lookups: Lookups, warc_folder: Path, current: frozenset[str], told: Callable[[str], None]
    ) -> None:
        self._lookups = lookups
        self._folder = warc_folder
        self._current = current
        self._told = told
        # Nothing to read again where everything in the archive was read by today's rules.
        self._stale = not lookups.revisions() <= current

    def __call__(self, work: Work) -> Work:
        """Name the article, and read its versions again at the new reading's revision if they were not yet."""
        key = article_key(work.outlet, work.capture, work.reading)
        if work.reading is None or not self._stale:
            return replace(work, key=key)
        return replace(work, key=key, rereads=self._rereads(work.outlet, key, work.reading.revision))

    def _rereads(self, outlet: Outlet, key: str, revision: str) -> tuple[Reread, ...]:
        found = []
        for standing in self._lookups.standing(outlet.name, key):
            if revision in standing.revisions or standing.revisions & self._current:
                continue
            reading = read_again(self._folder, outlet, standing.place)
            if isinstance(reading, Reading):
                found.append(Reread(standing.version, reading))
            else:
                self._told(f"an older version keeps its old reading: {reading}")
        return tuple(found)


def read_again(folder: Path, outlet: Outlet, place: Place) -> Reading | str:
    """What a stored page says by today's rules; or why a version read from it keeps its old reading."""
    try:
        record = warc.read_at(folder, place)
    except Damaged as problem:
        return str(problem)
    judgement, reading = examine(warc.capture_from(record), outlet)
    said = judgement.reason if isinstance(judgement, Fault) else f"today's rules say {judgement.verdict}"
    return reading or said


def recordable(work: Work) -> Recordable:
    """The work as the archive takes it: facts and places, no bytes."""
    assert work.place is not None, "evidence comes first"
    bare = replace(work.capture, body=b"", headers=(), hops=tuple(replace(hop, body=b"") for hop in work.capture.hops))
    return Recordable(
        capture=bare,
        place=work.place,
        judgement=work.judgement,
        outlet=work.outlet.facts,
        key=work.key,
        reading=work.reading,
        content=work.content,
        hop_places=work.hop_places,
        rereads=work.rereads,
        unchanged=work.unchanged,
        settles=work.settles,
    )
