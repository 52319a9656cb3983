"""What an outlet is made of: plain values that say where its articles are and how its pages are read.

An outlet file holds `Outlet` values built from the parts below and no code of its own. Field expressions are small
values: `css("h1")`, `meta("og:title")`, `jsonld("headline")`, `first(...)`; called with a page they give the texts they
find, in page order, cleaned, never empty ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from archive import text as same
from archive.records import Domain, OutletFacts
from crawler.outlets.find import Find
from crawler.parse.blocks import line
from crawler.parse.dates import Order
from crawler.parse.page import Page, elements
from crawler.parse.roles import Roles, past_unseen, roles

__all__ = [
    "MONITOR",
    "REPORTERS",
    "Cut",
    "Domain",
    "Expression",
    "Outlet",
    "Picture",
    "Reader",
    "When",
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
class _Pick:
    source: Expression
    pattern: re.Pattern[str]

    @property
    def label(self) -> str:
        return self.source.label

    def __call__(self, page: Page, node: LexborNode | None = None) -> tuple[str, ...]:
        # What is picked from is a line; on a very long one a pattern could take for ever.
        found = (self.pattern.search(same.visible(text[:_LONGEST_LINE])) for text in self.source(page, node))
        return _tidy(match[1] for match in found if match)


@dataclass(frozen=True, slots=True)
class _Last:
    source: Expression

    @property
    def label(self) -> str:
        return self.source.label

    def __call__(self, page: Page, node: LexborNode | None = None) -> tuple[str, ...]:
        return self.source(page, node)[-1:]


_HAN = "[\u4e00-\u9fff]"
# A space parts Chinese names, but names of two signs are spaced out in print.
_BETWEEN_NAMES = re.compile(
    r"\s*(?:[,;|/&、，；]|(?<=\s)(?:и|and|et|y|und|e|ve|i|و)(?=\s))\s*"
    rf"|(?<={_HAN}{{2}})\s+(?={_HAN})|(?<={_HAN})\s+(?={_HAN}{{2}})"
)
_SPACED = re.compile(rf"({_HAN})\s+({_HAN})")
_OFFICE = re.compile(rf"\A(?:{_HAN}{{0,8}}?(?:记者|通讯员|评论员|作者|执笔|采写|编辑)[\s:：]*)+")


def split_names(text: str) -> tuple[str, ...]:
    """The names a by-line lists, in order, without the office before them; what is spoilt is no name."""
    parts = (_OFFICE.sub("", part).strip(" .:：") for part in _BETWEEN_NAMES.split(same.visible(text)))
    return tuple(_SPACED.sub(r"\1\2", name) for name in parts if name and "\ufffd" not in name)


@dataclass(frozen=True, slots=True)
class _Names:
    source: Expression

    @property
    def label(self) -> str:
        return self.source.label

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


@dataclass(frozen=True, slots=True)
class When:
    """Where a date stands. `zone` is the IANA zone of values that name none; leave it empty where it is not known.

    `order` says how bare numbers are ordered where the outlet's language does not settle it, or where the year has two
    digits (`30-09-26`). `relabel`: the values name another zone than `zone`, wrongly.
    """

    source: Expression
    zone: str = ""
    order: Order = ""
    relabel: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """A structural furniture rule: what its selector finds is taken out whole and kept on record.

    `kind` is what the piece is for: consent, follow-us, read-also, subscribe, share, app, comments, disclaimer,
    editor-line, copyright, advertising, tags, date-line, short-url, promo. `titles` finds related titles inside.
    """

    name: str
    kind: str
    selector: str
    titles: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Where pictures stand and how their words are told apart. Without `credit`, a caption is cut at its `©`.

    `below` finds captions that stand in a paragraph of their own after the picture; where nothing in the markup tells
    such a paragraph from the text, `says` is a pattern found in captions only. `credit` is looked for in it too.
    """

    selector: str
    caption: Expression = nothing
    credit: Expression = nothing
    below: str = ""
    says: str = ""


Rule = Cut | Picture | None

_VIDEOS = jsonld("video.contentUrl")


