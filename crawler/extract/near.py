"""Is a name on a page one that its layout knows, with one character changed? Then text may stand where nobody looks.

Nothing about such a page is wrong by itself: only whoever knows the layout can see it. Pure.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.outlets.base import Reader
from crawler.parse.page import Page

__all__ = ["damaged_name"]

_SELECTED = re.compile(r"""[.#]([A-Za-z_][\w-]{5,})|\[[\w-]+([~^*|$]?)=\\?["']?([A-Za-z_][\w-]{5,})""")
"""Names of at least six characters: shorter ones differ in one by chance."""
_GIVEN = tuple(
    re.compile(rf"""{attribute}=(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""") for attribute in ("class", " id", "itemprop")
)
_WORD = re.compile(r"[A-Za-z0-9]+")
_MOST_TOLD, _LONGEST_TOLD = 1_000, 100
"""Names that are remembered of a layout, and characters of one."""


@dataclass
class _Names:
    """Names of a layout, found by either half: of two that differ in one character, one half is the same."""

    names: set[str] = field(default_factory=set)
    halves: defaultdict[tuple[int, bool, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    begun: dict[str, int] = field(default_factory=dict)
    told: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """What was told of names before: pages of an outlet share most of theirs."""

    def add(self, name: str, *, is_begun: bool) -> None:
        """Know a name; one that `is_begun` is how names begin that go on, with a digest of a build, say."""
        self.names.add(name)
        for half in _halves(name):
            self.halves[half].append(name)
        if is_begun:
            self.begun[name] = len(name)

    def near(self, name: str) -> tuple[int, ...]:
        """Where a name has the only character by which it differs from one of these."""
        if name in self.told:
            return self.told[name]
        found = tuple(self._near(name))
        if len(self.told) >= _MOST_TOLD:
            self.told.clear()
        if len(name) <= _LONGEST_TOLD:
            self.told[name] = found
        return found

    def _near(self, name: str) -> Iterator[int]:
        if name in self.names or name.startswith((*self.begun,)):
            return
        if name[1:] in self.names:  # what was the quotation mark before it
            yield 0
        for part in {name, *(name[:length] for length in self.begun.values() if length < len(name))}:
            for other in (each for half in _halves(part) for each in self.halves.get(half, ())):
                if part == name or other in self.begun:
                    places = [at for at, (one, two) in enumerate(zip(part, other, strict=True)) if one != two]
                    yield from places if len(places) == 1 else ()


def _halves(name: str) -> tuple[tuple[int, bool, str], tuple[int, bool, str]]:
    middle = len(name) // 2
    return (len(name), False, name[:middle]), (len(name), True, name[middle:])


@lru_cache(maxsize=256)
def _known(reader: Reader) -> _Names:
    """The names that the selectors of a layout hold."""
    known = _Names()
    for name, how, value in _SELECTED.findall(repr(reader)):
        known.add(name or value, is_begun=how in {"^", "*"})
    return known


def _on(page: Page) -> Iterator[str]:
    """The names of a page that stand there once."""
    given = (value for pattern in _GIVEN for values in pattern.findall(page.text) for value in values if value)
    names = Counter(name for value, count in Counter(given).items() for name in value.split() * min(count, 2))
    return (name for name, count in names.items() if count == 1)


def _is_ordinary(name: str, at: int, page: Page) -> bool:
    """Whether the word that holds a place is used elsewhere on the page too, or is a number: then it is another name,
    and no damaged one."""
    word = next((found[0] for found in _WORD.finditer(name) if found.start() <= at < found.end()), name)
    return word.isdigit() or page.text.lower().count(word.lower()) > 1


def damaged_name(page: Page, reader: Reader) -> str:
    """A name on the page that looks like one of the layout's with one character changed; empty where none does."""
    known = _known(reader)
    near = ((name, at) for name in _on(page) for at in known.near(name))
    return next((name for name, at in near if not _is_ordinary(name, at, page)), "")
