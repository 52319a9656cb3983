"""Is a page one of several over which a piece goes? Told by what it links to: addresses that differ from its own by
the number of a page alone, named by that number, or as what comes next or before. Never by the words of an address.
Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from archive import naming, urls
from archive.errors import BadInput
from crawler.extract.general.zones import zone_of
from crawler.parse.page import Page, absolute

__all__ = ["MOST", "Pager", "pager"]

MOST = 20
"""Pages of one piece that are read."""

_NUMBER = re.compile(r"\D{0,3}0*(\d{1,2})\D{0,3}")
_MARK = re.compile(r"([^\d]{0,14})0*(\d{1,2})([^\d]{0,2})")
"""How an address names a page: a number, and little before it (`?page=2`, `/2`, `_2`, `-p2`, `/page/2`)."""
_PIECE = re.compile(r"\d+|\D")
_RELATED = re.compile(r"\b(?:next|prev)", re.IGNORECASE)
_NUMBERED = re.compile(rb"""[^"'\s<>]{0,24}?\d["'\s/.&?#,;_-]""")
_QUERY = re.compile(rb"""=["']?\?[^"'\s<>]*\d""")
_STRETCH = re.compile(r"[A-Za-z]+|\d{2,}")
_ENDING = re.compile(r"\.\w{2,5}\Z")
_STEM = 12
_SHORT = 24
"""Characters of a link onward that has no number."""
_MOST_LINKS = 3_000
_NEAR = 80
"""Characters that a pager without numbered links says at most, from its place among how many to its link onward."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Which page of a piece this is (1: the first), the address of the first, and those of others by their numbers."""

    number: int
    first: str
    others: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class _Link:
    """A link to what may be a page of the same piece: the number its address gives this page and that one, where it
    leads, the number it is named by (0: by none), what it says it is to this page (`rel`), and whether the address of
    this page has its number at a place where an id could stand."""

    own: int
    number: int
    url: str
    named: int
    rel: str
    bare: bool


def _spelt(url: str) -> str:
    """An address as two are compared; empty where it is none."""
    try:
        return urls.canonical(urls.normal(url))
    except BadInput:
        return ""


def _apart(one: str, other: str) -> tuple[str, str, str]:
    """What two texts have at the one place where they differ, numbers whole; and what they have in common."""
    left, right = _PIECE.findall(one), _PIECE.findall(other)
    start = _alike(left, right)
    end = _alike(left[start:][::-1], right[start:][::-1])
    own, others = ("".join(some[start : len(some) - end]) for some in (left, right))
    return own, others, "".join((*left[:start], *left[len(left) - end :]))


def _alike(left: list[str], right: list[str]) -> int:
    """How many of two lists are the same from the beginning."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(left), len(right)))


def _numbers(one: str, other: str) -> tuple[int, int, bool] | None:
    """The numbers of the pages that two addresses are, where they differ in that alone; and whether the number of the
    one could be an id just as well: without it, its address names no article."""
    left, right, common = _apart(one, other)
    marks = [_MARK.fullmatch(text) if text else None for text in (left, right)]
    if one == other or any(text and mark is None for text, mark in zip((left, right), marks, strict=True)):
        return None
    own, number = (int(mark[2]) if mark else 1 for mark in marks)
    around = {mark.group(1, 3) for mark in marks if mark}
    bare = bool(left and right) and not naming.names_article(f"https://{common}")
    return (own, number, bare) if len(around) == 1 and own != number else None


def _stem(url: str) -> str:
    """The longest stretch of letters or digits in an address: it stands in those of all its pages."""
    path = _ENDING.sub("", url.partition("//")[2].partition("/")[2])
    return max(_STRETCH.findall(path), key=len, default="")[:_STEM]


def _site(url: str) -> list[str]:
    """The end of its host, as written: most links that hold an address lead to where it is shared."""
    return url.partition("//")[2].partition("/")[0].partition("?")[0].lower().split(".")[-2:]


def _may(page: Page, stem: str) -> bool:
    """A quick no for most pages: no address like their own is followed by a number."""
    return re.search(re.escape(stem.encode()) + _NUMBERED.pattern, page.markup) is not None or (
        _QUERY.search(page.markup) is not None
    )


def _links(page: Page, stem: str) -> Iterator[_Link]:
    here, base, site = _spelt(page.url), page.base, _site(page.url)
    root = page.tree.root
    # Chosen by the parser: most pages have hundreds of links, of which a few are like their own address.
    like = f'[href*="{stem}"]' if stem else "[href]"
    nodes = root.css(f'a{like}, a[href^="?"], link[rel]{like}, link[rel][href^="?"]') if root is not None else []
    apart: dict[str, tuple[int, int, bool] | None] = {}
    for node in nodes[:_MOST_LINKS]:
        href = node.attributes.get("href") or ""
        said, rel = (node.text() or "").strip(), (node.attributes.get("rel") or "").lower()
        if len(said) > _SHORT and not _RELATED.search(rel):
            continue
        named = _NUMBER.fullmatch(said)
        # What leads to a place within a page leads to what stands below the text.
        there = absolute(base, href) if "#" not in href else ""
        if there not in apart:
            apart[there] = _numbers(here, _spelt(there)) if _site(there) == site else None
        found = apart[there]
        if found is not None and not _is_elsewhere(node):
            yield _Link(found[0], found[1], there, int(named[1]) if named else 0, rel, found[2])


def _is_elsewhere(node: LexborNode) -> bool:
    """Whether a link stands among what readers say."""
    above = node.parent
    for _ in range(12):
        if above is None or above.tag in {"body", "-document"}:
            return False
        if zone_of(above, above.tag or "") == "comments" and above.tag != "form":
            return True
        above = above.parent
    return False


def _tells_place(page: Page, own: int) -> bool:
    """Whether a short text around a link onward says which page of how many this is (`Page 1 of 3`, `1/3`)."""
    root = page.tree.root
    for node in root.css("a[href]")[:_MOST_LINKS] if root is not None else []:
        above = node.parent
        said = (above.text(separator=" ") or "") if above is not None else ""
        told = [int(number) for number in re.findall(r"(?<!\d)\d{1,2}(?!\d)", said)]
        if len(said) <= _NEAR and len(told) == 2 and told[0] == own < told[1] <= MOST:
            return True
    return False


def pager(page: Page) -> Pager | None:
    """Where a page stands among those of its piece; None where nothing shows that there are others."""
    stem = _stem(page.url)
    if not _may(page, stem):
        return None
    links = [one for one in _links(page, stem) if one.number <= MOST and (not one.named or one.named == one.number)]
    own = _own(page, links) if links else None
    if own is None:
        return None
    others = {1: page.url} if own == 1 else {}
    for one in links:
        if one.own == own:
            others.setdefault(one.number, one.url)
    if own == 1 and 2 not in others:
        return None
    # Of what only leads back, the page before stands for the first.
    return Pager(
        own,
        others.get(1) or others[own - 1],
        tuple((number, others[number]) for number in sorted(others) if number != own),
    )


def _own(page: Page, links: list[_Link]) -> int | None:
    """The number of a page, where its links agree on it: one leads on or back by its number, or says that it does."""
    for own in sorted({one.own for one in links}):
        here = [one for one in links if one.own == own]
        named = {one.number for one in here if one.named}
        onward = [one for one in here if one.number == own + 1]
        back = [one for one in here if one.number == own - 1]
        said = any("next" in one.rel for one in onward) or any("prev" in one.rel for one in back)
        led = 1 in {one.number for one in here} or any("prev" in one.rel and not one.bare for one in back)
        if own > 1 and not (led and (named or said)):
            continue
        # An article's id may be followed by that of the next one, and be small.
        if own == 1 and any(one.bare for one in here) and not named:
            continue
        if named & {own + 1, own - 1} or said or (onward and _tells_place(page, own)):
            return own
    return None