@dataclass(frozen=True)
class Reader:
    """How the pages of one layout are read.

    A page belongs to the reader whose `marks` it shows; among several, to the one whose days hold the capture.
    `article` is the element furniture is looked for in, `body` the container(s) of the text within it, `lead_inside`
    the elements of the lead that stand among its paragraphs. `since` and `until` are ISO days. `seen` is False where
    the layout is known from scrapers' code only. `promo` says that a last paragraph in bold italics around a link to
    another article is an advertisement for it; `byline` finds the authors in a first paragraph that is nothing else.
    `bold_heads` says that a paragraph all in bold that does not end as a sentence does is a heading; `heads` is what
    else a paragraph is (a pattern) that heads a section, such as a number.
    `hidden` finds the markup of the text where the page holds it in a script or a form field; `article` and `body` are
    then looked for in that. `summaries` are what a machine wrote about the text, `quotes` what is set apart as a
    quotation though no tag says so, `ends` is how the paragraph begins (a pattern) at which the article is over,
    `variants` are titles kept by name beside the one displayed.
    """

    name: str
    marks: str
    body: str
    headline: Expression
    article: str = "body"
    lead: Expression = nothing
    lead_inside: str = ""
    authors: Expression = nothing
    published: tuple[When, ...] = ()
    modified: tuple[When, ...] = ()
    section: Expression = nothing
    tags: Expression = nothing
    variants: tuple[tuple[str, Expression], ...] = ()
    videos: Expression = _VIDEOS
    pictures: tuple[Picture, ...] = ()
    furniture: tuple[Cut, ...] = ()
    embeds: str = "iframe, video"
    notices: str = ""
    summaries: str = ""
    quotes: str = ""
    hidden: Expression = nothing
    promo: bool = False
    bold_heads: bool = False
    heads: str = ""
    byline: str = ""
    ends: str = ""
    since: str = ""
    until: str = ""
    seen: bool = True

    @cached_property
    def places(self) -> str:
        """One selector for everything with a rule of its own, so that the tree is searched once."""
        cuts = [cut.selector for cut in self.furniture]
        pictures = [of for picture in self.pictures for of in (picture.selector, past_unseen(picture.below))]
        typed = (self.notices, self.summaries, self.quotes)
        parts = (self.body, self.lead_inside, *cuts, *pictures, self.embeds, *typed)
        return ", ".join(part for part in parts if part)

    @cached_property
    def roles(self) -> Roles[tuple[str, Rule]]:
        """The role each element takes, and its rule: the first that finds it."""
        plain = (("body", self.body), ("lead", self.lead_inside))
        typed = (("notice", self.notices), ("summary", self.summaries), ("quote", self.quotes))
        last = (*typed, ("embed", self.embeds))
        rules = (
            *((of, (role, None)) for role, of in plain),
            *((picture.selector, ("picture", picture)) for picture in self.pictures),
            *((cut.selector, ("cut", cut)) for cut in self.furniture),
            *((past_unseen(picture.below), ("caption", picture)) for picture in self.pictures),
            *((of, (role, None)) for role, of in last),
        )
        return roles([(of, rule) for of, rule in rules if of])


def _below(name: str, host: str) -> bool:
    """Whether a name is a host or stands below it."""
    return name == host or name.endswith("." + host)


def path_of(url: str) -> str:
    """The path of an address; empty where it is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


MONITOR = {
    "SC": "state-controlled",
    "CaPu": "captured public or state-managed",
    "CaPr": "captured private",
    "ISFM": "independent, state-funded and state-managed",
    "ISF": "independent, state-funded",
    "ISM": "independent, state-managed",
    "IP": "independent public",
}
"""The types of the State Media Monitor. Which outlet is of which type: the pages of statemediamonitor.com, and the list
kept in github.com/ASD-at-GMF/state-media-profiles (State_Media_Matrix.csv)."""


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser does with a page whose text only a script brings.

    Without `always` a page is shown to one only where it came as an empty shell. `accept` finds the button of the
    overlay that asks for consent, which is clicked away; `wait_for` what stands on the page once it is whole.
    """

    always: bool = False
    accept: str = ""
    wait_for: str = ""


@dataclass(frozen=True)
class Outlet:
    """A publisher's edition that can be crawled. `find` says where its articles are (nowhere: it is read, not crawled),
    `article` finds an article's address, with a group `id`; a group `of` names the series of numbers the id is from,
    where an outlet has several in which the same number means another article. `path` is how the paths of its addresses
    begin where several outlets share a host (`/en`); empty where its hosts are its own.

    `monitor` is the type by the State Media Monitor (see `MONITOR`; empty: not listed), `daily` about how many articles
    a day are expected: an estimate until a crawl has counted (0: nobody knows). `budget` is the most requests within 24
    hours (0: no such limit), `robots` what its robots.txt was seen to ask for, `access` what is known of getting at it.

    `general` outlets have no readers of their own and are read by the general reader. `text_has_lead`: in a bare
    text, the first paragraph is the lead. `neighbours` are hosts below its own that belong to others: those stated, and
    those of other outlets as the registry finds them. `source` is the digest of the file that defines the outlet.
    """

    name: str
    family: str
    title: str
    domains: tuple[Domain, ...]
    path: str = ""
    country: str = ""
    languages: tuple[str, ...] = ()
    timezone: str = ""
    charset: str = ""
    controlled_by: str = ""
    monitor: str = ""
    daily: int = 0
    budget: int = 0
    robots: str = ""
    access: str = ""
    article: str = ""
    readers: tuple[Reader, ...] = ()
    text_has_lead: bool = False
    general: bool = False
    find: tuple[Find, ...] = ()
    browser: Browser = Browser()
    neighbours: tuple[str, ...] = ()
    source: str = field(default="", repr=False)

    @property
    def facts(self) -> OutletFacts:
        """What the archive keeps of the outlet."""
        return OutletFacts(
            name=self.name,
            family=self.family,
            title=self.title,
            country=self.country,
            languages=self.languages,
            timezone=self.timezone,
            controlled_by=self.controlled_by,
            domains=self.domains,
        )

    @cached_property
    def _article(self) -> re.Pattern[str] | None:
        return re.compile(self.article) if self.article else None

    def own_id(self, url: str) -> str:
        """The outlet's own id of the article at an address; empty where the address is none of an article."""
        path = path_of(url)
        found = self._article.match(path) if self._article and self.has_path(path) else None
        if found is None:
            return ""
        series = found.groupdict().get("of")
        return f"{series}-{found['id']}" if series else found["id"]

    def has_path(self, path: str) -> bool:
        """Whether the path of an address on one of its hosts is this outlet's, and not that of a neighbour there."""
        return not self.path or path == self.path or path.startswith(self.path + "/")

    def has_host(self, name: str) -> bool:
        """Whether a host is one of the outlet's, its mirrors included, at any time."""
        own = any(_below(name, domain.host) for domain in self.domains)
        return own and not any(_below(name, host) for host in self.neighbours)
