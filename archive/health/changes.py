"""Which numbers of an outlet's days are judged, and which of them break with its past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from archive.health.days import Numbers
from archive.health.series import JUDGED, PAST, Break, Pair, Side, of_shares, of_sizes
from archive.health.volume import asked_at, of_volume
from archive.records import Outcome

__all__ = ["LEARNING", "REFUSALS", "Change", "changes", "is_learning", "silent_since"]

LEARNING = timedelta(days=28)
"""So long after its first day an outlet has no past to break with."""

REFUSALS = tuple(
    one
    for one in Outcome
    if one
    not in {
        *(Outcome.NEW, Outcome.SAME, Outcome.SAME_WORDS, Outcome.REREAD, Outcome.LISTING, Outcome.PART),
        *(Outcome.HELD, Outcome.CHANGED, Outcome.REVERTED),
    }
)
"""What a look comes to that shows no article."""

_LOW, _HIGH, _BOTH = (Side.LOW,), (Side.HIGH,), tuple(Side)

_SHARES: tuple[tuple[str, str, tuple[Side, ...]], ...] = (
    *((f"outcome/{one}", "looks", _HIGH) for one in (*REFUSALS, Outcome.HELD, Outcome.CHANGED)),
    ("field/", "new", _LOW),
    ("rule/", "new", _LOW),
    ("found/", "new", _LOW),
    ("language/", "new", _HIGH),
    ("ahead", "new", _HIGH),
    ("titled", "titles", _LOW),
    ("unanswered", "requests", _HIGH),
)
"""Shares: of what (a name, or the beginning of many), in what, and on which sides a break counts."""

_SIZES = (("characters", "new", _BOTH), ("paragraphs", "new", _BOTH), ("lag", "field/date_published", _HIGH))
"""Medians, of how many."""

_SURE = 20
"""Articles that are expected before none of them is silence, for an outlet that is not known for long."""


@dataclass(frozen=True, slots=True)
class Change:
    """A number that breaks with its past: its name (`days.Numbers`), in which direction, since when, what was usual and
    what is now (shares between 0 and 1, medians, articles a day)."""

    name: str
    side: Side
    since: datetime
    usual: float
    now: float

    @property
    def about(self) -> str:
        """Of which outcome, field, rule, source or language; empty: of all."""
        return self.name.partition("/")[2]


def is_learning(days: Mapping[int, Numbers], today: int) -> bool:
    """Whether too little is known of an outlet to say what is usual."""
    return not days or today - min(days) < LEARNING.days


def changes(days: Mapping[int, Numbers], today: int) -> Iterator[Change]:
    """The numbers of an outlet (by the ordinals of days) that break with its past, as seen on a day. None while it is
    learning."""
    if is_learning(days, today):
        return
    first = today - JUDGED + 1
    past = {day: days[day] for day in range(first - PAST, first) if day in days}
    judged = {day: days[day] for day in range(first, today + 1) if day in days}
    if (found := of_volume(past, judged, first, JUDGED)) is not None:
        yield _change("new", found, first)
    before = [past.get(day, {}) for day in range(first - PAST, first)]
    series = _Series(before, [judged.get(day, {}) for day in range(first, today + 1)])
    for start, whole, sides in _SHARES:
        for name in series.names(start):
            if (found := of_shares(*series.pairs(name, whole), sides)) is not None:
                yield _change(name, found, first)
    taken = ((name, name.replace("taken/", "rule/"), _HIGH) for name in series.names("taken/"))
    for name, of, sides in (*_SIZES, *taken):
        if (found := of_sizes(*series.pairs(name, of), sides)) is not None:
            yield _change(name, found, first)


def _change(name: str, found: Break, first: int) -> Change:
    since = datetime.combine(date.fromordinal(first + found.since), time(), UTC)
    return Change(name, found.side, since, found.usual, found.now)


class _Series:
    """The days of the past and those that are judged, in order."""

    def __init__(self, past: Sequence[Numbers], judged: Sequence[Numbers]) -> None:
        self._past, self._judged = past, judged

    def names(self, start: str) -> list[str]:
        """A name, or all that begin so."""
        if not start.endswith("/"):
            return [start]
        every = {name for found in (*self._past, *self._judged) for name in found if name.startswith(start)}
        return sorted(every)

    def pairs(self, name: str, whole: str) -> tuple[list[Pair], list[Pair]]:
        """A number and of how many it is, of each day."""
        past = [_pair(one, name, whole) for one in self._past]
        judged = [_pair(one, name, whole) for one in self._judged]
        if name != "lag":
            return past, judged
        return past, [(0, 0) if late else pair for pair, late in zip(judged, self._late(), strict=True)]

    def _late(self) -> list[bool]:
        """On which of the judged days we came late ourselves: what was new then is no measure of their dates."""
        gaps = _gaps([*self._past, *self._judged])
        usual = median(gap for gap in gaps if gap) if any(gaps) else 0
        return [gap > max(2, 1.5 * usual) or not gap for gap in gaps[-len(self._judged) :]]


def _pair(found: Numbers, name: str, whole: str) -> Pair:
    if whole == "requests":
        return found.get(name, 0), found.get("looks", 0) + found.get(name, 0)
    return found.get(name, 0), found.get(whole, 0)


def _gaps(days: Sequence[Numbers]) -> list[int]:
    """The most hours between two looks at sources that end on each day; 0: none does."""
    found, gap = [], 0
    for day in days:
        most = 0
        for asked in asked_at(day):
            gap += 1
            if asked:
                most, gap = max(most, gap), 0
        found.append(most)
    return found


# --- silence ----------------------------------------------------------------------------------------------------------


def silent_since(days: Mapping[int, Numbers], now: datetime) -> datetime | None:
    """Since when nothing is new of an outlet that is still learning, though its sources answer; None where that may be
    chance: fewer than 20 articles are expected since, by its own days so far."""
    if not is_learning(days, now.toordinal()):
        return None
    news = sorted((day, hour) for day, found in days.items() for hour in range(24) if found.get(f"new/{hour:02}"))
    if not news:
        return None
    (first, _), (day, hour) = news[0], news[-1]
    last = datetime.combine(date.fromordinal(day), time(hour), UTC) + timedelta(hours=1)
    asked = sum(any(asked_at(found)) for at, found in days.items() if at > day)
    rate = sum(found.get("new", 0) for found in days.values()) / max(1, day - first + 1)
    quiet = min((now - last) / timedelta(days=1), float(asked + 1))
    return last if asked and rate * quiet >= _SURE else None
