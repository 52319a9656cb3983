"""An article's timeline as a pure fold over its captures: outcomes, sightings, version numbers, edits, life state.

`fold` takes every capture of one article in any order and returns what follows from them; nothing else does. The same
captures give the same timeline whatever the order they arrived in: they are ordered by time, then by public id.

A given text (`given-text`) was saved by somebody's tool, not read from the page: it never makes, ends or confirms an
edit, a sighting of a page or a deletion. It stands in a track of its own, and only until a page of the article is held.

A look by a clock that was off dates nothing: it shows what stood at its moment (`same`) or is `held`.

A look that differs from what stands and is in doubt (`Look.doubts`) makes no version by itself: it is held until a
clean look shows the same, or a second one in doubt does, late enough. Once confirmed, the edit dates from the first
that was held. A kind of doubt that looks at the standing version had is no new one: it holds nothing back.

A look that reads otherwise than what stands may show the same words (`alike`): the change is ours, and it is a look at
the version that stood, whatever its own says. So is what reads as such a look does; where that leaves out words of the
version, only as long as its own page shows them (`Look.lost`).

A look from another vantage that differs from what stands is held where the difference may be one between places
(`archive.vantages`); that the article is shown there it tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from archive.looks import Life, Look, Sighting, Timeline
from archive.readings import Alike, Readings, never
from archive.records import AWAY, WALLS, DoubtKind, LifeState, Outcome, Source, Verdict
from archive.vantages import Places, Vantages, way_of

__all__ = [
    "BACK",
    "CLOCK_OFF",
    "CONFIRM_DOUBT",
    "CONFIRM_GONE",
    "CONFIRM_SHRUNK",
    "Life",
    "Look",
    "Sighting",
    "Timeline",
    "fold",
    "follows",
]

SHRUNK = 0.30
"""A text under this share of the one that stands is `held` until a second capture agrees."""

STUB = 300
"""A shrunken text under so many characters is no article any more: the page stands, emptied."""

CONFIRM_SHRUNK = timedelta(minutes=30)
"""How far apart two captures must be for a shrunken text to be believed."""

CONFIRM_DOUBT = timedelta(minutes=30)
"""How far apart two captures in doubt must be for what both show to be believed."""

CLOCK_OFF = timedelta(minutes=5)
"""A clock that is off by more dates nothing."""

CONFIRM_GONE = timedelta(hours=24)
"""How far apart two failures must be for a deletion to be believed."""

CONFIRM_FOREIGN = timedelta(hours=24)
"""How far apart two captures must be for a body that two other articles had before to be believed: a server that shows
one article everywhere is mended within a day."""

BACK = 4
"""With so many of the last states of an article a new reading is compared by the words of its page."""


@dataclass(slots=True)
class _Track:
    """The state of the fold while it walks the looks that show the article. `doubts` are those of the looks at what
    stands; `seen_on` when each domain was last believed, `before` the same as it was when each sighting began;
    `readings` says for which version another is taken, `otherwise` are the looks whose own version is another."""

    outcomes: dict[bytes, Outcome] = field(default_factory=dict)
    sightings: list[Sighting] = field(default_factory=list)
    sizes: dict[int, int] = field(default_factory=dict)
    shown_on: set[str] = field(default_factory=set)
    doubts: frozenset[DoubtKind] = frozenset()
    waiting: list[Look] = field(default_factory=list)
    held_back: set[bytes] = field(default_factory=set)
    agreed: list[Look] = field(default_factory=list)
    stubs: set[int] = field(default_factory=set)
    lagging: set[str] = field(default_factory=set)
    seen_on: dict[str, datetime] = field(default_factory=dict)
    before: list[dict[str, datetime]] = field(default_factory=list)
    readings: Readings = field(default_factory=Readings)
    otherwise: set[bytes] = field(default_factory=set)
    vantages: Vantages = field(default_factory=Vantages)
    elsewhere: set[bytes] = field(default_factory=set)

    def take(self, look: Look) -> None:
        """One more look that shows the article: decide what it came to."""
        version = self.readings.version_of(look.version, look.lost, self._candidates)
        if version != look.version:
            self.otherwise.add(look.uid)
            look = replace(look, version=version)
        if look.moment:
            stands = self.sightings and look.version == self.sightings[-1].version
            self.outcomes[look.uid] = Outcome.SAME if stands else Outcome.HELD
        elif self.sightings and look.version == self.sightings[-1].version:
            self._still(look)
        elif self._lags(look) or self._aside(look):
            self.lagging.add(look.domain)
            self.vantages.saw(way_of(look.domain), look.version)
            self.outcomes[look.uid] = Outcome.SAME
        elif self.sightings and not self.vantages.tells(way_of(look.domain), look.version, self.sightings[-1].version):
            self._elsewhere(look)
        elif (wait := self._wait(look)) and not self._agreed(look, wait):
            self.outcomes[look.uid] = Outcome.HELD
            self.held_back.add(look.uid)
        else:
            self._passes(look)

    def _candidates(self) -> Iterator[int]:
        """The versions whose words a look may show: what stands, what waits, what stood before, the newest first."""
        stood = [sighting.version for sighting in reversed(self.sightings[-BACK:])]
        yield from dict.fromkeys([*stood[:1], *(look.version for look in self.waiting[:1]), *stood])

    def _elsewhere(self, look: Look) -> None:
        self.outcomes[look.uid] = Outcome.HELD
        self.elsewhere.add(look.uid)
        if self.vantages.shown[way_of(look.domain)] == look.version:
            self.seen_on[look.domain] = look.at

    def _still(self, look: Look) -> None:
        self.waiting.clear()
        self.outcomes[look.uid] = Outcome.SAME
        self.sightings[-1] = self.sightings[-1].extended(look)
        self.vantages.saw(way_of(look.domain), look.version)
        self._believed(look)

    def _believed(self, look: Look) -> None:
        self.shown_on.add(look.domain)
        self.seen_on[look.domain] = look.at
        self.doubts |= look.doubts
        if look.mirror:
            self.lagging.add(look.domain)

    def _lags(self, look: Look) -> bool:
        # An older text on a host that has not yet shown the one that stands: a mirror behind its original.
        return look.version in self.sizes and look.domain not in self.shown_on

    def _aside(self, look: Look) -> bool:
        # Another shape of the page, which says a little less at each look: no edit, unless it says so twice on end.
        if "/" not in look.domain or all("/" in seen for seen in self.seen_on):
            return False
        taken = self.waiting and self.waiting[0].version != look.version and "/" not in self.waiting[0].domain
        return bool(taken) or not (self._wait(look) or self._agreed(look, CONFIRM_DOUBT))

    def _wait(self, look: Look) -> timedelta | None:
        """How long a look has to wait for another that agrees; None: it is believed."""
        if look.foreign and look.version not in self.sizes:
            return CONFIRM_FOREIGN
        if self._shrunk(look):
            return CONFIRM_SHRUNK
        return CONFIRM_DOUBT if self.sightings and look.doubts - self.doubts else None

    def _shrunk(self, look: Look) -> bool:
        return bool(self.sightings and look.size) and look.size < SHRUNK * self.sizes[self.sightings[-1].version]

    def _agreed(self, look: Look, wait: timedelta) -> bool:
        if self.waiting and self.waiting[0].version != look.version:
            self.waiting.clear()
        self.waiting.append(look)
        if look.braked or look.at - self.waiting[0].at < wait:
            return False
        self.agreed.append(look)
        return True

    def _passes(self, look: Look) -> None:
        # What waited for this look has been confirmed by it: the version was first seen when it was first held.
        waited = [one for one in self.waiting if one.version == look.version and one is not look]
        self.waiting = []
        first, *more = *waited, look
        if self._shrunk(first) and first.size < STUB:
            self.stubs.add(first.version)
        known = Outcome.REVERTED if first.version in self.sizes else Outcome.CHANGED
        self._begin(first, known if self.sightings else Outcome.NEW)
        for later in more:
            self._still(later)

    def _begin(self, look: Look, outcome: Outcome) -> None:
        self.outcomes[look.uid] = outcome
        self.readings.stands(look.version)
        self.before.append(dict(self.seen_on))
        stood = self.sightings[-1].version if self.sightings else look.version
        compared = self.vantages.begins(way_of(look.domain), look.version, stood)
        self.sightings.append(Sighting(look.version, look, look, compared=compared))
        self.sizes[look.version] = look.size
        self.shown_on, self.doubts = set(), frozenset()
        self._believed(look)

    @property
    def awaited(self) -> datetime | None:
        """When a look is believed that agrees with the one that waits, where that one is in doubt."""
        in_doubt = self.waiting and self._wait(self.waiting[0]) == CONFIRM_DOUBT and self.waiting[0].doubts
        return self.waiting[0].at + CONFIRM_DOUBT if in_doubt else None

    def bounded(self) -> Iterator[Sighting]:
        """The sightings, each with the last look before it that tells: at the host that showed it first, or at one that
        is not known to lag. A mirror that shows an older text says nothing of when the outlet changed it."""
        for n, (sighting, seen) in enumerate(zip(self.sightings, self.before, strict=True)):
            first = sighting.first
            told = (
                at
                for host, at in seen.items()
                if host == first.domain or (host not in self.lagging and way_of(host) == way_of(first.domain))
            )
            # Where none tells, since the older text was first seen.
            bound = max(told, default=self.sightings[n - 1].first.at) if n else None
            yield replace(sighting, not_before=bound)


def _is_text(look: Look) -> bool:
    return look.source is Source.GIVEN_TEXT


def _texts(track: _Track, texts: list[Look]) -> None:
    """Given texts: alone, the first is `new`; beside pages they agree (`same`) or wait (`held`)."""
    # Pages that still wait are not confirmed by what somebody saved.
    track.waiting.clear()
    if texts and not track.sightings:
        track.take(texts.pop(0))
        first = track.sightings[0]
        for look in texts:
            if look.version == first.version:
                track.take(look)
            else:
                track.outcomes[look.uid] = Outcome.HELD
        return
    for look in texts:
        track.outcomes[look.uid] = Outcome.SAME if look.version in track.readings.taken_for else Outcome.HELD


def _shown(look: Look, track: _Track, life: Life) -> Life:
    """What a look that shows the article says of its life: emptied where a stub stands; a mirror's lag says nothing."""
    if look.version in track.stubs:
        return life if life.state is LifeState.EMPTIED else Life(LifeState.EMPTIED, look.at, look)
    lags = life.state is LifeState.EMPTIED and track.outcomes[look.uid] in {Outcome.SAME, Outcome.SAME_WORDS}
    return life if lags or (life.state is LifeState.LIVE and life.since) else Life(LifeState.LIVE, look.at, look)


