"""One capture enters the archive: its article and version are found or made, its row is written, its article folded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from archive import settling, text, timeline, urls
from archive.db import explained
from archive.errors import BadRow
from archive.models import (
    AddressRow,
    ArticleAddressRow,
    ArticleRow,
    CaptureRow,
    OutletRow,
    RunRow,
    table_of,
)
from archive.records import Content, Judgement, LifeState, Outcome, Recordable, Verdict
from archive.store import append as ends
from archive.store import clocks, doubt, folding, frontier, joining, likeness, recheck, versions
from archive.store.append import Ending
from archive.store.awaiting import Awaiting
from archive.store.batch import Later
from archive.store.captures import Captures
from archive.store.derived import DERIVED, bodies
from archive.store.derived.form import Looked
from archive.store.folding import Stored
from archive.store.intern import Intern
from archive.store.joining import Named
from archive.store.likeness import Likeness
from archive.store.recheck import Steps
from archive.store.runs import Run
from archive.store.unheard import Unheard
from archive.store.versions import Seen, Versions
from archive.timeline import Look

__all__ = ["CarefulEntrant", "Entrant", "Entry"]

_ARTICLE = table_of(ArticleRow)
_CAPTURE = table_of(CaptureRow)
_STANDS_AT, _ADDRESS = table_of(ArticleAddressRow), table_of(AddressRow)

_BY_ADDRESS = (
    select(_ARTICLE.c.id, _ARTICLE.c.key)
    .join(_STANDS_AT, _STANDS_AT.c.article_id == _ARTICLE.c.id)
    .join(_ADDRESS, _ADDRESS.c.id == _STANDS_AT.c.address_id)
    .where(_ADDRESS.c.canonical == bindparam("canonical"), _ARTICLE.c.outlet_id == bindparam("outlet"))
    .order_by(_ARTICLE.c.key)
    .limit(1)
)
_STANDS = select(_STANDS_AT.c.address_id).where(
    _STANDS_AT.c.address_id == bindparam("address"), _STANDS_AT.c.article_id == bindparam("article")
)
_ADD_STANDS, _ADD_ARTICLE = insert(_STANDS_AT), insert(_ARTICLE)
_SCHEDULE = select(table_of(OutletRow).c.schedule).where(table_of(OutletRow).c.id == bindparam("outlet"))
_STORED = select(
    _CAPTURE.c.id,
    _CAPTURE.c.article_id,
    _CAPTURE.c.version_id,
    _CAPTURE.c.verdict,
    _CAPTURE.c.size,
    select(RunRow.clock_ahead).where(RunRow.id == _CAPTURE.c.run_id).scalar_subquery().label("clock_ahead"),
).where(_CAPTURE.c.uid == bindparam("uid"))
_READMIT = (
    update(_CAPTURE)
    .where(_CAPTURE.c.id == bindparam("capture"))
    .values({name: bindparam(f"new_{name}") for name in ("article_id", "version_id", "outcome")})
    .values(awaits=None)
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a capture came to: outcome, article and version (public ids; empty where there is none)."""

    outcome: Outcome
    article: str = ""
    version: str = ""


@dataclass(slots=True)
class _Article:
    """The article a capture belongs to, as its rows say: its versions, its captures, what was derived of them."""

    name: str
    versions: Versions
    rows: list[Row[Any]]
    stored: Stored


