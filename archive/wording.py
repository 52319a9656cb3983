"""The words of messages: one thing or two, and what a name that nobody knows was meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["counted", "instead", "near"]

_ALIKE = 0.6
"""How alike two names must be, from 0 to 1, to be taken for each other: one slip in five letters."""

_LISTED = 100
"""More names than these are not listed: nobody would read them."""


def counted(number: int, thing: str) -> str:
    """`1 edit`, `2,000 edits`, `1 address`, `2 addresses`: a number with the word for so many."""
    more = "es" if thing.endswith(("s", "x", "ch", "sh")) else "s"
    return f"{number:,} {thing}{'' if number == 1 else more}"


def _folded(name: str) -> str:
    return name.casefold().replace("_", "-").replace(" ", "-")


def near(name: str, known: Iterable[str]) -> list[str]:
    """Up to three names that are nearest to one, the nearest first; those that differ in case or hyphens, alone."""
    folded: dict[str, list[str]] = {}
    for one in known:
        folded.setdefault(_folded(one), []).append(one)
    asked = _folded(name)
    found = [asked] if asked in folded else difflib.get_close_matches(asked, folded, n=3, cutoff=_ALIKE)
    return [one for each in found for one in folded[each]][:3]


def instead(name: str, known: Iterable[str], there: str = "there are") -> str:
    """`did you mean rt-fr?` where a name is near, else what there is, in its order: `there are rt-en, rt-fr`."""
    names = list(known)
    if found := near(name, names):
        return f"did you mean {' or '.join(found)}?"
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"{there} {', '.join(names[:_LISTED]) or 'none'}{more}"
