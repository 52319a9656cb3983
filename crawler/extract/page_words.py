"""What a page shows around what was read of it: the lines that `archive.page_words` compares. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from archive import text as same
from archive.page_words import BODY, BYLINE, DATE, IMAGE, LEAD, PART, Line, PageWords, key
from archive.records import BlockType, Reading
from crawler.extract.account import Claim, Role, placed
from crawler.parse.page import Page

__all__ = ["page_words"]

_BEFORE, _BEHIND = 40, 80
"""So many lines before the first that was read, and behind the last, are kept."""

_MOST, _LONGEST = 3_000, 1_000_000
"""Of a page of more lines or characters none is kept: what differs on it is an edit."""

_LARGEST = 4_000_000
"""Characters of a page's source from which on its lines are not even looked at."""

_LETTERS = {
    Role.BODY: BODY,
    Role.DESCRIPTION: LEAD,
    Role.AUTHOR: BYLINE,
    Role.DATE: DATE,
    Role.CAPTION: IMAGE,
}
_ANCHORS = frozenset({Role.BODY, Role.HEADLINE, Role.DESCRIPTION, Role.CAPTION})
"""What tells where the article stands; names and dates may stand anywhere."""

_TOLD = re.compile(r"title|headline|descr|author|byl|creator|date|time|publi|modif|caption|credit", re.IGNORECASE)
_LONGEST_STATED = 500

_DATE = re.compile(r"""["']([12]\d{3}-\d\d-\d\d[^"'<>]{0,30})["']""")
_NAMED = re.compile(r"""([\w:.-]{2,40})["']?\s*[:=]\s*\Z""")
"""A date in an attribute or a script, and before it its name."""

_IN_ADDRESS = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/]?(\d\d)[-/]?(\d\d)(?!\d)")

_AROUND = 4
"""Lines over which a date may be spread."""


def _key(words: str) -> str:
    # What JSON-LD escapes may be what no text may hold.
    return key(same.canonical(same.clean(words)))


def _strings(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _strings(each, f"{path}.{name}")
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each, path)


def _said(page: Page) -> Iterator[tuple[str, str]]:
    """What a page says to machines, by the name under which it does."""
    yield from ((name, value) for name, values in page.meta_lists.items() for value in values)
    yield from (one for item in page.jsonld for one in _strings(item, ""))
    for found in _DATE.finditer(page.text):
        name = _NAMED.search(page.text, max(0, found.start() - 50), found.start())
        if name and name[1] != "content":
            yield name[1], found[1]
    yield from (("address date", "-".join(found)) for found in _IN_ADDRESS.findall(page.url))


def _stated(page: Page) -> tuple[tuple[str, str], ...]:
    kept = (
        (same.clean(name), _key(words))
        for name, words in _said(page)
        if _TOLD.search(name) and len(words) < _LONGEST_STATED
    )
    return tuple(sorted({one for one in kept if one[1]}))


def _letter(claim: Claim, reading: Reading) -> str:
    """What a text of a reading is compared as; empty where it is not: an embed, the date of a change, furniture."""
    date = reading.date_published
    if claim.role is Role.DATE and (date is None or claim.text != date.raw):
        return ""
    if claim.role is Role.BODY and reading.body[claim.number - 1].type is BlockType.EMBED:
        return ""
    return _LETTERS.get(claim.role, "")


def page_words(page: Page, reading: Reading) -> PageWords | None:
    """The lines of a page around its reading. None for a bare text, which has nothing around it, and for a page of too
    many lines."""
    if page.is_text or len(page.text) > _LARGEST:
        return None
    found, missed = placed(page, reading)
    if len(found.lines) > _MOST or len(found.all) > _LONGEST:
        return None
    marked = _Marked(["" if line.hidden else words for line, words in zip(found.lines, found.keys, strict=True)])
    for start, end, claim in found.claims:
        where = range(found.line_at(start), found.line_at(end - 1) + 1)
        whole = start in found.borders and end in found.borders
        marked.mark(where, claim, _letter(claim, reading), whole=whole)
    for claim in missed:
        marked.look_for(claim, _letter(claim, reading))
    return marked.page(_stated(page)) if marked.anchors else None


@dataclass
class _Marked:
    """The lines of a page without white space (empty: hidden), and what was read of each."""

    keys: list[str]
    letters: dict[int, set[str]] = field(default_factory=dict)
    anchors: set[int] = field(default_factory=set)
    unshown: list[tuple[str, str]] = field(default_factory=list)

    def mark(self, where: Sequence[int], claim: Claim, letter: str, *, whole: bool) -> None:
        """Say that a text stands there, in these lines as a whole or in a part of them."""
        if not all(self.keys[at] for at in where):
            self.look_for(claim, letter)
            return
        if claim.role in _ANCHORS:
            self.anchors.update(where)
        for at in where if letter else ():
            self.letters.setdefault(at, set()).update({letter} if whole or letter != BODY else {letter, PART})

    def look_for(self, claim: Claim, letter: str) -> None:
        """Say where a text stands that has no place of its own: a name that ends the text, a credit in a caption."""
        if not letter:
            return
        where = [] if letter == BODY else self._within(claim, letter)
        for at in where:
            self.letters.setdefault(at, set()).add(letter)
        if not where:
            self.unshown.append((letter, _key(claim.text)))

    def _within(self, claim: Claim, letter: str) -> list[int]:
        words = key(claim.text)
        holds = [at for at, line in enumerate(self.keys) if words in line] if words else []
        if holds or letter != DATE:
            return sorted(holds, key=lambda at: at not in self.letters)[:1]
        pieces = claim.text.split()
        for at in range(len(self.keys)):
            beside = self.keys[at : at + _AROUND]
            if any(pieces[0] in line for line in beside[:1]) and all(piece in "".join(beside) for piece in pieces):
                return [at + n for n, line in enumerate(beside) if any(piece in line for piece in pieces)]
        return []

    def page(self, stated: tuple[tuple[str, str], ...]) -> PageWords:
        """What is kept of it."""
        near = range(max(0, min(self.anchors) - _BEFORE), min(len(self.keys), max(self.anchors) + _BEHIND))
        lines = (Line(_key(self.keys[at]), "".join(sorted(self.letters.get(at, "")))) for at in near if self.keys[at])
        return PageWords(tuple(line for line in lines if line.text), tuple(self.unshown), stated)