class Entrant:
    """Enters captures of one run through one connection, inside the caller's transaction."""

    def __init__(self, connection: Connection, intern: Intern, run: Run, batch: Sequence[Recordable]) -> None:
        self._connection = connection
        self._intern = intern
        self._run = run
        self._clock_ahead = clocks.ahead(connection, run)
        self._captures = Captures(connection, intern, run.id)
        self._edited: set[int] = set()
        self._begun: set[int] = set()
        self._since: dict[int, datetime] = {}
        self._came: dict[int, set[datetime]] = {}
        self._later = Later(connection)
        outlets = [intern.outlet(connection, item.outlet) for item in batch]
        self._awaiting = Awaiting(connection, batch, outlets)
        self._unheard = Unheard(connection, batch, outlets)
        self._steps: dict[int, Steps] = {}

    def enter(self, uid: bytes, item: Recordable) -> Entry:
        """Write a capture that is not stored yet."""
        values = self._captures.columns(item)
        self._looked_at(values["outlet_id"], item)
        if not clocks.is_off(self._clock_ahead):
            self._came.setdefault(values["outlet_id"], set()).add(item.capture.fetched_at)
        if item.settles:
            at = values["outlet_id"], values["address_id"]
            frontier.answered(self._connection, self._later, at, item.judgement.verdict, item.capture.fetched_at)
        known = self._named(item, values["outlet_id"], item.also)
        came = known is not None and self._awaiting.parts(self._later, known.article, item.parts)
        if known is not None and not came and (entry := self._following(item, uid, values, known)):
            return entry
        article = self._article(item, values, uid, self._twins(item, values["outlet_id"], known))
        if article is None:
            outcome = Outcome(item.judgement.verdict.value)
            self._captures.insert(item, {**values, "uid": uid, "awaits": item.key or None, "outcome": outcome})
            self._awaiting.add(item.key)
            return Entry(outcome)

        def inserted(derived: dict[str, Any]) -> int:
            return self._captures.insert(item, {**values, "uid": uid, "awaits": None, **derived})

        return self._of_article(item, uid, values, article, inserted)

    def _looked_at(self, outlet: int, item: Recordable) -> None:
        at = item.capture.fetched_at
        self._since[outlet] = min(at, self._since.get(outlet, at))

    # --- the newest look ---------------------------------------------------------------------------------------------

    def _following(self, item: Recordable, uid: bytes, values: dict[str, Any], known: Named) -> Entry | None:
        """Enter a look whose outcome the end of its article's timeline tells; None where it has to be folded."""
        article = known.article
        if article in self._later.articles:
            self._later.flush()
        ending = None if item.rereads else ends.of(self._connection, article)
        if ending is None or not self._stands_there(values, article):
            return None
        of = versions.alone(self._connection, article, ending.sighting.version)
        version = self._version_after(item, values, of)
        if version is None or (not version and self._is_intricate(item, values["outlet_id"], article)):
            return None
        look = folding.look(item, uid, version, values["size"], self._clock_ahead)
        look = replace(look, foreign=not version and self._strange(item.content, article))
        outcome = timeline.follows(ending.sighting, ending.life, look, fresh=not version)
        if outcome is Outcome.CHANGED and ends.shows_known_words(self._connection, article, item.content):
            return None
        return self._followed(item, values, of, (ending, known.name), look, outcome) if outcome else None

    def _stands_there(self, values: dict[str, Any], article: int) -> bool:
        """Whether an article stood at these addresses before: at a new one, others may have waited for it."""
        addresses = filter(None, (values["address_id"], values["final_address_id"]))
        return all(self._connection.execute(_STANDS, {"address": one, "article": article}).first() for one in addresses)

    def _version_after(self, item: Recordable, values: dict[str, Any], of: Versions) -> int | None:
        """The version a look shows, if it is the one that stands; 0 if it is a new one; None if another."""
        if item.content is None:
            return values.get("version_id") if values.get("version_id") in of.public else None
        known = of.find(item.content.fingerprint)
        if known is None and ends.has(self._connection, of.article, item.content.fingerprint):
            return None
        return known or 0

    def _is_intricate(self, item: Recordable, outlet: int, article: int) -> bool:
        """Whether a new text may be more than an edit: that of another article too, or one that had lacked a page."""
        held = self._connection, article
        return joining.may_be_twin(*held, outlet, item) or doubt.any_lacks(*held)

    def _strange(self, content: Content | None, article: int) -> bool:
        return content is not None and bodies.strange(self._connection, article, content.told_by)

    def _followed(
        self,
        item: Recordable,
        values: dict[str, Any],
        of: Versions,
        known: tuple[Ending, str],
        look: Look,
        outcome: Outcome,
    ) -> Entry:
        ending, name = known
        look = replace(look, version=look.version or self._version(of, item.content))
        displaced = self._looked(item, of, look, unheard=self._unheard.body(values["outlet_id"], item.content))
        derived = {"article_id": of.article, "version_id": look.version, "outcome": outcome}
        capture = self._captures.insert(item, {**values, "uid": look.uid, "awaits": None, **derived})
        displaced += self._saw(item, of, look.version, look, capture)
        ends.keep(self._connection, self._later, ending, outcome, look, capture)
        # Or what moved until now stands still.
        if outcome is not Outcome.SAME or (ending.n >= settling.MOVES and ending.sighting.times == 1):
            self._edited.add(of.article)
        return self._entered(of, name, look.version, outcome, displaced)

    def _entered(self, of: Versions, name: str, version: int, outcome: Outcome, displaced: list[int]) -> Entry:
        self._edited.update(displaced)
        for article in displaced:
            folding.again(self._connection, self._later, article)
        self._later.articles.update((of.article, *displaced))
        return Entry(outcome, name, f"{name}@{of.public[version].hex()[:12]}" if version else "")

    def flush(self) -> None:
        """Write what was left for the end of the group, and what follows from its edits."""
        self._later.flush()
        for outlet, since in self._since.items():
            self._edited |= folding.settle(self._connection, self._later, outlet, since)
        for derived in DERIVED:
            if self._edited:
                derived.grouped(self._connection, self._edited)
            derived.begun(self._connection, self._begun)
            derived.came(self._connection, self._came)

    # --- which article -------------------------------------------------------------------------------------------

    def _named(self, item: Recordable, outlet: int, also: Collection[str]) -> Named | None:
        """The article that a look's key names, one with what goes by the other keys that its page shows."""
        is_new = self._unheard.key(outlet, item.key)
        known = None if is_new else joining.named(self._connection, outlet, item.key)
        if item.reading is None or not (also or (known and known.several)):
            return known
        union = joining.unite(self._connection, self._later, outlet, item, also)
        self._unheard.named(outlet, item.key, *also)
        self._edited.update(union.moved, [union.article] if union.moved else ())
        if union.since:
            self._since[outlet] = min(union.since, self._since[outlet])
        return joining.named(self._connection, outlet, item.key)

    def _twins(self, item: Recordable, outlet: int, known: Named | None) -> Named | None:
        """The same, one with what shows the same text under an address that names the same."""
        if self._unheard.body(outlet, item.content):
            return known
        keys = set(joining.twins(self._connection, self._later, outlet, item)) - {
            known.name.partition(":")[2] if known else ""
        }
        return self._named(item, outlet, keys) if keys else known

    def _article(self, item: Recordable, values: dict[str, Any], uid: bytes, known: Named | None) -> _Article | None:
        outlet = values["outlet_id"]
        if known is not None:
            return self._loaded(known.name, known.article)
        if item.reading is not None:
            return self._made(item, outlet, uid)
        self._later.flush()
        canonical = urls.digest(urls.canonical(item.capture.url))[:8]
        at = self._connection.execute(_BY_ADDRESS, {"outlet": outlet, "canonical": canonical}).first()
        return None if at is None else self._loaded(f"{item.outlet.name}:{at.key}", at.id)

    def _loaded(self, name: str, article: int) -> _Article:
        connection = self._connection
        if article in self._later.articles:
            self._later.flush()
        rows = folding.of_article(connection, article)
        return _Article(name, versions.load(connection, article), rows, folding.stored(connection, article))

    def _made(self, item: Recordable, outlet: int, uid: bytes) -> _Article:
        at = item.capture.fetched_at
        if outlet not in self._steps:
            self._steps[outlet] = recheck.steps_of(self._connection.execute(_SCHEDULE, {"outlet": outlet}).scalar())
        steps = self._steps[outlet]
        stands = {"life": LifeState.LIVE, "life_since": at, "life_evidence": uid, **recheck.columns((at, at), steps)}
        made = self._connection.execute(_ADD_ARTICLE, {"outlet_id": outlet, "key": item.key, **stands})
        assert made.inserted_primary_key is not None
        self._unheard.named(outlet, item.key)
        name = f"{item.outlet.name}:{item.key}"
        return _Article(name, Versions(int(made.inserted_primary_key[0])), [], Stored({}, stands, steps))

    def _stands(self, item: Recordable, values: dict[str, Any], article: _Article) -> None:
        """Note where the article stands; captures that had waited for it come in."""
        where, of = {values["address_id"]: item.capture.url}, article.versions.article
        if values["final_address_id"] is not None:
            where[values["final_address_id"]] = item.capture.landed
        for address, url in where.items():
            at = {"address": address, "article": of}
            if article.rows and self._connection.execute(_STANDS, at).first() is not None:
                continue
            self._later.add(_ADD_STANDS, {"address_id": address, "article_id": of})
            if self._awaiting.adopt(self._later, values["outlet_id"], of, item.key, url):
                article.rows = folding.of_article(self._connection, of)

    # --- a capture of an article --------------------------------------------------------------------------------------

    def readmit(self, uid: bytes, item: Recordable, shown: int = 0) -> Entry | None:
        """Let a stored capture take its place as what it is read as now: one that was refused as a look at the article,
        or one that shows the version `shown` as a look at another.

        None where that is not so any more. The row of a refused one is evidence and says no size: that counts as
        unknown."""
        refused = self._connection.execute(_STORED, {"uid": uid}).one()
        if (refused.version_id or 0) != shown or (not shown and refused.verdict is Verdict.ARTICLE):
            return None
        values = {**self._captures.addresses(item), "size": refused.size}
        self._clock_ahead = refused.clock_ahead
        self._looked_at(values["outlet_id"], item)
        known = self._named(item, values["outlet_id"], item.also)
        article = self._article(item, values, uid, self._twins(item, values["outlet_id"], known))
        assert article is not None, "what is read is an article"

        def kept(derived: dict[str, Any]) -> int:
            changed = {f"new_{name}": value for name, value in derived.items()}
            self._connection.execute(_READMIT, {"capture": refused.id, **changed})
            doubt.replace(self._connection, self._intern, refused.id, ())
            likeness.forget_lost(self._connection, refused.id)
            return int(refused.id)

        entry = self._of_article(item, uid, values, article, kept)
        if refused.article_id not in {None, article.versions.article}:
            self._edited.add(refused.article_id)
            folding.again(self._connection, self._later, refused.article_id)
        return entry

    def _of_article(
        self,
        item: Recordable,
        uid: bytes,
        values: dict[str, Any],
        article: _Article,
        kept: Callable[[dict[str, Any]], int],
    ) -> Entry:
        of = article.versions
        versions.reread(self._connection, self._intern, self._later, of, self._run.id, item.rereads)
        if item.reading is not None or item.judgement.verdict is Verdict.PART:
            self._stands(item, values, article)
        if self._awaiting.parts(self._later, of.article, item.parts):
            article.rows = folding.of_article(self._connection, of.article)
        version = of.standing(values.get("version_id") or 0) or self._version(of, item.content)
        like = Likeness(self._connection, of, likeness.new(version, item.content))
        lost = like.lost(item.unchanged, item.capture.fetched_at, article.stored.sightings)
        look = replace(folding.look(item, uid, version, values["size"], self._clock_ahead), lost=lost)
        # One that is readmitted may be among the captures of the article already.
        article.rows = [row for row in article.rows if row.uid != uid]
        unheard = self._unheard.body(values["outlet_id"], item.content)
        displaced = self._looked(item, of, look, unheard=unheard)
        alone = unheard and not article.rows and len(of.public) == 1
        folded = folding.fold(self._connection, of, article.rows, look, likeness=like, unheard=alone)
        derived = {"article_id": of.article, "version_id": version or None, "outcome": folded.outcomes[uid]}
        capture = kept(derived)
        displaced += self._saw(item, of, version, look, capture)
        likeness.keep_lost(self._connection, capture, lost)
        folding.apply(self._connection, self._later, of, article.stored, article.rows, folded, {uid: capture})
        (self._edited if article.rows else self._begun).add(of.article)
        return self._entered(of, article.name, version, folded.outcomes[uid], displaced)

    def _looked(self, item: Recordable, of: Versions, look: Look, *, unheard: bool) -> list[int]:
        """Let what is derived of looks follow; which other articles have to be folded again by that."""
        page = item.reading.circumstances if item.reading else None
        # A version is told by the body that was first read of it, which need not be this look's.
        body = of.bodies.get(look.version, b"")
        told = item.content is not None and body == item.content.told_by
        looked = Looked(of.article, look, body, page, unheard and told)
        found = (derived.looked(self._connection, self._later, looked) for derived in DERIVED)
        return [article for article in found if article is not None]

    def _version(self, of: Versions, content: Content | None) -> int:
        """The integer of the version a content is; 0 for none."""
        if content is None:
            return 0
        return of.find(content.fingerprint) or versions.add(self._connection, self._later, of, self._run.id, content)

    def _saw(self, item: Recordable, of: Versions, version: int, look: Look, capture: int) -> list[int]:
        """Note what a look says; its article where its page tells from now on what a version showed."""
        if item.reading is None or item.content is None:
            return []
        name = item.reading.revision
        seen = Seen(capture, look, item.content, self._intern.revision(self._connection, name), name)
        doubt.add(self._connection, self._intern, capture, item.reading.doubts)
        return [of.article] if versions.saw(self._connection, self._later, of, self._run.id, version, seen) else []


class CarefulEntrant(Entrant):
    """Enters each capture behind a savepoint; one whose reading cannot be stored is kept and says why."""

    def enter(self, uid: bytes, item: Recordable) -> Entry:
        """Write a capture that is not stored yet, whole or not at all."""
        interned, waiting = self._intern.mark(), self._later.mark()
        try:
            with explained(), self._connection.begin_nested():
                entry = super().enter(uid, item)
                self._later.flush()
                return entry
        except (BadRow, ValueError, OverflowError) as problem:
            self._intern.forget(interned)
            self._later.forget(waiting)
            if item.reading is None:
                raise
            judgement = Judgement(Verdict.UNREADABLE, f"not storable: {text.printable(text.clean(str(problem)))[:200]}")
            return self.enter(uid, replace(item, reading=None, content=None, rereads=(), judgement=judgement))
