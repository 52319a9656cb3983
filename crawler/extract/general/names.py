"""Who wrote it: what the page states of people, else who signs beside the headline or at an end of the text.

A newsroom that signs with its own name, an agency, an editor, a section and a place are nobody's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from selectolax.lexbor import LexborNode

from archive import text as same
from archive import urls
from crawler.extract.general.near import Near, names_of
from crawler.extract.general.walk import Piece
from crawler.outlets.base import Outlet
from crawler.outlets.expressions import REPORTERS, jsonld, meta
from crawler.parse.blocks import line
from crawler.parse.bylines import by_line, edited, is_by, is_house, looks_like_name, split_names, tidy_name
from crawler.parse.jsonld import types_of
from crawler.parse.page import Page, elements

__all__ = ["authors"]

_LONGEST = 80
_NO_NAME = frozenset("()[]{}<>!?|=#*")
_MOST = 20
_METAS = ("author", "article:author", "parsely-author", "dc.creator")
_REPORTERS = re.compile(REPORTERS)
_HAN_NAME = re.compile("[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]+·[\u4e00-\u9fff·]{1,12}")
_FIRST = 300
"""Characters at either end of a text among which it is signed in brackets."""
_LONGEST_LINE = 150
_PARTS = re.compile(r"\s[|/•·–—-]\s|[|•·]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TRAIL = re.compile(r"\s*(?:[|•·]|\d{1,2}[.:/ ]).*\Z")
_PLACES = ("author", "authors", "autor", "autores", "autoren", "auteur", "autore", "redakteur", "yazar", "avtor", "by")
"""Folders in which outlets keep pages of their writers."""
_MARKED = (
    '[itemprop~="author"] [itemprop="name"], [class*="author" i] [itemprop="name"]',
    '[rel~="author"], [itemprop~="author"], .author .fn, .p-author',
    '[class*="author-name" i], [class*="author__name" i], [class*="authorname" i]',
    ", ".join(f'a[href*="/{place}/" i]' for place in _PLACES),
    '[class*="byline" i] a',
)
_DOMAIN = re.compile(r"\w\.[a-z]{2,}(?!\w|\.)")
"""The end of an address, which no person has for a name."""
_BY_CLASS = re.compile(
    r"(?:\A|[^a-z])(?:author|byline|by-line|autor|autore|auteur|writer|reporter|journalist|columnist|yazar|verfasser)",
    re.IGNORECASE,
)


# --- what is a name -------------------------------------------------------------------------------------------------


def _run_together(text: str) -> str:
    return "".join(sign for sign in same.canonical(text).casefold() if sign.isalnum())


@dataclass(frozen=True)
class _Known:
    """What is no author here: `house` is what the outlet calls itself, run together; `sections` and `tags` are what the
    article is filed under."""

    house: str
    sections: frozenset[str]
    tags: frozenset[str]

    def is_name(self, name: str) -> bool:
        """Whether a name can be an author's."""
        plain = _run_together(name)
        return (
            1 < len(name) <= _LONGEST
            and "@" not in name
            and "://" not in name
            and not any(sign.isdigit() or sign in _NO_NAME for sign in name)
            and len(name.split()) <= 6
            and not _DOMAIN.search(name)
            and plain not in self.house
            and plain not in self.sections
            and not is_house(name)
        )

    def is_likely(self, name: str) -> bool:
        """Whether a text that nothing calls a name is one."""
        return looks_like_name(name) and _run_together(name) not in self.tags


def _house(page: Page, outlet: Outlet) -> str:
    """What the outlet calls itself, run together: a name that is part of it is no author."""
    stated = (*meta("og:site_name", "publisher", "application-name")(page), *jsonld("publisher")(page))
    return "\n".join(map(_run_together, (outlet.title, outlet.name, urls.host(page.url), *stated)))


def _known(page: Page, outlet: Outlet) -> _Known:
    sections = (*meta("article:section", "og:section")(page), *jsonld("articleSection")(page))
    tags = (*meta("keywords")(page), *jsonld("keywords")(page), *page.meta_lists.get("article:tag", ()))
    return _Known(_house(page, outlet), _filed(sections), _filed(tags) | _filed(sections))


