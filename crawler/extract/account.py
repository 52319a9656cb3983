"""Where every text of a page went: to a field, to the body, to the furniture with its rule, or to none of them. Pure.

The account is made from the page and its reading alone, whichever reader read it, so that no reader can leave out a
text unseen: the visible parts, put together, are the visible text of the page. Texts are compared without white space.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from archive import text as same
from archive.records import Reading
from crawler.extract.elsewhere import source_of
from crawler.parse.page import Page
from crawler.parse.seen import Line, lines, place_of

__all__ = ["Account", "Claim", "Part", "Placed", "Role", "Unshown", "account", "placed"]

_SURE = 12
"""Characters from which on a text is believed to be meant where it begins or ends within a line."""
_MOST_TRIES = 200


class Role(StrEnum):
    """What a text of a page is to its reading."""

    HEADLINE = "headline"
    DESCRIPTION = "description"
    AUTHOR = "author"
    DATE = "date"
    CAPTION = "caption"
    SECTION = "section"
    TAG = "tag"
    BODY = "body"
    REMOVED = "removed"
    UNASSIGNED = "unassigned"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Part:
    """A text of the page, in page order. `number` is that of its block in the body, from 1; `rule` took it where it is
    furniture. `place` is `above`, `beside` or `behind` the text, `element` what it stands in, as a selector. `hidden`:
    the page does not show it."""

    role: Role
    text: str
    number: int = 0
    rule: str = ""
    place: str = ""
    element: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Unshown:
    """A text that a reading has and the page does not show; `source` is where it is from instead."""

    role: Role
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Account:
    """All text of a page in page order, and what its reading has from elsewhere."""

    parts: tuple[Part, ...]
    unshown: tuple[Unshown, ...] = ()


def _key(text: str) -> str:
    """A text as it is compared: without white space."""
    return "".join(text.split())


# --- what a reading has ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Claim:
    """A text of a reading that wants its place on the page."""

    role: Role
    text: str
    number: int = 0
    rule: str = ""


def _in_order(reading: Reading) -> Iterator[list[Claim]]:
    """What stands on the page in this order: the body, then what was removed, then the words of pictures."""
    yield [Claim(Role.BODY, block.text, number) for number, block in enumerate(reading.body, 1)]
    yield [Claim(Role.REMOVED, removal.text, rule=removal.rule) for removal in reading.removed]
    yield [Claim(Role.CAPTION, words) for image in reading.images for words in (image.caption, image.credit) if words]


def _fields(reading: Reading) -> Iterator[Claim]:
    """What stands anywhere, the surest first."""
    yield Claim(Role.DESCRIPTION, reading.description)
    yield Claim(Role.HEADLINE, reading.headline)
    for date in (reading.date_published, reading.circumstances.date_modified):
        if date is not None:
            yield Claim(Role.DATE, date.raw)
    yield from (Claim(Role.AUTHOR, name) for name in reading.authors)
    yield Claim(Role.SECTION, reading.circumstances.section)
    yield from (Claim(Role.TAG, tag) for tag in reading.circumstances.tags)


_ALWAYS_TOLD = frozenset({Role.BODY, Role.REMOVED, Role.HEADLINE, Role.DESCRIPTION, Role.CAPTION, Role.AUTHOR})
"""Sections, tags and dates that only the page's head has are nothing to tell."""


# --- where it stands ------------------------------------------------------------------------------------------------


