"""Names of months and zones in dates, in any language: those of `words/months.toml`, and IANA's. Pure.

Zones come from the package `tzdata`, so that they are the same on every machine.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

__all__ = ["FURTHEST", "JALALI", "NAMES", "fold", "is_zone", "marked", "puts_day_first", "zone_behind", "zone_of"]

NAMES = Path(__file__).parent / "words" / "months.toml"
FURTHEST = timedelta(hours=14)
"""From UTC, of any place on Earth."""

_LETTERS = {0x131: "i", 0x6CC: "\u064a", 0x6A9: "\u0643", 0x2010: "-", 0x2011: "-", 0x2013: "-", 0x2014: "-"}
_LETTERS |= {0x2212: "-"}
_MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670]+")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
_TWICE = re.compile(r"(\x02\d+\x03)\s?[/(-]\s?\x02\d+\x03\)?")
JALALI = 100
"""Added to the numbers of the Solar Hijri months."""


def fold(text: str) -> str:
    """Lower case without accents, digits and dashes in their ASCII shapes."""
    if text.isascii():
        return text.lower()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS))
    return _DIGIT.sub(lambda digit: str(int(digit[0])), unicodedata.normalize("NFC", plain))


@dataclass(frozen=True)
class _Names:
    """What stands in `words/months.toml`, folded: months by name, zones by name, languages that put the day first."""

    months: dict[str, int] = field(default_factory=dict)
    two_words: re.Pattern[str] = re.compile("")
    zones: dict[str, str] = field(default_factory=dict)
    day_first: frozenset[str] = frozenset()


def _numbered(line: str) -> Iterator[tuple[str, int]]:
    for number, names in enumerate(line.split("|"), 1):
        for name in names.split():
            yield fold(name.replace("_", " ")), number


@lru_cache(maxsize=1)
def _names() -> _Names:
    found = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    months = {name: number for line in found["gregorian"].values() for name, number in _numbered(line)}
    months |= {name: number + JALALI for line in found["jalali"].values() for name, number in _numbered(line)}
    pairs = "|".join(name for name in months if " " in name)
    zones = {fold(name.replace("_", " ")): zone for zone, names in found["zones"].items() for name in names.split()}
    return _Names(months, re.compile(pairs), zones, frozenset(found["order"]["day_first"].split()))


def marked(text: str) -> str:
    """A folded text with each month as its number between two control characters, which no clean text holds."""
    names = _names()

    def mark(found: re.Match[str]) -> str:
        number = names.months.get(found[0])
        return found[0] if number is None else f"\x02{number}\x03"

    if not text.isascii():
        text = names.two_words.sub(mark, text)
    return _TWICE.sub(r"\1", _WORD.sub(mark, text))


_OFFSET = re.compile(
    r"[\s(,|]{0,4}(?:(?:gmt|utc)\s?([+-]\d{1,2})(?::?(\d{2}))?|([+-]\d{1,2}):?(\d{2})|([+-]\d{1,2})(?![\d:./-]))(?!\d)"
)
_PLACE = re.compile(r"[^\w+-]{0,4}([a-z]{2,12}(?:/[a-z_]{2,20}){1,2})(?!\w)")


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo | None:
    """A zone by its IANA name, or a fixed one written `+03:00`; None where there is none of that name."""
    try:
        if name[:1] in {"+", "-"}:
            return _fixed(name[:3], name[4:])
        with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    except (ValueError, OSError):
        return None


def is_zone(name: str) -> bool:
    """Whether there is a zone of that name."""
    return zone_of(name) is not None


def _fixed(hours: str, minutes: str | None) -> timezone:
    """Raises ValueError for what is further from UTC than any place on Earth."""
    ahead = timedelta(hours=abs(int(hours)), minutes=int(minutes or 0))
    if ahead > FURTHEST:
        raise ValueError("no such zone")
    return timezone(-ahead if hours.startswith("-") else ahead)


def zone_behind(rest: str) -> tzinfo | None:
    """The zone named right behind an hour, or None."""
    if found := _OFFSET.match(rest):
        return _fixed(found[1] or found[3] or found[5], found[2] or found[4])
    if found := _PLACE.match(rest):
        return zone_of(found[1].title())
    words = _WORD.findall(rest[:40])[:4]
    pairs = (f"{one} {other}" for one, other in pairwise(words))
    known = (_names().zones.get(word) for word in (*words[:2], *pairs))
    return zone_of(next(filter(None, known), ""))


def puts_day_first(language: str) -> bool:
    """Whether 03.04.2026 is 3 April in a language (BCP 47)."""
    return re.split("[-_]", language.lower())[0] in _names().day_first