def _editors(near: Near) -> frozenset[str]:
    """The names that the page gives to somebody else's work."""
    texts = (piece.text for piece in near.walk.pieces if len(piece.text) <= _LONGEST_LINE)
    names = (name for text in texts if (told := edited(text)) for name in split_names(_TRAIL.sub("", told)))
    return frozenset(_run_together(tidy_name(name)) for name in names)


def _filed(texts: tuple[str, ...]) -> frozenset[str]:
    parts = (part for text in texts[:100] for part in re.split("[,،、;]", text[:2_000]))
    return frozenset(map(_run_together, parts)) - {""}


# --- where names are ------------------------------------------------------------------------------------------------


def _people(value: object, language: str) -> Iterator[str]:
    if isinstance(value, list):
        for item in value[:_MOST]:
            yield from _people(item, language)
    elif isinstance(value, dict):
        kinds = types_of(value)
        if "Person" in kinds or not kinds:  # an outlet that signs with its own name has no author
            named = " ".join(str(value.get(part) or "") for part in ("givenName", "familyName")).strip()
            yield from _people(value.get("name") or named, language)
    elif isinstance(value, str) and "://" not in value:
        yield from _written(same.fold_space(same.clean(unescape(value)))[:1_000], language)


def _stated(page: Page, language: str) -> Iterator[tuple[str, ...]]:
    """Of each article the page describes to machines, the names of those it states as authors."""
    for item in page.jsonld:
        yield tuple(_people(item.get("author") or item.get("creator"), language))


def _written(text: str, language: str) -> tuple[str, ...]:
    """The names in a text that is known to hold names."""
    if "://" in text:
        return ()
    return by_line(text, language) or tuple(map(tidy_name, split_names(_TRAIL.sub("", text), language)))


def _is_capital(name: str) -> bool:
    return any(word[:1] != word[:1].lower() or word[:1].lower() == word[:1].upper() for word in name.split())


def _nodes(near: Near, pieces: Iterable[Piece]) -> list[LexborNode]:
    """The elements of pieces and the small boxes around them, each once."""
    found = {node.mem_id: node for piece in pieces for node in near.boxes(piece)}
    return list(found.values())


def _marked(near: Near, pieces: list[Piece], language: str) -> Iterator[tuple[str, ...]]:
    """The names that the markup of these pieces marks, by kind of mark."""
    nodes = _nodes(near, pieces)
    for selector in _MARKED:
        marked = {node.mem_id: node for box in nodes for node in elements(box, selector)}
        texts = _once_each(list(marked.values())[:_MOST])
        yield tuple(name for text in texts if len(text) <= _LONGEST_LINE for name in _written(text, language))


def _once_each(nodes: Iterable[LexborNode]) -> Iterator[str]:
    """The texts of elements; of several links to one page of a writer, the first that has one."""
    led: set[str] = set()
    for node in nodes:
        text, target = line(node), node.attributes.get("href") or ""
        if text and target not in led:
            led |= {target} - {"", "#"}
            yield text


def _signed(texts: list[str], language: str) -> Iterator[tuple[str, ...]]:
    """The names in by-lines, also where the word and the names are lines of their own."""
    for at, text in enumerate(texts):
        if found := by_line(text, language):
            yield found
        elif is_by(text) and at + 1 < len(texts) and len(texts[at + 1]) <= _LONGEST:
            yield _written(texts[at + 1], language)


def _classed(near: Near, pieces: Iterable[Piece], known: _Known, language: str) -> Iterator[tuple[str, ...]]:
    """The names in boxes that are called by-line or author and hold nothing but what looks like names."""
    for piece in pieces:
        if len(piece.text) <= _LONGEST_LINE and any(_BY_CLASS.search(names_of(node)) for node in near.boxes(piece)):
            found = _written(piece.text, language)
            yield found if all(map(known.is_likely, found)) else ()


