"""Is a name on a page one that its layout knows, with one character changed? Then text may stand where nobody looks.

Nothing about such a page is wrong by itself: only whoever knows the layout can see it. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from crawler.outlets.base import Reader
from crawler.parse.page import Page

__all__ = ["damaged_name"]

_SELECTED = re.compile(r"""[.#]([A-Za-z_][\w-]{5,})|\[[\w-]+([~^*|$]?)=\\?["']?([A-Za-z_][\w-]{5,})""")
"""Names of at least six characters: shorter ones differ in one by chance."""
_GIVEN = re.compile(r"""\s(?:class|id|itemprop|data-[\w-]+)\s*=\s*(["']?)(.*?)(?:\1|[>\n])""")
_WORD = re.compile(r"[A-Za-z0-9]+")


@lru_cache(maxsize=256)
def _known(reader: Reader) -> tuple[frozenset[str], frozenset[str]]:
    """The names that the selectors of a layout hold: whole ones, and those that are found by how they begin."""
    found = _SELECTED.findall(repr(reader))
    whole = frozenset(name or value for name, how, value in found if not how)
    return whole, frozenset(value for _, how, value in found if how in {"^", "*"})


def _places(name: str, known: tuple[frozenset[str], frozenset[str]]) -> Iterator[int]:
    """Where a name has the only character by which it differs from one of the layout's."""
    whole, begun = known
    alike = (*(each for each in whole if len(each) == len(name)), *(each for each in begun if len(each) < len(name)))
    for other in alike:
        places = [at for at, sign in enumerate(other) if sign != name[at]]
        if len(places) == 1:
            yield places[0]


def _is_ordinary(name: str, at: int, page: Page) -> bool:
    """Whether the word that holds a place is used elsewhere on the page too, or differs in a number only: then it is
    another name, and no damaged one."""
    word = next((found[0] for found in _WORD.finditer(name) if found.start() <= at < found.end()), name)
    return word.isdigit() or page.text.lower().count(word.lower()) > 1


def _once(names: Mapping[str, int], known: tuple[frozenset[str], frozenset[str]]) -> Iterator[str]:
    whole, begun = known
    return (
        name for name, count in names.items() if count == 1 and name not in whole and not name.startswith((*begun,))
    )


def damaged_name(page: Page, reader: Reader) -> str:
    """A name on the page that looks like one of the layout's with one character changed; empty where none does."""
    known = _known(reader)
    names = Counter(name for _, value in _GIVEN.findall(page.text) for name in value.split())
    near = ((name, at) for name in _once(names, known) for at in _places(name, known))
    return next((name for name, at in near if not _is_ordinary(name, at, page)), "")
