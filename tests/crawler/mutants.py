"""Damaged copies of a page, by seed: cut short, bytes changed, a charset that is not true. And what came of each.

One damage is one `Mutant`; the same seed gives the same damage. `lost` says which paragraphs of the whole page's
article a damaged page's article no longer has.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz import fuzz

from archive.records import BlockType, Capture, DoubtKind, Reading, Verdict
from crawler.extract.examine import Fault, examine
from crawler.outlets.base import Outlet

__all__ = ["CHARSETS", "Kind", "Mutant", "Trial", "in_a_name", "in_tags", "mutant", "mutants", "try_one"]


class Kind(StrEnum):
    """What was done to a page."""

    CUT = "cut"
    FLIP = "flip"
    LIE = "lie"


CHARSETS = ("utf-8", "windows-1251", "koi8-r", "gb18030", "iso-8859-1", "shift_jis", "utf-16", "windows-1256")
"""What pages are written in, and declared as, in lies."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One damaged copy; `how` says what was done, so that it can be found again."""

    kind: Kind
    how: str
    body: bytes
    declared: str = ""
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What a damaged page came to. `lost` are the paragraphs that are missing from what was taken for an article,
    `share` how much of its characters they are; `doubts` are the kinds of doubt it is read with."""

    verdict: Verdict
    reason: str
    lost: tuple[str, ...] = ()
    share: float = 0.0
    doubts: tuple[DoubtKind, ...] = ()

    @property
    def is_noticed(self) -> bool:
        """Whether anything says that the page may not be as it was."""
        return self.verdict is not Verdict.ARTICLE or bool(self.doubts)


_TAG = re.compile(rb"<[^<>]*>")


def in_a_name(body: bytes, one: Mutant) -> bool:
    """Whether a byte was changed within a tag: a name of a class, attribute or element that then is another name.

    Such a page is as proper as before, and nothing on it says that `article__tixt` was to be `article__text`.
    """
    return any(
        (found := body.rfind(b"<", 0, at)) > body.rfind(b">", 0, at) and _TAG.match(body, found) for at in one.places
    )


def _cut(body: bytes, chance: random.Random) -> Mutant:
    at = chance.randrange(len(body))
    return Mutant(Kind.CUT, f"cut at {at}", body[:at])


def _flip(body: bytes, chance: random.Random) -> Mutant:
    changed = bytearray(body)
    # Mostly one byte: many at once are noticed more easily.
    places = [chance.randrange(len(body)) for _ in range(chance.choice((1, 1, 1, 1, 2, 5, 20)))]
    for at in places:
        changed[at] = chance.randrange(256)
    return Mutant(
        Kind.FLIP, f"bytes at {places} to {[changed[at] for at in places]}", bytes(changed), places=tuple(places)
    )


def in_tags(body: bytes, count: int, seed: int = 0) -> Iterator[Mutant]:
    """Copies of a page with one character of one tag changed to another one that can be typed; the same for a seed."""
    chance = random.Random(f"tag/{seed}/{len(body)}")
    tags = [found.span() for found in _TAG.finditer(body)]
    for _ in range(count if tags else 0):
        at = chance.randrange(*chance.choice(tags))
        sign = chance.choice([sign for sign in range(33, 127) if sign != body[at]])
        changed = body[:at] + bytes([sign]) + body[at + 1 :]
        yield Mutant(Kind.FLIP, f"byte at {at} to {chr(sign)}", changed, places=(at,))


_META = re.compile(r"""(<meta[^>]{0,200}charset\s*=\s*["']?)([\w-]+)""", re.IGNORECASE)


def _can_hold(charset: str, text: str) -> bool:
    """Whether somebody could have written a page in a charset: nearly all of its letters are in it."""
    letters = "".join(char for char in text if not char.isascii())
    return len(letters.encode(charset, "ignore").decode(charset)) >= 0.98 * len(letters)


def _lie(body: bytes, chance: random.Random) -> Mutant:
    """The page written in one charset and declared, in the header and perhaps in itself, as another."""
    text = body.decode("utf-8", "replace")
    written = chance.choice([charset for charset in CHARSETS if _can_hold(charset, text)])
    declared, stated = chance.choice(CHARSETS), chance.choice(CHARSETS)
    how = f"written in {written}, served as {declared}, {stated} in the page"
    return Mutant(Kind.LIE, how, _META.sub(rf"\g<1>{stated}", text).encode(written, "xmlcharrefreplace"), declared)


_MAKE = {Kind.CUT: _cut, Kind.FLIP: _flip, Kind.LIE: _lie}


def mutant(body: bytes, kind: Kind, chance: random.Random) -> Mutant:
    """One damaged copy of a page in UTF-8."""
    return _MAKE[kind](body, chance)


def mutants(body: bytes, kind: Kind, count: int, seed: int = 0) -> Iterator[Mutant]:
    """`count` damaged copies of a page in UTF-8; the same ones for the same seed."""
    chance = random.Random(f"{kind}/{seed}/{len(body)}")
    for _ in range(count):
        yield mutant(body, kind, chance)


def _said(reading: Reading) -> list[str]:
    shown = (block.text for block in reading.body if block.type is not BlockType.EMBED)
    return [re.sub(r"\s+", "", text) for text in (reading.description, *shown) if text]


def _missing(whole: Reading, found: Reading) -> tuple[str, ...]:
    """Paragraphs of the whole page that the other does not have, give or take a few characters."""
    there = "".join(_said(found))
    gone = (text for text in _said(whole) if text not in there)
    return tuple(text for text in gone if len(text) > 3 and fuzz.partial_ratio(text, there) < 80)


def try_one(capture: Capture, mutant: Mutant, outlet: Outlet, whole: Reading) -> Trial:
    """Examine a damaged copy of a captured page; `whole` is the reading of the page itself."""
    headers = (("Content-Type", f"text/html; charset={mutant.declared}"),) if mutant.declared else capture.headers
    judgement, reading = examine(replace(capture, body=mutant.body, headers=headers), outlet)
    assert not isinstance(judgement, Fault), (mutant.how, judgement)
    if reading is None:
        return Trial(judgement.verdict, judgement.reason)
    lost = _missing(whole, reading)
    share = sum(map(len, lost)) / max(1, sum(map(len, _said(whole))))
    return Trial(judgement.verdict, judgement.reason, lost, share, tuple(doubt.kind for doubt in reading.doubts))