def _beside_dates(lines: Iterable[str], known: _Known) -> Iterator[tuple[str, ...]]:
    """The names in lines such as `4.2.2026 | 13:10 | Anna Example`."""
    for text in lines:
        parts = [tidy_name(part) for part in _PARTS.split(text)]
        if len(text) <= _LONGEST_LINE and any(map(_YEAR.search, parts)):
            yield tuple(filter(known.is_likely, parts))


def _reporters(text: str) -> tuple[str, ...]:
    """The names in brackets with which Chinese agencies begin or end a text."""
    found = _REPORTERS.search(same.visible(text[:_FIRST])) or _REPORTERS.search(same.visible(text[-_FIRST:]))
    names = split_names(found[1]) if found else ()
    return names if all(map(_HAN_NAME.fullmatch, names)) else ()


def _is_set_apart(near: Near, piece: Piece, language: str) -> bool:
    """Whether a line is set as a signature is: to the right, or in bold or italics; in German
    that is not enough, any two nouns look like a name."""
    node = near.walk.elements[piece.element].node
    style = (node.attributes.get("style") or "").replace(" ", "") + (node.attributes.get("align") or "")
    if "right" in style.replace("-right", ""):
        return True
    slanted = " ".join(line(each) for each in node.css("em, i")) == " ".join(piece.text.split())
    return language not in {"de", "lb"} and (slanted or piece.bold > 0.95)


def _signature(near: Near, known: _Known, language: str) -> tuple[str, ...]:
    """The name that stands alone under the text."""
    for piece in near.ends[1:]:
        text = " ".join(piece.text.split()).strip("—–- .")
        is_heading = near.walk.elements[piece.element].tag.startswith("h")
        if not is_heading and not piece.linked and known.is_likely(text) and _is_set_apart(near, piece, language):
            return (text,)
    return ()


def _lines(pieces: Iterable[Piece]) -> list[str]:
    return [text for piece in pieces for part in piece.text.split("\n") if (text := " ".join(part.split()))]


def _stated_in_head(page: Page, near: Near, language: str) -> Iterator[tuple[str, ...]]:
    """The names in meta elements, where outlets also state who edited; and those with a label of their own."""
    for number in (1, 2):
        label, data = (next(iter(meta(f"twitter:{part}{number}")(page)), "") for part in ("label", "data"))
        yield by_line(f"{label}: {data}", language) if label and data else ()
    if stated := meta(*_METAS)(page):
        editors = _editors(near)
        for text in stated:
            yield tuple(name for name in _written(text, language) if _run_together(name) not in editors)


# --- one page -------------------------------------------------------------------------------------------------------


def _choices(page: Page, near: Near, known: _Known) -> Iterator[Callable[[], Iterable[tuple[str, ...]]]]:
    """Ways to the names, the most certain first."""
    language = page.language
    head = [*near.below, *near.above]
    lines, ends = _lines(head), _lines(near.ends)
    behind = [piece for piece in near.behind if len(piece.text) <= _LONGEST_LINE]
    yield lambda: _stated(page, language)
    yield lambda: (tuple(filter(_is_capital, names)) for names in _marked(near, head, language))
    yield lambda: _signed(lines, language)
    yield lambda: _signed(ends, language)
    yield lambda: map(_reporters, (*lines, *ends))
    yield lambda: _classed(near, head, known, language)
    yield lambda: _beside_dates(lines, known)
    yield lambda: [_signature(near, known, language)]
    yield lambda: _signed(_lines(behind), language)
    yield lambda: (tuple(filter(known.is_likely, names)) for names in _marked(near, behind, language))
    yield lambda: _stated_in_head(page, near, language)


def authors(page: Page, outlet: Outlet, near: Near) -> tuple[str, ...]:
    """The people who sign, in order."""
    known = _known(page, outlet)
    for way in _choices(page, near, known):
        for names in way():
            if found := tuple(dict.fromkeys(name for name in names if known.is_name(name))):
                return _shortest(found)[:_MOST]
    return ()


def _shortest(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names without those that are another one with its office."""
    return tuple(name for name in names if not any(name.startswith(f"{other} ") for other in names))
