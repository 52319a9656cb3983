"""Pages that stand in place of the one asked for, told by the marks in `walls.toml`. Pure.

Marks are of two kinds. *Sure* ones (elements, code, headers) stand on no article. Words (what a page is called, how its
lines begin) can also be an article's, and count only where there is little else to read and nothing says that the page
is an article.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from archive.records import Capture, Verdict
from crawler.parse.blocks import line, paragraphs, shows
from crawler.parse.page import Page

__all__ = [
    "LITTLE",
    "Sight",
    "Wall",
    "asks_for_consent",
    "consented",
    "hinted",
    "keys",
    "named",
    "said",
    "sure",
    "walls",
]

LITTLE = 2_000
"""Characters to be read on a page up to which it can be a wall; the stubs known show under 500."""

_FILE = Path(__file__).with_name("walls.toml")
_SIGNS = re.compile(r"[\W_]+")
_PARTS = re.compile(r" [|·•:–—-]{1,5} | ?[|_｜] ?")
_LONGEST_CODE = 400_000
_LONGEST_HINT = 200_000
_MOST = 50_000
_BEGINNING = 200
"""Characters of a line that tell whether it begins with anything that is looked for."""


def _key(text: str) -> str:
    """A text as words are compared: letters and digits only, case folded."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True, slots=True)
class _Saying:
    """How a line begins: `pieces` in this order, the first at its beginning."""

    pieces: tuple[str, ...]

    def begins(self, key: str) -> bool:
        at = len(self.pieces[0])
        if not key.startswith(self.pieces[0]):
            return False
        for piece in self.pieces[1:]:
            found = key.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        return True


@dataclass(frozen=True, slots=True)
class Wall:
    """One kind of wall, as `walls.toml` explains it; words as keys, pieces of markup in lower case."""

    name: str
    verdict: Verdict
    elements: str
    code: tuple[str, ...]
    called: frozenset[str]
    says: tuple[_Saying, ...]
    headers: tuple[tuple[str, str], ...]
    hints: tuple[str, ...]


def _sayings(texts: Iterable[str]) -> tuple[_Saying, ...]:
    return tuple(_Saying(tuple(_key(piece) for piece in text.split("*"))) for text in texts)


def _wall(rule: Mapping[str, Any]) -> Wall:
    return Wall(
        name=rule["name"],
        verdict=Verdict(rule["verdict"]),
        elements=", ".join(rule.get("elements", ())),
        code=tuple(piece.lower() for piece in rule.get("code", ())),
        called=frozenset(_key(text) for text in rule.get("called", ())),
        says=_sayings(rule.get("says", ())),
        headers=tuple((name.lower(), value.lower()) for name, value in rule.get("headers", {}).items()),
        hints=tuple(piece.lower() for piece in rule.get("hints", ())),
    )


@lru_cache(maxsize=1)
def _rules() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def walls() -> tuple[Wall, ...]:
    """All walls there are marks of, in the order in which they are asked."""
    return tuple(map(_wall, _rules()["wall"]))


def asks_for_consent(host: str) -> bool:
    """Whether a host is there for nothing but asking for consent, such as `consent.google.com`."""
    return host.partition(".")[0] in _rules()["consent"]["hosts"]


# --- what is to be seen ---------------------------------------------------------------------------------------------

_ANYTHING = "main, article, nav, footer, h1"
"""What no box that asks for consent holds, but what wraps a whole page does."""
_LOADS = "script[src], iframe[src], form[action], link[href], meta[content], img[src]"


def keys(text: str) -> Iterator[str]:
    """The keys a title or heading can be known by: the whole, and each part between its marks, with and without 404."""
    for part in (text, *_PARTS.split(text)):
        if key := _key(part):
            yield key
            yield key.removeprefix("404").removesuffix("404")


