"""Field expressions: where on a page a field's texts are.

Small values that outlet files are written with: `css("h1")`, `meta("og:title")`, `jsonld("headline")`, `first(...)`;
called with a page they give the texts they find, in page order, cleaned, never empty ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from selectolax.lexbor import LexborNode

from archive import text as same
from crawler.parse.blocks import line
from crawler.parse.bylines import split_names
from crawler.parse.page import Page, elements

__all__ = [
    "REPORTERS",
    "Expression",
    "css",
    "first",
    "inner",
    "jsonld",
    "last",
    "meta",
    "metas",
    "names",
    "nothing",
    "pick",
    "script",
    "split_names",
]


class Expression(Protocol):
    """Where a field's texts are. `node` limits the search to one element; `label` names the source in `Date.how`."""

    @property
    def label(self) -> str: ...

    def __call__(self, page: Page, node: LexborNode | None = None) -> tuple[str, ...]: ...


def _tidy(values: Iterable[str | None]) -> tuple[str, ...]:
    folded = (same.clip(same.fold_space(same.clean(value or "")), same.LONGEST_LINE) for value in values)
    return tuple(value for value in folded if value)


@dataclass(frozen=True, slots=True)
class _Css:
    selector: str
    attribute: str = ""
    label: str = "page"

    def __call__(self, page: Page, node: LexborNode | None = None) -> tuple[str, ...]:
        found = elements(node or page.tree, self.selector)
        if self.attribute:
            return _tidy(each.attributes.get(self.attribute) for each in found)
        return tuple(text for text in map(line, found) if text)


@dataclass(frozen=True, slots=True)
class _Inner:
    selector: str
    label: str = "page"

    def __call__(self, page: Page, node: LexborNode | None = None) -> tuple[str, ...]:
        found = (each.text() for each in (node or page.tree).css(self.selector))
        return tuple(text for text in found if text.strip())


@dataclass(frozen=True, slots=True)
class _Meta:
    names: tuple[str, ...]

    @property
    def label(self) -> str:
        return f"meta {self.names[0]}"

    def __call__(self, page: Page, node: LexborNode | None = None) -> tuple[str, ...]:  # noqa: ARG002
        return _tidy(page.metas.get(name) for name in self.names)


@dataclass(frozen=True, slots=True)
class _Metas:
    name: str

    @property
    def label(self) -> str:
        return f"meta {self.name}"

    def __call__(self, page: Page, node: LexborNode | None = None) -> tuple[str, ...]:  # noqa: ARG002
        return _tidy(page.meta_lists.get(self.name, ()))


def _walk(value: Any, steps: tuple[str, ...]) -> Iterable[str]:
    if isinstance(value, list):
        for item in value[:100]:
            yield from _walk(item, steps)
    elif isinstance(value, dict):
        yield from _walk(value.get(steps[0]) if steps else value.get("name"), steps[1:])
    elif isinstance(value, str) and not steps:
        yield value


@dataclass(frozen=True, slots=True)
class _JsonLd:
    path: tuple[str, ...]
    label: str = "jsonld"

    def __call__(self, page: Page, node: LexborNode | None = None) -> tuple[str, ...]:  # noqa: ARG002
        return _tidy(text for item in page.jsonld for text in _walk(item, self.path))


@dataclass(frozen=True, slots=True)
class _First:
    choices: tuple[Expression, ...]
    label: str = "page"

    def __call__(self, page: Page, node: LexborNode | None = None) -> tuple[str, ...]:
        return next((found for choice in self.choices if (found := choice(page, node))), ())


_LONGEST_LINE = 1_000


@dataclass(frozen=True, slots=True)
class _Of:
    """An expression made of another one, whose label it keeps."""

    source: Expression

    @property
    def label(self) -> str:
        return self.source.label


@dataclass(frozen=True, slots=True)
class _Pick(_Of):
    pattern: re.Pattern[str]

    def __call__(self, page: Page, node: LexborNode | None = None) -> tuple[str, ...]:
        # What is picked from is a line; on a very long one a pattern could take for ever.
        found = (self.pattern.search(same.visible(text[:_LONGEST_LINE])) for text in self.source(page, node))
        return _tidy(match[1] for match in found if match)


