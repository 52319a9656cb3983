"""What a page shows around what was read of it, and whether two pages show the same words. Pure.

An outlet builds its pages anew, and our reader takes a caption into the text or leaves a by-line out. Such a change is
ours: `same_words` compares the lines of both pages, not the readings. Whatever one reading has and the other has not
must stand on both pages equally often and at the same place: between the same lines, next to one of them. So a
paragraph that went and whose words stand in a teaser, or one that was moved out of a box, is an edit. A by-line
may stand elsewhere. Where a headline differs, or anything is in doubt, the words are not the same.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

__all__ = [
    "BODY",
    "BYLINE",
    "DATE",
    "IMAGE",
    "LEAD",
    "PART",
    "Line",
    "PageWords",
    "Shown",
    "distance",
    "key",
    "pack",
    "same_words",
    "unpack",
]

BODY, LEAD, BYLINE, DATE, IMAGE = "bladi"
"""What a line was read as, in letters: a part of the body, of the lead, a name, the date, words of a picture."""

PART = "p"
"""The letter of a line of which only a part was read as body."""

_LARGEST = 20_000_000
"""Characters that are unpacked at most."""

_LONGEST_BY_LINE = 150
"""Characters of a line that may be a by-line."""

_PIECES = 6
"""Lines of one page that may stand in one line of the other."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that a page shows, as `key` makes it, and the letters of what was read of it (empty: nothing was)."""

    text: str
    read: str = ""


