"""Page -> reading, by the reader of that outlet, that layout, that date. Pure: no clock, no network, no database.

`read` gives the raw reading, furniture still inside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.records import Circumstances, Date, Doubt, DoubtKind, Judgement, Verdict
from crawler.extract import outdone, plaintext
from crawler.extract.collect import Collected, collect, mark_end, mark_headline, mark_promo, take_byline
from crawler.extract.near import damaged_name
from crawler.extract.notices import add_notices
from crawler.extract.raw import RawBlock, RawReading
from crawler.outlets.base import Outlet, Reader, When
from crawler.outlets.expressions import Expression, meta
from crawler.parse import dates
from crawler.parse.blocks import line
from crawler.parse.language import language_of, telling
from crawler.parse.page import Page, absolute, alternates, canonical

__all__ = ["choose", "read"]


# --- which reader ---------------------------------------------------------------------------------------------------


def _holds(reader: Reader, day: str) -> bool:
    return (not reader.since or reader.since <= day) and (not reader.until or day < reader.until)


def choose(page: Page, outlet: Outlet, at: datetime) -> Reader | None:
    """The reader whose marks the page shows; among several, the one whose days hold the capture.

    An older layout is still found by its marks on a page captured later, such as an archive's copy.
    """
    day = at.date().isoformat()
    readers = sorted(outlet.readers, key=lambda reader: not _holds(reader, day))
    return next((reader for reader in readers if page.one(reader.marks) is not None), None)


# --- fields ---------------------------------------------------------------------------------------------------------


_MOST = 200
"""Names, tags or addresses of one kind that are kept; no page that is read by people has more."""
_MOST_BLOCKS = 20_000
_MOST_DATES = 10


@dataclass(frozen=True, slots=True)
class _Sight:
    """What fields are read from: the page, its article element where the layout has one, the capture's time, the
    language that the page's dates are written in, and the text a script or a form field of the page holds."""

    page: Page
    article: LexborNode | None
    at: datetime
    language: str
    held: LexborNode | None = None

    def all(self, expression: Expression) -> tuple[str, ...]:
        """What an expression finds within the article, else in the text the page holds: elsewhere the same marks belong
        to other articles."""
        found = expression(self.page, self.article)
        return found if found or self.held is None else expression(self.page, self.held)

    def one(self, expression: Expression) -> str:
        """The first of those; the page is searched where the article has none."""
        return next(iter(self.all(expression) or expression(self.page)), "")

    def date(self, choices: tuple[When, ...]) -> Date | None:
        """What the places say together: `dates.agreed`."""
        return dates.agreed(date for when in choices if (date := self._date_at(when)) is not None)

    def _date_at(self, when: When) -> Date | None:
        """The first value of a place that is understood; else the first."""
        understand = partial(dates.understand, order=when.order, language=self.language, relabel=when.relabel)
        unclear: Date | None = None
        for raw in self.all(when.source)[:_MOST_DATES]:
            date = understand(raw, when.source.label, self.at, when.zone)
            if date.instant is not None:
                return date
            unclear = unclear or date
        return unclear


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if len(text) <= 200))[:_MOST]


# --- one page -------------------------------------------------------------------------------------------------------


def _titles(sight: _Sight, reader: Reader) -> tuple[tuple[str, str], ...]:
    """Title variants by where they stand: never the displayed one, which is the headline."""
    stated = (("og", value) for value in meta("og:title")(sight.page))
    shown = (("title", value) for value in map(line, sight.page.in_head("title")[:1]) if value)
    named = ((name, value) for name, expression in reader.variants if (value := sight.one(expression)))
    return (*stated, *shown, *named)


def _videos(sight: _Sight, reader: Reader, out: Collected) -> tuple[str, ...]:
    stated = (absolute(sight.page.base, value) for value in sight.all(reader.videos))
    return tuple(dict.fromkeys(filter(None, (*stated, *out.videos))))[:_MOST]


def _language(page: Page, outlet: Outlet, blocks_: list[RawBlock]) -> str:
    """The language the article is in; what it is declared as where it does not say."""
    texts = (block.text for block in blocks_ if not block.rule)
    return language_of(outlet.languages or (page.language,), telling(texts))


def _circumstances(sight: _Sight, reader: Reader, outlet: Outlet, out: Collected) -> Circumstances:
    return Circumstances(
        section=sight.one(reader.section),
        tags=_names(sight.all(reader.tags)),
        date_modified=sight.date(reader.modified),
        titles=_titles(sight, reader),
        canonical=canonical(sight.page),
        alternates=alternates(sight.page),
        links=tuple(out.links),
        images=tuple((image.address, image.alternative) for image in out.images if image.address),
        embeds=tuple(dict.fromkeys(out.embeds)),
        videos=_videos(sight, reader, out),
        language=_language(sight.page, outlet, out.blocks),
        live=sight.page.live,
    )


