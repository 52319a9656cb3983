"""Any site nobody has described: what its markup states of itself, its text where sentences are dense.

The page is parsed once, as for every other outlet, and walked once; the modules beside this one are the parts.
Where that finds little, or what cannot be the article, a general extractor is asked, and believed where it sees another
text; what the page states of its own text stands in where none is shown. By which of the two an article is read is
decided once: the reading names it, and whoever reads the article again hands the name back in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from selectolax.lexbor import LexborNode

from archive.records import BlockType, Circumstances, Doubt, DoubtKind, Image, Judgement, Verdict
from crawler.extract.general import doubt, fields, names, second, titles
from crawler.extract.general.body import Choice, choose, is_lead, key
from crawler.extract.general.near import Near
from crawler.extract.general.walk import Piece, Walk, walk
from crawler.extract.general.zones import EMBED
from crawler.extract.raw import RawBlock, RawReading
from crawler.outlets.base import Outlet
from crawler.outlets.expressions import jsonld, meta
from crawler.parse.bylines import by_line, split_names
from crawler.parse.language import alone, language_of, telling
from crawler.parse.page import Page, absolute, alternates, canonical

__all__ = ["read"]

NAME = "generic"
_LISTING = 3
"""Links from which on a page without a text, and with little else, is a list of articles."""
_BY_LINE = 150
_MOST_LINKS = 500
_MOST_PIECES = 20_000


@dataclass(frozen=True, slots=True)
class _Found:
    """A page walked: its headline and where it stands, and where its text is."""

    page: Page
    walk: Walk
    headline: str
    at: int
    choice: Choice | None
    stated: str

    @property
    def near(self) -> Near:
        """What stands around the headline and at the ends of the text."""
        return Near(self.walk, self.at, self.choice)

    @property
    def scope(self) -> LexborNode | None:
        """The element that holds headline and text."""
        return None if self.choice is None else self.walk.elements[self.near.element].node


@dataclass(frozen=True, slots=True)
class _Text:
    """What the article says as `reader` reads it, and who signs it."""

    lead: str
    blocks: list[RawBlock]
    authors: tuple[str, ...]
    reader: str = NAME
    doubts: tuple[Doubt, ...] = ()


def _look(page: Page) -> _Found:
    walked = walk(page.tree.body) if page.tree.body else Walk()
    headline, at = titles.headline(walked, titles.stated(page), next(iter(meta("og:site_name")(page)), ""))
    stated = "".join(key(text) for text in jsonld("articleBody")(page)[:1])
    return _Found(page, walked, headline, at, choose(walked, stated, at), stated)


# --- lead -----------------------------------------------------------------------------------------------------------


def _before(found: _Found, choice: Choice) -> list[int]:
    """The sentences between the headline and the text."""
    above = range(found.at + 1, choice.first) if found.at >= 0 else ()
    return [at for at in above if _can_be_text(found.walk.pieces[at])]


def _can_be_text(piece: Piece) -> bool:
    return not piece.kind and piece.linked < 0.5 and (piece.says or (piece.type is BlockType.H and piece.units >= 40))


def _is_alone(found: _Found, at: int, others: tuple[int, ...]) -> bool:
    """Whether nothing else is made like a piece."""
    make, pieces = found.walk.make, found.walk.pieces
    return all(make(pieces[other]) != make(pieces[at]) for other in others if other != at)


def _lead(found: _Found, choice: Choice, before: list[int]) -> int:
    """The number of the piece that is the lead; -1 where none stands apart from the text."""
    described = {key(text)[:80] for text in meta("og:description", "description")(found.page)}
    described |= {key(text)[:80] for text in jsonld("description")(found.page)}
    for at in before[:5]:
        piece = found.walk.pieces[at]
        if piece.type is BlockType.H or is_lead(found.walk, piece, choice.first):
            return at
        if key(piece.text)[:80] in described and _is_alone(found, at, (*before, choice.first)):
            return at
    second = next((at for at in range(choice.first + 1, choice.last + 1) if not found.walk.pieces[at].kind), -1)
    if second > 0 and is_lead(found.walk, found.walk.pieces[choice.first], second):
        return choice.first
    return -1


# --- the text -------------------------------------------------------------------------------------------------------


def _block(piece: Piece, walked: Walk) -> RawBlock:
    place = walked.place(piece)
    if piece.kind == EMBED:
        return RawBlock(BlockType.EMBED, piece.text, place=place)
    if piece.kind:
        titles_ = (piece.text,) if piece.kind == "read-also" and piece.linked > 0.9 else ()
        return RawBlock(BlockType.P, piece.text, f"generic/{piece.kind}", piece.kind, titles_, place)
    return RawBlock(piece.type, piece.text, place=place)


def _body(found: _Found, choice: Choice, authors: tuple[str, ...], lead: int) -> Iterator[RawBlock]:
    signed = {key(name) for name in authors}
    for at in (*_before(found, choice), *range(choice.first, choice.last + 1)):
        piece = found.walk.pieces[at]
        if at == lead or piece.kind in {"caption", "hidden"} or not found.walk.within(piece, choice.element):
            continue
        named = by_line(piece.text) or split_names(piece.text) if len(piece.text) <= _BY_LINE else ()
        if named and set(map(key, named)) <= signed:
            piece.kind = "byline"
        yield _block(piece, found.walk)


def _captions(found: _Found) -> Iterator[Piece]:
    last = found.choice.last if found.choice else -1
    return (piece for piece in found.walk.pieces[max(found.at, 0) : last + 1] if piece.kind == "caption")


def _links(found: _Found) -> tuple[str, ...]:
    """Where the links in the text lead."""
    if found.choice is None:
        return ()
    pieces = found.walk.pieces[found.choice.first : found.choice.last + 1]
    nodes = (found.walk.elements[piece.element].node for piece in pieces if piece.linked and not piece.kind)
    hrefs = (
        absolute(found.page.url, link.attributes.get("href") or "") for node in nodes for link in node.css("a[href]")
    )
    return tuple(dict.fromkeys(filter(None, hrefs)))[:_MOST_LINKS]


# --- one page -------------------------------------------------------------------------------------------------------


def _circumstances(
    found: _Found, outlet: Outlet, at: datetime, language: str, images: tuple[Image, ...]
) -> Circumstances:
    page, scope = found.page, found.scope
    shown = tuple((image.address, image.alternative) for image in images if image.address)
    picture = tuple((address, "") for address in meta("og:image")(page)[:1])
    variants = (("og", next(iter(meta("og:title")(page)), "")), ("title", next(iter(titles.stated(page)[-1:]), "")))
    return Circumstances(
        section=fields.section(page),
        tags=fields.tags(page),
        date_modified=fields.modified(page, outlet, at, alone(language), found.near),
        titles=tuple((name, value) for name, value in variants if value),
        canonical=canonical(page),
        alternates=alternates(page),
        links=_links(found),
        images=shown or picture,
        embeds=fields.sources(scope, "iframe", page.url) if scope is not None else (),
        videos=fields.sources(scope, "video, video source", page.url) if scope is not None else (),
        language=language,
        live=page.live,
    )


def _own(found: _Found, authors: tuple[str, ...]) -> tuple[str, list[RawBlock]]:
    """(lead, blocks) as our reader sees them; what the page states where it shows nothing, and nothing where that
    cannot be the article."""
    if found.choice is None:
        lead, blocks = -1, second.stated(found.page)
    else:
        lead = _lead(found, found.choice, _before(found, found.choice))
        blocks = list(_body(found, found.choice, authors, lead))
    text = " ".join(found.walk.pieces[lead].text.split()) if lead >= 0 else ""
    return text, blocks if _is_kin(found, blocks) else []


def _is_kin(found: _Found, blocks: list[RawBlock]) -> bool:
    return doubt.is_kin(blocks, found.page, found.headline)


def _decided(found: _Found, own: _Text, reader: str) -> _Text:
    """The text by the reader its article is read by (empty: the one that is asked first, unless the other sees a
    different text where ours is doubtful)."""
    is_short = doubt.size(own.blocks) < max(second.SHORT, 0.6 * len(found.stated))
    if reader == NAME or (not reader and not is_short):
        return own
    blocks = second.extracted(found.page, found.walk, found.headline)
    differ = second.are_disjoint(own.blocks, blocks)
    if not reader and (not differ or not _is_kin(found, blocks)):
        return own
    told = f"our reader sees {doubt.size(own.blocks):,} units of text, the other {doubt.size(blocks):,}"
    doubts = (Doubt(DoubtKind.TWO_READERS, told),) if differ and own.blocks and blocks else ()
    return replace(own, lead="", blocks=blocks, reader=second.NAME, doubts=doubts)


def _nothing(found: _Found) -> Judgement:
    """Why a page has no text, by what it shows instead."""
    links = sum(piece.linked > 0.9 for piece in found.walk.pieces)
    if found.choice is not None:
        return Judgement(Verdict.UNREADABLE, "what was found does not speak of what the page says it is about")
    if links >= _LISTING and 5 * links > 2 * len(found.walk.pieces):
        return Judgement(Verdict.LISTING, f"{links} links and no text")
    return Judgement(Verdict.EMPTY_SHELL, "no sentence on it")


def read(page: Page, outlet: Outlet, at: datetime, reader: str = "") -> RawReading | Judgement:
    """The raw reading of any page, or why it cannot be read. `reader` names the one its article is read by (empty: not
    decided)."""
    found = _look(page)
    if len(found.walk.pieces) > _MOST_PIECES:
        return Judgement(Verdict.UNREADABLE, f"more than {_MOST_PIECES:,} blocks of text")
    authors = names.authors(page, outlet, found.near)
    text = _decided(found, _Text(*_own(found, authors), authors), reader)
    if not text.blocks and not text.lead:
        return _nothing(found)
    return _reading(found, outlet, at, text)


def _reading(found: _Found, outlet: Outlet, at: datetime, text: _Text) -> RawReading:
    page = found.page
    language = language_of(outlet.languages or (page.language,), telling(block.text for block in text.blocks))
    images = fields.pictures(_captions(found), found.walk, page.url, found.headline)
    return RawReading(
        reader=text.reader,
        headline=found.headline,
        description=text.lead,
        blocks=tuple(text.blocks),
        authors=text.authors,
        date_published=fields.published(page, outlet, at, alone(language), found.near),
        images=images,
        circumstances=_circumstances(found, outlet, at, language, images),
        own_id=outlet.own_id(page.url),
        languages=outlet.languages or tuple(filter(None, [alone(language)])),
        doubts=text.doubts,
    )
