"""Where an element stands, in words that are the same on every page of its layout: tags and the names that layouts
keep, without numbers and without the names a builder makes anew. Pure.

A place is steps joined by `>`, from the page's body down, such as `article>div.story-text>p.lead`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborNode

__all__ = ["place_of", "stable", "step"]

_PART = re.compile(r"[A-Za-z0-9]+|[^A-Za-z0-9]+")
_DIGITS = re.compile(r"\d+")
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_RUN = re.compile(r"[A-Za-z]+|\d+")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_SHORTEST_HASH = 5
_STATE = re.compile(r"(?:has|no|with|without|is|not|tag|category|author|js|type|status|format|postid|page|single)-")
"""How names begin that tell what an article is filed under or in what state it is: they differ from page to page."""
_BARE = frozenset({"div", "section", "span", "body", "html", "-document"})
"""Elements that say nothing where they have no name: wrappers come and go."""


def _is_hash(part: str) -> bool:
    """Whether a run of letters and digits is a builder's, not a word: digits again and again among letters, capitals
    where no word begins, or letters nobody could say."""
    if len(part) < _SHORTEST_HASH or part.isdigit():
        return False
    if len(_RUN.findall(part)) > 3:
        return True
    letters = _DIGITS.sub("", part)
    words = len(_HUMP.findall(letters))
    return len(letters) < 3 * words - 1 or (len(letters) >= _SHORTEST_HASH and not _VOWEL.search(letters))


@lru_cache(maxsize=8192)
def stable(name: str) -> str:
    """A class name or id with its numbers as `0` and a builder's parts as `*`; empty where it tells a page's state."""
    if _STATE.match(name):
        return ""
    parts = ("*" if _is_hash(part) else _DIGITS.sub("0", part) for part in _PART.findall(name))
    return "".join(parts)


@lru_cache(maxsize=8192)
def _names(classes: str, identity: str) -> str:
    """The first stable class, else the id."""
    known = (name for name in map(stable, classes.split()) if name.strip("*-_"))
    if first := next(known, ""):
        return f".{first}"
    own = stable(identity.strip())
    return f"#{own}" if own.strip("*-_") else ""


def step(node: LexborNode) -> str:
    """What an element is called: its tag with its first stable class, else with its id. Empty for what only wraps."""
    tag, marks = node.tag or "", node.attributes
    name = _names((marks.get("class") or "")[:300], (marks.get("id") or "")[:100]) if marks else ""
    return f"{tag}{name}" if name or tag not in _BARE else ""


def place_of(node: LexborNode, known: dict[int, str]) -> str:
    """Where an element stands. `known` holds the places of this page's elements found so far."""
    here, way = node, list[LexborNode]()
    while here.mem_id not in known and here.parent is not None:
        way.append(here)
        here = here.parent
    found = known.get(here.mem_id, "")
    for each in reversed(way):
        found = ">".join(filter(None, (found, step(each))))
        known[each.mem_id] = found
    return found