@dataclass(frozen=True, slots=True)
class PageWords:
    """What a page shows around what was read of it, in page order. `unshown` are texts of the reading that the page
    does not show, each with its letter; `stated` what the page says to machines: under which name, what."""

    lines: tuple[Line, ...]
    unshown: tuple[tuple[str, str], ...] = ()
    stated: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A page and what was read of it: the columns of `text`."""

    page: PageWords
    said: Mapping[str, Any]


def key(text: str) -> str:
    """A text (`archive.text.canonical`) as lines are compared: without white space."""
    return "".join(text.split())


# --- as it is stored --------------------------------------------------------------------------------------------------


def _known(said: Mapping[str, Any]) -> bytes:
    """What need not be written again: the words that were read."""
    return key(said["headline"] + said["description"] + said["body"]).encode()


def pack(page: PageWords, said: Mapping[str, Any]) -> bytes:
    """A page in few bytes, given what was read of it."""
    lines = [word for line in page.lines for word in (line.read, line.text)]
    document = json.dumps([lines, page.unshown, page.stated], ensure_ascii=False, separators=(",", ":"))
    packer = zlib.compressobj(9, zdict=_known(said))
    return packer.compress(document.encode()) + packer.flush()


def unpack(packed: bytes, said: Mapping[str, Any]) -> PageWords:
    """The page again. Raises ValueError where these are no such bytes, or of another reading."""
    try:
        unpacker = zlib.decompressobj(zdict=_known(said))
        lines, unshown, stated = json.loads(unpacker.decompress(packed, _LARGEST))
    except (zlib.error, ValueError) as problem:
        raise ValueError(f"what a page showed cannot be unpacked: {problem}") from problem
    if not unpacker.eof:
        raise ValueError("what a page showed cannot be unpacked: it is cut")
    pairs = zip(lines[1::2], lines[::2], strict=True)
    return PageWords(tuple(Line(*pair) for pair in pairs), tuple(map(tuple, unshown)), tuple(map(tuple, stated)))


# --- what differs in what was read ------------------------------------------------------------------------------------


def _names(said: Mapping[str, Any]) -> list[str]:
    return [key(name) for name in json.loads(said["authors"])]


def _pictures(said: Mapping[str, Any], side: int) -> list[str]:
    return [words for pair in json.loads(said["images"]) if (words := key(pair[side]))]


def _values(said: Mapping[str, Any]) -> dict[str, Any]:
    """What was read, by letter."""
    return {
        BODY: key(said["body"]),
        LEAD: key(said["description"]),
        BYLINE: _names(said),
        DATE: said["date_published"] or key(said["date_published_raw"] or ""),
        IMAGE: (_pictures(said, 0), _pictures(said, 1)),
    }


def _in_order(one: Iterable[Hashable], other: Iterable[Hashable]) -> bool:
    """Whether what both have stands in the same order in both, as each comes first."""
    first, second = dict.fromkeys(one), dict.fromkeys(other)
    return [each for each in first if each in second] == [each for each in second if each in first]


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
    """The letters of what was read differently; None where no look at the pages can tell that nothing was edited."""
    if key(old["headline"]) != key(new["headline"]):
        return None
    before, after = _values(old), _values(new)
    leads = before[LEAD], after[LEAD]
    ordered = [(before[BYLINE], after[BYLINE]), *zip(before[IMAGE], after[IMAGE], strict=True)]
    if not (leads[0] in leads[1] or leads[1] in leads[0]) or not all(_in_order(*pair) for pair in ordered):
        return None
    return "".join(letter for letter in before if before[letter] != after[letter])


def distance(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    """How many paragraphs and other fields two readings have otherwise."""
    bodies = [Counter(map(key, said["body"].split("\n\n"))) for said in (one, other)]
    paragraphs = (bodies[0] - bodies[1]).total() + (bodies[1] - bodies[0]).total()
    values = [_values(said) for said in (one, other)]
    return paragraphs + len([one for one in (LEAD, BYLINE, DATE, IMAGE) if values[0][one] != values[1][one]])


# --- two pages beside each other --------------------------------------------------------------------------------------

_Place = tuple[str, int]
"""A line by its text, and the how manieth of them it is."""


def _joined(lines: Sequence[Line], wanted: Iterable[str]) -> list[Line]:
    """Lines that follow each other put together where the other page has them as one."""
    by_beginning = defaultdict(list)
    for text in wanted:
        by_beginning[text[0]].append(text)
    found, at = list[Line](), 0
    while at < len(lines):
        taken = _beginning(lines, at, by_beginning[lines[at].text[0]])
        some = lines[at : at + taken]
        found.append(Line("".join(one.text for one in some), "".join(sorted({*"".join(one.read for one in some)}))))
        at += taken
    return found


def _beginning(lines: Sequence[Line], at: int, wanted: Iterable[str]) -> int:
    """How many lines from a place on are one of these texts; 1 where they are none."""
    for text in wanted:
        whole = lines[at].text
        for taken in range(2, _PIECES + 1):
            if len(whole) >= len(text) or not text.startswith(whole) or at + taken > len(lines):
                break
            whole += lines[at + taken - 1].text
            if whole == text:
                return taken
    return 1


@dataclass
class _Side:
    """One of two pages: its lines, those that stand equally often on both, the names in its by-lines, and what else
    these say."""

    lines: list[Line]
    names: Counter[str]
    rests: set[str]
    common: set[str] = field(default_factory=set)

    @cached_property
    def places(self) -> dict[_Place, int]:
        """Where the lines stand that are on both pages."""
        seen, found = Counter[str](), dict[_Place, int]()
        for at, line in enumerate(self.lines):
            if line.text in self.common:
                found[line.text, seen[line.text]] = at
                seen[line.text] += 1
        return found

    @cached_property
    def at(self) -> dict[int, _Place]:
        """The same the other way round."""
        return {at: place for place, at in self.places.items()}

    def neighbour(self, at: int, step: int) -> tuple[_Place | None, int]:
        """The nearest line on one side that both pages have, and how many stand between; by-lines are passed over."""
        between, at = 0, at + step
        while 0 <= at < len(self.lines):
            if self.lines[at].text not in self.rests:
                if place := self.at.get(at):
                    return place, between
                between += 1
            at += step
        return None, between


def _without_names(lines: Iterable[Line], names: Sequence[str], bylines: frozenset[str]) -> _Side:
    """The lines of a page without the names in by-lines, which may stand elsewhere on the other page."""
    found, seen, rests = list[Line](), Counter[str](), set[str]()
    for line in lines:
        rest, read = line.text, line.read
        if rest in bylines:
            read = read.replace(BYLINE, "")
            for name in names:
                seen[name] += rest.count(name)
                rest = rest.replace(name, "")
            rests.add(rest)
        if rest:
            found.append(Line(rest, read))
    return _Side(found, seen, rests)


@dataclass(frozen=True, slots=True)
class _Both:
    """Two pages, and the letters of what was read differently of them."""

    old: _Side
    new: _Side
    differing: frozenset[str]

    def read(self, line: Line) -> frozenset[str]:
        """What of a line was read that is compared."""
        return self.differing.intersection(line.read)

    def stand(self) -> bool:
        """Whether each line that was read stands on both pages, and where it was read otherwise, at the same place."""
        if self.old.names != self.new.names:
            return False
        read = (line.text for side in (self.old, self.new) for line in side.lines if self.read(line))
        return self.old.common.issuperset(read) and self._is_in_order() and all(map(self._is_still, self.old.places))

    def _is_in_order(self) -> bool:
        """Whether the lines that both bodies have follow each other alike."""
        old, new = (
            [place for place, at in side.places.items() if BODY in side.lines[at].read] for side in (self.old, self.new)
        )
        return _in_order(old, new)

    def _is_still(self, place: _Place) -> bool:
        at, to = self.old.places[place], self.new.places[place]
        before, after = self.read(self.old.lines[at]), self.read(self.new.lines[to])
        if before == after or BODY in before & after or place[0] in self.old.rests:
            return True
        beside = False
        for step in (-1, 1):
            (was, gap), (now, other) = self.old.neighbour(at, step), self.new.neighbour(to, step)
            if was != now:
                return False
            beside = beside or (was is not None and gap == other == 0)
        return beside

    def loses(self) -> bool:
        """Whether a line was read of the old page of which nothing, or not all, was of the new one."""
        pairs = ((self.old.lines[at], self.new.lines[self.new.places[place]]) for place, at in self.old.places.items())
        read = (after for before, after in pairs if self.read(before))
        return any(not self.read(after) or (BODY in self.differing and PART in after.read) for after in read)


def _counts(side: _Side) -> Counter[str]:
    return Counter(line.text for line in side.lines)


def _beside(old: Shown, new: Shown, differing: str) -> _Both:
    names = sorted({*_names(old.said), *_names(new.said)}, key=len, reverse=True)
    lines = [*old.page.lines, *new.page.lines]
    bylines = {line.text for line in lines if BYLINE in line.read and len(line.text) <= _LONGEST_BY_LINE}
    sides = [_without_names(one.page.lines, names, frozenset({*names, *bylines})) for one in (old, new)]
    for one, other in (sides, sides[::-1]):
        if missing := _counts(other) - _counts(one):
            one.lines = _joined(one.lines, missing)
    counts = [_counts(side) for side in sides]
    common = {text for text, many in counts[0].items() if counts[1][text] == many}
    rests = sides[0].rests | sides[1].rests
    for side in sides:
        side.common, side.rests = common, rests
    return _Both(sides[0], sides[1], frozenset(differing))


def _stated(page: PageWords) -> dict[str, set[str]]:
    found = defaultdict[str, set[str]](set)
    for name, words in page.stated:
        found[name].add(words)
    return found


def _states(old: PageWords, new: PageWords, words: str) -> bool:
    """Whether both pages say this to machines, and under no name only one of them."""
    before, after = _stated(old), _stated(new)
    said = [(words in before[name], words in after[name]) for name in before.keys() & after.keys()]
    return (True, True) in said and all(one == other for one, other in said)


def _unshown(page: PageWords, letters: str) -> list[tuple[str, str]]:
    return [one for one in page.unshown if one[0] in letters]


def _agree(old: PageWords, new: PageWords, letters: str) -> bool:
    """Whether what no page shows of both readings is said by both pages."""
    before, after = _unshown(old, letters), _unshown(new, letters)
    if [one for one in before if one[0] == BODY] != [one for one in after if one[0] == BODY]:
        return False
    only = Counter(before) - Counter(after) + (Counter(after) - Counter(before))
    return all(_states(old, new, words) for _, words in only)


def same_words(old: Shown, new: Shown) -> bool | None:
    """Whether two pages of an article show the same words, however each was read. None: they do, but the new reading
    leaves out some that the old one has, so that a later edit of these could not be told by it."""
    differing = _differing(old.said, new.said)
    if differing is None or not _agree(old.page, new.page, differing):
        return False
    both = _beside(old, new, differing)
    if not both.stand():
        return False
    lost = Counter(_unshown(old.page, differing)) - Counter(_unshown(new.page, differing))
    return None if lost or both.loses() else True
