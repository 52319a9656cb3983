"""Who wrote it: what the page states, else what stands beside the headline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

from archive import text as same
from archive import urls
from crawler.outlets.base import Outlet
from crawler.outlets.expressions import REPORTERS, jsonld, meta, split_names
from crawler.parse.blocks import line
from crawler.parse.page import Page

__all__ = ["authors", "by_line"]

_LONGEST = 80
_MOST = 20
_BY = re.compile(
    r"\A\W*(?:(?:[^\W\d]+\s){0,3}?(?:by|von|par|por)|di|da|de|door|av|af|text|texte|texto|testo|autore?s?|author|yazar|"
    r"yazan|haber|автор(?:ы)?|текст|аутор|автори|بقلم|كتب|نویسنده)(?:\s*[:：]\s*|\s+)(?P<names>\S.*)\Z",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    "de del della di da dos du van von der den ten ter la le el al bin ibn ben y e i ve and und et".split()
)
_MARKED = (
    '[itemprop~="author"] [itemprop="name"], a[rel~="author"], [itemprop~="author"]',
    '[class*="author-name" i], [class*="author__name" i], [class*="authorname" i], [class*="byline" i] a',
)
_REPORTERS = re.compile(REPORTERS)
_HAN_NAME = re.compile("[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]+·[\u4e00-\u9fff·]{1,12}")
_FIRST = 300
"""Characters at either end of a text among which it is signed in brackets."""
_TRAIL = re.compile(r"\s*(?:[|•·]|\d{1,2}[.:/ ]).*\Z")


def _people(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value[:_MOST]:
            yield from _people(item)
    elif isinstance(value, dict):
        kind = value.get("@type")
        if kind in (None, "Person", ["Person"]):  # an outlet that signs with its own name has no author
            yield from _people(value.get("name"))
    elif isinstance(value, str) and "://" not in value:
        yield from split_names(same.fold_space(same.clean(value))[:1_000])


def _is_name(name: str, house: str) -> bool:
    return (
        1 < len(name) <= _LONGEST
        and "@" not in name
        and not any(sign.isdigit() for sign in name)
        and len(name.split()) <= 6
        and "".join(name.split()).casefold() not in house
    )


def _house(page: Page, outlet: Outlet) -> str:
    """What the outlet calls itself, run together: a name that is part of it is no author."""
    stated = (*meta("og:site_name", "publisher", "application-name")(page), *jsonld("publisher")(page))
    names = (outlet.title, outlet.name, urls.host(page.url), *stated)
    return "\n".join("".join(name.split()).casefold() for name in names)


def _marked(scope: LexborNode) -> Iterator[tuple[str, ...]]:
    for selector in _MARKED:
        yield tuple(name for node in scope.css(selector)[:_MOST] for name in _written(line(node)))


def by_line(text: str) -> tuple[str, ...]:
    """The names in a line such as `By Anna Example and Otto Muster`; none where it is no such line."""
    found = _BY.match(_TRAIL.sub("", text)) if len(text) <= 150 else None
    if found is None or not all(word[:1].isupper() or _is_caseless(word) for word in found["names"].split()):
        return ()
    return split_names(found["names"])


def _is_caseless(word: str) -> bool:
    """Whether a word of a name may begin small: a particle, a mark, a script without capitals."""
    return word in _PARTICLES or word[:1].lower() == word[:1].upper()


def _written(text: str) -> tuple[str, ...]:
    return by_line(text) or (split_names(_TRAIL.sub("", text)) if "://" not in text else ())


def _reporters(text: str) -> tuple[str, ...]:
    """The names in brackets with which Chinese agencies begin or end a text."""
    found = _REPORTERS.search(same.visible(text[:_FIRST])) or _REPORTERS.search(same.visible(text[-_FIRST:]))
    names = split_names(found[1]) if found else ()
    return names if all(map(_HAN_NAME.fullmatch, names)) else ()


def authors(page: Page, outlet: Outlet, scope: LexborNode | None, lines: Sequence[str]) -> tuple[str, ...]:
    """The people who sign, in order. `scope` holds the article, `lines` stand beside its headline."""
    house = _house(page, outlet)
    choices = (
        (name for item in page.jsonld for name in _people(item.get("author"))),
        *(_marked(scope) if scope is not None else ()),
        next(filter(None, map(by_line, lines)), ()),
        next(filter(None, map(_reporters, lines)), ()),
        (name for text in meta("author", "article:author", "parsely-author")(page)[:1] for name in _written(text)),
    )
    for names in choices:
        if found := tuple(dict.fromkeys(name for name in names if _is_name(name, house))):
            return found[:_MOST]
    return ()