@dataclass
class Placed:
    """All lines as one text without white space. `starts` are where the lines begin, and where the last one ends;
    `taken` marks what has its place, `claims` are (from, to, what)."""

    lines: Sequence[Line]
    keys: list[str] = field(init=False)
    all: str = field(init=False)
    starts: list[int] = field(init=False)
    taken: bytearray = field(init=False)
    whole: dict[str, list[int]] = field(default_factory=dict)
    claims: list[tuple[int, int, Claim]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys, self.starts = [_key(line.text) for line in self.lines], [0]
        for each in self.keys:
            self.whole.setdefault(each, []).append(self.starts[-1])
            self.starts.append(self.starts[-1] + len(each))
        self.all = "".join(self.keys)
        self.taken = bytearray(len(self.all))
        self.borders = frozenset(self.starts)

    def line_at(self, at: int) -> int:
        """The number of the line that holds a character."""
        found = bisect_left(self.starts, at)
        return found if found < len(self.starts) and self.starts[found] == at else found - 1

    def is_free(self, start: int, length: int) -> bool:
        return self.taken.find(1, start, start + length) < 0

    def take(self, start: int, length: int, claim: Claim) -> None:
        self.taken[start : start + length] = b"\1" * length
        self.claims.append((start, start + length, claim))

    def found(self, wanted: str, after: int = 0) -> Iterator[int]:
        """Where a text stands free, from a place on."""
        at = self.all.find(wanted, after)
        for _ in range(_MOST_TRIES):
            if at < 0:
                return
            if self.is_free(at, len(wanted)):
                yield at
            at = self.all.find(wanted, at + 1)

    def places(self, wanted: str) -> list[int]:
        """Where a text may stand: as a line, else as several, else within one."""
        lines_ = [at for at in self.whole.get(wanted, ()) if self.is_free(at, len(wanted))]
        if lines_:
            return lines_
        found = list(self.found(wanted))
        bounded = [at for at in found if at in self.borders and at + len(wanted) in self.borders]
        if bounded or len(wanted) >= _SURE:
            return bounded or found
        return [at for at in found if at in self.borders or at + len(wanted) in self.borders]

    def beginning(self, wanted: str, after: int) -> tuple[int, int]:
        """(place, length) of the longest beginning of a text that stands somewhere; length 0 where none does."""
        place = next(self.found(wanted[:_SURE], after), -1)
        if place < 0:
            return -1, 0
        low, high = min(_SURE, len(wanted)), len(wanted)
        while low < high:
            middle = (low + high + 1) // 2
            at = next(self.found(wanted[:middle], after), -1)
            low, high, place = (low, middle - 1, place) if at < 0 else (middle, high, at)
        return place, low


def _nearest(text: Placed, places: list[int], after: int, before: int) -> int:
    """Which of several places is meant, between the text placed before and one that is sure to come."""
    shown = [at for at in places if not text.lines[text.line_at(at)].hidden] or places
    within = [at for at in shown if after <= at < before]
    if within:
        return within[0] if after > 0 else within[-1]
    return min(shown, key=lambda at: abs(at - after))


def _near(places: list[int], *around: int) -> list[int]:
    """Of many places those nearest to some: a line may stand ten thousand times, and be wanted as often."""
    if len(places) <= _MOST_TRIES:
        return places
    ends = ((max(0, at - _MOST_TRIES // 2), at + _MOST_TRIES // 2) for at in (bisect_left(places, at) for at in around))
    return sorted({at for first, last in ends for at in places[first:last]})


def _place_in_order(text: Placed, claims: list[Claim], missed: list[Claim]) -> None:
    """Place texts that follow each other: those that stand once say between which places the others are."""
    keys = [_key(claim.text) for claim in claims]
    known = {wanted: text.places(wanted) if wanted else [] for wanted in dict.fromkeys(keys)}
    places = [known[wanted] for wanted in keys]
    bounds, before = [], len(text.all) + 1
    for found in reversed(places):
        bounds.append(before)
        before = found[0] if len(found) == 1 else before
    after = 0
    for claim, wanted, found, bound in zip(claims, keys, places, reversed(bounds), strict=True):
        free = [at for at in _near(found, after, bound) if text.is_free(at, len(wanted))]
        if free:
            at = _nearest(text, free, after, bound)
            text.take(at, len(wanted), claim)
            after = at + len(wanted)
        elif wanted:
            after = _place_in_pieces(text, claim, wanted, after, missed)


def _place_in_pieces(text: Placed, claim: Claim, wanted: str, after: int, missed: list[Claim]) -> int:
    """Place a text within which the page shows something else; where it ends. What is nowhere is missed."""
    rest, lost = wanted, ""
    while rest:
        at, length = text.beginning(rest, after)
        if not length:
            at, length = text.beginning(rest, 0)
        if length:
            text.take(at, length, claim)
            after, rest = at + length, rest[length:]
        else:
            lost, rest = lost + rest[:1], rest[1:]
            if len(lost) > _MOST_TRIES or len(rest) < _SURE:
                lost, rest = lost + rest, ""
    if len(lost) >= _SURE or lost == wanted:
        missed.append(claim)
    return after


_LONGEST_BY_LINE = 150


def _within_short(text: Placed, wanted: str, around: int) -> int:
    """Where a short text stands in a short line: a name in a by-line, a date beside it; -1 where it does not."""
    found = list(text.found(wanted)) if len(wanted) > 3 or not wanted.isascii() else []
    short = [at for at in found if len(text.keys[text.line_at(at)]) <= _LONGEST_BY_LINE]
    return min(short, key=lambda at: abs(at - around), default=-1)


def _place_field(text: Placed, claim: Claim, around: int, missed: list[Claim]) -> None:
    """Place a field as near to the text as it stands."""
    wanted = _key(claim.text)
    found = text.places(wanted) if wanted else []
    shown = [at for at in found if not text.lines[text.line_at(at)].hidden] or found
    at = min(shown, key=lambda at: abs(at - around), default=-1)
    if at < 0 and claim.role in {Role.AUTHOR, Role.DATE, Role.SECTION, Role.TAG}:
        at = _within_short(text, wanted, around)
    if at >= 0:
        text.take(at, len(wanted), claim)
    elif wanted and claim.role in {Role.DESCRIPTION, Role.HEADLINE}:
        _place_in_pieces(text, claim, wanted, 0, missed)
    elif wanted:
        missed.append(claim)


# --- the account ----------------------------------------------------------------------------------------------------


def _cut(text: str, start: int, end: int) -> str:
    """From a line, the characters of these numbers, white space not counted."""
    seen = [at for at, letter in enumerate(text) if not letter.isspace()]
    return text[seen[start] : seen[end - 1] + 1]


def _stretches(text: Placed) -> Iterator[tuple[int, int, int, Claim | None]]:
    """(line, from, to, what has it) for every stretch of every line, in page order."""
    claims = iter(sorted(text.claims, key=lambda claim: claim[0]))
    claim = next(claims, None)
    for number, begin in enumerate(text.starts[:-1]):
        at, end = begin, text.starts[number + 1]
        while at < end:
            while claim is not None and claim[1] <= at:
                claim = next(claims, None)
            has = claim[2] if claim is not None and claim[0] <= at else None
            stop = end if claim is None else claim[1] if has else claim[0]
            yield number, at, min(stop, end), has
            at = min(stop, end)


def _part(line: Line, words: str, claim: Claim | None, place: str) -> Part:
    if claim is not None:
        return Part(claim.role, words, claim.number, claim.rule, place, place_of(line.node), line.hidden)
    role = Role.HIDDEN if line.hidden else Role.UNASSIGNED
    return Part(role, words, place=place, element=place_of(line.node), hidden=line.hidden)


def _parts(text: Placed) -> Iterator[Part]:
    spans = [(start, end) for start, end, claim in text.claims if claim.role is Role.BODY]
    first, last = min((start for start, _ in spans), default=0), max((end for _, end in spans), default=0)
    for number, start, end, claim in _stretches(text):
        line, begin = text.lines[number], text.starts[number]
        whole = end - start == len(text.keys[number])
        words = line.text if whole else _cut(line.text, start - begin, end - begin)
        place = "behind" if start >= last else "above" if end <= first else "beside"
        yield _part(line, words, claim, place if spans else "beside")


def _all_lines(page: Page) -> list[Line]:
    if page.is_text:
        folded = (same.fold_space(each) for each in same.clean(page.text).split("\n"))
        return [Line(each) for each in folded if each]
    return lines(page.tree.body)


def placed(page: Page, reading: Reading | None) -> tuple[Placed, list[Claim]]:
    """The text of a page with what has its place there, and what has none."""
    text, missed = Placed(_all_lines(page)), list[Claim]()
    if reading is None:
        return text, missed
    for claims in _in_order(reading):
        _place_in_order(text, claims, missed)
    around = min((start for start, _, claim in text.claims if claim.role is Role.BODY), default=0)
    for claim in _fields(reading):
        _place_field(text, claim, around, missed)
    return text, missed


def _unshown(page: Page, missed: Iterable[Claim]) -> Iterator[Unshown]:
    for claim in missed:
        if claim.role in _ALWAYS_TOLD:
            yield Unshown(claim.role, claim.text, source_of(page, _key(claim.text)))


def account(page: Page, reading: Reading | None) -> Account:
    """The account of a page; without a reading all of it is unassigned."""
    text, missed = placed(page, reading)
    return Account(tuple(_parts(text)), tuple(_unshown(page, missed)))
