"""What an outlet is made of: plain values that say where its articles are and how its pages are read.

An outlet file holds `Outlet` values built from the parts below and from field expressions (`expressions`, which can be
had from here too), and no code of its own.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, field, replace
from functools import cached_property
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from archive import urls
from archive.records import Domain, OutletFacts
from crawler.outlets.expressions import (
    REPORTERS,
    Expression,
    css,
    first,
    inner,
    jsonld,
    last,
    meta,
    metas,
    names,
    nothing,
    pick,
    script,
)
from crawler.outlets.find import Find
from crawler.outlets.learnt import NOTHING, Learnt
from crawler.parse.dates import Order
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


_PORT = re.compile(r"https?://[^/?#]*:(\d{1,5})(?=[/?#]|\Z)", re.IGNORECASE)


def path_of(url: str) -> str:
    """The path of an address, spelt one way, however its letters came; empty where there is none."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return path if path.isascii() and "%" not in path else quote(unquote(path), safe="/:@!$&'()*+,;=~")


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
    where an outlet has several in which the same number means another article (a day as `2026/03/12`, for names).
    `path` is how the paths of its addresses begin where several outlets share a host (`/en`); empty where its hosts are
    its own.

    `monitor` is the type by the State Media Monitor (see `MONITOR`; empty: not listed), `daily` about how many articles
    a day are expected: an estimate until a crawl has counted (0: nobody knows). `budget` is the most requests within 24
    hours (0: no such limit), `robots` what its robots.txt was seen to ask for, `access` what is known of getting at it.

    `general` outlets have no readers of their own and are read by the general reader. `text_has_lead`: in a bare
    text, the first paragraph is the lead. `neighbours` are hosts below its own that belong to others: those stated, and
    those of other outlets as the registry finds them. `source` is the digest of the file that defines the outlet,
    `learnt` what the archive has learnt of a `general` one, as the registry of a run knows it, and `added` which of its
    domains a person gave it (`outlets add-domain`).
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
    learnt: Learnt = field(default=NOTHING, repr=False)
    added: tuple[Domain, ...] = ()

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
        return f"{series.replace('/', '-')}-{found['id']}" if series else found["id"]

    def with_domains(self, added: tuple[Domain, ...]) -> Outlet:
        """This outlet with domains that a person added."""
        return replace(self, domains=(*self.domains, *(one for one in added if one not in self.domains)), added=added)

    def at_home(self, url: str) -> str:
        """An address at a mirror that a person added as it would be at the outlet's main domain; any other as it is."""
        name = urls.host(url)
        mirror = next((one.host for one in self.added if one.mirror and _below(name, one.host)), "")
        if not mirror:
            return url
        home = next((one.host for one in self.domains if not one.mirror), mirror)
        address = urlsplit(url)
        return urlunsplit(address._replace(netloc=address.netloc.replace(mirror, home, 1)))

    def has_path(self, path: str) -> bool:
        """Whether the path of an address on one of its hosts is this outlet's, and not that of a neighbour there."""
        return not self.path or path == self.path or path.startswith(self.path + "/")

    def has_host(self, name: str) -> bool:
        """Whether a host is one of the outlet's, its mirrors included, at any time."""
        own = any(_below(name, domain.host) for domain in self.domains)
        return own and not any(_below(name, host) for host in self.neighbours)

    @cached_property
    def ports(self) -> frozenset[int]:
        """The ports its hosts are asked at: those of the web, and those its file names in an address."""
        told = (text for find in self.find for text in astuple(find) if isinstance(text, str))
        return frozenset({80, 443, *(int(found[1]) for text in told if (found := _PORT.match(text)))})
