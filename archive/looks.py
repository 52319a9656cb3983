"""What the fold of a timeline takes and gives: looks, sightings, an article's life state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from archive.records import DoubtKind, LifeState, Outcome, Source, Verdict
from archive.vantages import DEFAULT

__all__ = ["Life", "Look", "Sighting", "Timeline"]


@dataclass(frozen=True, slots=True)
class Look:
    """What the fold needs to know of one capture.

    `uid` is the capture's public id; `version` any number naming the editorial state that was read (0 where the page is
    not the article); `size` the characters of its text (0: not known); `domain` the one that answered, as somebody
    registered it, and behind a `/` which other shape of the article that was (amp, print); `asked` the one that was
    asked; `foreign` says that two other articles of the outlet had its body before this one; `doubts` are what makes
    its reading doubtful; `mirror` that the host is a mirror by the outlet's own word: it repeats what another shows,
    some time later; `braked` that most looks at the outlet before it were held back, so that it confirms none by
    agreeing; `moment` is when it was taken, where the clock that dates it was off (None: it was not); `lost` are the
    versions whose words its page does not show any more, whatever its own version is taken for; `lacks` which pages of
    the article it has not, in words; `vantage` is from where it was taken, and part of `domain` where that is a proxy.
    """

    at: datetime
    uid: bytes
    verdict: Verdict
    version: int = 0
    size: int = 0
    source: Source = Source.OWN_HTTP
    domain: str = ""
    asked: str = ""
    foreign: bool = False
    doubts: frozenset[DoubtKind] = frozenset()
    mirror: bool = False
    braked: bool = False
    moment: datetime | None = None
    lost: frozenset[int] = frozenset()
    lacks: str = ""
    vantage: str = DEFAULT


@dataclass(frozen=True, slots=True)
class Sighting:
    """A span of consecutive looks over which one version stood; `times` counts them. `not_before` is the last look that
    shows that the outlet had not yet changed to it (None: it is the first of its article); other looks than its own
    tell that, so it is no part of what is compared. Nor is `compared`: the reading of what stood before that is nearest
    to it (0: that version itself)."""

    version: int
    first: Look
    last: Look
    times: int = 1
    not_before: datetime | None = field(default=None, compare=False)
    compared: int = field(default=0, compare=False)

    def extended(self, look: Look) -> Sighting:
        """This sighting with one more look at its end."""
        return replace(self, last=look, times=self.times + 1)


@dataclass(frozen=True, slots=True)
class Life:
    """Whether the outlet still shows the article, since when, and the look that shows it (None: no page held)."""

    state: LifeState = LifeState.LIVE
    since: datetime | None = None
    evidence: Look | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """What follows from an article's captures. `outcomes` is keyed by the captures' public ids; `sightings` are in
    order of time; `numbers` ranks the versions by first seen, from 1; `span` is the time of the first and of the last
    look, whatever they show (None: there is none); `awaited` is when a look is believed that agrees with one that is
    held at the end because it is in doubt (None: none is). `held_back` are the looks (by public id) that were not
    believed by themselves, whatever came after them; `agreed` those that confirmed one by agreeing with it.
    `taken_for` says for which version another is taken, whose page shows the same words."""

    outcomes: dict[bytes, Outcome]
    sightings: tuple[Sighting, ...]
    numbers: dict[int, int]
    life: Life
    span: tuple[datetime, datetime] | None = None
    awaited: datetime | None = None
    held_back: frozenset[bytes] = frozenset()
    agreed: tuple[Look, ...] = ()
    taken_for: dict[int, int] = field(default_factory=dict)

    @property
    def passages(self) -> tuple[tuple[Sighting, Sighting], ...]:
        """The edits: each sighting with the one that followed it."""
        return tuple(pairwise(self.sightings))