def _life(looks: Iterable[Look], track: _Track, confirm_gone: timedelta) -> Life:
    life, places = Life(), Places()
    first: Look | None = None
    for look in looks:
        place = look.asked, look.vantage
        if look.verdict is Verdict.ARTICLE and (
            track.outcomes[look.uid] is not Outcome.HELD or look.uid in track.elsewhere
        ):
            places.shows(place)
            first = None
            life = _shown(look, track, life)
        elif places.says_nothing(place):
            continue
        elif look.verdict in WALLS:
            # A wall says nothing about an article that has already vanished behind it.
            if places.is_blocked(place) and life.state is LifeState.LIVE:
                life = Life(LifeState.BLOCKED_HERE, look.at, look)
        elif look.verdict in AWAY and places.is_gone(place):
            first = first or look
            life = _failed(first, look, confirm_gone)
    return life


def _life_by_text(texts: Iterable[Look]) -> Life:
    """Where no page says anything, an article was there when somebody saved its text."""
    return next((Life(LifeState.LIVE, look.at, look) for look in texts if look.verdict is Verdict.ARTICLE), Life())


def _failed(first: Look, look: Look, confirm_gone: timedelta) -> Life:
    state = AWAY[look.verdict] if look.at - first.at >= confirm_gone else LifeState.SUSPECTED
    return Life(state, first.at, first)


