"""Who wrote it: what the page states, else what stands beside the headline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborNode

from archive import text as same
from archive import urls
from crawler.blocks import line
from crawler.outlets.base import Outlet, jsonld, meta, split_names
from crawler.page import Page

__all__ = ["authors"]

_LONGEST = 80
_MOST = 20
_BY = re.compile(
    r"\A\W*(?:by|par|por|von|di|da|de|door|av|af|text|texte|texto|testo|autore?s?|author|written by|yazar|yazan|haber|"
    r"автор(?:ы)?|текст|аутор|автори|作者|文|记者|記者|执笔|بقلم|كتب|نویسنده)\s*[:：/／]?\s+(?P<names>.+)\Z",
    re.IGNORECASE,
)
_MARKED = (
    '[itemprop~="author"] [itemprop="name"], a[rel~="author"], [itemprop~="author"]',
    '[class*="author-name" i], [class*="author__name" i], [class*="authorname" i], [class*="byline" i] a',
)
_TRAIL = re.compile(r"\s*(?:[|•·]|\d{1,2}[.:/ ]).*\Z")


def _people(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value[:_MOST]:
            yield from _people(item)
    elif isinstance(value, dict):
        kind = value.get("@type")
        if kind in {None, "Person"} or kind == ["Person"]:  # an outlet that signs with its own name has no author
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


def _written(text: str) -> tuple[str, ...]:
    """The names in a line such as `By Anna Example and Otto Muster`; the whole line where it names nobody that way."""
    text = _TRAIL.sub("", text)
    found = _BY.match(text)
    return split_names(found["names"] if found else text)


def _beside(lines: Iterable[str]) -> Iterator[str]:
    for text in lines:
        if len(text) <= 200 and (found := _BY.match(_TRAIL.sub("", text))):
            yield from split_names(found["names"])


def authors(page: Page, outlet: Outlet, scope: LexborNode | None, lines: Iterable[str]) -> tuple[str, ...]:
    """The people who sign, in order. `scope` holds the article, `lines` stand beside its headline."""
    house = _house(page, outlet)
    choices = (
        (name for item in page.jsonld for name in _people(item.get("author"))),
        *(_marked(scope) if scope is not None else ()),
        _beside(lines),
        (name for text in meta("author", "article:author", "parsely-author")(page)[:1] for name in _written(text)),
    )
    for names in choices:
        if found := tuple(dict.fromkeys(name for name in names if _is_name(name, house))):
            return found[:_MOST]
    return ()