def _unfolded(page: Page, reader: Reader) -> LexborHTMLParser:
    """The tree the text stands in: the page's, or that of the markup a script or a form field of it holds."""
    markup = next(iter(reader.hidden(page)), "")
    if not markup:
        return page.tree
    # Some hold it escaped once more.
    return LexborHTMLParser(markup if "<" in markup else unescape(markup))


def _walked(page: Page, reader: Reader, tree: LexborHTMLParser) -> Collected | Judgement:
    article = page.one(reader.article) if tree is page.tree else tree.css_first(reader.article, default=None)
    out, containers = collect(page, reader, article or tree)
    if not containers and article is not None:
        out, containers = collect(page, reader, tree)
    if not containers:
        return Judgement(Verdict.EMPTY_SHELL, f"the layout of {reader.name}, but nothing where its text stands")
    if len(out.blocks) > _MOST_BLOCKS:
        return Judgement(Verdict.UNREADABLE, f"more than {_MOST_BLOCKS:,} blocks of text")
    return out


def _read_layout(page: Page, outlet: Outlet, reader: Reader, at: datetime) -> RawReading | Judgement:
    language = next(iter(outlet.languages), page.language)
    tree = _unfolded(page, reader)
    sight = _Sight(page, page.one(reader.article), at, language, tree.body if tree is not page.tree else None)
    out = _walked(page, reader, tree)
    if isinstance(out, Judgement):
        return out
    headline = sight.one(reader.headline)
    mark_headline(reader, headline, out.blocks)
    mark_end(reader, out.blocks)
    bodies = tree.css(reader.body)
    if reader.promo and tree is page.tree:
        mark_promo(page, outlet, bodies[-1], out.blocks)
    if tree is page.tree:
        add_notices(bodies, sight.article, out.blocks, outlet.languages, outlet.family)
    authors = _names(sight.all(reader.authors)) or take_byline(reader.byline, out.blocks)
    return RawReading(
        reader=reader.name,
        headline=headline,
        description=" ".join(sight.all(reader.lead)),
        blocks=tuple(out.blocks),
        authors=authors,
        date_published=sight.date(reader.published),
        images=tuple(image for image in out.images if image.caption or image.credit),
        circumstances=_circumstances(sight, reader, outlet, out),
        own_id=outlet.own_id(page.url),
        languages=outlet.languages,
        doubts=_doubts(page, reader),
    )


def _doubts(page: Page, reader: Reader) -> tuple[Doubt, ...]:
    """What only whoever knows the layout can see: a name one character from one of its own."""
    name = "" if page.checked else damaged_name(page, reader)
    return (Doubt(DoubtKind.SLOPPY_MARKUP, f"a damaged name: {name[:80]}"),) if name else ()


# --- layouts that are not ours to know ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unknown:
    """How a page is read that no layout is for; `by` names the reader its article is read by (empty: not decided)."""

    page: Page
    outlet: Outlet
    at: datetime
    by: str

    def read(self) -> RawReading | Judgement:
        """The reading of the general reader, loaded only where one is asked for."""
        from crawler.extract.general import reader as generic

        return generic.read(self.page, self.outlet, self.at, self.by)


def _undescribed(unknown: _Unknown, why: str) -> RawReading | Judgement:
    """A page of a described outlet, read as one of an outlet that nobody described."""
    found = unknown.read()
    if isinstance(found, Judgement):
        verdict = found.verdict if found.verdict is Verdict.LISTING else Verdict.UNREADABLE
        return Judgement(verdict, f"{why}, and {found.reason}")
    return replace(found, doubts=(*found.doubts, Doubt(DoubtKind.UNKNOWN_LAYOUT, why)))


def _better(unknown: _Unknown, own: RawReading) -> RawReading:
    """What the described layout found, unless the general reader shows it to be a fraction."""
    if not outdone.is_doubtful(own, unknown.page):
        return own
    unknown = replace(unknown, by=unknown.by or "generic")  # a third opinion would cost more than it brings
    other = _undescribed(unknown, f"the layout of {own.reader} misses most of the text")
    return own if isinstance(other, Judgement) or not outdone.is_outdone(own, other) else other


def read(page: Page, outlet: Outlet, at: datetime, reader: str = "") -> RawReading | Judgement:
    """What a page captured at `at` (aware) says, furniture still inside; or why it cannot be read. `reader` names the
    one its article is read by where nobody has described the page (empty: not decided).

    A page of a described outlet that has none of its layouts, or of which its layout takes a fraction only, is read as
    one that nobody described, in doubt.
    """
    if page.problem is not None:
        return page.problem
    if page.is_text:
        return plaintext.read(page, outlet)
    unknown = _Unknown(page, outlet, at, "" if any(reader == each.name for each in outlet.readers) else reader)
    if outlet.general:
        return unknown.read()
    described = choose(page, outlet, at)
    if described is None:
        return _undescribed(unknown, f"none of the layouts known of {outlet.name}")
    own = _read_layout(page, outlet, described, at)
    if isinstance(own, RawReading):
        return _better(unknown, own)
    return _undescribed(unknown, own.reason) if own.verdict is Verdict.EMPTY_SHELL else own