def _numbers(sightings: Iterable[Sighting]) -> dict[int, int]:
    versions = dict.fromkeys(sighting.version for sighting in sightings)
    return {version: number for number, version in enumerate(versions, 1)}


def _others(looks: Iterable[Look]) -> Iterator[tuple[bytes, Outcome]]:
    return ((look.uid, Outcome(look.verdict.value)) for look in looks if look.verdict is not Verdict.ARTICLE)


def follows(last: Sighting, life: Life, look: Look, *, fresh: bool) -> Outcome | None:
    """What a look comes to that is newer than all others, where the end of the timeline tells: `same` or `changed`,
    and neither the life state nor anything before it changes. None: only the whole fold tells.

    `last` must end with the newest look there was, `fresh` says that none before showed this look's version."""
    pages = {look.source, last.last.source}.isdisjoint({Source.GIVEN_TEXT}) and look.verdict is Verdict.ARTICLE
    newest = (look.at, look.uid) > (last.last.at, last.last.uid)
    if look.moment or not (pages and newest and life.state is LifeState.LIVE and life.since):
        return None
    if look.version == last.version:
        return Outcome.SAME
    shrunk = look.size and look.size < SHRUNK * last.first.size
    plain = fresh and not (look.foreign or look.doubts or shrunk or "/" in look.domain)
    return Outcome.CHANGED if plain and look.domain == last.last.domain else None


def fold(looks: Iterable[Look], confirm_gone: timedelta = CONFIRM_GONE, alike: Alike = never) -> Timeline:
    """The timeline of one article from all its looks, given in any order."""
    ordered = sorted(looks, key=lambda look: (look.moment or look.at, look.uid))
    track = _Track(outcomes=dict(_others(ordered)), readings=Readings(alike))
    shown = [look for look in ordered if look.verdict is Verdict.ARTICLE]
    for look in shown:
        if not _is_text(look):
            track.take(look)
    for uid in track.otherwise:
        if track.outcomes[uid] is Outcome.SAME:
            track.outcomes[uid] = Outcome.SAME_WORDS
    awaited = track.awaited
    _texts(track, [look for look in shown if _is_text(look)])
    life = _life((look for look in ordered if not (_is_text(look) or look.moment)), track, confirm_gone)
    if life.since is None:
        life = _life_by_text(filter(_is_text, ordered))
    times = [look.moment or look.at for look in ordered]
    span = (times[0], times[-1]) if times else None
    return Timeline(
        outcomes=track.outcomes,
        sightings=tuple(track.bounded()),
        numbers=_numbers(track.sightings),
        life=life,
        span=span,
        awaited=awaited,
        held_back=frozenset(track.held_back),
        agreed=tuple(track.agreed),
        taken_for=track.readings.taken_for,
    )
