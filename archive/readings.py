"""Readings of an article that say otherwise what one of its versions says: for which version each is taken. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

__all__ = ["Alike", "Readings", "never"]

MOST = 4
"""Of so many readings of a version a new one is compared with each."""

Alike = Callable[[int, int], bool | None]
"""Whether the page of a version (the second) shows the same words as that of another (the first), as
`page_words.same_words` says it."""


def never(_old: int, _new: int) -> bool | None:
    """What is known where it is not known what pages showed."""
    return False


@dataclass(slots=True)
class Readings:
    """What is known of the versions of an article up to a look. `taken_for` says for which version each is taken."""

    alike: Alike = never
    taken_for: dict[int, int] = field(default_factory=dict)
    _whole: dict[int, list[int]] = field(default_factory=dict)
    """The readings that have all the words of a version."""

    def stands(self, version: int) -> None:
        """Say that a version stands for itself."""
        self.taken_for[version] = version

    def version_of(self, read: int, lost: frozenset[int], candidates: Callable[[], Iterable[int]]) -> int:
        """The first of some versions whose words a look shows, given what it reads as and which versions' words its
        page does not show any more; its own where that is none."""
        known = self.taken_for.get(read)
        if known is not None and known not in lost:
            return known
        for version in candidates():
            if version not in lost and self._shows(version, read):
                self.taken_for[read] = version
                return version
        return read

    def _shows(self, version: int, read: int) -> bool:
        """Whether what was read shows the words of a version, by any reading that has all of these."""
        whole = self._whole.setdefault(version, [version])
        told = [self.alike(one, read) for one in whole[:MOST]] if read != version else []
        if True in told:
            whole.append(read)
        return any(one is not False for one in told)