class Sight:
    """What a visitor sees of a page, each found when asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def little(self) -> bool:
        """Whether there is little enough to read for a wall. Stops counting where there is more."""
        body = self.page.tree.body
        return body is None or shows(body, LITTLE) <= LITTLE

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The blocks of text on the page."""
        return tuple(paragraphs(self.page.tree.body)) if self.page.tree.body else ()

    @cached_property
    def title(self) -> frozenset[str]:
        """The keys of the title and its parts."""
        node = self.page.one("title")
        return frozenset(keys(line(node))) - {""} if node is not None else frozenset()

    @cached_property
    def heading(self) -> frozenset[str]:
        """The keys of the first headings."""
        nodes = self.page.tree.css("h1")[:3] or self.page.tree.css("h2")[:2]
        return frozenset(key for node in nodes for key in keys(line(node))) - {""}

    @cached_property
    def code(self) -> str:
        """What scripts say and what addresses are loaded, in lower case."""
        scripts = (node.text() for node in self.page.tree.css("script"))
        marks = (node.attributes for node in self.page.tree.css(_LOADS))
        loaded = (each.get(name) or "" for each in marks for name in ("src", "action", "href", "content"))
        return "\n".join((*scripts, *loaded))[:_LONGEST_CODE].lower()

    @cached_property
    def consent(self) -> tuple[int, int]:
        """Characters in and outside of what asks for consent."""
        boxes = self.page.tree.css(", ".join(_rules()["consent"]["elements"]))
        body, asking = self.page.tree.body, {box.mem_id for box in boxes if not box.css_matches(_ANYTHING)}
        if body is None or not asking:
            return 0, 0
        outside = shows(body, _MOST, asking)
        return shows(body, _MOST) - outside, outside

    @cached_property
    def shell(self) -> str:
        """What shows that a script would fill the page; empty where nothing does."""
        shell = _rules()["shell"]
        if any(not shows(root, 0) for root in self.page.tree.css(", ".join(shell["elements"]))):
            return "an empty root that a script would fill"
        sayings, begun = _sayings(shell["says"]), [_key(text) for text in self.lines]
        return "asks for a script" if any(each.begins(key) for each in sayings for key in begun) else ""


# --- which wall is it -----------------------------------------------------------------------------------------------


def _sent(capture: Capture, wall: Wall) -> str:
    for name, value in wall.headers:
        if any(key.lower() == name and value in found.lower() for key, found in capture.headers):
            return f"header {name}"
    return ""


def _found(sight: Sight, wall: Wall) -> str:
    if wall.elements and (node := sight.page.one(wall.elements)) is not None:
        mark = node.attributes.get("id") or node.attributes.get("class") or ""
        return f"element {node.tag} {mark}".strip()[:80]
    code = next((piece for piece in wall.code if piece in sight.code), "")
    return f"script {code}" if code else ""


def sure(capture: Capture, sight: Sight) -> tuple[Wall, str] | None:
    """The wall whose sure marks a page or its headers show, and which mark it was."""
    marks = ((wall, _sent(capture, wall) or _found(sight, wall)) for wall in walls())
    return next(((wall, mark) for wall, mark in marks if mark), None)


def named(sight: Sight) -> tuple[Wall, str] | None:
    """The wall whose name title and heading both are, as nothing but a wall is called."""
    return next(
        ((wall, "title and heading") for wall in walls() if wall.called & sight.title and wall.called & sight.heading),
        None,
    )


@lru_cache(maxsize=1)
def _beginnings() -> tuple[str, ...]:
    """How anything that is looked for begins: nearly every line begins otherwise, and is told at once."""
    return tuple({saying.pieces[0] for wall in walls() for saying in wall.says})


def said(headings: Iterable[frozenset[str]], lines: Iterable[str]) -> tuple[Wall, str] | None:
    """The wall whose words a page is called by, or begins one of its lines with."""
    called = frozenset[str]().union(*headings)
    begun = [_key(text) for text in lines if _key(text[:_BEGINNING]).startswith(_beginnings())]
    for wall in walls():
        if wall.called & called:
            return wall, "called so"
        if any(saying.begins(key) for saying in wall.says for key in begun):
            return wall, "says so"
    return None


def hinted(page: Page) -> tuple[Wall, str] | None:
    """The wall of which a page that failed shows a hint."""
    markup = page.text[:_LONGEST_HINT].lower()
    marks = ((wall, next((hint for hint in wall.hints if hint in markup), "")) for wall in walls())
    return next(((wall, mark) for wall, mark in marks if mark), None)


def consented(sight: Sight) -> bool:
    """Whether a page shows nothing but something that asks for consent."""
    inside, outside = sight.consent
    return inside > 60 and outside <= max(200, inside // 3)
