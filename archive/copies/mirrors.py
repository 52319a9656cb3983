"""Which domains repeat an outlet: judged by what they copy, by who was first, and by who else has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Copied", "Repeating", "Site", "originals_of", "repeating"]

_EARLIER = 10
"""One copy in so many may surely be older than its original: what stood there first is no copy."""


@dataclass(frozen=True, slots=True)
class Site:
    """A domain, and the outlet (its integer) whose articles it counts as now; `described`: by a file, not by its domain
    alone."""

    domain: str
    outlet: int
    described: bool


@dataclass(frozen=True, slots=True)
class Copied:
    """An article of a domain that stands in one of an outlet, by their integers; several `originals` may be the same to
    it. `sure` is 1 where it surely came after that one, -1 where surely before, else 0; `later` whether it was seen
    later; `elsewhere` are others' outlets that have it, too; `same_path` whether both stand under one path, `named`
    whether its page names the publisher."""

    article: int
    originals: frozenset[int]
    sure: int
    later: bool
    elsewhere: frozenset[int]
    same_path: bool
    named: bool


@dataclass(frozen=True, slots=True)
class Repeating:
    """A domain that repeats an outlet: what it copies, the share of its articles that is, and how many of the copies
    no third outlet has (others that repeat the same one are no third)."""

    site: Site
    outlet: int
    copies: tuple[Copied, ...]
    share: float
    alone: int

    @property
    def _direction(self) -> tuple[int, bool, int, int]:
        """How much says that the domain repeats the outlet, and not the other way round; the strongest first."""
        return (
            sum(one.sure for one in self.copies),
            not self.site.described,
            sum(one.named for one in self.copies),
            sum(one.later for one in self.copies),
        )

    def rather_than(self, other: Repeating) -> bool:
        """Whether this is more likely than that the outlet repeats the domain."""
        return (self._direction, self.site.domain) > (other._direction, other.site.domain)


_Found = Mapping[tuple[Site, int], Sequence[Copied]]


def repeating(found: _Found, articles: Mapping[Site, int], at_least: int, share: float) -> Iterator[Repeating]:
    """The domains that repeat an outlet, each with the one it repeats, given all copies (by domain and by the outlet
    whose texts they are) and how many articles each domain has.

    Where both carry what a third printed, neither repeats the other: half of the copies must be nobody else's, or stand
    under the same paths. Of two that have the same, that one repeats the other which came later, or which nobody
    described, or which names the other."""
    likely = {
        pair: Repeating(pair[0], pair[1], tuple(copies), covered, 0)
        for pair, copies in found.items()
        if (covered := _covered(copies, articles[pair[0]])) >= share and _follows(copies, at_least)
    }
    repeat: dict[int, set[int]] = defaultdict(set)
    for site, outlet in likely:
        repeat[outlet].add(site.outlet)
    kept = {pair: told for pair, one in likely.items() if (told := _by_itself(one, repeat[one.outlet]))}
    kept = {pair: one for pair, one in kept.items() if not _turned(one, kept)}
    repeats = {site.outlet for site, _ in kept}
    best: dict[Site, Repeating] = {}
    for one in kept.values():
        rank = (one.outlet not in repeats, one.share, one.alone, -one.outlet)
        known = best.get(one.site)
        if known is None or rank > (known.outlet not in repeats, known.share, known.alone, -known.outlet):
            best[one.site] = one
    yield from best.values()


def _covered(copies: Sequence[Copied], articles: int) -> float:
    """The share of a domain's articles that is copies; what repeats one original is one."""
    return min(len({one.article for one in copies}), len(originals_of(copies))) / articles


def originals_of(copies: Iterable[Copied]) -> set[int]:
    """What these are copies of."""
    return {original for one in copies for original in one.originals}


def _follows(copies: Sequence[Copied], at_least: int) -> bool:
    earlier = sum(one.sure < 0 for one in copies)
    return len(copies) >= max(1, at_least) and _EARLIER * earlier <= len(copies)


def _by_itself(one: Repeating, repeat: set[int]) -> Repeating | None:
    """The same with how many of its copies no third has; None where third parties explain what both have."""
    alone = sum(not copied.elsewhere - repeat for copied in one.copies)
    paths = sum(copied.same_path for copied in one.copies)
    fits = 2 * max(alone, paths) >= len(one.copies)
    return Repeating(one.site, one.outlet, one.copies, one.share, alone) if fits else None


def _turned(one: Repeating, kept: Mapping[tuple[Site, int], Repeating]) -> bool:
    """Whether it is more likely that the outlet repeats the domain."""
    other_way = [
        other for (site, outlet), other in kept.items() if (site.outlet, outlet) == (one.outlet, one.site.outlet)
    ]
    return any(other.rather_than(one) for other in other_way)
