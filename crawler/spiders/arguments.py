"""The arguments of a spider (`scrapy crawl NAME -a since=2026-03-01`): words in, values out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from archive.discovery import Found
from archive.errors import UsageError

__all__ = ["Arguments"]

_NAMES = ("since", "until", "limit", "section", "look")
_LOOKS = {"waiting": (False,), "known": (True,), "both": (False, True)}


@dataclass(frozen=True, slots=True)
class Arguments:
    """A window of days, the most pages, a section of the site; and what the archive is asked for, in this order:
    what was discovered and waits (False), known articles that are due (True)."""

    since: date | None
    until: date | None
    limit: int
    section: str
    looks: tuple[bool, ...]

    @classmethod
    def read(cls, given: Mapping[str, object]) -> Self:
        """What is meant. Raises UsageError."""
        if unknown := sorted(given.keys() - _NAMES):
            raise UsageError(f"no argument is called {unknown[0]!r}; there are {', '.join(_NAMES)}")
        return cls(
            since=_day("since", given),
            until=_day("until", given),
            limit=_number("limit", given.get("limit") or sys.maxsize),
            section=str(given.get("section") or "").strip("/"),
            looks=_looks(str(given.get("look") or "waiting")),
        )

    def takes(self, found: Found) -> bool:
        """Whether an address that a source named is of the section and the window."""
        return self.of_section(found.url) and found.within(self.since, self.until)

    def of_section(self, url: str) -> bool:
        """Whether an address is of the section."""
        return not self.section or f"/{self.section}/" in url


def _day(name: str, given: Mapping[str, object]) -> date | None:
    words = given.get(name)
    try:
        return date.fromisoformat(str(words)) if words else None
    except ValueError:
        raise UsageError(f"{name} is a day, as in 2026-03-31, not {words!r}") from None


def _number(name: str, words: object) -> int:
    if not str(words).isdecimal() or int(str(words)) < 1:
        raise UsageError(f"{name} is a number of pages from 1 on, not {words!r}")
    return int(str(words))


def _looks(word: str) -> tuple[bool, ...]:
    if word not in _LOOKS:
        raise UsageError(f"look is one of {', '.join(_LOOKS)}, not {word!r}")
    return _LOOKS[word]
