"""Which of a layout's rules an element falls under. Pure.

Nearly all selectors are `tag`, `.class` or `#id`, or end in one: what an element is called tells which of them can find
it at all, and the tree is asked about those alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

from selectolax.lexbor import LexborNode

__all__ = ["Roles", "is_whole", "parts", "past_unseen", "roles"]

_CLOSED = re.compile(r"\"[^\"]*\"|'[^']*'|\[[^\[\]\"']*\]|\([^()\[\]\"']*\)")
_SIMPLE = re.compile(r"(?P<tag>[a-z][a-z0-9-]*+(?!\\))?(?P<name>[.#][A-Za-z_][\w-]*+(?!\\))?")
_COMBINED = re.compile(r"[\s>+~]+")

_Key = tuple[str, str]
_Rule = TypeVar("_Rule")


def _masked(selectors: str) -> str:
    """The selectors with everything in quotes and brackets blotted out, at its length."""
    changed = 1
    while changed:
        selectors, changed = _CLOSED.subn(lambda found: "\0" * len(found[0]), selectors)
    return selectors


def is_whole(selectors: str) -> bool:
    """Whether everything opened is closed: what is not would swallow the selectors that stand behind it in a list."""
    return not re.search(r"[()\[\]\"']", _masked(selectors))


def parts(selectors: str) -> list[str]:
    """The selectors of a list: a comma in brackets or quotes parts none."""
    places = [-1, *(found.start() for found in re.finditer(",", _masked(selectors))), len(selectors)]
    return [selectors[start + 1 : end].strip() for start, end in pairwise(places)]


_UNSEEN = " + :is(script, style, noscript, ins, iframe, div:empty, p:empty) + "


def past_unseen(selectors: str) -> str:
    """The selectors, and each `A + B` among them also where between the two stands one element nobody sees, such as an
    advertisement's script."""
    found = parts(selectors)
    for selector in found[:]:
        at = _masked(selector).rfind(" + ")
        if at >= 0:
            found.append(selector[:at] + _UNSEEN + selector[at + len(" + ") :])
    return ", ".join(found)


def _told(selector: str) -> tuple[_Key, str]:
    """(what an element must be called for a selector to find it, the selector; empty where that is all it asks)."""
    last = _COMBINED.split(_masked(selector))[-1]
    found = _SIMPLE.match(last)
    key = (found["tag"] or "", found["name"] or "") if found else ("", "")
    return key, "" if last == selector == "".join(key) else selector


def _keys(node: LexborNode) -> Iterator[_Key]:
    marks, tag = node.attributes, node.tag or ""
    yield from (("", ""), (tag, ""))
    for name in (*("." + each for each in (marks.get("class") or "").split()), f"#{marks.get('id') or ''}"):
        yield from (("", name), (tag, name))


def _is(node: LexborNode, selector: str) -> bool:
    """Whether a selector finds this element itself; `css_matches` is also content with one inside it."""
    found = node.css_first(selector, default=None)
    return found is not None and found.mem_id == node.mem_id


@dataclass(frozen=True, slots=True)
class Roles(Generic[_Rule]):
    """An ordered list of rules. `told`: by what an element is called, the places of those that may find it, each with
    the selector that decides (empty: it does)."""

    rules: tuple[_Rule, ...]
    told: dict[_Key, list[tuple[int, str]]]

    def of(self, node: LexborNode) -> _Rule | None:
        """The first rule that finds an element."""
        found = sorted({each for key in _keys(node) for each in self.told.get(key, ())})
        return next((self.rules[at] for at, selector in found if not selector or _is(node, selector)), None)


def roles(rules: Sequence[tuple[str, _Rule]]) -> Roles[_Rule]:
    """Rules, each with the list of selectors it holds for, the first first."""
    told: dict[_Key, list[tuple[int, str]]] = {}
    for place, (selectors, _) in enumerate(rules):
        for selector in parts(selectors):
            key, asked = _told(selector)
            told.setdefault(key, []).append((place, asked))
    return Roles(tuple(rule for _, rule in rules), told)
