"""One article seen from several vantages: which differences are edits, and where it is still shown. Pure.

An outlet may show another text, or a wall, to whoever asks from another country. That is a difference between places,
not in time: a change counts where one and the same vantage saw both sides of it, and the one that told of the article
so far was silent meanwhile. So it is with a page as it was fetched and as a browser rendered it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["DEFAULT", "Places", "Vantages", "at", "told", "way_of"]

DEFAULT = "default"
"""The vantage that is no proxy: this machine itself."""


def at(domain: str, vantage: str, *, rendered: bool = False) -> str:
    """A domain as it is seen from a vantage, by a browser or without one. An outlet's hosts lag each by itself, and so
    do those of its networks."""
    way = "+browser" if rendered else ""
    return domain + (f"@{vantage}{way}" if vantage != DEFAULT or way else "")


def way_of(seen: str) -> str:
    """From where, and by what, a domain was seen (`at`); empty: from this machine, without a browser."""
    return seen.partition("@")[2]


def told(vantage: str, words: str) -> str:
    """Words on a request that was made from a vantage."""
    return words if vantage == DEFAULT else f"from {vantage}: {words}"


@dataclass(slots=True)
class Vantages:
    """What an article showed each way it was seen (`way_of`) up to a look. `usual` is the one whose look began what
    stands, `shown` the version that each saw last, `silent` those that looked since the usual one did."""

    usual: str = ""
    shown: dict[str, int] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    def saw(self, vantage: str, version: int) -> None:
        """A vantage shows what stands, or an older text as a mirror does that lags."""
        self.shown[vantage] = version
        self._looked(vantage)

    def begins(self, vantage: str, version: int, standing: int) -> int:
        """Another version stands from now on, first seen there; with which it is compared (0: what stood)."""
        before, self.usual = self.shown.get(vantage, standing), vantage
        self.saw(vantage, version)
        return 0 if before == standing else before

    def tells(self, vantage: str, version: int, standing: int) -> bool:
        """Whether a text other than what stands is a change in time, not only another place."""
        if vantage == self.usual:
            return True
        before, silent = self.shown.get(vantage), vantage in self.silent
        self._looked(vantage)
        # What showed something else already may show now, in its own words, what was told from the usual one.
        if before in {None, version} or not (silent or before == standing):
            self.shown[vantage] = version
            return False
        return silent

    def _looked(self, vantage: str) -> None:
        if vantage == self.usual:
            self.silent.clear()
        else:
            self.silent.add(vantage)


Place = tuple[str, str]
"""A domain that was asked, and from which vantage."""


@dataclass(slots=True)
class Places:
    """Where an article was seen, is shown, and stands behind a wall."""

    seen: set[Place] = field(default_factory=set)
    shown: set[Place] = field(default_factory=set)
    walled: set[Place] = field(default_factory=set)

    def shows(self, place: Place) -> None:
        """It is shown there."""
        self.seen.add(place)
        self.shown.add(place)
        self.walled.discard(place)

    def says_nothing(self, place: Place) -> bool:
        """Whether it was never seen there, but elsewhere: such as a mirror that does not carry it."""
        return bool(self.seen) and place not in self.seen

    def is_blocked(self, place: Place) -> bool:
        """A wall stands there; whether it is shown from no other vantage either."""
        self.walled.add(place)
        return not any(domain == place[0] for domain, _ in self.shown - self.walled)

    def is_gone(self, place: Place) -> bool:
        """It is shown there no more; whether it is shown nowhere: a wall before one vantage says nothing beside what
        another sees."""
        self.shown.discard(place)
        return all(one in self.walled and one[0] == place[0] for one in self.shown)