@dataclass(frozen=True, slots=True)
class _Last(_Of):
    def __call__(self, page: Page, node: LexborNode | None = None) -> tuple[str, ...]:
        return self.source(page, node)[-1:]


@dataclass(frozen=True, slots=True)
class _Names(_Of):
    def __call__(self, page: Page, node: LexborNode | None = None) -> tuple[str, ...]:
        return tuple(name for text in self.source(page, node) for name in split_names(text))


REPORTERS = (
    r"(?:^[^（(]{2,40}[电讯息]\s*|(?=[（(][^（()）]*[)）]?\s*$))"
    r"[（(]\w{0,8}?(?:记者|评论员|作者|执笔|通讯员|采写)[\s:：]*([^（()）]*[^（()）摄\s])\s*(?:[)）]|$)"
)
"""Who wrote it, as Chinese agencies say in the text: in brackets after the dateline or at the very end. Photographers
(`摄`) are none of them."""


# A string of JavaScript up to its closing quote; whatever is escaped belongs to it.
_STRING = r"""\b%s\s*[=:]\s*(?:"((?:[^"\\]|\\.)*+)"|'((?:[^'\\]|\\.)*+)')"""
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_SIGNS = {"n": "\n", "r": "\n", "t": "\t", "b": "", "f": "", "v": "", "0": "", "\n": "", "\r\n": ""}


def _unescaped(found: re.Match[str]) -> str:
    if digits := found[1] or found[2] or found[3]:
        number = int(digits, 16)
        return chr(number) if number <= 0x10FFFF else ""
    return _SIGNS.get(found[4], found[4])


def _literal(escaped: str) -> str:
    """The text a string literal stands for; halves of a character written apart are joined."""
    text = _ESCAPED.sub(_unescaped, escaped)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@dataclass(frozen=True, slots=True)
class _Script:
    name: str
    label: str = "script"

    def __call__(self, page: Page, node: LexborNode | None = None) -> tuple[str, ...]:  # noqa: ARG002
        pattern = re.compile(_STRING % re.escape(self.name), re.DOTALL)
        texts = (node.text() for node in page.tree.css("script") if self.name in node.text())
        found = (match for text in texts for match in pattern.finditer(text))
        values = (_literal(match[1] or match[2] or "") for match in found)
        return tuple(value for value in values if value.strip())


def css(selector: str, attribute: str = "") -> Expression:
    """The texts of the elements a CSS selector finds, or the values of one attribute of theirs."""
    return _Css(selector, attribute)


def inner(selector: str) -> Expression:
    """What stands inside the elements a CSS selector finds, to the letter: the markup a form field holds."""
    return _Inner(selector)


def meta(*names: str) -> Expression:
    """The `<meta>` values of these names (property, name or itemprop, lower case), in the order given."""
    return _Meta(names)


def metas(name: str) -> Expression:
    """All `<meta>` values of a name that stands on the page several times, such as `article:tag`."""
    return _Metas(name)


def jsonld(path: str) -> Expression:
    """Values of the page's JSON-LD article at a dotted path; an object at its end gives its `name`."""
    return _JsonLd(tuple(path.split(".")))


def first(*choices: Expression) -> Expression:
    """The first of these that finds anything."""
    return _First(choices)


def pick(source: Expression, pattern: str) -> Expression:
    """Group 1 of a regular expression in each text of another expression; texts without a match are left out."""
    return _Pick(source, re.compile(pattern))


def last(source: Expression) -> Expression:
    """Only the last text another expression finds: what stands at the end of a text."""
    return _Last(source)


def names(source: Expression) -> Expression:
    """The single names in the by-lines another expression finds."""
    return _Names(source)


def script(name: str) -> Expression:
    """The value of a string in the page's scripts, `name = "…"` or `name: '…'`, escapes undone, markup kept."""
    return _Script(name)


nothing: Expression = _First(())
"""Finds nothing: the field does not exist in this layout."""
